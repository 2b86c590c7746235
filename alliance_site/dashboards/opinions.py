"""HR's page of what people say: group figures from the marks in revealed check-ins, and never one of anybody.

What may be shown is settled where they are made, see `feedback.figures`; this page lays out sums of groups.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import replace
from datetime import date, datetime
from typing import Any

from django.core.paginator import Paginator
from django.http import HttpResponse
from django.shortcuts import render
from django.utils import timezone
from django.utils.formats import date_format, number_format
from django.utils.translation import gettext as _
from django.views.decorators.http import require_safe

from alliance_site.dashboards import opinions_chart as chart
from alliance_site.dashboards.forms import OpinionsForm, PeriodForm
from alliance_site.dashboards.forms import words as in_words
from feedback.figures.quarters import WAIT, Quarter
from feedback.figures.reading import (
    COLUMNS,
    Figure,
    Row,
    Table,
    in_general,
    questions,
    series,
    tables,
    united_since,
)
from feedback.models import Publication, Question
from people.departments import Node
from people.requests import INVALID, SignedInRequest, require_hr
from tours.models import Side, Tour

A_PAGE = 25  #: departments, in each of two tables
QUARTERS = 8  #: in the chart
Series = dict[date, dict[Side, Figure | None]]
NOTHING: list[Figure | None] = [None] * len(COLUMNS)


@require_safe
def opinions(request: SignedInRequest) -> HttpResponse:
    require_hr(request)
    published = list(Publication.objects.order_by("-quarter"))
    form = read_form(request.GET.dict(), published)
    context: dict[str, Any] = {"form": form, "next_on": _next_on(timezone.now()), "kept": _kept(request)}
    if not form.questions:
        return render(request, "dashboards/opinions.html", context)
    if not form.is_valid():
        return render(request, "dashboards/opinions.html", context, status=INVALID)
    quarter, question = form.cleaned_data["quarter"], form.cleaned_data["question"]
    out = next(out for out in published if out.quarter == quarter.first)
    context |= {
        "quarter": in_words(quarter),
        "question": question,
        "asked": {side.value: in_general(question, side) for side in Side},
        "least": out.least,
        "published_on": published_on(out),
        "department": form.cleaned_data["department"],
        "told_apart": told_apart(form.cleaned_data["department"]),
        "type": Tour.Type(type_).label if (type_ := form.cleaned_data["type"]) else "",
    }
    context |= _over_time(form, published) | _by_department(request, quarter, question)
    return render(request, "dashboards/opinions.html", context)


def _kept(request: SignedInRequest) -> dict[str, str]:
    """What was asked for on the pages about retention and is nothing here, for the way back."""
    names = {*PeriodForm.KEPT} - {*OpinionsForm.base_fields}
    return {name: said for name, said in request.GET.dict().items() if name in names and said}


def read_form(asked: Mapping[str, str], published: Iterable[Publication]) -> OpinionsForm:
    quarters = [Quarter(out.quarter) for out in published]
    return OpinionsForm(asked, quarters=quarters, questions=questions())


def published_on(out: Publication) -> str:
    day = date_format(timezone.localtime(out.published_at))
    return _("Published on %(day)s; it never changes.") % {"day": day}


def told_apart(department: Node | None) -> str:
    """Why a line over time may have a step that is no change of mood."""
    if department is None or not (names := united_since(department.pk)):
        return ""
    told = _("Since united with it: %(names)s. Quarters published before that are of %(name)s by itself.")
    return told % {"names": ", ".join(names), "name": department.name}


def _next_on(now: datetime) -> Any:
    """On which day the quarter that runs is published."""
    quarter = Quarter.of(now.date() - WAIT)
    return quarter.next.first + WAIT


def _over_time(form: OpinionsForm, published: list[Publication]) -> dict[str, Any]:
    """The figure asked for, and the quarters before it."""
    asked = form.cleaned_data
    found = in_quarters(asked, published)
    now = found[asked["quarter"].first]
    return {
        "now": [(side.value, shown(now[side])) for side in Side],
        "refused": not any(now.values()),
        "chart": chart.over_time(found),
        "series": [
            (in_words(Quarter(first)), [(side.value, shown(figures[side])) for side in Side])
            for first, figures in reversed(found.items())
        ],
    }


def in_quarters(asked: dict[str, Any], published: Iterable[Publication]) -> Series:
    """The figure asked for in the quarter asked for, and in those before it; the oldest first."""
    upto = [out.quarter for out in published if out.quarter <= asked["quarter"].first][:QUARTERS]
    department = asked["department"].pk if asked["department"] else None
    return series(asked["question"], upto[::-1], department=department, type_=asked["type"])


def _by_department(request: SignedInRequest, quarter: Quarter, question: Question) -> dict[str, Any]:
    """So many departments a page, below each other in both sides' tables."""
    found = alike(quarter, question)
    places = range(len(found[Side.EMPLOYEE].rows))
    page = Paginator(places, A_PAGE).get_page(request.GET.get("page"))
    return {
        "page": page,
        "columns": [label for _type, label in columns()],
        "tables": [
            {
                "side": side.value,
                "rows": [_cells(found[side].rows[place]) for place in page],
                "shown": _cells(found[side].shown),
                "all": _cells(found[side].all),
            }
            for side in Side
        ],
    }


def alike(quarter: Quarter, question: Question) -> dict[Side, Table]:
    """Both sides' tables with the same departments: one that is in a single table would tell that nobody on
    the other side had answered."""
    found = tables(quarter.first, question)
    known = {row.department: row for table in found.values() for row in table.rows}
    order = sorted(known, key=lambda pk: (pk is None, known[pk].name))
    sides = {}
    for side, table in found.items():
        rows = {row.department: row for row in table.rows}
        filled = [rows.get(pk, replace(known[pk], figures=NOTHING)) for pk in order]
        sides[side] = replace(table, rows=filled)
    return sides


def columns() -> list[tuple[str, str]]:
    return [(type_, str(Tour.Type(type_).label) if type_ else _("All types")) for type_ in COLUMNS]


def _cells(row: Row) -> dict[str, Any]:
    cells = [(label, shown(figure)) for (_type, label), figure in zip(columns(), row.figures, strict=True)]
    named = {"name": row.told, "gone": bool(row.now)}
    return named | {"cells": cells, "hidden": not any(figure for _label, figure in cells)}


def shown(figure: Figure | None) -> dict[str, Any] | None:
    return {"mean": number_format(figure.mean, 1), "n": figure.marks} if figure else None
