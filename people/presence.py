"""In SQL: whether somebody is still here."""

from __future__ import annotations

from datetime import date, datetime

from django.db.models import DateField, Exists, Expression, Max, OuterRef, Q, Subquery, Value
from django.db.models.functions import Cast, Coalesce
from django.db.models.lookups import GreaterThanOrEqual

from people.days import local_day
from people.models import Employment

#: Of an employment that is open, for what is compared with its last day.
INFINITY = Cast(Value("infinity"), DateField())


def still_here(now: datetime, person: str = "") -> GreaterThanOrEqual:
    """The person under that path, or the row itself, has not left on their own today."""
    return here_on(local_day(now, person), person)


def here_on(day: date | Expression, person: str = "") -> GreaterThanOrEqual:
    """The person under that path, or the row itself, has not left by that day.

    Whoever is yet to begin is here; so is who has no employment on record at all. One look at the
    index for each row that is asked about: written as EXISTS, Postgres would read all employments.
    """
    spells = Employment.objects.filter(person=OuterRef(f"{person}_id" if person else "pk"))
    last_day = spells.values("person").annotate(last=Max(Coalesce("left_on", INFINITY))).values("last")
    return GreaterThanOrEqual(Coalesce(Subquery(last_day), INFINITY), day)


def gone_by(day: date, person: str) -> Exists:
    """The person under that path has left by that day; the contrary of `here_on`, for lists that go through
    the whole company, where one pass over all employments is cheaper than a look for each row."""
    later = Employment.objects.filter(Q(left_on=None) | Q(left_on__gte=day), person=OuterRef("person"))
    return Exists(Employment.objects.filter(~Exists(later), left_on__lt=day, person=OuterRef(person)))
