"""The list of people: which of them somebody looks for, how many those are, and who stands on a page."""

from __future__ import annotations

from datetime import date
from typing import Any, NamedTuple

from django.core.paginator import Page, Paginator
from django.db.models import Exists, IntegerField, OuterRef, QuerySet, Subquery
from django.utils.functional import cached_property

from people.models import Person, PersonQuerySet, Position, ReportingLine
from people.prepared import prepared

A_PAGE = 50
MOST = 2000


class Asked(NamedTuple):
    """Who looks, and for whom."""

    viewer: Person
    today: date
    show: str = ""
    name: str = ""
    department: str = ""

    def found(self) -> PersonQuerySet:
        found: PersonQuerySet = Person.objects.visible_to(self.viewer, self.today)
        if self.name:
            found = found.filter(name__icontains=self.name)
        if self.department:
            found = found.filter(pk__in=self._there().values("person"))
        if self.show == "all":
            return found
        if self.show == "left":
            return found.left(self.today)
        found = found.employed(self.today)
        if self.show == "unmanaged":
            lines = ReportingLine.objects.current(self.today).filter(person=OuterRef("pk"))
            found = found.filter(~Exists(lines))
        return found

    def _there(self) -> QuerySet[Position]:
        """Today's positions in the department; of who has left, the last: none begins after it."""
        there = Position.objects.filter(department__name__iexact=self.department)
        today = there.current(self.today)
        if self.show not in ("left", "all"):
            return today
        later = Position.objects.filter(person=OuterRef("person"), since__gt=OuterRef("since"))
        last = there.filter(~Exists(later), person__in=Person.objects.left(self.today))
        return last if self.show == "left" else today | last


class HowMany(Subquery):
    """In SQL: the number of these rows."""

    template = "(SELECT COUNT(*) FROM (%(subquery)s) AS counted)"
    output_field = IntegerField()


def _how_many(*asked: Any) -> QuerySet[Person, int]:
    """In one row, which is the viewer's: what is prepared is a query set."""
    found = Asked(*asked)
    counted = HowMany(found.found().values("pk")[:MOST])
    number: QuerySet[Person, int] = Person.objects.filter(pk=found.viewer.pk).values_list(counted, flat=True)
    return number


def _first(*asked: Any) -> PersonQuerySet:
    return _in_order(Asked(*asked))[:A_PAGE]


def _in_order(asked: Asked) -> PersonQuerySet:
    return asked.found().with_position(asked.today).in_order().only("name")


#: For whoever searches for no words, as nearly everybody does: what is prepared is kept for each of them.
_how_many_in_all, _first_in_all = prepared(_how_many), prepared(_first)


@prepared
def _managed_by(viewer: Person, on: date) -> QuerySet[ReportingLine, int]:
    return ReportingLine.objects.current(on).filter(manager=viewer).values_list("pk", flat=True)[:1]


def manages(viewer: Person, on: date) -> bool:
    return bool(_managed_by(viewer, on))


class ShortPaginator(Paginator):  # type: ignore[type-arg]
    """Counts and turns no further than people do: a list is as fast in a large company as in a small one."""

    def __init__(self, asked: Asked) -> None:
        super().__init__((), A_PAGE)
        self.asked = asked
        self.searched = bool(asked.name or asked.department)

    @cached_property
    def count(self) -> int:
        [number] = (_how_many if self.searched else _how_many_in_all)(*self.asked)
        return number

    def page(self, number: int | str) -> Page[Person]:
        number = self.validate_number(number)
        if number == 1 and not self.searched:
            return Page(_first_in_all(*self.asked), 1, self)
        end = number * A_PAGE
        return Page(_in_order(self.asked)[end - A_PAGE : min(end, self.count)], number, self)
