"""Who is written to for the company's side: whoever manages the employee by now, or else who agreed.

So a reorganisation leaves nothing in limbo that does not wait for a signature.
"""

from __future__ import annotations

from datetime import datetime
from typing import Any

from django.db.models import F, FilteredRelation, IntegerField, Q, QuerySet
from django.db.models.functions import Coalesce

from people.days import day_in_zone, local_day
from people.models import on_day
from people.presence import still_here


def with_manager_now(rows: QuerySet[Any], now: datetime, under: str = "") -> QuerySet[Any]:
    """Of agreements, or of what has one under that path. Annotates who manages the employee on their own
    today (`manager_now_id`, null for nobody), and what date it is for whoever is written to
    (`manager_day`)."""
    zone = Coalesce("line__manager__time_zone", f"{under}manager__time_zone")
    joined = rows.annotate(line=line_of(now, f"{under}employee"))
    found: QuerySet[Any] = joined.annotate(
        manager_now_id=F("line__manager"), manager_day=day_in_zone(now, zone)
    )
    return found


def line_of(now: datetime, person: str) -> FilteredRelation:
    """The reporting line of the person under that path on their own today, to be joined: there is one at
    most, and a subquery would be asked anew wherever it is named."""
    lines = f"{person}__reporting_lines"
    today = on_day(local_day(now, person), f"{lines}__since", f"{lines}__until")
    return FilteredRelation(lines, condition=today)


def company_is_here(now: datetime, under: str = "") -> Q:
    """Somebody is there to be written to: nobody's reporting line outlasts the manager's employment."""
    return Q(manager_now_id__isnull=False) | Q(still_here(now, f"{under}manager"))


def company_now(under: str = "") -> Coalesce:
    return Coalesce("manager_now_id", f"{under}manager_id", output_field=IntegerField())


def not_handed_over(agreement: str = "") -> Q:
    """Who agreed manages the employee still, or nobody does."""
    return Q(manager_now_id=None) | Q(manager_now_id=F(f"{agreement}manager"))
