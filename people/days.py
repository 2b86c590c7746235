"""Whose today it is: dates are calendar dates in the time zone of the person concerned."""

from __future__ import annotations

from calendar import monthrange
from collections.abc import Iterable
from datetime import date, datetime, timedelta, tzinfo
from functools import lru_cache
from typing import TYPE_CHECKING, Any
from zoneinfo import ZoneInfo, available_timezones

from django.conf import settings
from django.db.models import Case, DateField, ExpressionWrapper, Func, IntegerField, Q, Value, When
from django.db.models.expressions import Combinable, CombinedExpression
from django.db.models.functions import Cast, Coalesce, NullIf
from django.utils import timezone
from django.utils.formats import date_format
from django.utils.timesince import TIME_STRINGS, timesince, timeuntil
from django.utils.translation import get_language, ngettext_lazy
from django.utils.translation import gettext as _

if TYPE_CHECKING:
    from people.models import Person

ONE_DAY = timedelta(days=1)

# Told in our own catalogues: Django's Arabic puts "2" before a dual that says "two" already. As the texts
# are the same, `|timesince` in a template says them, too.
UNITS: dict[str, Any] = TIME_STRINGS | {
    "year": ngettext_lazy("%(num)d year", "%(num)d years", "num"),
    "month": ngettext_lazy("%(num)d month", "%(num)d months", "num"),
    "week": ngettext_lazy("%(num)d week", "%(num)d weeks", "num"),
    "day": ngettext_lazy("%(num)d day", "%(num)d days", "num"),
}


def zone_of(person: Person) -> tzinfo:
    return ZoneInfo(person.time_zone or settings.TIME_ZONE)


@lru_cache
def time_zones() -> list[tuple[str, str]]:
    """The zones that people name: by continent and city."""
    names = (name for name in available_timezones() if "/" in name and not name.startswith("Etc/"))
    return [("UTC", "UTC"), *((name, name.replace("_", " ")) for name in sorted(names))]


def today_for(person: Person, now: datetime | None = None) -> date:
    return (now or timezone.now()).astimezone(zone_of(person)).date()


def written(day: date) -> str:
    """As the reader's language writes it; what was written before is at hand, for pages are full of days."""
    return _written(day, get_language())


def far(day: date, today: date) -> str:
    """How far it is from today, in words; those are at hand, too."""
    return _far(day, today, get_language())


@lru_cache(maxsize=5000)
def _written(day: date, language: str | None) -> str:
    return date_format(day)


@lru_cache(maxsize=5000)
def _far(day: date, today: date, language: str | None) -> str:
    if day == today:
        return _("today")
    if day > today:
        return _("in %(far)s") % {"far": timeuntil(day, today, time_strings=UNITS)}
    return _("%(far)s ago") % {"far": timesince(day, today, time_strings=UNITS)}


def add_months(day: date, months: int) -> date:
    """The same day of the month so many months on, or the month's last where it is shorter."""
    year, month = divmod(day.year * 12 + day.month - 1 + months, 12)
    return date(year, month + 1, min(day.day, monthrange(year, month + 1)[1]))


def local_day(now: datetime, person: str = "") -> Cast:
    """In SQL: what date it is for the person under that path, or for the row itself."""
    return day_in_zone(now, f"{person}__time_zone" if person else "time_zone")


def day_in_zone(now: datetime, zone: str | Combinable) -> Cast:
    """The same for the time zone under that path; where there is none, the company's counts."""
    known = Coalesce(NullIf(zone, Value("")), Value(settings.TIME_ZONE))
    return Cast(Func(known, Value(now), function="timezone"), DateField())


def add_days(day: Combinable, days: int | Combinable) -> ExpressionWrapper[CombinedExpression]:
    """In SQL, where a date and a number make a date; 24 hours more would be wrong twice a year."""
    number = Value(days) if isinstance(days, int) else days
    return ExpressionWrapper(day + number, output_field=DateField())


def dates_anywhere(now: datetime) -> tuple[date, date]:
    """The first and the last date that it is anywhere on Earth: bounds that an index can use."""
    return (now - timedelta(hours=12)).date(), (now + timedelta(hours=14)).date()


def latest_step(reached: Iterable[Q]) -> Case:
    """In SQL: the number of the last of these conditions that holds; null if none does."""
    steps = [When(condition, then=Value(number)) for number, condition in enumerate(reached)]
    return Case(*reversed(steps), default=None, output_field=IntegerField())
