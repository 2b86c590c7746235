"""Month by month: the heads at each month's end, and turnover over the twelve months up to then."""

from __future__ import annotations

from dataclasses import dataclass, replace
from datetime import date
from itertools import accumulate

from django.db.models import Count, DateField, F, Q, Value
from django.db.models.expressions import Combinable
from django.db.models.functions import Cast, Greatest, Least, TruncMonth
from django.utils.translation import gettext_lazy as _

from people.days import ONE_DAY
from people.measures.counts import Counts
from people.measures.periods import is_month_end, month_end, month_ends, months_before
from people.measures.rates import NOBODY_AT_OPENING, Rate, resignation_rate, turnover_rate
from people.measures.tallies import EVERY, Spans, Where, anywhere, in_position, narrowed, serving, stays
from people.measures.whom import DaysLater, Whom
from people.models import Employment, Tenure

YEAR = 12
NOBODY_A_YEAR_EARLIER = _("The headcount was 0 twelve months before the month’s end.")


@dataclass(frozen=True)
class Month:
    """A month's end; the rates are of the twelve months up to it."""

    end: date
    headcount: int
    turnover: Rate
    resignations: Rate


@dataclass
class Flow:
    """What a month brought to a headcount, and how many of those who went left the company."""

    net: int = 0
    leavers: int = 0
    resignations: int = 0
    unsorted: int = 0


def of(whom: Whom, last: date, months: int = 36) -> list[Month]:
    """The last so many whole months up to a day, of those asked about; one query.

    In departments by the position on each day.
    """
    spans: Spans = Tenure.objects.all()
    where: Where = anywhere
    first: Combinable = F("hired_on")
    until: Combinable = DaysLater(F("left_on"), -1)
    if whom.places is not None:
        spans, where = stays(Q(position__department__in=whom.places)), in_position
        first = Greatest(F("hired_on"), F("position__since"))
        until = Least(DaysLater(F("left_on"), -1), F("position__until"))
    first, until = serving(first, until, whom.service)
    gone = DaysLater(until, 1)
    if whom.service != EVERY:  # some never come to it, or are elsewhere by then
        spans = spans.alias(first=first, gone=gone).filter(Q(gone=None) | Q(gone__gte=F("first")))
    return _trend(spans, first, gone, narrowed(where, whom.service), last, months)


def _trend(
    spans: Spans, first: Combinable, gone: Combinable, where: Where, last: date, months: int
) -> list[Month]:
    last = last if is_month_end(last) else months_before(last, 1)
    start = months_before(last, months - 1 + YEAR)
    ends = [start, *month_ends(start + ONE_DAY, last)]
    flows = {end: Flow() for end in ends}
    left = where(F("left_on"))
    came = _by_month(spans, 1, first, start, last, left)
    went = _by_month(spans, -1, gone, start, last, left)
    for sign, month, number, *leavers in came.union(went, all=True):
        flow = flows[month_end(month)]
        flow.net += sign * number
        if sign < 0:
            flow.leavers, flow.resignations, flow.unsorted = leavers
    heads = list(accumulate(flow.net for flow in flows.values()))
    return [
        _month(end, heads[n - YEAR : n + 1], [flows[day] for day in ends[n - YEAR + 1 : n + 1]])
        for n, end in enumerate(ends)
        if n >= YEAR
    ]


def _by_month(spans: Spans, sign: int, day: Combinable, start: date, last: date, left: Q) -> Spans:
    """How many of these days fell into each month; what came before goes to the first."""
    resigned, other = Q(ending=Employment.Ending.RESIGNATION), Q(ending=Employment.Ending.OTHER)
    first = Cast(TruncMonth("day"), DateField())  # which is a moment in SQL, and would stay one in GREATEST
    flows: Spans = (
        spans.alias(day=day)
        .filter(day__lte=last)
        .values(sign=Value(sign), month=Greatest(first, Value(start.replace(day=1))))
        .annotate(number=Count("pk"), leavers=Count("pk", filter=left))
        .annotate(resigned=Count("pk", filter=left & resigned), unsorted=Count("pk", filter=left & other))
        .values_list("sign", "month", "number", "leavers", "resigned", "unsorted")
    )
    return flows


def _month(end: date, heads: list[int], flows: list[Flow]) -> Month:
    """From the 13 headcounts and 12 flows of the year up to it, which is not the period of the page: so why
    there is no rate is said of the twelve months."""
    year = Counts(
        points=len(heads),
        point_sum=sum(heads),
        opening=heads[0],
        leavers=sum(flow.leavers for flow in flows),
        resignations=sum(flow.resignations for flow in flows),
        unsorted_leavers=sum(flow.unsorted for flow in flows),
    )
    rates = (rate(year) for rate in (turnover_rate, resignation_rate))
    return Month(end, heads[-1], *(_of_twelve_months(rate) for rate in rates))


def _of_twelve_months(rate: Rate) -> Rate:
    return replace(rate, reason=NOBODY_A_YEAR_EARLIER) if rate.reason == NOBODY_AT_OPENING else rate
