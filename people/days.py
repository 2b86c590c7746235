"""Whose today it is: dates are calendar dates in the time zone of the person concerned."""

from __future__ import annotations

from datetime import date, datetime, tzinfo
from typing import TYPE_CHECKING
from zoneinfo import ZoneInfo

from django.conf import settings
from django.db.models import DateField, Func, Value
from django.db.models.functions import Cast, Coalesce, NullIf
from django.utils import timezone

if TYPE_CHECKING:
    from people.models import Person


def zone_of(person: Person) -> tzinfo:
    return ZoneInfo(person.time_zone or settings.TIME_ZONE)


def today_for(person: Person, now: datetime | None = None) -> date:
    return (now or timezone.now()).astimezone(zone_of(person)).date()


def local_day(now: datetime, person: str = "") -> Cast:
    """In SQL: what date it is for the person under that path, or for the row itself."""
    path = f"{person}__time_zone" if person else "time_zone"
    zone = Coalesce(NullIf(path, Value("")), Value(settings.TIME_ZONE))
    return Cast(Func(zone, Value(now), function="timezone"), DateField())
