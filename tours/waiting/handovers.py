"""The tours that are to be taken over, see `people.waiting`."""

from __future__ import annotations

from datetime import date
from typing import Any

from django.db.models import Case, CharField, Exists, F, OuterRef, Q, QuerySet, Value, When
from django.db.models.functions import Cast

from people.models import Person
from tours.models import Terms, Tour


def handed_over(person: Person, on: date) -> QuerySet[Any, Any]:
    """Until one of the two has put terms on the table; whoever writes them is told of the draft instead."""
    own = Q(employee=person)
    writing = Terms.objects.filter(
        tour=OuterRef("pk"), manager=OuterRef("successor_id"), created_by=person, proposed_at=None
    )
    rows = Tour.objects.to_take_over(on).filter(own | Q(successor_id=person.pk), ~Exists(writing))
    kind = Case(When(own, then=Value("agree_anew")), default=Value("take_over"))
    name = Case(When(own, then=F("successor_name")), default=F("employee__name"))
    return rows.values_list(kind, Cast("pk", CharField()), name, F("take_over_by"))
