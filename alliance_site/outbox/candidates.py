"""What an occasion may concern by its dates alone, found before anything else is asked about it."""

from __future__ import annotations

from typing import Any

from django.contrib.postgres.expressions import ArraySubquery
from django.db.models import BooleanField, F, Func, QuerySet


class _Among(Func):
    arg_joiner = " = ANY ("
    template = "%(expressions)s)"


def among(rows: QuerySet[Any], name: str = "pk", key: str = "pk") -> _Among:
    """In SQL: what stands under that name is the key of one of these rows, or what they have as that key.

    They are made into one list before the rest is looked at. As a join, or with IN, it would be for Postgres
    to choose where to begin; and what it guesses of dates on which only people's time zones decide, and of
    questions that are asked row by row, made it ask these of every tour there ever was.
    """
    listed = ArraySubquery(rows.order_by().values(key))
    return _Among(F(name), listed, output_field=BooleanField())
