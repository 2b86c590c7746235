"""Of whom a figure is: of everybody, or of those in some departments, or with some length of service.

Both are asked of a day, the same way for every figure: where somebody works that day, and for how long the
present employment has lasted by then. So people pass from one length of service to the next without joining
or leaving.
"""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass
from datetime import date, timedelta
from typing import Any, Self

from django.db.models import DateField, Exists, Func, OuterRef, Q
from django.db.models.expressions import Combinable, RawSQL

from people import tree
from people.few import one_of
from people.models import Position, Tenure, on_day
from people.prepared import Choice


class DaysLater(Func):
    """A day so many days later, as a date: Django's own addition of days makes a moment of it."""

    template = "(%(expressions)s + %(days)s)"
    output_field = DateField()

    def __init__(self, day: Combinable, days: int) -> None:
        super().__init__(day, days=days)


@dataclass(frozen=True)
class Service(Choice):
    """At least so many days since the day of hiring, and fewer than so many."""

    least: int = 0
    below: int | None = None

    def on(self, day: date | Combinable) -> Q:
        """The condition on employments, of which nobody is asked before they are hired."""
        found = Q(hired_on__lte=_days_before(day, self.least)) if self.least else Q()
        return found & Q(hired_on__gt=_days_before(day, self.below)) if self.below else found


@dataclass(frozen=True)
class Whom:
    """`departments` by their keys; None for all, and for those who work in none. `below`: only whom that
    person manages on that day, by however many steps; for what was on other days, such as the end of a tour,
    also who has left the company meanwhile, but not before `left_since`."""

    departments: tuple[int, ...] | None = None
    service: Service = Service()
    below: tuple[int, date] | None = None
    left_since: date | None = None

    @classmethod
    def of(cls, departments: Collection[int] | None, service: Service | None = None) -> Self:
        return cls(None if departments is None else tuple(departments), service or Service())

    @property
    def places(self) -> tuple[int, ...] | None:
        """`departments`, for a figure that can be of these, but not of those below somebody: it would be of
        the whole company then, which a manager may not read."""
        if self.below:
            raise ValueError("This figure cannot be narrowed to those below somebody.")
        return self.departments

    def works(self, person: str, day: date | Combinable) -> Q:
        """In a query with that path to a person: they are of those asked about on the day, which may be an
        `OuterRef` to a column of it. Everybody is, where nothing is asked, whether employed or not."""
        found = Q()
        if self.below:
            found &= Q(**{f"{person}__in": self._team(*self.below, day)}) & ~Q(**{person: self.below[0]})
        if self.service != Service():
            spells = Tenure.objects.filter(self.service.on(day), on_day(day, "hired_on", "left_on"))
            found &= Q(Exists(spells.filter(person=OuterRef(person))))
        if self.departments is not None:
            here = one_of("department", self.departments)
            places = Position.objects.filter(on_day(day, "since", "until"), here)
            found &= Q(Exists(places.filter(person=OuterRef(person))))
        return found

    def _team(self, manager: int, today: date, day: date | Combinable) -> RawSQL:
        if self.left_since is None or isinstance(day, date):
            return tree.self_and_below(manager, today)
        return tree.below_or_left(manager, today, self.left_since)


EVERYBODY = Whom()


def _days_before(day: Any, days: int) -> Any:
    return day - timedelta(days=days) if isinstance(day, date) else DaysLater(day, -days)
