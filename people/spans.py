"""Spans of days, inclusive at both ends; an open end is null: what their models share."""

from __future__ import annotations

from datetime import date

import pghistory
from django.contrib.postgres.constraints import ExclusionConstraint
from django.contrib.postgres.fields import DateRangeField, RangeOperators
from django.db.models import F, Func, Q, Value
from django.db.models.expressions import Combinable


def on_day(day: date | Combinable, since: str, until: str) -> Q:
    """Rows whose inclusive span `since` … `until` covers `day`; a null `until` is open."""
    return Q(**{f"{since}__lte": day}) & (Q(**{f"{until}__isnull": True}) | Q(**{f"{until}__gte": day}))


def no_overlap(name: str, since: str, until: str | Combinable) -> ExclusionConstraint:
    """One person's spans share no day.

    The person is compared as a range of one number, for which a GiST index needs no extension.
    """
    until = F(until) if isinstance(until, str) else until
    return ExclusionConstraint(
        name=name,
        expressions=[
            (Func(F("person"), F("person"), Value("[]"), function="int8range"), RangeOperators.OVERLAPS),
            (
                Func(F(since), until, Value("[]"), function="daterange", output_field=DateRangeField()),
                RangeOperators.OVERLAPS,
            ),
        ],
    )


def by_statement() -> tuple[pghistory.RowEvent, ...]:
    """History written once a statement rather than once a row: an import is several times as fast."""
    level = pghistory.Statement
    return (
        pghistory.InsertEvent(level=level),
        pghistory.UpdateEvent(level=level),
        pghistory.DeleteEvent(level=level),
    )
