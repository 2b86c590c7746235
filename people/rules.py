"""What the database keeps to in several tables: days that do not overlap, and a history."""

from __future__ import annotations

import pghistory
from django.contrib.postgres.constraints import ExclusionConstraint
from django.contrib.postgres.fields import DateRangeField, RangeOperators
from django.db.models import F, Func, Value


def no_overlap(name: str, since: str, until: str) -> ExclusionConstraint:
    """One person's spans share no day.

    The person is compared as a range of one number, for which a GiST index needs no extension.
    """
    return ExclusionConstraint(
        name=name,
        expressions=[
            (Func(F("person"), F("person"), Value("[]"), function="int8range"), RangeOperators.OVERLAPS),
            (
                Func(F(since), F(until), Value("[]"), function="daterange", output_field=DateRangeField()),
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
