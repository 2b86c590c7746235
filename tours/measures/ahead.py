"""What ends soon, and whether anything is agreed for the time after it."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, timedelta
from typing import Any

from django.db.models import Count, F, JSONField, Q, Subquery, Value
from django.db.models.functions import JSONObject
from django.db.models.lookups import Exact
from django.utils.translation import gettext_lazy as _

from people.measures.rates import Rate
from people.models import on_day
from tours.measures.asked import ALL, Asked, begun
from tours.models import Tour, TourQuerySet
from tours.models.dates import lasts
from tours.models.following import followed

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
        """Share ending within so many days with nothing agreed, defined here."""
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
    """Running that day, in the employment in which it began, its last day no more than so many days ahead: by
    its terms, as one side has said that it ends early, or that of the employment, as far as HR knows it.

    Annotates `over_on`.
    """
    running = begun(on, on_day(on, "spell__hired_on", "spell__left_on"), lasts(on))
    return asked.among(running.filter(Q(over_on__range=(on, on + timedelta(days=days)))), on)


def nothing_agreed(tours: TourQuerySet) -> TourQuerySet:
    """Neither signed terms beyond, nor any outcome that both confirmed: whichever, as in the lists of
    `tours.failing`, so that nobody can tell from a difference between two numbers which outcome it was. Nor
    does the employee leave before the tour's last day: as in those lists, nothing is to be agreed on then."""
    stays = Q(Exact(F("last_day"), F("over_on")))
    return tours.filter(stays, ~followed(Tour.objects.all(), "over_on")).without_outcome()


def _tallied(tours: TourQuerySet, on: date) -> Subquery:
    tallies = {f"{days}": Count("pk", filter=Q(over_on__lte=on + timedelta(days=days))) for days in WITHIN}
    rows = tours.order_by().annotate(one=Value(1)).values("one")
    return Subquery(rows.annotate(found=JSONObject(**tallies)).values("found"), output_field=JSONField())
