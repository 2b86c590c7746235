"""What the company says in each of its letters, in each language: as HR has chosen it for today."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import UTC, datetime

from django.conf import settings

from alliance_site.outbox.occasions import Wording
from tours.models import Policy


def wording(now: datetime) -> Mapping[str, Wording]:
    holds = Policy.objects.on(now.astimezone(UTC).date())
    return {code: Wording(*holds.mail(code)) for code, _name in settings.LANGUAGES}
