"""What the pages have beside the figures of a period, under the names in which programs ask for it.

`departments` are each by itself, `departments_with_those_below` the tree, from the one asked about down;
`made_of` has what each rate divides; `now_part_of` with which department one was united since what people say
in it was published.
"""

from __future__ import annotations

from typing import Any

from alliance_site.dashboards.retention import departments, figures, said, tree
from alliance_site.dashboards.retention.departments import Line
from alliance_site.dashboards.retention.report import Report
from alliance_site.dashboards.retention.view import View
from people.measures.counts import Counts
from people.measures.rates import RATES, Rate, made_of
from people.measures.survival import Survival
from people.measures.trend import Month
from tours.measures.coverage import coverage

Figures = dict[str, Any]


def sheet(found: Report) -> Figures:
    """What is undefined is None, with its reason under `undefined`."""
    asked = found.asked
    lines = tree.lines(found.parts, asked.department)
    return {
        "a_year_earlier": _a_year_earlier(found),
        "months": [_month(month) for month in found.months],
        "departments_with_those_below": [_department(line, asked) for line in lines],
        "staying_by_hiring_year": [
            {"hired_in": year, **curve(stay)} for year, stay in found.by_hiring_year.items()
        ],
        "staying_by_department": [
            {"of": name, **curve(stay)} for name, stay in found.curves("department").items()
        ],
        "opinions": said.for_programs(found.said),
    }


def _a_year_earlier(found: Report) -> Figures | None:
    earlier = found.asked.earlier
    if earlier is None:
        return None
    shown = figures.told(found.asked, found.counted).all
    then = {name: figure.earlier for name, figure in shown.items() if figure.earlier}
    counts, rates = found.counted.counts[1], found.counted.rates[1]
    return {
        "from": earlier.first.isoformat(),
        "to": earlier.last.isoformat(),
        **_moves(counts),
        **{name: cell.value for name, cell in then.items()},
        "made_of": made_of(rates),
        "undefined": {name: cell.why for name, cell in then.items() if cell.why},
    }


def _month(month: Month) -> Figures:
    rates = {"turnover_rate": month.turnover, "resignation_rate": month.resignations}
    return {"end": month.end.isoformat(), "headcount": month.headcount, **_rates(rates)}


def _department(line: Line, asked: View) -> Figures:
    """`alone`: of those who work in itself, not below."""
    rates = {name: RATES[name](line.counts) for name in departments.IN_TABLE}
    return {
        "path": tree.path(line, asked.departments),
        "alone": line.alone,
        **{f"{name}_headcount": getattr(line.counts, name) for name in ("opening", "closing")},
        **{name: getattr(line.counts, name) for name in ("joiners", "leavers")},
        "moved_in_less_out": line.moved,
        **_moves(line.counts),
        **_rates(rates | {"coverage": coverage(line.covered, line.counts.closing)}),
    }


def _moves(c: Counts) -> Figures:
    return {name: getattr(c, name) for name in ("transfers_in", "transfers_out", "regret_unsaid")}


def _rates(rates: dict[str, Rate]) -> Figures:
    undefined = {name: str(rate.reason) for name, rate in rates.items() if rate.reason}
    values = {name: rate.value for name, rate in rates.items()}
    return {**values, "made_of": made_of(rates), "undefined": undefined}


def curve(found: Survival, of: str = "employments") -> Figures:
    return {
        of: found.employments,
        "left": found.left,
        "median_days": found.median_days,
        "by_year": [year._asdict() for year in found.yearly()],
    }
