"""Whose today it is: dates are calendar dates in the time zone of the person concerned."""

from __future__ import annotations

from datetime import date, datetime, tzinfo
from typing import TYPE_CHECKING
from zoneinfo import ZoneInfo

from django.conf import settings
from django.utils import timezone

if TYPE_CHECKING:
    from people.models import Person


def zone_of(person: Person) -> tzinfo:
    return ZoneInfo(person.time_zone or settings.TIME_ZONE)


def today_for(person: Person, now: datetime | None = None) -> date:
    return (now or timezone.now()).astimezone(zone_of(person)).date()
