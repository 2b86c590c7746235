"""Charts as shapes: where lines run and ticks stand in a box, for `_chart.html` to draw.

The box is stretched to whatever width there is; words and strokes are not, so that a chart reads as well on
a phone as on a wall. Everything across is in thousandths or per cent of the width, everything down in points.
"""

from __future__ import annotations

from bisect import bisect_left
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from itertools import pairwise
from math import floor, log10

from django.utils.html import escape
from django.utils.safestring import SafeString

HEIGHT = 200
WIDTH = 1000
FINEST = 6  #: steps that are closer together across are drawn as one

Point = tuple[float, float]


@dataclass(frozen=True)
class Tick:
    at: float
    label: str
    below: str = ""
    anchor: str = "middle"


@dataclass(frozen=True)
class Line:
    """`number` says which colour and which dashes."""

    label: str
    path: str
    number: int = 1
    band: str = ""


@dataclass(frozen=True)
class Chart:
    """`summary` says in words what there is to see; `guide` is a path that points one thing out."""

    id: str
    title: str
    summary: str
    lines: Sequence[Line]
    across: Sequence[Tick]
    down: Sequence[Tick]
    guide: str = ""
    height: int = HEIGHT

    @property
    def box(self) -> SafeString:
        """What is stretched. Made here, as what stands beside it: a template takes several times as long."""
        shapes = [
            ("grid", self._grid),
            *((f"band band-{line.number}", line.band) for line in self.lines),
            ("guide", self.guide),
            *((f"series series-{line.number}", line.path) for line in self.lines),
        ]
        return SafeString("".join(f'<path class="{name}" d="{path}" />' for name, path in shapes if path))

    @property
    def _grid(self) -> str:
        """Across at each height that is told, but for the axis."""
        return "".join(f"M0 {tick.at}H{WIDTH}" for tick in self.down if tick.at != self.height)

    @property
    def axis(self) -> SafeString:
        """What stands along it."""
        return SafeString("".join(map(self._along, self.across)))

    def _along(self, tick: Tick) -> str:
        foot, at = self.height, f'x="{tick.at}%"'
        mark = f'<line class="axis" x1="{tick.at}%" x2="{tick.at}%" y1="{foot}" y2="{foot + 4}" />'
        label = f'<text {at} y="{foot + 18}" text-anchor="{tick.anchor}">{escape(tick.label)}</text>'
        if not tick.below:
            return mark + label
        place = f'{at} y="{foot + 36}" text-anchor="{tick.anchor}"'
        return f'{mark}{label}<text class="below" {place}>{escape(tick.below)}</text>'

    @property
    def beside(self) -> SafeString:
        """The heights that are told."""
        place = 'x="-8" y="{}" dy="4" text-anchor="end"'
        told = (f"<text {place.format(tick.at)}>{escape(tick.label)}</text>" for tick in self.down)
        return SafeString("".join(told))


class Scale:
    """From what is shown to places in the box, both beginning with 0."""

    def __init__(self, width: float, top: float) -> None:
        self.width, self.top = width or 1, top or 1

    def x(self, value: float) -> int:
        return round(value / self.width * WIDTH)

    def y(self, value: float) -> int:
        return round((1 - value / self.top) * HEIGHT)

    def heights(self, values: Iterable[float]) -> list[int]:
        """`y` of each: of thousands a call for each takes as long as all else."""
        top = self.top
        return [round((1 - value / top) * HEIGHT) for value in values]

    def per_cent(self, value: float) -> float:
        return round(value / self.width * 100, 1)


def line(points: Iterable[tuple[float, float | None]], scale: Scale) -> str:
    """A path through the points, broken where nothing is known."""
    path, pen = "", "M"
    for x, y in points:
        path += "" if y is None else f"{pen}{scale.x(x)} {scale.y(y)}"
        pen = "M" if y is None else "L"
    return path


def steps(points: Sequence[Point], scale: Scale) -> str:
    """A path that stays level up to each point, and goes to its height there."""
    flight = _flight(points, scale)
    return _begin(flight) + _on(flight)


def band(lows: Sequence[Point], highs: Sequence[Point], scale: Scale) -> str:
    """The area between two flights of steps."""
    above, below = _flight(highs, scale), _flight(lows, scale)
    return f"{_begin(above)}{_on(above)}{_back(below)}Z" if above and below else ""


def together(places: Sequence[float], scale: Scale) -> list[tuple[int, int]]:
    """Of ascending places across, the first and the last of each few that are too close to tell apart: to
    draw as one step, at the place of the first and to the height of the last."""
    finest = FINEST * scale.width / WIDTH
    found, first = [], 0
    while first < len(places):
        beyond = bisect_left(places, places[first] + finest, first)
        found.append((first, beyond - 1))
        first = beyond
    return found


def round_step(top: float, about: int = 4) -> float:
    """1, 2 or 5 times a power of ten, so that about so many steps reach the top."""
    rough = (top or 1) / about
    power: float = 10 ** floor(log10(rough))
    return next(step * power for step in (1, 2, 5, 10) if step * power >= rough)


def _flight(points: Sequence[Point], scale: Scale) -> list[tuple[int, int]]:
    """Where the height changes, and the end."""
    heights = scale.heights(y for _x, y in points)
    befores = [None, *heights]
    flight = [
        (scale.x(x), height)
        for (x, _y), height, before in zip(points, heights, befores, strict=False)
        if height != before
    ]
    end = [(scale.x(x), height) for (x, _y), height in zip(points[-1:], heights[-1:], strict=True)]
    return flight if flight[-1:] == end else flight + end


def _begin(flight: Sequence[tuple[int, int]]) -> str:
    return "M{} {}".format(*flight[0]) if flight else ""


def _on(flight: Sequence[tuple[int, int]]) -> str:
    """Level and upright lines by the one place that changes, which is half as long as by both."""
    pairs = pairwise(flight)
    return "".join(f"H{x}" if y == before else f"H{x}V{y}" for (_x, before), (x, y) in pairs)


def _back(flight: Sequence[tuple[int, int]]) -> str:
    """The same from the last to the first."""
    pairs = pairwise(reversed(flight))
    drops = "".join(f"H{x}V{y}" for (x, before), (_x, y) in pairs if y != before)
    return f"V{flight[-1][1]}{drops}H{flight[0][0]}"
