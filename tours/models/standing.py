"""In SQL: what of the two people in a tour matters for what can be done with it."""

from __future__ import annotations

from datetime import date
from typing import Any

from django.db.models import OuterRef, Subquery
from django.db.models.expressions import Combinable
from django.db.models.functions import Least, NullIf
from django.db.models.lookups import GreaterThanOrEqual

from people.models import ReportingLine
from people.presence import INFINITY, here_on
from tours.models.dates import employed_until, take_over_by
from tours.models.terms import Terms


def of_both(on: date) -> dict[str, Any]:
    """What `Tour.objects.with_standing` annotates."""
    line = ReportingLine.objects.current(on).filter(person=OuterRef("employee"))
    latest = Terms.objects.filter(tour=OuterRef("pk")).order_by("-number")
    return {
        "latest_manager_here": Subquery(latest.values(here=here_on(on, "manager"))[:1]),
        "manager_now_since": Subquery(line.values("since")[:1]),
        "take_over_by": Least(Subquery(line.values(by=take_over_by("since"))[:1]), "last_day"),
        **of_the_manager(on),
        **of_the_employee(on, OuterRef("first_day")),
    }


def of_the_manager(on: date) -> dict[str, Any]:
    """Who manages the employee that day, and whether who agreed to it is still here."""
    line = ReportingLine.objects.current(on).filter(person=OuterRef("employee"))
    return {
        "manager_now_id": Subquery(line.values("manager")[:1]),
        "manager_now_name": Subquery(line.values("manager__name")[:1]),
        "manager_here": here_on(on, "manager"),
    }


def of_the_employee(on: date, starts_on: Combinable) -> dict[str, Any]:
    """The last day of the employment in which the tour begins that day (`employed_until`, null while it is
    open), and whether it goes on (`employee_here`)."""
    until = employed_until(starts_on)
    here = GreaterThanOrEqual(until, on)
    return {"employed_until": NullIf(until, INFINITY), "employee_here": here}
