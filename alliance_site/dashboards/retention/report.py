"""All tables of a view together: what an export, the printed report and the command give."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Sequence
from functools import cached_property

from django.utils.translation import gettext as _

from alliance_site.dashboards.charts import Chart
from alliance_site.dashboards.paper import Heading, as_pdf
from alliance_site.dashboards.plain import as_table
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
from alliance_site.dashboards.retention.departments import Parts, Whole
from alliance_site.dashboards.retention.figures import Counted
from alliance_site.dashboards.retention.said import Said
from alliance_site.dashboards.retention.sheets import Sheet
from alliance_site.dashboards.retention.staying import Curves
from alliance_site.dashboards.retention.view import View
from alliance_site.dashboards.spreadsheets import about_figures, as_csv, as_xlsx
from people.measures import survival, trend
from people.measures.survival import Survival
from people.measures.trend import Month
from tours.measures.endings import endings


class Report:
    """What tables, charts and words are made of, each asked for once and not before it is needed."""

    def __init__(self, asked: View) -> None:
        self.asked = asked
        self._curves: dict[str, Curves] = {}

    @cached_property
    def counted(self) -> Counted:
        return figures.counted(self.asked)

    @cached_property
    def months(self) -> list[Month]:
        return trend.of(self.asked.whom, self.asked.period.last)

    @cached_property
    def parts(self) -> Parts:
        counted = self.counted
        company = Whole(counted.counts[0], int(counted.rates[0]["coverage"].part))
        return departments.parts(self.asked, None if self.asked.department else company)

    @cached_property
    def by_hiring_year(self) -> dict[int | None, Survival]:
        """And of all of them under None."""
        return survival.curves_by_year(self.asked.period.last, staying.YEARS, self.asked.whom)

    @cached_property
    def said(self) -> Said:
        return Said(self.asked)

    def curves(self, by: str) -> Curves:
        if by not in self._curves:
            self._curves[by] = staying.BY[by][1](self.asked)
        return self._curves[by]


Tables = Callable[[Report], list[Sheet]]


def _figures(found: Report) -> list[Sheet]:
    return [figures.sheet(figures.told(found.asked, found.counted), found.asked)]


def _months(found: Report) -> list[Sheet]:
    return [overview.sheet(found.months, found.asked)]


def _departments(found: Report) -> list[Sheet]:
    """As on the page; and the tree, where there is more than that."""
    lines = departments.level(found.parts, found.asked.department)
    level = departments.in_order(lines, departments.order(found.asked.kept.get("sort", "")))
    deeper = tree.sheet(found.parts, found.asked)
    return [departments.sheet(level, found.asked), *([deeper] if deeper else [])]


def _staying(by: str) -> Tables:
    def both(found: Report) -> list[Sheet]:
        curves = found.curves(by)
        return [staying.medians(by, curves, found.asked), staying.sheet(by, curves, found.asked)]

    return both


def _tours(found: Report) -> list[Sheet]:
    asked = found.asked
    ended, today = endings(asked.period, asked.asked), tours.today_in_numbers(asked)
    return [
        tours.health(asked, today),
        tours.soon(asked, today),
        told.sheet(tours.in_words(tours.rates(asked, ended), asked), " ".join(tours.notes(asked, ended))),
        tours.sheet_of_endings(ended, asked),
    ]


def _said(found: Report) -> list[Sheet]:
    sheet = said.sheet(found.said)
    return [sheet, *said.over_time(found.said), *said.by_department(found.said)] if sheet else []


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


def sheets(found: Report, names: Sequence[str] = ()) -> list[Sheet]:
    """Of the tables named, or of all; each with something in it."""
    made = (sheet for name in names or TABLES for sheet in TABLES[name](found))
    return [sheet for sheet in made if sheet.rows]


def about(asked: View, sheets: Sequence[Sheet]) -> Sheet:
    """Of whom the figures are, of which days, and why some are missing."""
    days = (asked.days, "") if asked.of_today or asked.followed else (_("Period"), asked.days)
    told = [(_("Of whom"), asked.of), *asked.narrowed, days, (asked.counted, "")]
    return about_figures(told + [(str(sheet.title), why) for sheet in sheets for why in sheet.remarks])


def csv(asked: View, sheets: Sequence[Sheet]) -> str:
    narrowed = [": ".join(pair) for pair in asked.narrowed]
    return as_csv(sheets, [asked.of, *narrowed, asked.days, asked.counted])


def xlsx(asked: View, sheets: Sequence[Sheet]) -> bytes:
    return as_xlsx([*sheets, about(asked, sheets)])


def table(asked: View, sheets: Sequence[Sheet]) -> str:
    return as_table(asked.title, [*_of(asked), asked.formerly, asked.counted], sheets)


#: By how they are asked for. On paper there are charts as well.
FORMS: dict[str, Callable[[View, Sequence[Sheet]], str | bytes]] = {"table": table, "csv": csv, "xlsx": xlsx}


def taken(form: str, asked: View, sheets: Sequence[Sheet], charts: Iterable[Chart] = ()) -> str | bytes:
    """Charts are asked for where they are drawn, and not before."""
    if form != "pdf":
        return FORMS[form](asked, sheets)
    heading = Heading(asked.title, asked.days, [*_of(asked)], asked.counted, asked.now)
    return as_pdf(heading, sheets, charts)


def _of(asked: View) -> Iterator[str]:
    yield f"{asked.of}, {asked.days}"
    yield from (": ".join(pair) for pair in asked.narrowed)


def charts(found: Report) -> Iterator[Chart]:
    yield from overview.charts(found.months)
    for by in staying.BY:
        yield from staying.charts(by, found.curves(by))
