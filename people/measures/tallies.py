"""What is counted in a period, each defined once as a condition on employments: on `Tenure`, for contracts
without a day between are one.

A headcount is taken at the close of a day: who leaves on that day is no longer in it. So the opening
headcount is the closing headcount of the eve, and `opening + joiners − leavers = closing`.

A department's figures go by the position on the day in question: on the eve for the opening headcount, on
the last day for the closing one, on the first day for a joiner, on the last for a leaver. People also move
between departments, so there `opening + joiners + transfers in − leavers − transfers out = closing`.

The conditions by themselves (`conditions`) find whoever is counted, so that a number and the list behind it
cannot differ.
"""

from __future__ import annotations

from collections.abc import Callable, Collection, Sequence
from datetime import date, timedelta
from typing import Any

from django.contrib.postgres.fields import ArrayField
from django.db.models import (
    BooleanField,
    Count,
    DateField,
    Exists,
    ExpressionWrapper,
    F,
    FilteredRelation,
    Func,
    IntegerField,
    OuterRef,
    Q,
    QuerySet,
    Subquery,
    Sum,
    Value,
)
from django.db.models.expressions import Combinable
from django.db.models.functions import Coalesce, Greatest, Least
from django.db.models.lookups import Exact

from people.days import ONE_DAY
from people.measures.periods import Period
from people.measures.whom import DaysLater, Service
from people.models import Employment, Position, Tenure, on_day

YEAR = timedelta(days=365)
EARLY = timedelta(days=90)
EVERY = Service()

Where = Callable[[Any], Q]  #: the condition that somebody counts here on a day, which is a date or an F
Tallies = dict[str, Any]
Spans = QuerySet[Any, Any]  #: of employments, as counted: the type checker does not know about `position`


def stays(*conditions: Q) -> Spans:
    """Employments, once for each `position` held during them that meets the conditions.

    All in one `filter`: a second one would look for any other position of the person.
    """
    return Tenure.objects.alias(position=FilteredRelation("person__positions")).filter(
        Q(position__isnull=False),
        Q(left_on=None) | Q(position__since__lte=F("left_on")),
        Q(position__until=None) | Q(position__until__gte=F("hired_on")),
        *conditions,
    )


def anywhere(day: date | F) -> Q:
    return Q()


def in_position(day: date | F) -> Q:
    """For `stays`: the position is the one of that day."""
    return on_day(day, "position__since", "position__until")


def at_close(day: date) -> Q:
    """Employed on that day and the next."""
    return Q(hired_on__lte=day) & (Q(left_on=None) | Q(left_on__gt=day))


def narrowed(where: Where, service: Service) -> Where:
    return where if service == Service() else lambda day: where(day) & service.on(day)


def conditions(period: Period, today: date, where: Where) -> dict[str, Q]:
    """Whoever is counted under each name, as a condition on employments."""
    joined = Q(hired_on__range=(period.first, period.last)) & where(F("hired_on"))
    left = Q(left_on__range=(period.first, period.last)) & where(F("left_on"))
    opening = at_close(period.eve) & where(period.eve)
    closing = at_close(period.last) & where(period.last)
    before = period.last - YEAR
    return {
        "opening": opening,
        "joiners": joined,
        "leavers": left,
        "closing": closing,
        "resignations": left & Q(ending=Employment.Ending.RESIGNATION),
        "unsorted_leavers": left & Q(ending=Employment.Ending.OTHER),
        "regretted_leavers": left & Q(regretted=True),
        "regret_unsaid": left & Q(regretted=None),
        "retained": opening & (at_close(period.last) | _came_back(period)),
        "a_year_before": at_close(before) & where(before),
        "with_a_year": closing & Q(hired_on__lte=before),
        "boomerangs": joined & Q(since__gt=date.min),
        **_early("90_days", joined, EARLY, today),
        **_early("1_year", joined, YEAR, today),
    }


def of_employments(period: Period, today: date, where: Where) -> Tallies:
    return {name: _number(counted) for name, counted in conditions(period, today, where).items()}


def changed(period: Period, service: Service = EVERY) -> Q:
    """For `stays`: positions that began in the period and are another than the one that the employment had
    last, however long before that ended."""
    earlier = Position.objects.filter(person=OuterRef("person"), since__lt=OuterRef("position__since"))
    held = earlier.filter(Q(until=None) | Q(until__gte=OuterRef("hired_on")))
    same = Q(department=OuterRef("position__department"), title=OuterRef("position__title"))
    last = held.order_by("-since").values(another=ExpressionWrapper(~same, BooleanField()))[:1]
    return _begun(period, service) & Q(Exact(Subquery(last), True))


def of_changes(period: Period, service: Service = EVERY) -> Tallies:
    return {"position_changes": _number(changed(period, service))}


def transfers(period: Period, among: Collection[int] | None = None, service: Service = EVERY) -> dict[str, Q]:
    """For `stays` in departments: positions that began or ended amid an employment, in the period.

    What a department's own next or last position adjoins is no transfer; nor is a move `among` some
    departments that are looked at as one. The length of service is that on the day of the move on either
    side, so that who moves out of one department moves into another.
    """
    within = {"department": OuterRef("position__department")} if among is None else {"department__in": among}
    ended = (
        Q(position__until__isnull=False)  # or null, being not quite false, would ask what comes after it
        & Q(position__until__range=(period.eve, period.last - ONE_DAY))
        & (Q(left_on=None) | Q(left_on__gt=F("position__until")))
        & service.on(DaysLater(F("position__until"), 1))
    )
    before = _adjoining(until=OuterRef("position__since") - ONE_DAY, **within)
    after = _adjoining(since=OuterRef("position__until") + ONE_DAY, **within)
    return {
        "transfers_in": Q(_begun(period, service), ~Exists(before)),
        "transfers_out": Q(ended, ~Exists(after)),
    }


def of_transfers(period: Period, among: Collection[int] | None = None, service: Service = EVERY) -> Tallies:
    return {name: _number(moved) for name, moved in transfers(period, among, service).items()}


def of_points(period: Period, first: Combinable, last: Combinable) -> Tallies:
    """The headcounts at the period's points, summed: at how many was each there, from first to last day."""
    points = period.points()
    eve = DaysLater(first, -1)
    until = Coalesce(last, Value(period.last), output_field=DateField())
    return {"point_sum": Sum(_UpTo(Greatest(until, eve), points) - _UpTo(eve, points))}


def whole_span(period: Period, service: Service = EVERY) -> Tallies:
    return of_points(period, *serving(F("hired_on"), DaysLater(F("left_on"), -1), service))


def span_in_position(period: Period, service: Service = EVERY) -> Tallies:
    first = Greatest(F("hired_on"), F("position__since"))
    last = Least(DaysLater(F("left_on"), -1), F("position__until"))
    return of_points(period, *serving(first, last, service))


def serving(first: Combinable, last: Combinable, service: Service) -> tuple[Combinable, Combinable]:
    """Those of some days of an employment on which it has lasted so long; the last is before the first
    where it never has."""
    if service.least:
        first = Greatest(first, DaysLater(F("hired_on"), service.least))
    if service.below:
        last = Least(last, DaysLater(F("hired_on"), service.below - 1))
    return first, last


def _number(condition: Any) -> Count:
    return Count("pk", filter=condition)


def _spells(*conditions: Q, **also: Any) -> QuerySet[Tenure]:
    """Any employment of the same person."""
    return Tenure.objects.filter(*conditions, person=OuterRef("person"), **also)


def _came_back(period: Period) -> Any:
    """Left in the period, and there again at its close."""
    left = Q(left_on__isnull=False) & Q(left_on__range=(period.first, period.last))
    return left & Exists(_spells(at_close(period.last)))


def _begun(period: Period, service: Service) -> Q:
    since = F("position__since")
    begun = Q(position__since__range=(period.first, period.last)) & Q(position__since__gt=F("hired_on"))
    return begun & service.on(since)


def _adjoining(**days: Any) -> QuerySet[Position]:
    """The person's other position that adjoins this one."""
    return Position.objects.filter(person=OuterRef("person"), **days)


def _early(name: str, joined: Q, limit: timedelta, today: date) -> dict[str, Q]:
    """Those who joined long enough ago to know, and those of them who left within the limit."""
    observed = joined & Q(hired_on__lte=today - limit)
    return {
        f"observed_{name}": observed,
        f"left_within_{name}": observed & Q(left_on__lte=F("hired_on") + limit),
    }


class _UpTo(Func):
    """How many of some ascending days are no later than this one."""

    function = "width_bucket"
    output_field = IntegerField()

    def __init__(self, day: Combinable, days: Sequence[date]) -> None:
        super().__init__(day, Value(list(days), output_field=ArrayField(DateField())))
