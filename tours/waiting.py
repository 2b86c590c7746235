"""What waits for somebody in this room: queries that the home page puts together with those of others.

Each is `values_list(kind, about, name, due_on)`, see `people.waiting`.
"""

from __future__ import annotations

from datetime import date, timedelta
from typing import Any

from django.db.models import Case, CharField, DateField, Exists, F, OuterRef, Q, QuerySet, Value, When
from django.db.models.functions import Cast

from people.models import Person
from tours import ledger_waiting, policy
from tours.models import Parting, Side, Terms, Tour


def waiting(person: Person, on: date) -> list[QuerySet[Any, Any]]:
    return [_handed_over(person, on), _early_ends(person, on), *ledger_waiting.waiting(person, on)]


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


def _early_ends(person: Person, on: date) -> QuerySet[Any, Any]:
    """Ended by the other side not long ago, and this side has not said how it sees that."""
    ended = Q(employee=person, ended_by=Side.MANAGER) | Q(manager=person, ended_by=Side.EMPLOYEE)
    said = Parting.objects.filter(tour=OuterRef("pk"))
    lately = said.filter(at__date__gt=on - timedelta(days=policy.REMIND_WITHIN_DAYS))
    rows = Tour.objects.filter(ended, Exists(lately), ~Exists(said.filter(author=person)))
    name = Case(When(employee=person, then=F("manager__name")), default=F("employee__name"))
    no_day = Value(None, DateField())
    return rows.values_list(Value("ended_early"), Cast("pk", CharField()), name, no_day)
