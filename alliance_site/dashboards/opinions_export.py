"""HR takes along what people say: the cells of the page's three tables, and no other number.

To reckon with, it is a line for each cell; to be read, on paper or in a terminal, as on the page.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import Any

from django.http import HttpResponse
from django.shortcuts import redirect
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_safe

from alliance_site.dashboards.forms import words as in_words
from alliance_site.dashboards.opinions import (
    Series,
    alike,
    columns,
    in_quarters,
    published_on,
    read_form,
    told_apart,
)
from alliance_site.dashboards.opinions_chart import over_time
from alliance_site.dashboards.paper import Heading, as_pdf, taken_along
from alliance_site.dashboards.plain import as_table
from alliance_site.dashboards.retention.said import n_is
from alliance_site.dashboards.retention.sheets import Cell, Head, Mean, Sheet, words
from alliance_site.dashboards.spreadsheets import about_figures, as_csv, as_xlsx
from feedback.figures.quarters import Quarter
from feedback.figures.reading import Figure, Row, Table, in_general
from feedback.models import Publication, Question
from people.requests import SignedInRequest, require_hr
from tours.models import Side, Tour


@require_safe
def opinions_export(request: SignedInRequest, kind: str) -> HttpResponse:
    """All departments, and the quarters of whom the page is asked about."""
    require_hr(request)
    published = list(Publication.objects.order_by("-quarter"))
    form = read_form(request.GET.dict(), published)
    if not form.is_valid():
        return redirect(f"{reverse('opinions')}?{request.GET.urlencode()}")  # which says what is wrong
    asked = form.cleaned_data
    return taken_along(
        request,
        f"opinions-{asked['quarter'].first:%Y-%m}.{kind}",
        lambda: taken(kind, asked, published),
        f"{reverse('opinions')}?{request.GET.urlencode()}",
    )


def taken(form: str, asked: dict[str, Any], published: Sequence[Publication]) -> str | bytes:
    out = next(out for out in published if out.quarter == asked["quarter"].first)
    about, title = _about(asked, out), _("What people say")
    if form in ("csv", "xlsx"):
        sheets = _sheets(asked, published, out)
        last = about_figures([[each] for each in about])
        return as_csv(sheets, about) if form == "csv" else as_xlsx([*sheets, last])
    least, found = {each.quarter: each.least for each in published}, in_quarters(asked, published)
    shown = [*_by_side(asked, out.least), _by_quarter(asked, found, least)]
    question, quarter, *counted = about
    everybody, whom = _in_words({"department": None, "type": ""}), _in_words(asked)
    of = [question, f"{everybody}, {quarter}"]
    if whom != everybody:  # which narrows what is of all quarters, and no other table
        of.append(": ".join([_("By quarter"), whom]))
    if form == "table":
        return as_table(title, [*of, *counted], shown)
    heading = Heading(title, quarter, of, " ".join(counted), out.published_at)
    return as_pdf(heading, shown, filter(None, [over_time(found)]))


def _by_side(asked: dict[str, Any], least: int) -> Iterator[Sheet]:
    said = {Side.EMPLOYEE: _("What employees say"), Side.MANAGER: _("What their managers say")}
    question = asked["question"]
    for side, table in alike(asked["quarter"], question).items():
        yield Sheet(
            f"opinions_{side.value}",
            said[side],
            [
                Head(_("Department"), numbers=False),
                *(Head(head) for _type, label in columns() for head in (label, _("n"))),
            ],
            [
                [words(name), *(cell for figure in row.figures for cell in _pair(figure, least))]
                for name, row in _named(table)
            ],
            means=[
                in_general(question, side),
                _("“Departments shown” sums up what stands above it in its column."),
                _("A department counts by itself here, without those below it."),
            ],
        )


def _by_quarter(asked: dict[str, Any], found: Series, least: dict[Any, int]) -> Sheet:
    heads = [_("Employees"), _("n"), _("Their managers"), _("about n employees")]
    return Sheet(
        "quarters",
        _("By quarter"),
        [Head(_("Quarter"), numbers=False), *map(Head, heads)],
        [
            [
                words(in_words(Quarter(first))),
                *(cell for side in Side for cell in _pair(found[first][side], least[first])),
            ]
            for first in sorted(found, reverse=True)
        ],
        means=[_in_words(asked)],
    )


def _pair(figure: Figure | None, least: int) -> tuple[Cell, Cell]:
    """The mean, and of how many."""
    if figure is None:
        hidden = Cell(why=_hidden(least))
        return hidden, hidden
    return Cell(Mean(figure.mean)), Cell(figure.marks)


def _sheets(asked: dict[str, Any], published: Sequence[Publication], out: Publication) -> list[Sheet]:
    """A line for each cell; of what is hidden, why."""
    quarter, question = asked["quarter"], asked["question"]
    heads = [
        *(_("First day"), _("Last day"), _("Question"), _("Whose marks"), _("Department"), _("Type of tour")),
        *(_("n"), _("Mean"), _("Hidden because")),
    ]
    found = in_quarters(asked, published)
    return [
        Sheet(
            "opinions",
            _("By department and type of tour"),
            [Head(head, numbers=False) for head in heads],
            list(_departments(quarter, question, out.least)),
        ),
        Sheet(
            "quarters",
            _("By quarter"),
            [Head(head, numbers=False) for head in heads],
            list(_quarters(asked, found, {each.quarter: each.least for each in published})),
        ),
    ]


def _departments(quarter: Quarter, question: Question, least: int) -> Iterator[list[Cell]]:
    for side, table in alike(quarter, question).items():
        of_side = _of(quarter, question, side)
        for name, row in _named(table):
            for (_type, label), figure in zip(columns(), row.figures, strict=True):
                yield [*of_side, words(name), words(label), *_told(figure, least)]


def _named(table: Table) -> Iterator[tuple[str, Row]]:
    for row in table.rows:
        yield row.told or _("No department"), row
    yield _("Departments shown"), table.shown
    yield _("All departments"), table.all


def _quarters(asked: dict[str, Any], found: Series, least: dict[Any, int]) -> Iterator[list[Cell]]:
    """The newest first."""
    whom = _whom(asked)
    for first in sorted(found, reverse=True):
        for side in Side:
            of_side = _of(Quarter(first), asked["question"], side)
            yield [*of_side, *whom, *_told(found[first][side], least[first])]


def _whom(asked: dict[str, Any]) -> list[Cell]:
    department, type_ = asked["department"], asked["type"]
    return [
        words(department.name if department else _("All departments")),
        words(Tour.Type(type_).label if type_ else _("All types")),
    ]


def _in_words(asked: dict[str, Any]) -> str:
    return ", ".join(cell.shown for cell in _whom(asked))


def _of(quarter: Quarter, question: Question, side: Side) -> list[Cell]:
    asked = in_general(question, side)
    return [Cell(quarter.first), Cell(quarter.last), words(asked), words(side.label)]


def _told(figure: Figure | None, least: int) -> list[Cell]:
    if figure is None:
        return [Cell(), Cell(), words(_hidden(least))]
    return [Cell(figure.marks), Cell(Mean(figure.mean)), Cell("")]


def _hidden(least: int) -> str:
    return _("would single out fewer than %(least)s") % {"least": least}


def _about(asked: dict[str, Any], out: Publication) -> list[str]:
    about = [
        in_general(asked["question"], Side.EMPLOYEE),
        in_words(asked["quarter"]),
        published_on(out),
        n_is(),
    ]
    return [*about, apart] if (apart := told_apart(asked["department"])) else about
