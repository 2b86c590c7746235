"""How many messages were planned day by day, and what became of them."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from math import ceil

from django.db.models import Count
from django.db.models.functions import TruncDate
from django.utils.formats import date_format, get_format, number_format
from django.utils.timezone import make_aware
from django.utils.translation import gettext as _

from alliance_site.dashboards.charts import Chart, Line, Scale, Tick, line, round_step
from alliance_site.outbox.models import Message

DAYS = 30
EVERY = 7  #: days between two ticks

State = Message.State


@dataclass(frozen=True)
class Day:
    day: date
    sent: int
    silenced: int
    open: int
    troubled: int

    @property
    def total(self) -> int:
        return self.sent + self.silenced + self.open + self.troubled


def volume(today: date) -> list[Day]:
    """Of the last thirty days, in one statement; the days are the reader's own."""
    first = today - timedelta(days=DAYS - 1)
    begins = make_aware(datetime.combine(first, time.min))
    rows = Message.objects.known_to_hr().filter(created_at__gte=begins).order_by()
    counted: dict[date, dict[str, int]] = defaultdict(lambda: defaultdict(int))
    for day, state, number in rows.values_list(TruncDate("created_at"), "state").annotate(Count("pk")):
        counted[day][state] = number
    return [_day(first + timedelta(days=n), counted[first + timedelta(days=n)]) for n in range(DAYS)]


def _day(day: date, of: dict[str, int]) -> Day:
    return Day(
        day,
        of[State.SENT],
        of[State.SILENCED],
        of[State.WAITING] + of[State.HELD] + of[State.SENDING],
        of[State.FAILED] + of[State.UNCERTAIN],
    )


def over_days(days: Sequence[Day]) -> Chart | None:
    top = max(day.total for day in days)
    if not top:
        return None
    step = max(1, round_step(top))
    scale = Scale(len(days) - 1, step * ceil(top / step))
    short = get_format("MONTH_DAY_FORMAT").replace("F", "M")  # the day as the language writes it
    series = [
        (_("Planned"), [day.total for day in days]),
        (_("Sent"), [day.sent for day in days]),
        (_("Failed or uncertain"), [day.troubled for day in days]),
    ]
    return Chart(
        id="volume",
        title=_("Messages by the day they were planned"),
        summary=_("Planned in these %(days)s days: %(planned)s. Sent of them: %(sent)s.")
        % {
            "days": len(days),
            "planned": number_format(sum(day.total for day in days), force_grouping=True),
            "sent": number_format(sum(day.sent for day in days), force_grouping=True),
        },
        lines=[
            Line(label, line(enumerate(numbers), scale), number)
            for number, (label, numbers) in enumerate(series, 1)
        ],
        across=[
            Tick(scale.per_cent(n), date_format(days[n].day, short), anchor="start" if n == 0 else "middle")
            for n in range(0, len(days), EVERY)
        ],
        down=[
            Tick(scale.y(n * step), number_format(n * step, force_grouping=True))
            for n in range(round(scale.top / step) + 1)
        ],
    )
