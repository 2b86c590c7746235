"""Both sides' mean marks, quarter by quarter."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import date

from django.utils.formats import date_format, number_format
from django.utils.translation import gettext as _

from alliance_site.dashboards.charts import Chart, Line, Scale, Tick, line
from feedback.figures.reading import Figure
from tours.models import Side

LOWEST, HIGHEST = 1, 5
Series = Mapping[date, Mapping[Side, Figure | None]]


def over_time(series: Series) -> Chart | None:
    """A quarter's mean stands level from its first day to its last, and is left open where it is hidden."""
    if not any(figure for figures in series.values() for figure in figures.values()):
        return None
    scale = Scale(len(series), HIGHEST - LOWEST)
    return Chart(
        id="opinions",
        title=_("Mean mark by quarter, from 1 to 5"),
        summary=_summary(series),
        lines=[
            Line(str(label), _level([figures[side] for figures in series.values()], scale), number)
            for number, (side, label) in enumerate(
                ((Side.EMPLOYEE, _("Employees")), (Side.MANAGER, _("Their managers"))), 1
            )
        ],
        across=[
            Tick(scale.per_cent(n + 0.5), date_format(first, "M"), date_format(first, "Y"))
            for n, first in enumerate(series)
        ],
        down=[Tick(scale.y(mark - LOWEST), str(mark)) for mark in range(LOWEST, HIGHEST + 1)],
    )


def _level(figures: Sequence[Figure | None], scale: Scale) -> str:
    points: list[tuple[float, float | None]] = []
    for n, figure in enumerate(figures):
        height = figure.mean - LOWEST if figure else None
        points += [(n, height), (n + 1, height)]
    return line(points, scale)


def _summary(series: Series) -> str:
    """Of the employees: where they are, and where they were first."""
    known = [(first, figures[Side.EMPLOYEE]) for first, figures in series.items()]
    means = [(first, figure.mean) for first, figure in known if figure]
    if not means:
        return _("No quarter can be shown for employees.")
    (begin, first), (end, last) = means[0], means[-1]
    return _("Employees: from %(first)s in the quarter from %(begin)s to %(last)s in that from %(end)s.") % {
        "first": number_format(first, 1),
        "begin": date_format(begin, "YEAR_MONTH_FORMAT"),
        "last": number_format(last, 1),
        "end": date_format(end, "YEAR_MONTH_FORMAT"),
    }
