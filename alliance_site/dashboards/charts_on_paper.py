"""A chart as one picture for a printer: the same shapes, with the words at their places."""

from __future__ import annotations

from collections.abc import Iterator

from django.utils.html import escape

from alliance_site.dashboards.charts import WIDTH, Chart, Line

PENS = ("#0f5f5c", "#c0611f", "#5b4b9e", "#6d6d6d")
DASHES = ("none", "14 8", "3 8", "24 6 4 6")
LEFT, ABOVE, BELOW = 120, 60, 90  #: room for the words around the box
SIZE = 32  #: of the words, for a chart that takes half a page


def as_svg(chart: Chart) -> str:
    box = f"0 0 {LEFT + WIDTH + 20} {ABOVE + chart.height + BELOW}"
    face = f'font-family="Source Serif 4" font-size="{SIZE}" fill="#565f63"'
    behind = (*_legend(chart), *_heights(chart), *_days(chart), *map(_band, chart.lines), _guide(chart))
    shapes = "".join((*behind, *map(_line, chart.lines)))
    return f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="{box}" {face}>{shapes}</svg>'


def _legend(chart: Chart) -> Iterator[str]:
    """Of several lines, which is which."""
    for n, line in enumerate(chart.lines if len(chart.lines) > 1 else ()):
        x = LEFT + n * 400
        yield f'<path d="M{x} 18H{x + 70}" fill="none" stroke-width="4" {_pen(line)}/>'
        yield f'<text x="{x + 85}" y="28">{escape(line.label)}</text>'


def _heights(chart: Chart) -> Iterator[str]:
    for tick in chart.down:
        y = tick.at + ABOVE
        yield f'<line x1="{LEFT}" x2="{LEFT + WIDTH}" y1="{y}" y2="{y}" stroke="#cfcbc1"/>'
        yield f'<text x="{LEFT - 10}" y="{y + 10}" text-anchor="end">{escape(tick.label)}</text>'


def _days(chart: Chart) -> Iterator[str]:
    for tick in chart.across:
        x = round(LEFT + tick.at * WIDTH / 100)
        for n, label in enumerate((tick.label, tick.below)):
            y = ABOVE + chart.height + 36 + n * 36
            yield f'<text x="{x}" y="{y}" text-anchor="{tick.anchor}">{escape(label)}</text>'


def _band(line: Line) -> str:
    if not line.band:
        return ""
    return f'<path {_at()} d="{line.band}" fill="{PENS[line.number - 1]}" opacity="0.15"/>'


def _guide(chart: Chart) -> str:
    if not chart.guide:
        return ""
    dots = 'stroke="#85898a" stroke-width="3" stroke-dasharray="2 8" stroke-linecap="round"'
    return f'<path {_at()} d="{chart.guide}" fill="none" {dots}/>'


def _line(line: Line) -> str:
    if not line.path:
        return ""
    return f'<path {_at()} d="{line.path}" fill="none" stroke-width="4" {_pen(line)}/>'


def _pen(line: Line) -> str:
    return f'stroke="{PENS[line.number - 1]}" stroke-dasharray="{DASHES[line.number - 1]}"'


def _at() -> str:
    return f'transform="translate({LEFT} {ABOVE})"'
