"""A person's tours as bars along the years, for a drawing whose width is given in per cent."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, timedelta

from tours.models import Terms, Tour

ROW = 46  #: pixels from one bar to the next
TOP = 26  #: pixels that the years take above the first bar
LABEL = (15, 34)  #: from where to where below the top of a bar its label stands
FROM = 18  #: pixels from the top, where the lines begin
OPEN_ENDED = timedelta(days=365)  #: how far a tour without an end is drawn past today


@dataclass(frozen=True)
class Bar:
    """`x` and `width` in per cent of the drawing, `y` in pixels."""

    tour: Tour
    status: str
    x: float
    width: float
    y: int
    open_ended: bool

    @property
    def label_at_end(self) -> bool:
        """A label beyond the middle is set from the bar's end backwards, so that it is not cut off."""
        return self.x > 55 and self.x + self.width > 80


@dataclass(frozen=True)
class Timeline:
    height: int
    years: list[tuple[int, float]]
    today: float
    bars: list[Bar]

    @property
    def dashes(self) -> str:
        """The line of today leaves out where labels stand, or it would be drawn through one."""
        gap = LABEL[1] - LABEL[0]
        return f"{ROW - gap} {gap}"

    @property
    def begun(self) -> int:
        """How much of the first dash is over where the line begins."""
        return ROW - LABEL[1] - TOP + FROM


def timeline(tours: Sequence[Tour], today: date) -> Timeline | None:
    """Draws the tours that have force; None where there is none."""
    spans = [(tour, *_span(tour.in_force, tour, today)) for tour in tours if tour.in_force]
    if not spans:
        return None
    first = min(today, *(start for _, start, _ in spans)).replace(month=1, day=1)
    last = max(today + timedelta(days=60), *(end for _, _, end in spans))

    def x(day: date) -> float:
        return round(100 * ((day - first) / (last - first)), 2)

    bars = [
        Bar(t, t.status(today).value, x(start), max(x(end) - x(start), 0.5), TOP + ROW * row, not t.ends_on)
        for row, (t, start, end) in enumerate(spans)
    ]
    years = [(year, x(date(year, 1, 1))) for year in range(first.year, last.year + 1)]
    every = 1 + len(years) // 8
    shown = [(year, at) for year, at in years[::every] if at < 95]  # beyond, the number is cut off
    return Timeline(TOP + ROW * len(bars), shown, x(today), bars)


def _span(terms: Terms, tour: Tour, today: date) -> tuple[date, date]:
    return terms.starts_on, tour.ends_on or max(today, terms.starts_on) + OPEN_ENDED
