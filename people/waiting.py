"""One thing that waits for somebody, as a row: rooms give queries of this shape, one statement has all."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date
from typing import Any, NamedTuple

from django.db.models import QuerySet


class Waiting(NamedTuple):
    """What kind of thing, about which row (its key, as text), with whom, and by when."""

    kind: str
    about: str
    name: str
    due_on: date | None


def all_of(rows: Sequence[QuerySet[Any, Any]]) -> list[Waiting]:
    """The rows of queries that are `values_list(kind, about, name, due_on)`, in one statement."""
    first, *others = (each.order_by() for each in rows)
    return [Waiting(*row) for row in first.union(*others, all=True)]
