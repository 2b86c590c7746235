"""How many people are on a tour."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date
from typing import Any

from django.db.models import Count, Exists, OuterRef, Q
from django.utils.translation import gettext_lazy as _

from people.measures import tallies
from people.measures.rates import Rate
from people.measures.rows import count_of, one_row
from people.measures.tallies import Spans
from people.measures.whom import Service, Whom
from people.models import Tenure
from tours.models import Tour, TourQuerySet

NOBODY_AT_CLOSE = _("Nobody was employed at the close of that day.")


def coverage(covered: int, headcount: int) -> Rate:
    """Coverage, defined here: the share of the closing headcount on a signed, current tour.

    The tour began on or before the day, in the present employment or early for it, and is not over.
    """
    return Rate(covered, headcount, "" if headcount else NOBODY_AT_CLOSE)


def covered(whom: Whom, days: Sequence[date]) -> list[int]:
    """How many of the closing headcount of each day are on a tour, in one statement."""
    numbers = {f"on_{n}": count_of(employments(whom, day)) for n, day in enumerate(days)}
    row = one_row(numbers)
    return [row.get(name, 0) for name in numbers]


def employments(whom: Whom, day: date, *, on_a_tour: bool = True) -> Spans:
    """Of the closing headcount: those who are on a tour, or those who are not."""
    running = Exists(_running(day))
    found = running if on_a_tour else ~running
    there = tallies.at_close(day) & whom.service.on(day)
    if whom.places is None:
        return Tenure.objects.filter(there, found)
    return tallies.stays(there, tallies.in_position(day), Q(position__department__in=whom.places), Q(found))


def covered_today(whom: Whom, on: date) -> Spans:
    """Of those asked about, employed that day: who is on a tour."""
    return Tenure.objects.current(on).filter(whom.works("person", on), Exists(_running(on)))


def _running(on: date) -> TourQuerySet:
    """In a query of employments: a tour in force that day that is of this one."""
    return Tour.objects.by_terms_active(on).filter(
        employee=OuterRef("person"), first_day__gte=OuterRef("since")
    )


def covered_by_department(day: date, service: Service) -> dict[str, int]:
    """How many in each department's closing headcount are on a tour; one query."""
    there = tallies.at_close(day) & service.on(day) & tallies.in_position(day) & Q(Exists(_running(day)))
    rows: Any = tallies.stays(there).values("position__department__name").annotate(covered=Count("pk"))
    return {row["position__department__name"]: row["covered"] for row in rows.order_by()}
