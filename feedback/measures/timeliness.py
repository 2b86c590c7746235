"""Whether check-ins take place in time: from days and states alone, never from what anybody said."""

from __future__ import annotations

from datetime import date
from functools import reduce
from operator import or_

from django.db.models import Exists, F, OuterRef, Q
from django.utils.translation import gettext_lazy as _

from feedback.models import CheckIn, Kind
from feedback.models.checkins import BY_RHYTHM, CheckInQuerySet
from people.measures.periods import Period
from people.measures.rates import Rate
from people.measures.rows import count_of, one_row
from people.models import Employment, ReportingLine, on_day
from tours.measures.asked import ALL, Asked
from tours.models import NextStep, Side, Signature, Terms, Tour
from tours.models.next_steps import DECIDED

NOTHING_DUE = _("No check-in that was due in the period has come to the end of its time.")

HAD = Q(revealed_on__isnull=False)
IN_TIME = Q(revealed_on__lte=F("lapses_on"))


def on_time(period: Period, today: date, asked: Asked = ALL) -> Rate:
    """Check-in completion on time (domain.md, "By tour") = of the check-ins due in the period whose time,
    grace included, was over by yesterday: the share that both sides had completed within it. One query."""
    of_all = _over(period, today, asked)
    could_be = of_all.filter(_could_be_had())
    # Those had, and each kind of the others by itself: of most of them an index knows all that is asked.
    found = {"in_time": of_all.filter(IN_TIME), "had": of_all.filter(HAD)}
    found |= {kind: could_be.filter(condition) for kind, condition in _asked_for().items()}
    row = one_row({name: count_of(rows) for name, rows in found.items()})
    part, whole = row.pop("in_time", 0), sum(row.values())
    return Rate(part, whole, "" if whole else NOTHING_DUE)


def due(period: Period, today: date, asked: Asked = ALL) -> CheckInQuerySet:
    """Those that `on_time` divides by."""
    missed = _could_be_had() & reduce(or_, _asked_for().values())
    return _over(period, today, asked).filter(HAD | missed)


def in_time(period: Period, today: date, asked: Asked = ALL) -> CheckInQuerySet:
    return _over(period, today, asked).filter(IN_TIME)


def _over(period: Period, today: date, asked: Asked) -> CheckInQuerySet:
    """Due in the period, not skipped with a reason, and their time is over."""
    found: CheckInQuerySet = CheckIn.objects.filter(
        asked.whom.works("employee", OuterRef("due_on")),
        due_on__range=(period.first, period.last),
        lapses_on__lt=today,
        skipped_at=None,
    )
    return found.filter(tour__type=asked.type) if asked.type else found


def _could_be_had() -> Q:
    """Not had, and both were employed on the last day of its time."""
    spells = Employment.objects.filter(on_day(OuterRef("lapses_on"), "hired_on", "left_on"))
    return Q(*(Exists(spells.filter(person=OuterRef(side))) for side in Side.values), revealed_at=None)


def _asked_for() -> dict[str, Q]:
    """Whether it was asked for up to that day, by its kind: as things stood then, so that what changes later
    makes a past month neither better nor worse (`CheckInQuerySet.asked` says what is asked for today).

    Neither side had ended the tour early, and nobody else managed the employee; but for the close-out, which
    is asked for when a tour is over. What comes next was neither agreed nor signed.
    """
    lines = ReportingLine.objects.filter(on_day(OuterRef("lapses_on"), "since", "until"))
    elsewhere = lines.filter(~Q(manager=OuterRef("manager")), person=OuterRef("employee"))
    goes_on = (Q(tour__ended_on=None) | Q(tour__ended_on__gte=F("lapses_on"))) & ~Exists(elsewhere)
    return {
        "by_rhythm": goes_on & Q(kind__in=BY_RHYTHM),
        "next_tour": goes_on & Q(~_decided(), ~_signed(), kind=Kind.NEXT_TOUR),
        "close_out": Q(kind=Kind.CLOSE_OUT),
    }


def _decided() -> Exists:
    """By the last day of a check-in's time both had confirmed what comes next."""
    by_then = {"confirmed_at__date__lte": OuterRef("lapses_on")}
    return Exists(NextStep.objects.filter(DECIDED, tour=OuterRef("tour"), **by_then))


def _signed() -> Exists:
    """By then both had signed terms of another tour, which begins later and lasts longer."""
    last_day = OuterRef(OuterRef("lapses_on"))
    by_then = Signature.objects.filter(terms=OuterRef("pk"), signed_at__date__lte=OuterRef(last_day))
    another = Terms.objects.filter(
        Q(ends_on=None) | Q(ends_on__gt=last_day),
        *(Exists(by_then.filter(side=side)) for side in Side.values),
        employee=OuterRef("employee"),
        starts_on__gt=OuterRef("in_force__starts_on"),
    )
    return Exists(Tour.objects.filter(Exists(another), pk=OuterRef("tour")))
