"""In SQL: one of the keys of some rows, which are found before anything else is asked."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from typing import Any

from django.contrib.postgres.expressions import ArraySubquery
from django.contrib.postgres.fields import ArrayField
from django.db.models import BigIntegerField, BooleanField, F, Func, QuerySet, Value
from django.db.models.functions import Cast


def among(rows: QuerySet[Any, Any], name: str = "pk", key: str = "pk") -> Func:
    """In SQL: what stands under that name is the key of one of these rows, or what they have as that key.

    The same as `name__in`, by way of a list that is made before the rest is looked at. As a join, or with IN,
    it would be for Postgres to choose where to begin: large statements it plans piece by piece, and of dates
    on which only people's time zones decide it guesses wrongly; so it would ask what is asked row by row of
    every tour there ever was.
    """
    return _any(name, ArraySubquery(rows.order_by().values(key)))


def one_of(name: str, keys: Sequence[int]) -> Func:
    """In SQL: what stands under that name is one of the keys; the same words for any number of them."""
    return _any(name, array(keys))


def array(keys: Sequence[int]) -> Cast:
    """In SQL: by way of a text, which Postgres reads in no time. Of thousands of values it looks at each
    while it plans, and so does Django."""
    return Cast(Value(in_braces(keys)), ArrayField(BigIntegerField()))


def in_braces(keys: Iterable[int]) -> str:
    return f"{{{','.join(map(str, keys))}}}"


def _any(name: str, keys: Any) -> Func:
    return Func(
        F(name), keys, arg_joiner=" = ANY(", template="(%(expressions)s))", output_field=BooleanField()
    )
