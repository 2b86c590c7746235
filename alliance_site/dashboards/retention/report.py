"""All tables of a view together: what an export, the printed report and the command give."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import replace
from datetime import UTC
from pathlib import Path
from typing import Any

from django.conf import settings
from django.utils.translation import get_language, get_language_bidi
from django.utils.translation import gettext as _

from alliance_site.dashboards import retention_charts as drawn
from alliance_site.dashboards.charts import Chart
from alliance_site.dashboards.charts_on_paper import as_svg
from alliance_site.dashboards.retention import (
    departments,
    figures,
    overview,
    said,
    staying,
    told,
    tours,
    tree,
)
from alliance_site.dashboards.retention.sheets import Head, Sheet, of_rate, words
from alliance_site.dashboards.retention.view import View
from alliance_site.dashboards.spreadsheets import as_csv, as_xlsx
from alliance_site.dashboards.words import TOURS, number
from people.measures import trend
from tours.measures.endings import endings
from tours.pdf import printable, typeset

TEMPLATE = Path(settings.BASE_DIR) / "templates" / "dashboards" / "retention.typ"
MOST_TO_READ = 200  #: lines of a table, on paper and in a terminal
Tables = Callable[[View], list[Sheet]]


def _figures(asked: View) -> list[Sheet]:
    return [figures.sheet(figures.figures(asked), asked)]


def _months(asked: View) -> list[Sheet]:
    return [overview.sheet(trend.of(asked.whom, asked.period.last), asked)]


def _departments(asked: View) -> list[Sheet]:
    """As on the page; and the tree, where there is more than that."""
    parts = departments.parts(asked)
    level = departments.in_order(departments.level(parts, asked.department), "-closing")
    deeper = tree.sheet(parts, asked)
    return [departments.sheet(level, asked), *([deeper] if deeper else [])]


def _staying(by: str) -> Tables:
    def both(asked: View) -> list[Sheet]:
        curves = staying.BY[by][1](asked)
        return [staying.medians(by, curves, asked), staying.sheet(by, curves, asked)]

    return both


def _tours(asked: View) -> list[Sheet]:
    ended, today = endings(asked.period, asked.asked), tours.today_in_numbers(asked)
    rates = tours.rates(asked, ended).items()
    found = [(TOURS[name], of_rate(rate), *tours.made_of(asked, name, rate)) for name, rate in rates]
    return [
        tours.health(asked, today),
        tours.soon(asked, today),
        told.sheet(found, tours.of_the_day(asked)),
        tours.sheet_of_endings(ended, asked),
    ]


def _said(asked: View) -> list[Sheet]:
    sheet = said.sheet(asked)
    return [sheet, *said.over_time(asked), *said.by_department(asked)] if sheet else []


#: By the name under which an export is asked for.
TABLES: dict[str, Tables] = {
    "figures": _figures,
    "months": _months,
    "departments": _departments,
    "staying_type": _staying("type"),
    "staying_year": _staying("year"),
    "staying_department": _staying("department"),
    "tours": _tours,
    "said": _said,
}


def sheets(asked: View, names: Sequence[str] = ()) -> list[Sheet]:
    """Of the tables named, or of all; each with something in it."""
    made = (sheet for name in names or TABLES for sheet in TABLES[name](asked))
    return [sheet for sheet in made if sheet.rows]


def about(asked: View, sheets: Sequence[Sheet]) -> Sheet:
    """What the figures are of, and why some are missing, for the end of a workbook: whoever goes on reckoning
    finds tables first."""
    days = (asked.days, "") if asked.of_today else (_("Period"), asked.days)
    told = [(_("Of whom"), asked.of), *asked.narrowed, days, (asked.counted, "")]
    told += [(str(sheet.title), remark) for sheet in sheets for remark in sheet.remarks]
    heads = [Head(_("About these figures"), numbers=False), Head("", numbers=False)]
    return Sheet("about", heads[0].label, heads, [[words(what), words(which)] for what, which in told])


def csv(asked: View, sheets: Sequence[Sheet]) -> str:
    narrowed = [": ".join(pair) for pair in asked.narrowed]
    return as_csv(sheets, [asked.of, *narrowed, asked.days, asked.counted])


def xlsx(asked: View, sheets: Sequence[Sheet]) -> bytes:
    return as_xlsx([*sheets, about(asked, sheets)])


def pdf(asked: View) -> bytes:
    """The whole report on paper, tagged, in the reader's language."""
    data = {
        "title": _("Retention"),
        "of": asked.of,
        "narrowed": asked.narrowed,
        "days": asked.days,
        "counted": asked.counted,
        "language": (get_language() or "en").split("-")[0],
        "direction": "rtl" if get_language_bidi() else "ltr",
        "charts": [
            {"title": chart.title, "summary": chart.summary, "svg": as_svg(chart)} for chart in charts(asked)
        ],
        "sheets": [_as_data(to_read(sheet)) for sheet in sheets(asked)],
    }
    return typeset(TEMPLATE, printable(data), int(asked.now.astimezone(UTC).timestamp()))


def charts(asked: View) -> list[Chart]:
    months = trend.of(asked.whom, asked.period.last)
    found = [drawn.headcount(months), drawn.turnover(months)] if any(m.headcount for m in months) else []
    return found + [
        drawn.survival({name: curve}, f"{by}-{n}")
        for by in ("type", "year")
        for n, (name, curve) in enumerate(staying.BY[by][1](asked).items())
    ]


def to_read(sheet: Sheet) -> Sheet:
    """Without its lines where nobody would read them to the end."""
    if len(sheet.rows) <= MOST_TO_READ:
        return sheet
    lines = _("It has %(count)s lines, too many to be read here: they are in the spreadsheets.")
    return replace(sheet, rows=[], note=lines % {"count": number(len(sheet.rows))})


def _as_data(sheet: Sheet) -> dict[str, Any]:
    return {
        "title": str(sheet.title),
        "heads": [str(head.label) for head in sheet.heads],
        "numbers": [head.numbers for head in sheet.heads],
        "rows": [[cell.shown for cell in row] for row in sheet.rows],
        "note": " ".join(sheet.notes),
        "reasons": sheet.reasons,
    }
