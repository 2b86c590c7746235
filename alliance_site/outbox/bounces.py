"""Addresses that take no mail: noted where the mail server, or the provider's events, tell."""

from __future__ import annotations

from datetime import datetime

from django.contrib.auth import get_user_model
from django.db.models import CharField, Exists, F, Func, OuterRef, QuerySet

from alliance_site.outbox.models import Bounce, Message


def note(person_id: int, address: str, words: str, now: datetime) -> None:
    """Nothing of an address that is not theirs any more: it would hide what is known of the new one."""
    if not get_user_model().objects.filter(pk=person_id, email=address).exists():
        return
    known = {"address": address, "words": words, "at": now}
    Bounce.objects.update_or_create(person_id=person_id, defaults=known)


class Last(Func):
    """In SQL: of an array."""

    template = "(%(expressions)s)[cardinality(%(expressions)s)]"
    output_field = CharField()


def standing() -> QuerySet[Bounce]:
    """Those of people whose address is still the same, and has taken no letter since: a corrected one is as
    good as new, and a mail server that refuses everybody for an hour knows nothing of any mailbox."""
    arrived = Message.objects.filter(
        recipient=OuterRef("person"), channel=None, state=Message.State.SENT, settled_at__gt=OuterRef("at")
    )
    taken = arrived.annotate(address=Last("went_to")).filter(address=OuterRef("address"))
    found = Bounce.objects.filter(~Exists(taken), address=F("person__email"))
    return found.select_related("person").order_by("-at", "pk")
