"""HR's retention dashboard: a period's figures, how they came about, and how long people stay."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from typing import Any

from django.http import Http404, HttpResponse
from django.shortcuts import render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_safe

from alliance_site.dashboards import retention_charts as charts
from alliance_site.dashboards.forms import PRESETS, PeriodForm
from alliance_site.dashboards.words import DASH, WORDS, Words, number, percent
from people.days import today_for
from people.measures import counts, survival, trend
from people.measures.counts import Counts
from people.measures.figures import LATE_BEGINNING
from people.measures.periods import Period
from people.measures.rates import NOBODY_AT_OPENING, RATES, average_headcount
from people.measures.survival import Survival
from people.measures.whom import Whom
from people.models import Department
from people.requests import SignedInRequest

HEADLINES = ("closing_headcount", "turnover_rate", "resignation_rate", "retention_rate")
IN_TABLE = ("turnover_rate", "resignation_rate", "retention_rate")
COUNTED = {"opening_headcount": "opening", "closing_headcount": "closing"}
MOST_DEPARTMENTS = 50  #: in the table
MOST_CURVES = 4


@dataclass(frozen=True)
class Shown:
    """A figure as it is read: its value, how it is made, and the same a year earlier."""

    key: str
    words: Words
    value: str
    reason: str = ""
    made: str = ""
    earlier: str = ""


@require_safe
def retention(request: SignedInRequest) -> HttpResponse:
    if not request.user.is_hr:
        raise Http404
    today = today_for(request.user)
    form = PeriodForm(request.GET.dict(), today=today)
    context: dict[str, Any] = {"form": form, "presets": PRESETS}
    if not form.is_valid():
        return render(request, "dashboards/retention.html", context, status=400)
    period = Period(form.cleaned_data["from"], form.cleaned_data["to"])
    department: Department | None = form.cleaned_data["department"]
    departments = counts.by_department(period, today, limit=MOST_DEPARTMENTS + 1)
    context |= {"period": period, "department": department}
    context |= _figures(period, department, today)
    context |= _table(departments, context["counts"], department)
    context |= _over_time(period, department)
    context |= _staying(period, department, departments)
    return render(request, "dashboards/retention.html", context)


def _figures(period: Period, department: Department | None, today: date) -> dict[str, Any]:
    earlier = period.a_year_earlier()
    periods = [period, earlier] if earlier else [period]
    found = counts.of(Whom.of([department.pk] if department else None), periods, today)
    now, then = found[0], found[1] if earlier else None
    figures = {name: _shown(name, now, then) for name in WORDS}
    return {
        "counts": now,
        "earlier": earlier,
        "headlines": [figures[name] for name in HEADLINES],
        "figures": list(figures.values()),
        "note": LATE_BEGINNING if now.joiners and not now.opening else "",
    }


def _shown(name: str, now: Counts, then: Counts | None) -> Shown:
    if name in RATES:
        rate = RATES[name](now)
        made = f"{number(rate.part)} ÷ {number(rate.whole)}"
        return Shown(name, WORDS[name], percent(rate.value), rate.reason, made, _earlier(name, then))
    count = _count(name, now)
    return Shown(name, WORDS[name], number(count), earlier=number(_count(name, then)) if then else "")


def _earlier(name: str, then: Counts | None) -> Any:
    """A rate of a year before that began with nobody would be of less than the same days."""
    if then is None:
        return ""
    rate = RATES[name](then)
    return rate.reason or (percent(rate.value) if then.opening else NOBODY_AT_OPENING)


def _count(name: str, c: Counts) -> float | None:
    return average_headcount(c).value if name == "average_headcount" else getattr(c, COUNTED.get(name, name))


def _table(departments: dict[str, Counts], total: Counts, department: Department | None) -> dict[str, Any]:
    """The largest departments by name and, where all are shown, those who had no position."""
    rows = dict(sorted(_largest(departments, MOST_DEPARTMENTS).items()))
    shortened = len(departments) > MOST_DEPARTMENTS
    rest = total.less(list(rows.values()))
    if not (shortened or department or rest.is_empty):
        rows[""] = rest
    return {
        "departments": [
            (name, c, [percent(RATES[rate](c).value) for rate in IN_TABLE]) for name, c in rows.items()
        ],
        "shortened": shortened,
        "most": MOST_DEPARTMENTS,
    }


def _largest(departments: dict[str, Counts], most: int) -> dict[str, Counts]:
    return dict(sorted(departments.items(), key=lambda item: -item[1].closing)[:most])


def _over_time(period: Period, department: Department | None) -> dict[str, Any]:
    months = trend.of(Whom.of([department.pk] if department else None), period.last)
    if not any(month.headcount for month in months):
        return {}
    rows = [
        (month.end, number(month.headcount), percent(month.turnover.value), percent(month.resignations.value))
        for month in reversed(months)
    ]
    return {"over_time": [charts.headcount(months), charts.turnover(months)], "months": rows}


def _staying(period: Period, department: Department | None, departments: dict[str, Counts]) -> dict[str, Any]:
    """The department chosen beside the company, or the company beside its largest departments."""
    beside = [department.name] if department else list(_largest(departments, MOST_CURVES - 1))
    found = survival.curves(period.last, beside)
    curves = {name: found[name] for name in beside if name in found}
    company = {_("The whole company"): found[None]} if found[None].lasted else {}
    curves = {**curves, **company} if department else {**company, **curves}
    if not curves:
        return {}
    first, *others = curves.values()
    return {
        "survival": charts.survival(curves),
        "curves": list(curves.items()),
        "years": _by_year(first, others),
    }


def _by_year(first: Survival, others: list[Survival]) -> list[list[str]]:
    """Of the first curve its band and numbers; of the others the share alone, as far as they reach."""
    beside = [curve.yearly() for curve in others]
    return [
        [
            number(year.years),
            percent(year.survival),
            f"{percent(year.low)} – {percent(year.high)}",
            number(year.at_risk),
            *(percent(other[year.years].survival) if year.years < len(other) else DASH for other in beside),
        ]
        for year in first.yearly()
    ]
