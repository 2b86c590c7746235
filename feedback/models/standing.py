"""In SQL: how the two people of a check-in stand to it."""

from __future__ import annotations

from datetime import date

from django.db.models import Exists, Expression, OuterRef
from django.db.models.lookups import GreaterThanOrEqual

from feedback.models.answers import Sheet
from people.models import ReportingLine, on_day
from people.presence import here_on
from tours.models import Side, Tour
from tours.models.dates import came_back, employment_lasts, lasts


def handed_in(side: Side) -> Exists:
    """Whether that side of a check-in has handed in: the one thing the other may know before the reveal."""
    return Exists(Sheet.objects.filter(checkin=OuterRef("pk"), side=side, submitted_at__isnull=False))


def both_here(on: date) -> dict[Side, GreaterThanOrEqual]:
    """Of each side whether it has not left by that day; who came back is not here for what they left."""
    employed = employment_lasts(on, "employee", "tour__first_day")
    return {Side.EMPLOYEE: employed, Side.MANAGER: here_on(on, "manager")}


def changes_hands(on: date | Expression) -> Exists:
    """Whether its tour runs, and somebody else than who agreed to it manages the employee by now: whether
    `TourQuerySet.with_successor` has it, asked without the join by the person that naming them takes."""
    tours = Tour.objects.filter(lasts(on), pk=OuterRef("tour"))
    day: date | OuterRef = on if isinstance(on, date) else OuterRef("day")
    tours = tours if isinstance(on, date) else tours.alias(day=on)
    lines = ReportingLine.objects.filter(on_day(day, "since", "until"), person=OuterRef("employee"))
    others = lines.exclude(manager=OuterRef("manager"))
    again = came_back(OuterRef("since"), "person", OuterRef("first_day"))
    return Exists(tours.filter(Exists(others.filter(~again))))
