"""Whether check-ins take place in time: from days and states alone, never from what anybody said."""

from __future__ import annotations

from datetime import date, timedelta
from functools import partial, reduce
from operator import or_
from typing import Any

from django.db.models import Count, Exists, F, OuterRef, Q, QuerySet
from django.db.models.functions import TruncQuarter
from django.db.models.lookups import GreaterThan
from django.utils.translation import gettext_lazy as _

from feedback.figures.quarters import Quarter
from feedback.models import CheckIn, Kind
from feedback.models.checkins import BY_RHYTHM, CheckInQuerySet
from people.days import ONE_DAY
from people.measures.periods import Period
from people.measures.rates import Rate
from people.measures.rows import count_of, row_of
from people.measures.whom import Whom
from people.models import Employment, ReportingLine, on_day
from people.prepared import prepared
from tours.measures.asked import ALL, Asked
from tours.models import NextStep, Parting, Side, Signature, Terms, Tour
from tours.models.partings import end_said_on

NOTHING_DUE = _("No check-in that was due in the period has come to the end of its time.")
TOO_FEW = _(
    "No quarter that lies wholly in the period, and ended a month ago or earlier, has "
    "check-ins of at least %(least)s people."
)
SETTLED = timedelta(days=31)  #: after a quarter: it is over everywhere, and who left in it is recorded

HAD = Q(revealed_on__isnull=False)
IN_TIME = Q(revealed_on__lte=F("lapses_on"))


def on_time(period: Period, today: date, asked: Asked = ALL, manager: int | None = None) -> Rate:
    """Check-in completion on time, defined here = of the check-ins due in the period whose time, grace
    included, was over by yesterday: the share that both sides had completed within it. Of all, or of those
    with one `manager`; one query."""
    row = next(iter(_numbers(period, today, asked, manager)), {})
    part, whole = row.pop("in_time", 0), sum(row.values())
    return Rate(part, whole, "" if whole else NOTHING_DUE)


@partial(prepared, keep_plan=False)
def _numbers(period: Period, today: date, asked: Asked, manager: int | None) -> QuerySet[Any, dict[str, Any]]:
    """Those had, and each kind of the others by itself: of most of them an index knows all that is asked."""
    of_all = _over(period, today, asked)
    if manager is not None:
        of_all = of_all.filter(manager=manager)
    could_be = of_all.filter(_could_be_had())
    found = {"in_time": of_all.filter(IN_TIME), "had": of_all.filter(HAD)}
    found |= {kind: could_be.filter(condition) for kind, condition in _asked_for().items()}
    return row_of({name: count_of(rows) for name, rows in found.items()})


def on_time_of_others(period: Period, today: date, whom: Whom, reader: int, least: int) -> Rate:
    """The same of what others than the reader have with those asked about; for whoever may know of them as
    counts alone. One query.

    A quarter of the calendar counts whole or not at all, if its check-ins are of at least `least` people, and
    of all types of tour: so neither a day, nor what two periods or two types differ in, tells of one. A
    check-in belongs to the quarter in which its time ends, for what is due may have months left, and a
    quarter that is shown must not grow by one of them. Of those who have left, a quarter is of whoever was
    employed in it, wherever the period begins. But whom it is of is who is below the reader today: whoever
    comes or goes takes their check-ins along, so two looks before and after may tell of one.
    """
    counted = [row for row in _by_quarter(period, today, whom, reader) if row["people"] >= least]
    if not counted:
        return Rate(0, 0, TOO_FEW % {"least": least})
    return Rate(sum(row["in_time"] for row in counted), sum(row["all"] for row in counted))


def _by_quarter(period: Period, today: date, whom: Whom, reader: int) -> Any:
    """Of each quarter that lies in the period, of what came to the end of its time in it."""
    first = Quarter.of(period.eve).next.first
    beyond = min(Quarter.of(period.last + ONE_DAY), Quarter.of(today - SETTLED)).first
    if first >= beyond:
        return []
    return _of_quarters(Period(first, beyond - ONE_DAY), today, whom, reader)


@partial(prepared, keep_plan=False)
def _of_quarters(quarters: Period, today: date, whom: Whom, reader: int) -> QuerySet[Any, Any]:
    of_all = _over(quarters, today, Asked(whom), by="lapses_on")
    of_others = of_all.filter(_counts()).exclude(manager=reader).annotate(quarter=TruncQuarter("lapses_on"))
    counts = {"in_time": Count("pk", filter=IN_TIME), "all": Count("pk")}
    return (
        of_others.filter(_employed_since(OuterRef("quarter")))
        .order_by()
        .values("quarter")
        .annotate(**counts, people=Count("employee", distinct=True))
    )


def _employed_since(day: OuterRef) -> Exists:
    """Had not left before it: a day in the period, as `Whom.left_since` may be, would tell of one who had."""
    here = Employment.objects.filter(Q(left_on=None) | Q(left_on__gte=day))
    return Exists(here.filter(person=OuterRef("employee")))


def due(period: Period, today: date, asked: Asked = ALL) -> CheckInQuerySet:
    """Those that `on_time` divides by."""
    return _over(period, today, asked).filter(_counts())


def in_time(period: Period, today: date, asked: Asked = ALL) -> CheckInQuerySet:
    return _over(period, today, asked).filter(IN_TIME)


def _over(period: Period, today: date, asked: Asked, by: str = "due_on") -> CheckInQuerySet:
    """With that day in the period, not skipped with a reason, and their time is over."""
    found: CheckInQuerySet = CheckIn.objects.filter(
        asked.whom.works("employee", OuterRef("due_on")),
        **{f"{by}__range": (period.first, period.last)},
        lapses_on__lt=today,
        skipped_at=None,
    )
    return found.filter(tour__type=asked.type) if asked.type else found


def _counts() -> Q:
    return HAD | _could_be_had() & reduce(or_, _asked_for().values())


def _could_be_had() -> Q:
    """Not had, and both were employed on the last day of its time."""
    spells = Employment.objects.filter(on_day(OuterRef("lapses_on"), "hired_on", "left_on"))
    return Q(*(Exists(spells.filter(person=OuterRef(side))) for side in Side.values), revealed_at=None)


def _asked_for() -> dict[str, Q]:
    """Whether it was asked for up to that day, by its kind: as things stood then, so that what changes later
    makes a past month neither better nor worse (`CheckInQuerySet.asked` says what is asked for today).

    Neither side had said that the tour was over, and nobody else managed the employee; but for the close-out,
    which is asked for when a tour is over. What comes next was neither agreed nor signed.
    """
    lines = ReportingLine.objects.filter(on_day(OuterRef("lapses_on"), "since", "until"))
    elsewhere = lines.filter(~Q(manager=OuterRef("manager")), person=OuterRef("employee"))
    said_later = Q(GreaterThan(end_said_on("tour"), F("lapses_on")))
    not_ended = Q(tour__ended_on=None) | Q(tour__ended_on__gte=F("lapses_on")) | said_later
    goes_on = not_ended & ~Exists(elsewhere)
    return {
        "by_rhythm": goes_on & Q(kind__in=BY_RHYTHM),
        "next_tour": goes_on & Q(~_decided(), ~_signed(), kind=Kind.NEXT_TOUR),
        "close_out": Q(kind=Kind.CLOSE_OUT),
    }


def _decided() -> Exists:
    """By the last day of a check-in's time both had confirmed what comes next, and not taken that back. Nor
    was it an extension of what one of them had said by then to end early (`next_steps.DECIDED` of tours)."""
    last_day = OuterRef(OuterRef("lapses_on"))
    newer = NextStep.objects.filter(
        tour=OuterRef("tour"), pk__gt=OuterRef("pk"), confirmed_at__date__lte=last_day
    )
    ends = Parting.objects.filter(tour=OuterRef("tour"), at__date__lte=last_day)
    in_vain = Q(Exists(ends), outcome=NextStep.Outcome.EXTENSION)
    said = NextStep.objects.filter(tour=OuterRef("tour"), confirmed_at__date__lte=OuterRef("lapses_on"))
    return Exists(said.filter(~Exists(newer), ~Q(outcome=NextStep.Outcome.UNDECIDED), ~in_vain))


def _signed() -> Exists:
    """By then both had signed terms of another tour, which begins later and lasts longer, as
    `tours.models.following` has it; also by what one of the two had said by then of its end. When HR recorded
    a leaving is not known: that takes nothing back."""
    last_day = OuterRef(OuterRef("lapses_on"))
    cut = Q(tour__ended_on__lt=OuterRef("starts_on")) | Q(tour__ended_on__lte=OuterRef(last_day))
    said = Parting.objects.filter(cut, tour=OuterRef("tour"), at__date__lte=OuterRef(last_day))
    by_then = Signature.objects.filter(terms=OuterRef("pk"), signed_at__date__lte=OuterRef(last_day))
    another = Terms.objects.filter(
        Q(ends_on=None) | Q(ends_on__gt=last_day),
        *(Exists(by_then.filter(side=side)) for side in Side.values),
        ~Exists(said),
        employee=OuterRef("employee"),
        starts_on__gt=OuterRef("first_day"),
    )
    return Exists(Tour.objects.filter(Exists(another), pk=OuterRef("tour")))
