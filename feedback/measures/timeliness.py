"""Whether check-ins take place in time: from days and states alone, never from what anybody said."""

from __future__ import annotations

from datetime import date

from django.db.models import Count, Exists, F, OuterRef, Q
from django.utils.translation import gettext_lazy as _

from feedback.models import CheckIn
from feedback.models.checkins import CheckInQuerySet
from people.measures.periods import Period
from people.measures.rates import Rate
from people.models import Employment, on_day
from tours.measures.asked import ALL, Asked
from tours.models import Side

NOTHING_DUE = _("No check-in that was due in the period has come to the end of its time.")


def on_time(period: Period, today: date, asked: Asked = ALL) -> Rate:
    """Check-in completion on time (domain.md, "By tour") = of the check-ins due in the period whose time,
    grace included, was over by yesterday: the share that both sides had completed within it. One query."""
    in_time = Q(revealed_on__lte=F("lapses_on"))
    row = due(period, today, asked).aggregate(all=Count("pk"), in_time=Count("pk", filter=in_time))
    return Rate(row["in_time"], row["all"], "" if row["all"] else NOTHING_DUE)


def due(period: Period, today: date, asked: Asked = ALL) -> CheckInQuerySet:
    """Completed, or to be had: not what either side skipped with a reason, nor what could not be had any
    more, because one of the two had left, or the tour was over, before its time was."""
    found: CheckInQuerySet = CheckIn.objects.filter(
        Q(revealed_on__isnull=False) | _could_be_had(),
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
