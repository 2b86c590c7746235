"""Trends as shapes and as a table, to the side that reads them, for `_trend.html` to draw.

The box is stretched to whatever width there is; strokes are not, so a mark is a stroke without length: round
the employee's, square the manager's. Across is in thousandths of the width, down in points.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date

from django.utils.formats import date_format
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from feedback.trends import Point, Trend
from people.models import Person
from tours.models import Side, Tour

STEP = 30  #: points from one mark to the next
HEIGHTS = [((5 - mark) * STEP, mark) for mark in range(5, 0, -1)]
HEIGHT = HEIGHTS[-1][0]
LEFT, RIGHT = 45, 970  #: where the first day and the last stand across
MOST_YEARS = 6  #: that are named beside each other on a phone
EDGE = 10  #: per cent from either end within which a word is set towards the middle


@dataclass(frozen=True)
class Line:
    """What one side said: `path` joins what follows each other, `dots` has each mark."""

    side: Side
    label: str
    path: str
    dots: str


@dataclass(frozen=True)
class Tick:
    at: float  #: per cent of the width
    label: str
    anchor: str = "middle"


@dataclass(frozen=True)
class Row:
    """`said` has the marks in the order of the chart's lines; or `state`, why there are none."""

    day: date
    said: list[int | None]
    state: str
    tour: int | None  #: its number, where there are several


@dataclass(frozen=True)
class Chart:
    id: str
    title: str
    units: str
    summary: list[str]
    notes: list[str]
    lines: list[Line]
    across: list[Tick]
    tours: list[Tick]
    guide: str
    rows: list[Row]

    @property
    def upwards(self) -> list[Line]:
        """The employee's marks below, whoever reads: the manager's are smaller."""
        return sorted(self.lines, key=lambda line: list(Side).index(line.side))


@dataclass(frozen=True)
class Axis:
    """From days to places across; and where each of several tours starts, with its number."""

    first: date
    last: date
    starts: dict[int, tuple[int, date]]

    def x(self, day: date) -> int:
        if self.first == self.last:
            return (LEFT + RIGHT) // 2
        return LEFT + round((day - self.first) / (self.last - self.first) * (RIGHT - LEFT))

    def tick(self, day: date, label: str) -> Tick:
        at = self.x(day) / 10
        return Tick(at, label, "start" if at < EDGE else "end" if at > 100 - EDGE else "middle")


def charts(trends: Sequence[Trend], reader: Person, today: date, tours: Sequence[Tour] = ()) -> list[Chart]:
    """All on the same days, so that they can be compared; with the beginning of each of several `tours`."""
    shown = [point.checkin.due_on for trend in trends for point in trend.points]
    if not shown:
        return []
    axis = Axis(min(shown), max(shown), _starts(trends, tours))
    return [_chart(trend, reader, today, axis) for trend in trends]


def _chart(trend: Trend, reader: Person, today: date, axis: Axis) -> Chart:
    side = trend.newest.side_of(reader) or Side.EMPLOYEE
    sides = [each for each in (side, side.other) if trend.has_marks_of(each)]
    return Chart(
        id=f"{trend.kind}-{trend.question.key}",
        title=trend.question.wording(side, trend.newest),
        units=_units(trend),
        summary=[_summary(trend, each, own=each is side) for each in sides],
        notes=[_worded_before(point, side) for point in trend.worded_before(side)],
        lines=[_line(trend, each, reader, axis) for each in sides],
        across=_ticks(axis),
        tours=[axis.tick(day, str(n)) for n, day in axis.starts.values()],
        guide="".join(f"M{axis.x(day)} 0V{HEIGHT}" for _n, day in axis.starts.values()),
        rows=[_row(point, sides, today, axis) for point in reversed(trend.points)],
    )


def _units(trend: Trend) -> str:
    low, high = trend.question.ends
    count = len(trend.marked)
    units = ngettext("Marks from 1 to 5, %(count)s check-in", "Marks from 1 to 5, %(count)s check-ins", count)
    if low and high:
        units = ngettext(
            "From 1, “%(low)s”, to 5, “%(high)s”, %(count)s check-in",
            "From 1, “%(low)s”, to 5, “%(high)s”, %(count)s check-ins",
            count,
        )
    return units % {"low": low, "high": high, "count": count}


def _summary(trend: Trend, side: Side, *, own: bool) -> str:
    """Of a manager's side the one who spoke last."""
    person = next(p.checkin.party(side) for p in reversed(trend.marked) if side in p.marks)
    marks = [p.marks[side] for p in trend.marked if side in p.marks and p.checkin.party(side) == person]
    if len(marks) == 1:
        said = _("You gave %(last)s.") if own else _("%(name)s gave %(last)s.")
    elif len(set(marks)) == 1:
        said = _("You stayed at %(last)s.") if own else _("%(name)s stayed at %(last)s.")
    elif marks[0] == marks[-1]:
        said = _("You came back to %(last)s.") if own else _("%(name)s came back to %(last)s.")
    elif own:
        said = _("You went from %(first)s to %(last)s.")
    else:
        said = _("%(name)s went from %(first)s to %(last)s.")
    return said % {"name": person.name, "first": marks[0], "last": marks[-1]}


def _worded_before(point: Point, side: Side) -> str:
    question = point.asked
    low, high = question.ends
    named = _("Until %(day)s it was asked as “%(question)s”, from “%(low)s” to “%(high)s”.")
    plain = _("Until %(day)s it was asked as “%(question)s”.")
    return (named if low and high else plain) % {
        "day": date_format(point.checkin.due_on),
        "question": question.wording(side, point.checkin),
        "low": low,
        "high": high,
    }


def _line(trend: Trend, side: Side, reader: Person, axis: Axis) -> Line:
    """Broken where there is no mark, where another tour begins, and where the manager is another."""
    path, dots, before = "", "", None
    for point in trend.points:
        mark = point.marks.get(side)
        if mark is None:
            before = None
            continue
        of = (point.checkin.tour_id, point.checkin.party(side).pk)
        place = f"{axis.x(point.checkin.due_on)} {(5 - mark) * STEP}"
        path += f"{'L' if of == before else 'M'}{place}"
        dots += f"M{place}h0"
        before = of
    return Line(side, _label(trend, side, reader), path, dots)


def _label(trend: Trend, side: Side, reader: Person) -> str:
    people = {point.checkin.party(side) for point in trend.marked if side in point.marks}
    if len(people) > 1:
        return _("Your manager")
    (person,) = people
    return _("You") if person == reader else person.name


def _starts(trends: Sequence[Trend], tours: Sequence[Tour]) -> dict[int, tuple[int, date]]:
    """Where each tour begins, with its number; nothing where there is only one."""
    if len(tours) < 2:
        return {}
    days: dict[int, date] = {}
    for checkin in (point.checkin for trend in trends for point in trend.points):
        days[checkin.tour_id] = min(checkin.due_on, days.get(checkin.tour_id, date.max))
    return {tour.pk: (n, days[tour.pk]) for n, tour in enumerate(tours, 1) if tour.pk in days}


def _row(point: Point, sides: Iterable[Side], today: date, axis: Axis) -> Row:
    checkin = point.checkin
    said = [point.marks.get(side) for side in sides] if point.marks else []
    state = "" if checkin.revealed_at else str(checkin.state(today).label)
    number, _day = axis.starts.get(checkin.tour_id, (None, None))
    return Row(checkin.due_on, said, state, number)


def _ticks(axis: Axis) -> list[Tick]:
    """The years where there are some to tell apart, else the first month and the last."""
    years = range(axis.first.year + 1, axis.last.year + 1)
    if len(years) > 1:
        shown = years[:: 1 + len(years) // MOST_YEARS]
        return [axis.tick(date(year, 1, 1), str(year)) for year in shown]
    ends = dict.fromkeys([axis.first, axis.last])
    return [axis.tick(day, date_format(day, "M Y")) for day in ends]
