"""Tours to be taken over: for the employee, and for whoever manages them by now."""

from __future__ import annotations

from datetime import date
from typing import Any

from django.db.models import CharField, Exists, F, OuterRef, QuerySet, Value
from django.db.models.functions import Cast

from people.models import Person, ReportingLine
from tours.models import Terms, Tour, TourQuerySet


def handed_over(person: Person, on: date) -> list[QuerySet[Any, Any]]:
    """Each side by itself, so that an index finds their few among all.

    Until one of the two has put terms on the table; whoever writes them is told of the draft instead.
    """
    reports = ReportingLine.objects.current(on).filter(manager=person)
    own = _rows(Tour.objects.filter(employee=person), person, on)
    theirs = _rows(Tour.objects.filter(employee__in=reports.values("person")), person, on).open_to_successor()
    return [
        own.values_list(Value("agree_anew"), _KEY, F("successor_name"), F("take_over_by")),
        theirs.values_list(Value("take_over"), _KEY, F("employee__name"), F("take_over_by")),
    ]


_KEY = Cast("pk", CharField())


def _rows(tours: TourQuerySet, person: Person, on: date) -> TourQuerySet:
    writing = Terms.objects.filter(
        tour=OuterRef("pk"), manager=OuterRef("successor_id"), created_by=person, proposed_at=None
    )
    return tours.to_take_over(on).filter(~Exists(writing))
