"""The early ends on which somebody may still add their words, see `people.waiting`."""

from __future__ import annotations

from datetime import date, timedelta
from typing import Any

from django.db.models import CharField, DateField, Exists, OuterRef, Q, QuerySet, Value
from django.db.models.functions import Cast

from people.models import Person
from tours import policy
from tours.models import Parting, Side, Tour
from tours.models.dates import employment_lasts
from tours.models.sides import other_name


def early_ends(person: Person, on: date) -> QuerySet[Any, Any]:
    """Ended by the other side not long ago, and this side has not said how it sees that."""
    theirs = Q(employment_lasts(Value(on)), employee=person, ended_by=Side.MANAGER)
    ended = theirs | Q(manager=person, ended_by=Side.EMPLOYEE)
    said = Parting.objects.filter(tour=OuterRef("pk"))
    lately = said.filter(at__date__gt=on - timedelta(days=policy.REMIND_WITHIN_DAYS))
    rows = Tour.objects.filter(ended, Exists(lately), ~Exists(said.filter(author=person)))
    no_day = Value(None, DateField())
    return rows.values_list(Value("ended_early"), Cast("pk", CharField()), other_name(person), no_day)
