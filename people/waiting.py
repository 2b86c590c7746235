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


def put_together(rows: Sequence[QuerySet[Any, Any]]) -> QuerySet[Any, Any]:
    """In one statement what queries of that shape have; each row makes a `Waiting`."""
    first, *others = (each.order_by() for each in rows)
    return first.union(*others, all=True)
