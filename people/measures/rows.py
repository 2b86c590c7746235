"""Several numbers in one statement."""

from __future__ import annotations

from typing import Any

from django.db.models import Func, IntegerField, QuerySet, Subquery

from people.models import Person


def count_of(rows: QuerySet[Any, Any]) -> Subquery:
    """How many there are, as a column."""
    counted = rows.order_by().annotate(how_many=_Rows()).values("how_many")
    return Subquery(counted, output_field=IntegerField())


def one_row(columns: dict[str, Subquery]) -> dict[str, Any]:
    """None of the columns is about anybody in particular. In a company of nobody there is no row, and
    nothing to find either."""
    return next(iter(row_of(columns)), {})


def row_of(columns: dict[str, Subquery]) -> QuerySet[Any, dict[str, Any]]:
    """The same, still to be asked: for `prepared`."""
    found: QuerySet[Any, dict[str, Any]] = Person.objects.order_by().values(**columns)[:1]
    return found


class _Rows(Func):
    """Of rows, not of keys: an index without the key is enough."""

    template = "count(*)"
    output_field = IntegerField()
