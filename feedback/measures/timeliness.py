"""Whether check-ins take place in time: from days and states alone, never from what anybody said."""

from __future__ import annotations

from datetime import date

from django.db.models import Exists, F, OuterRef, Q
from django.utils.translation import gettext_lazy as _

from feedback.models import CheckIn
from feedback.models.checkins import CheckInQuerySet
from people.measures.periods import Period
from people.measures.rates import Rate
from people.measures.rows import number, one_row
from people.models import Employment, on_day
from tours.measures.asked import ALL, Asked
from tours.models import Side

NOTHING_DUE = _("No check-in that was due in the period has come to the end of its time.")


def on_time(period: Period, today: date, asked: Asked = ALL) -> Rate:
    """Check-in completion on time (domain.md, "By tour") = of the check-ins due in the period whose time,
    grace included, was over by yesterday: the share that both sides had completed within it. One query."""
    of_all = _over(period, today, asked)
    had = of_all.filter(revealed_on__isnull=False)  # counted apart: an index knows all that is asked of them
    in_time, late = had.filter(revealed_on__lte=F("lapses_on")), had.filter(revealed_on__gt=F("lapses_on"))
    not_had = of_all.filter(_could_be_had(), revealed_at=None)
    row = one_row({"in_time": number(in_time), "late": number(late), "not_had": number(not_had)})
    part, whole = row.get("in_time", 0), sum(row.values())
    return Rate(part, whole, "" if whole else NOTHING_DUE)


def due(period: Period, today: date, asked: Asked = ALL) -> CheckInQuerySet:
    """Completed, or to be had: not what either side skipped with a reason, nor what could not be had any
    more, because one of the two had left, or the tour was over, before its time was."""
    return _over(period, today, asked).filter(Q(revealed_on__isnull=False) | _could_be_had())


def _over(period: Period, today: date, asked: Asked) -> CheckInQuerySet:
    """Due in the period, not skipped, and their time is over."""
    found: CheckInQuerySet = CheckIn.objects.filter(
        asked.whom.works("employee", OuterRef("due_on")),
        due_on__range=(period.first, period.last),
        lapses_on__lt=today,
        skipped_at=None,
    )
    return found.filter(tour__type=asked.type) if asked.type else found


def _could_be_had() -> Q:
    spells = Employment.objects.filter(on_day(OuterRef("lapses_on"), "hired_on", "left_on"))
    both = Q(*(Exists(spells.filter(person=OuterRef(side))) for side in Side.values))
    return both & (Q(tour__ended_on=None) | Q(tour__ended_on__gte=F("lapses_on")))
