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
from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from functools import partial
from itertools import accumulate, compress
from math import exp, inf, log, sqrt
from operator import mul, neg, sub, truediv
from typing import Any, NamedTuple

from django.db.models import (
    Case,
    Count,
    Expression,
    F,
    Field,
    FilteredRelation,
    Func,
    IntegerField,
    Q,
    QuerySet,
    Subquery,
    Value,
    When,
)
from django.db.models.functions import Cast, ExtractYear, Least

from people.few import array, one_of
from people.measures.rows import row_of
from people.measures.tallies import Spans
from people.measures.whom import EVERYBODY, Whom
from people.models import Tenure, on_day
from people.prepared import prepared

LASTED = ("days", "left", "all")  #: how many of a group had left after so many days, and all
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


class AtYear(NamedTuple):
    """The share estimated to stay longer than so many years, and how many had lasted at least that.

    `low` and `high` are undefined before anybody has left, for logarithms bound no certainty, and once it has
    come down to 0.
    """

    years: int
    at_risk: int
    survival: float
    low: float | None
    high: float | None


@dataclass(frozen=True)
class Survival:
    """In columns: of the thousands of steps of a large company few are drawn or told, and only of these is
    the band reckoned."""

    lasted: Sequence[int] = ()  #: each number of days that an employment lasted, ascending …
    remaining: Sequence[int] = ()  #: … and how many had lasted at least that long
    days: Sequence[int] = ()  #: those of them after which anybody left …
    leavers: Sequence[int] = ()  #: … how many …
    survival: Sequence[float] = ()  #: … the share estimated to stay longer …
    variance: Sequence[float] = ()  #: … and Greenwood's sum, from which the band follows

    @property
    def employments(self) -> int:
        return self.remaining[0] if self.remaining else 0

    @property
    def left(self) -> int:
        return sum(self.leavers)

    @property
    def steps(self) -> list[Step]:
        rows = zip(self.days, self.leavers, self.survival, strict=True)
        return [
            Step(days, self.at_risk(days), left, survival, *self.band(n))
            for n, (days, left, survival) in enumerate(rows)
        ]

    @property
    def median_days(self) -> int | None:
        """The first day by which at most half are estimated to be still there."""
        half = 0.5 + 1e-9  # four of eight is half, whatever the rounding of seven factors
        place = bisect_left(self.survival, -half, key=neg)  # which only falls
        return self.days[place] if place < len(self.days) else None

    def band(self, n: int) -> tuple[float | None, float | None]:
        """From where to where that step's share is known with 95 % confidence."""
        return _log_log_band(self.survival[n], self.variance[n])

    def at_risk(self, days: int) -> int:
        """How many lasted at least so many days, and so are known to have been able to leave then."""
        place = bisect_left(self.lasted, days)
        return self.remaining[place] if place < len(self.remaining) else 0

    def yearly(self) -> list[AtYear]:
        """The curve after each full year (of 365 days) that anybody has lasted."""
        return [self._at(years) for years in range(self.lasted[-1] // 365 + 1)] if self.lasted else []

    def _at(self, years: int) -> AtYear:
        days = years * 365
        passed = bisect_right(self.days, days) - 1
        if passed < 0:  # before anybody has left
            return AtYear(years, self.at_risk(days), 1.0, None, None)
        return AtYear(years, self.at_risk(days), self.survival[passed], *self.band(passed))


NOBODY = Survival()


def kaplan_meier(lasted: Sequence[int], left: Sequence[int], every: Sequence[int]) -> Survival:
    """S(t) = product over days ≤ t of (1 − left ÷ at risk), from how many employments lasted each number of
    days, ascending: how many of them had `left` by then, and how many there were with those that went on.

    The band is log-log (Kalbfleisch and Prentice 1980), S^exp(±z √V ÷ log S), with Greenwood's variance
    V = sum of left ÷ (at risk × (at risk − left)).
    """
    total = sum(every)
    remaining = list(accumulate(every[:-1], sub, initial=total)) if every else []
    leavers, at_risk = list(compress(left, left)), list(compress(remaining, left))
    staying = list(map(sub, at_risk, leavers))
    # Once nobody is left there is nothing more to sum up.
    stayed = [*staying[:-1], *(stay or inf for stay in staying[-1:])]
    greenwood = map(truediv, leavers, map(mul, at_risk, stayed))
    return Survival(
        lasted,
        remaining,
        days=list(compress(lasted, left)),
        leavers=leavers,
        survival=list(accumulate(map(truediv, staying, at_risk), mul)),
        variance=list(accumulate(greenwood)),
    )


def curves(
    reference: date, departments: Collection[str] = (), whom: Whom = EVERYBODY
) -> dict[str | None, Survival]:
    """The company's curve, under None, and those of the departments named, if anybody was hired into them.

    Of everybody hired up to the reference day, or into `whom`'s departments; one query.
    """
    name = Case(When(position__department__name__in=departments, then=F("position__department__name")))
    lasted = in_columns(_lasted(_hired(reference, whom), name, reference))
    return {None: NOBODY, **by_group(lasted, with_all=True)}


def curves_of_parts(
    reference: date, parts: Mapping[str, Collection[int]], whom: Whom = EVERYBODY
) -> tuple[Survival, dict[str, Survival]]:
    """The curve of all who are asked about, and those of their `parts` into which anybody was hired: each a
    department with those below it, by their keys. Together the parts have all departments of those asked
    about, of which there can be thousands; one query."""
    names = [*parts]
    known = {key: n for n, part in enumerate(parts.values()) for key in part}
    keys = sorted(known)
    numbers = [known[key] for key in keys]
    beyond = [key + 1 for key in keys[-1:]]  # a department made since they were read is in no part
    found = by_group(_by_part(reference, whom, keys + beyond, numbers), with_all=True)
    everybody = found.pop(None)
    return everybody, {names[n]: curve for n, curve in found.items()}


def curves_by_year(reference: date, years: int, whom: Whom = EVERYBODY) -> dict[int | None, Survival]:
    """Those of the last so many hiring years, the newest last, and of all years under None; one query."""
    found = by_group(_by_year(reference, date(reference.year - years + 1, 1, 1), whom), with_all=True)
    return {None: NOBODY, **dict(sorted(found.items(), key=lambda item: item[0] or 0))}


@partial(prepared, keep_plan=False)
def _by_part(reference: date, whom: Whom, keys: list[int], numbers: list[int]) -> QuerySet[Any, Any]:
    return in_columns(_lasted(_hired(reference, whom), _Part(array(keys), array(numbers)), reference))


@partial(prepared, keep_plan=False)
def _by_year(reference: date, since: date, whom: Whom) -> QuerySet[Any, Any]:
    year = Case(When(hired_on__gte=since, then=Cast(ExtractYear("hired_on"), IntegerField())))
    return in_columns(_lasted(_hired(reference, whom), year, reference))


def in_columns(lasted: Spans) -> QuerySet[Any, Any]:
    """What is `LASTED`, for `by_group`: to make rows of it, ten thousand, takes Django longer than all that
    follows."""
    return row_of({"groups": _Groups(lasted)})


def by_group(lasted: QuerySet[Any, Any], *, with_all: bool = False) -> dict[Any, Survival]:
    """A curve for each group; of all under None."""
    row: Any = next(iter(lasted), {"groups": None})
    groups = row["groups"] or []
    found = {group: kaplan_meier(*columns) for group, *columns in groups if group is not None}
    return {**found, None: kaplan_meier(*_together(groups))} if with_all else found


def _hired(reference: date, whom: Whom) -> Spans:
    """Each with the `position` into which it was hired, if any."""
    into = on_day(F("hired_on"), "person__positions__since", "person__positions__until")
    hired: Spans = Tenure.objects.filter(hired_on__lte=reference).alias(
        position=FilteredRelation("person__positions", condition=into)
    )
    return hired if whom.places is None else hired.filter(one_of("position__department", whom.places))


def _lasted(hired: Spans, group: Any, reference: date) -> Spans:
    days = DaysBetween(Least(F("left_on"), Value(reference)), F("hired_on"))
    lasted: Spans = hired.values(group=group, days=days).annotate(
        left=Count("pk", filter=Q(left_on__lte=reference)), all=Count("pk")
    )
    return lasted


def _together(groups: Sequence[Any]) -> tuple[list[int], list[int], list[int]]:
    """Of all groups, of which several can have had the same number of days."""
    longest = max((lasted[-1] for _group, lasted, *_counts in groups), default=-1)
    left, every = [0] * (longest + 1), [0] * (longest + 1)
    for _group, *columns in groups:
        for days, gone, all_ in zip(*columns, strict=True):
            left[days] += gone
            every[days] += all_
    lasted = list(compress(range(longest + 1), every))
    return lasted, list(compress(left, every)), list(compress(every, every))


def _log_log_band(survival: float, variance: float) -> tuple[float | None, float | None]:
    if not survival:
        return None, None
    logarithm = log(survival)
    width = Z * sqrt(variance) / logarithm
    return exp(logarithm * exp(-width)), exp(logarithm * exp(width))


class DaysBetween(Func):
    template = "(%(expressions)s)"
    arg_joiner = " - "
    output_field = IntegerField()


class _Groups(Subquery):
    """In one value, which the driver reads: each group with its columns, which go by days."""

    template = (
        '(SELECT JSON_AGG(told ORDER BY "group")'
        ' FROM (SELECT "group", JSON_BUILD_ARRAY("group", %(columns)s) AS told'
        ' FROM (%(subquery)s) lasted GROUP BY "group") each)'
    )
    output_field = Field()

    def __init__(self, lasted: Spans) -> None:
        columns = (f'ARRAY_AGG("{name}" ORDER BY "days")' for name in LASTED)
        super().__init__(lasted, columns=", ".join(columns))


class _Part(Func):
    """The number beside the key of the department, among ascending keys: looked up, where a condition for
    each of thousands would be tried one after the other. Beside the last key stands none."""

    template = "(%(expressions)s]"
    arg_joiner = ")["
    output_field = IntegerField()

    def __init__(self, keys: Expression, numbers: Expression) -> None:
        super().__init__(numbers, Func(F("position__department"), keys, function="width_bucket"))
