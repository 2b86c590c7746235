"""What ends soon, and whether anything is agreed for the time after it."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, timedelta
from typing import Any

from django.db.models import Count, Exists, JSONField, OuterRef, Q, Subquery, Value
from django.db.models.functions import JSONObject
from django.utils.translation import gettext_lazy as _

from people.measures.rates import Rate
from people.models import Tenure
from tours.measures.asked import ALL, Asked
from tours.models import Tour, TourQuerySet
from tours.models.dates import LAST_DAY

WITHIN = (30, 60, 90, 180)  #: days
NOTHING_ENDS = _("No tour ends in these days.")


@dataclass(frozen=True)
class EndingSoon:
    """Running tours whose last day comes within so many days, and those of them with nothing agreed."""

    days: int
    ending: int
    nothing_agreed: int

    @property
    def share(self) -> Rate:
        """Share ending within so many days with nothing agreed (domain.md, "By tour")."""
        return Rate(self.nothing_agreed, self.ending, "" if self.ending else NOTHING_ENDS)


def columns(on: date, asked: Asked = ALL) -> dict[str, Subquery]:
    """As things stand that day, as columns of any one row, for `read`."""
    soon = ending(on, WITHIN[-1], asked)
    return {"ending": _tallied(soon, on), "nothing_agreed": _tallied(nothing_agreed(soon), on)}


def read(row: dict[str, Any]) -> list[EndingSoon]:
    """For each of `WITHIN`, cumulative."""
    numbers = [(row.get(name) or {}) for name in ("ending", "nothing_agreed")]
    return [EndingSoon(days, *(found.get(f"{days}", 0) for found in numbers)) for days in WITHIN]


def ending(on: date, days: int, asked: Asked = ALL) -> TourQuerySet:
    """Running that day, in the employment in which it began, its last day no more than so many days ahead.

    Annotates `last_day`.
    """
    by = on + timedelta(days=days)
    running = Tour.objects.by_terms_active(on).agreed().annotate(last_day=LAST_DAY)
    return asked.among(running.filter(_in_this_employment(on), last_day__lte=by), on)


def _in_this_employment(on: date) -> Exists:
    """Of the employment of that day: who comes back takes no tour of an earlier one up again, whatever its
    terms say."""
    found = Tenure.objects.current(on).filter(since__lte=OuterRef("in_force__starts_on"))
    return Exists(found.filter(person=OuterRef("employee")))


def nothing_agreed(tours: TourQuerySet) -> TourQuerySet:
    """Neither signed terms beyond, nor any outcome that both confirmed: the same as in the lists of
    `tours.failing`, so that nobody can tell from a difference between two numbers which outcome it was."""
    return tours.with_nothing_agreed_beyond().without_outcome()


def _tallied(tours: TourQuerySet, on: date) -> Subquery:
    tallies = {f"{days}": Count("pk", filter=Q(last_day__lte=on + timedelta(days=days))) for days in WITHIN}
    rows = tours.order_by().annotate(one=Value(1)).values("one")
    return Subquery(rows.annotate(found=JSONObject(**tallies)).values("found"), output_field=JSONField())
