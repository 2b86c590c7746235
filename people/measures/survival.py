"""How long people stay: the estimate of Kaplan and Meier (1958), with its confidence.

An employment lasts from `hired_on` to `left_on`, in days between the two: who leaves on the day of hiring
lasted 0 days, who leaves a year later 365. Who is still employed on the reference day has lasted so far
(censored). Everybody hired up to then is followed from their first day, so nobody enters late.

A department's curve is of those hired into it, wherever in the company they went on to: to sort people by
where they ended up would credit a department with years spent elsewhere.
"""

from __future__ import annotations

from bisect import bisect_left, bisect_right
from collections.abc import Collection, Iterable, Iterator
from dataclasses import dataclass
from datetime import date
from itertools import accumulate, groupby
from math import exp, log, sqrt
from operator import attrgetter
from typing import NamedTuple

from django.db.models import Case, Count, F, FilteredRelation, Func, IntegerField, Q, Value, When
from django.db.models.functions import Least

from people.measures.tallies import Spans
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


def curves(reference: date, departments: Collection[str] = ()) -> dict[str | None, Survival]:
    """The company's curve, under None, and those of the departments named, if anybody was hired into them.

    Of everybody hired up to the reference day; one query.
    """
    counted: dict[str | None, list[Ends]] = {None: []}
    for name, *row in _ends(reference, departments):
        ends = Ends(*row)
        if name is not None:
            counted.setdefault(name, []).append(ends)
        counted[None].append(ends)
    return {name: kaplan_meier(_merged(ends)) for name, ends in counted.items()}


def _ends(reference: date, departments: Collection[str]) -> Spans:
    hired_into = on_day(F("hired_on"), "person__positions__since", "person__positions__until")
    name = F("position__department__name")
    ends: Spans = (
        Employment.objects.filter(hired_on__lte=reference)
        .alias(position=FilteredRelation("person__positions", condition=hired_into))
        .values(
            department=Case(When(position__department__name__in=departments, then=name)),
            days=_DaysBetween(Least(F("left_on"), Value(reference)), F("hired_on")),
        )
        .annotate(left=Count("pk", filter=Q(left_on__lte=reference)), all=Count("pk"))
        .order_by("days")
        .values_list("department", "days", "left", "all")
    )
    return ends


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


class _DaysBetween(Func):
    template = "(%(expressions)s)"
    arg_joiner = " - "
    output_field = IntegerField()
