"""What waits for somebody in this room: queries that the home page puts together with those of others.

Each is `values_list(kind, about, name, due_on)`, see `people.waiting`.
"""

from __future__ import annotations

from datetime import date
from typing import Any

from django.db.models import Case, CharField, Exists, F, OuterRef, Q, QuerySet, Value, When
from django.db.models.functions import Cast

from people.models import Person
from tours import ledger_waiting
from tours.models import Terms, Tour


def waiting(person: Person, on: date) -> list[QuerySet[Any, Any]]:
    return [_handed_over(person, on), *ledger_waiting.waiting(person, on)]


def _handed_over(person: Person, on: date) -> QuerySet[Any, Any]:
    """Until one of the two has put terms on the table; whoever writes them is told of the draft instead."""
    own = Q(employee=person)
    writing = Terms.objects.filter(
        tour=OuterRef("pk"), manager=OuterRef("successor_id"), created_by=person, proposed_at=None
    )
    rows = Tour.objects.to_take_over(on).filter(own | Q(successor_id=person.pk), ~Exists(writing))
    kind = Case(When(own, then=Value("agree_anew")), default=Value("take_over"))
    name = Case(When(own, then=F("successor_name")), default=F("employee__name"))
    return rows.values_list(kind, Cast("pk", CharField()), name, F("take_over_by"))
