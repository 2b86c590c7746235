"""In SQL: one of a few keys, found first and then looked up."""

from __future__ import annotations

from typing import Any

from django.contrib.postgres.expressions import ArraySubquery
from django.db.models import BooleanField, F, Func, QuerySet


def one_of(path: str, keys: QuerySet[Any, Any]) -> Func:
    """A condition: what stands under that path is among these keys, `values()` of one column.

    The same as `path__in`, by way of an array. A large statement Postgres plans piece by piece, and may put
    a subquery of few rows last, after it has read all that they are to be found among; an array is there
    before, and each key of it is looked up in the index. For some hundred keys, not for thousands.
    """
    return Func(
        F(path),
        ArraySubquery(keys),
        arg_joiner=" = ANY(",
        template="(%(expressions)s))",
        output_field=BooleanField(),
    )
