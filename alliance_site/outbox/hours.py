"""When a letter may come: by day, on a working day, and not before the hour that somebody has chosen.

All of it by the clock on the wall where the recipient is, so that no switch of daylight saving moves it.
Absences are not asked for: HR sees until when a letter waits, and would read them there.
"""

from __future__ import annotations

from collections.abc import Collection
from datetime import date, datetime, time, timedelta

from django.conf import settings
from django.utils.module_loading import import_string

from alliance_site.outbox.occasions import Occasion, Recipient

MORNING, EVENING = time(7), time(20)
FRIDAY = 4


def days_off(now: datetime) -> Collection[date]:
    """Holidays, around that day and ahead, on which no letter comes."""
    off: Collection[date] = import_string(settings.OUTBOX_DAYS_OFF)(now)
    return off


def waking_hour(now: datetime, recipient: Recipient, off: Collection[date] = ()) -> datetime:
    """`now`, or the next moment from which a letter may come."""
    local = now.astimezone(recipient.zone)
    opens = _opens(recipient)
    by_day = _works(local.date(), off) and opens <= local.time() < EVENING
    if by_day or not settings.OUTBOX_QUIET:
        return now
    return _next_opening(local, recipient, off)


def letter_hour(now: datetime, occasion: Occasion, recipient: Recipient, off: Collection[date]) -> datetime:
    """When one that is planned now should go: to whoever wants all in one, with the next of these."""
    if occasion.any_hour or not settings.OUTBOX_QUIET:
        return now
    if recipient.one_digest:
        return _next_opening(now.astimezone(recipient.zone), recipient, off)
    return waking_hour(now, recipient, off)


def _opens(recipient: Recipient) -> time:
    return max(MORNING, recipient.letters_at)


def _works(day: date, off: Collection[date]) -> bool:
    return day.weekday() <= FRIDAY and day not in off


def _next_opening(local: datetime, recipient: Recipient, off: Collection[date]) -> datetime:
    day = local.date() + timedelta(days=local.time() > _opens(recipient))
    while not _works(day, off):
        day += timedelta(days=1)
    return datetime.combine(day, _opens(recipient), recipient.zone)
