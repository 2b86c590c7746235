"""The tours that somebody may know of, in order, however many there are: as a paginator wants them."""

from __future__ import annotations

from functools import cached_property
from typing import Any

from django.db.models import BooleanField, Count, ExpressionWrapper, Q, QuerySet

from tours.models import Tour, TourQuerySet
from tours.models.states import GIVEN_UP, ON_THE_WAY

State = Tour.State

#: In which order they stand: as a whole, and within each.
PARTS = (
    (ON_THE_WAY, ("-pk",)),
    ((State.AGREED, State.ENDED_EARLY), ("-first_day", "-pk")),
    (GIVEN_UP, ("-pk",)),
)

#: The same as one order, for few. What came to nothing has no date to sort by, and would stand first.
IN_ORDER = (
    ExpressionWrapper(Q(state__in=GIVEN_UP), output_field=BooleanField()),
    "-first_day",
    "-pk",
)


class InOrder:
    """What is on its way; then what has or had force, the last to begin first; then what came to nothing.

    A query for each, which an index has in order: one for all would sort every tour of the company.
    """

    def __init__(self, tours: TourQuerySet) -> None:
        self.tours = tours.order_by()

    @cached_property
    def numbers(self) -> list[int]:
        """How many there are in each part; one query."""
        of: dict[str, int] = dict(self.tours.values_list("state").annotate(Count("pk")))
        return [sum(of.get(state, 0) for state in states) for states, _order in PARTS]

    def count(self) -> int:
        return sum(self.numbers)

    def __getitem__(self, places: slice) -> QuerySet[Any, Any]:
        """The keys of those at these places, as a query that is not asked yet."""
        found = []
        first, beyond = places.start, places.stop
        for (states, order), number in zip(PARTS, self.numbers, strict=True):
            if first < number and beyond > 0:
                part = self.tours.filter(state__in=states).order_by(*order).values("pk")
                found.append(part[max(first, 0) : min(beyond, number)])
            first, beyond = first - number, beyond - number
        if not found:
            return self.tours.none().values("pk")
        return found[0].union(*found[1:], all=True) if found[1:] else found[0]
