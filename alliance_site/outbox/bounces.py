"""Addresses that take no mail: noted where the mail server, or the provider's events, tell."""

from __future__ import annotations

from datetime import datetime

from django.contrib.auth import get_user_model
from django.db.models import F, QuerySet

from alliance_site.outbox.models import Bounce


def note(person_id: int, address: str, words: str, now: datetime) -> None:
    """Nothing of an address that is not theirs any more: it would hide what is known of the new one."""
    if not get_user_model().objects.filter(pk=person_id, email=address).exists():
        return
    known = {"address": address, "words": words, "at": now}
    Bounce.objects.update_or_create(person_id=person_id, defaults=known)


def standing() -> QuerySet[Bounce]:
    """Those of people whose address is still the same; a corrected one is as good as new."""
    return Bounce.objects.filter(address=F("person__email")).select_related("person").order_by("-at", "pk")
