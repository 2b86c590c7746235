"""HR's first page about retention: a period's figures, and how they came about."""

from __future__ import annotations

from datetime import date
from functools import partial
from typing import Any

from django.http import HttpResponse
from django.utils.formats import date_format
from django.utils.safestring import SafeString
from django.utils.translation import gettext as _
from django.views.decorators.http import require_safe

from alliance_site.dashboards import retention_charts as drawn
from alliance_site.dashboards.charts import Chart
from alliance_site.dashboards.models import MonthlyReport
from alliance_site.dashboards.retention import figures, said, view
from alliance_site.dashboards.retention.page import page
from alliance_site.dashboards.retention.said import Said
from alliance_site.dashboards.retention.sheets import Cell, Head, Sheet, of_rate, words
from alliance_site.dashboards.retention.view import View
from people.measures import trend
from people.measures.figures import late_beginning
from people.measures.periods import Period
from people.measures.trend import Month
from people.models import Tenure
from people.requests import SignedInRequest

HEADLINES = ("closing_headcount", "turnover_rate", "regretted_turnover", "retention_rate", "coverage")


@require_safe
def retention(request: SignedInRequest) -> HttpResponse:
    gets = partial(MonthlyReport.objects.filter(reader=request.user).exists)
    return page(request, "retention", shown, more={"gets_monthly": gets})


def shown(asked: View) -> dict[str, Any]:
    found = figures.figures(asked)
    c = found.counts
    flow = figures.flow(c, asked)
    linked = {name: cell.linked for name, cell in flow.items()}
    return {
        "flow": flow,
        "came_about": SafeString(figures.in_a_sentence(linked, asked)),
        "earlier": asked.earlier,
        "earlier_address": asked.address_with(**view.in_days(asked.earlier)) if asked.earlier else "",
        "headlines": [found.all[name] for name in HEADLINES],
        "figures": list(found.all.values()),
        "note": late_beginning(c, asked.service),
        "hardly_anybody": c.closing <= 1 and asked.is_of_all and _hardly_anybody(asked.today),
        "said": said.sheet(Said(asked, quarters=1)),
        "said_address": asked.address_with(type=""),
        **_over_time(asked),
    }


def _hardly_anybody(today: date) -> bool:
    return len(Tenure.objects.current(today)[:2]) <= 1


def _counted(many: int, name: str, asked: View, **other: str) -> Cell:
    return Cell(many, asked.behind(name, **other) if many else "")


def _over_time(asked: View) -> dict[str, Any]:
    months = trend.of(asked.whom, asked.period.last)
    return {"over_time": charts(months), "months": sheet(months, asked)}


def charts(months: list[Month]) -> list[Chart]:
    if not any(month.headcount for month in months):
        return []
    return [drawn.headcount(months), drawn.turnover(months)]


def sheet(months: list[Month], asked: View) -> Sheet:
    """The newest first."""
    heads = [_("Headcount"), _("Turnover, 12 months"), _("Resignations, 12 months")]
    return Sheet(
        "months",
        _("Headcount and turnover by month"),
        [Head(_("Month’s end"), numbers=False), *map(Head, heads)],
        [
            [
                words(date_format(month.end, "YEAR_MONTH_FORMAT")),
                _counted(month.headcount, "closing", asked, **view.in_days(Period(month.end, month.end))),
                of_rate(month.turnover),
                of_rate(month.resignations),
            ]
            for month in reversed(months)
        ],
        asked.of_any_type,
    )
