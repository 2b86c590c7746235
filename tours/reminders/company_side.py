"""Who is written to for the company's side: whoever manages the employee by now, or else who agreed.

So a reorganisation leaves nothing in limbo that does not wait for a signature.
"""

from __future__ import annotations

from datetime import datetime
from typing import Any

from django.db.models import DateField, F, IntegerField, OuterRef, Q, Subquery
from django.db.models.functions import Coalesce

from people.days import local_day
from people.models import ReportingLine, on_day
from people.recipients import still_here


def manager_now(now: datetime, employee: str) -> Subquery:
    """In SQL: who manages the employee under that path, on their own today; null for nobody."""
    return Subquery(line_of(now, employee).values("manager")[:1])


def company_side(now: datetime, under: str = "") -> dict[str, Any]:
    """Annotations for an agreement, or for what has one under that path: `manager_now_id`, and what date
    it is for whoever is written to (`manager_day`)."""
    line = line_of(now, f"{under}employee").annotate(day=local_day(now, "manager"))
    theirs = local_day(now, f"{under}manager")
    return {
        "manager_now_id": manager_now(now, f"{under}employee"),
        "manager_day": Coalesce(Subquery(line.values("day")[:1]), theirs, output_field=DateField()),
    }


def company_is_here(now: datetime, under: str = "") -> Q:
    """Somebody is there to be written to: nobody's reporting line outlasts the manager's employment."""
    return Q(manager_now_id__isnull=False) | Q(still_here(now, f"{under}manager"))


def company_now(under: str = "") -> Coalesce:
    return Coalesce("manager_now_id", f"{under}manager_id", output_field=IntegerField())


def not_handed_over(agreement: str = "") -> Q:
    """Who agreed manages the employee still, or nobody does."""
    return Q(manager_now_id=None) | Q(manager_now_id=F(f"{agreement}manager"))


def line_of(now: datetime, employee: str) -> Any:
    """The reporting line of the person under that path, on their own today."""
    today = local_day(now, "person")
    return ReportingLine.objects.filter(on_day(today, "since", "until"), person=OuterRef(employee))
