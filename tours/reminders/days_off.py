"""On which days nobody is written to: the public holidays that HR has chosen for the company."""

from __future__ import annotations

from collections.abc import Collection
from datetime import UTC, date, datetime

from tours import holidays
from tours.models import Policy


def days_off(now: datetime) -> Collection[date]:
    today = now.astimezone(UTC).date()
    holds = Policy.objects.on(today)
    return frozenset(holidays.taken(holds.holiday_calendar, today.year - 1, today.year + 1))
