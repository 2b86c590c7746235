"""How long people stay: the estimate of Kaplan and Meier (1958), with its confidence.

An employment lasts from `hired_on` to `left_on`, in days between the two: who leaves on the day of hiring
lasted 0 days, who leaves a year later 365. Who is still employed on the reference day has lasted so far
(censored). Everybody hired up to then is followed from their first day, so nobody enters late.

A department's curve is of those hired into it, wherever in the company they went on to: to sort people by
where they ended up would credit a department with years spent elsewhere. So is a hiring year's of those
hired in it.
"""

from __future__ import annotations

from bisect import bisect_left, bisect_right
from collections.abc import Collection, Iterable, Iterator
from dataclasses import dataclass
from datetime import date
from itertools import accumulate, groupby
from math import exp, log, sqrt
from operator import attrgetter
from typing import Any, NamedTuple

from django.db.models import Case, Count, F, FilteredRelation, Func, IntegerField, Q, Value, When
from django.db.models.functions import ExtractYear, Least

from people.measures.tallies import Spans
from people.measures.whom import EVERYBODY, Whom
from people.models import Employment, on_day

Z = 1.959963984540054  #: the normal quantile for 95 %


class Step(NamedTuple):
    """From this many days on, `survival` of those hired are estimated to stay longer.

    `low` and `high` bound it with 95 % confidence; they are undefined once it has come down to 0.
    """

    days: int
    at_risk: int
    left: int
    survival: float
    low: float | None
    high: float | None


CERTAIN = Step(0, 0, 0, 1.0, 1.0, 1.0)  #: before anybody has left


class AtYear(NamedTuple):
    """The share estimated to stay longer than so many years, and how many had lasted at least that."""

    years: int
    at_risk: int
    survival: float
    low: float | None
    high: float | None


class Ends(NamedTuple):
    """How many employments had lasted exactly `days`: `left` had ended, the others went on."""

    days: int
    left: int
    all: int


@dataclass(frozen=True)
class Survival:
    steps: tuple[Step, ...]
    lasted: tuple[int, ...]  #: each number of days that an employment lasted, ascending …
    remaining: tuple[int, ...]  #: … and how many had lasted at least that long

    @property
    def employments(self) -> int:
        return self.remaining[0] if self.remaining else 0

    @property
    def left(self) -> int:
        return sum(step.left for step in self.steps)

    @property
    def median_days(self) -> int | None:
        """The first day by which at most half are estimated to be still there."""
        half = 0.5 + 1e-9  # four of eight is half, whatever the rounding of seven factors
        return next((step.days for step in self.steps if step.survival <= half), None)

    def at_risk(self, days: int) -> int:
        """How many lasted at least so many days, and so are known to have been able to leave then."""
        place = bisect_left(self.lasted, days)
        return self.remaining[place] if place < len(self.remaining) else 0

    def yearly(self) -> list[AtYear]:
        """The curve after each full year (of 365 days) that anybody has lasted."""
        return [self._at(years) for years in range(self.lasted[-1] // 365 + 1)] if self.lasted else []

    def _at(self, years: int) -> AtYear:
        days = years * 365
        passed = bisect_right(self.steps, days, key=lambda step: step.days)
        _days, _risk, _left, survival, low, high = self.steps[passed - 1] if passed else CERTAIN
        return AtYear(years, self.at_risk(days), survival, low, high)


NOBODY = Survival((), (), ())


def kaplan_meier(ends: Iterable[Ends]) -> Survival:
    """S(t) = product over days ≤ t of (1 − left ÷ at risk), from ends in ascending order of days.

    The band is log-log (Kalbfleisch and Prentice 1980), S^exp(±z √V ÷ log S), with Greenwood's variance
    V = sum of left ÷ (at risk × (at risk − left)).
    """
    ends = list(ends)
    gone = accumulate((end.all for end in ends), initial=0)
    total = sum(end.all for end in ends)
    remaining = [total - n for n, _end in zip(gone, ends, strict=False)]
    survival, variance = 1.0, 0.0
    steps = []
    for end, at_risk in zip(ends, remaining, strict=True):
        if not end.left:
            continue
        survival *= (at_risk - end.left) / at_risk
        variance += end.left / (at_risk * (at_risk - end.left)) if survival else 0
        steps.append(Step(end.days, at_risk, end.left, survival, *_log_log_band(survival, variance)))
    return Survival(tuple(steps), tuple(end.days for end in ends), tuple(remaining))


def curves(
    reference: date, departments: Collection[str] = (), whom: Whom = EVERYBODY
) -> dict[str | None, Survival]:
    """The company's curve, under None, and those of the departments named, if anybody was hired into them.

    Of everybody hired up to the reference day, or into `whom`'s departments; one query.
    """
    name = Case(When(position__department__name__in=departments, then=F("position__department__name")))
    rows = _hired(reference, whom)
    return {None: NOBODY, **by_group(_lasted(rows, name, reference), with_all=True)}


def curves_by_year(reference: date, years: int, whom: Whom = EVERYBODY) -> dict[int | None, Survival]:
    """Those of the last so many hiring years, the newest last, and of all years under None; one query."""
    since = reference.year - years + 1
    year = Case(When(hired_on__year__gte=since, then=ExtractYear("hired_on")))
    found = by_group(_lasted(_hired(reference, whom), year, reference), with_all=True)
    return {None: NOBODY, **dict(sorted(found.items(), key=lambda item: item[0] or 0))}


def by_group(rows: Iterable[tuple[Any, int, int, int]], *, with_all: bool = False) -> dict[Any, Survival]:
    """A curve for each group of `(group, days, left, all)` in ascending order of days; of all under None."""
    counted: dict[Any, list[Ends]] = {None: []} if with_all else {}
    for group, *row in rows:
        ends = Ends(*row)
        if group is not None:
            counted.setdefault(group, []).append(ends)
        if with_all:
            counted[None].append(ends)
    return {group: kaplan_meier(_merged(ends)) for group, ends in counted.items()}


def _hired(reference: date, whom: Whom) -> Spans:
    """Each with the `position` into which it was hired, if any."""
    into = on_day(F("hired_on"), "person__positions__since", "person__positions__until")
    hired: Spans = Employment.objects.filter(hired_on__lte=reference).alias(
        position=FilteredRelation("person__positions", condition=into)
    )
    return hired if whom.departments is None else hired.filter(position__department__in=whom.departments)


def _lasted(hired: Spans, group: Any, reference: date) -> Spans:
    lasted: Spans = (
        hired.values(group=group, days=DaysBetween(Least(F("left_on"), Value(reference)), F("hired_on")))
        .annotate(left=Count("pk", filter=Q(left_on__lte=reference)), all=Count("pk"))
        .order_by("days")
        .values_list("group", "days", "left", "all")
    )
    return lasted


def _merged(ends: list[Ends]) -> Iterator[Ends]:
    """One for each number of days, where several departments had them."""
    for days, same in groupby(ends, key=attrgetter("days")):
        _days, left, all_ = zip(*same, strict=True)
        yield Ends(days, sum(left), sum(all_))


def _log_log_band(survival: float, variance: float) -> tuple[float | None, float | None]:
    if not survival:
        return None, None
    width = Z * sqrt(variance) / log(survival)
    low, high = (exp(log(survival) * exp(sign * width)) for sign in (-1, 1))
    return low, high


class DaysBetween(Func):
    template = "(%(expressions)s)"
    arg_joiner = " - "
    output_field = IntegerField()
