"""What people say: on HR's first page of the newest quarter that is out, and more of it to take along."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date
from typing import Any

from django.urls import reverse
from django.utils.translation import gettext as _

from alliance_site.dashboards.forms import words as in_words
from alliance_site.dashboards.retention.sheets import Cell, Head, Mean, Sheet, words
from alliance_site.dashboards.retention.view import View
from feedback.figures import reading
from feedback.figures.quarters import Quarter
from feedback.figures.reading import COLUMNS, Figure, Row, in_general
from feedback.models import Publication, Question
from tours.models import Side

QUARTERS = 8  #: as many as the page draws


def sheet(asked: View) -> Sheet | None:
    """A line a question, each leading to its figures by department; two statements. None before the first
    quarter is out, and of a part of the company, whose figures have a page of their own."""
    newest = reading.newest() if asked.is_of_all else None
    if newest is None:
        return None
    quarter, figures = newest
    heads = [_("Employees"), _("n"), _("Their managers"), _("n")]
    return Sheet(
        "said",
        _("What people say, %(quarter)s") % {"quarter": in_words(Quarter(quarter))},
        [Head(_("Mean mark, from 1 to 5"), numbers=False), *map(Head, heads)],
        [
            [
                words(in_general(question, Side.EMPLOYEE), _address(asked, quarter, question)),
                *(cell for side in Side for cell in _cells(figures[question.pk].get(side))),
            ]
            for question in reading.questions()
            if question.pk in figures
        ],
        _(
            "Of the whole company and all types of tour, in the newest quarter that is out, "
            "whatever else is asked for."
        ),
        short=_("What people say"),
    )


def _address(asked: View, quarter: date, question: Question) -> str:
    """Of all types of tour, as what is told here; what else is kept finds the way back."""
    said = {"quarter": quarter.isoformat(), "question": str(question.pk), "type": ""}
    return f"{reverse('opinions')}?{asked.address_with(**said)}"


def over_time(asked: View) -> list[Sheet]:
    """A line for each quarter of each question, the newest first."""
    found = reading.of_quarters(QUARTERS) if asked.is_of_all else {}
    heads = [_("Quarter beginning"), _("Employees"), _("n"), _("Their managers"), _("n")]
    return [
        Sheet(
            "said_over_time",
            _("What people said, by quarter"),
            [Head(_("Mean mark, from 1 to 5"), numbers=False), *map(Head, heads)],
            [
                [
                    words(in_general(question, Side.EMPLOYEE), _address(asked, quarter, question)),
                    Cell(quarter),
                    *(cell for side in Side for cell in _cells(found[quarter][question.pk].get(side))),
                ]
                for question in reading.questions()
                for quarter in sorted(found, reverse=True)
                if question.pk in found[quarter]
            ],
            _of_all(),
        )
    ]


def by_department(asked: View) -> list[Sheet]:
    """One a question of the newest quarter that is out, of all types of tour; by type they have a page."""
    newest = reading.newest() if asked.is_of_all else None
    if newest is None:
        return []
    quarter, figures = newest
    asked_then = [question for question in reading.questions() if question.pk in figures]
    return [_by_department(quarter, question) for question in asked_then]


def _by_department(quarter: date, question: Question) -> Sheet:
    found, asked = reading.tables(quarter, question), in_general(question, Side.EMPLOYEE)
    names = {row.department: row.told for table in found.values() for row in table.rows}
    of = {side: {row.department: row.figures[0] for row in table.rows} for side, table in found.items()}
    heads = [_("Employees"), _("n"), _("Their managers"), _("n")]
    return Sheet(
        f"said_{question.pk}",
        _("By department: %(question)s") % {"question": asked},
        [Head(_("Department"), numbers=False), *map(Head, heads)],
        [
            [
                words(names[pk] or _("No department")),
                *(cell for side in Side for cell in _cells(of[side].get(pk))),
            ]
            for pk in sorted(names, key=lambda pk: (pk is None, names[pk]))
            if any(of[side].get(pk) for side in Side)
        ],
        _("Each by itself, in %(quarter)s. Those of which nothing can be shown are left out.")
        % {"quarter": in_words(Quarter(quarter))},
        short=asked,
    )


def for_programs(asked: View) -> dict[str, Any] | None:
    """Of everybody, quarter by quarter, and by department and type of tour in the newest; None of a part of
    the company. What is hidden is None."""
    if not asked.is_of_all:
        return None
    found, questions = reading.of_quarters(QUARTERS), reading.questions()
    out = Publication.objects.in_bulk(found)
    return {
        "note": str(_of_all()),
        "hidden": _cells(None)[0].why,
        "quarters": [
            {
                "first": quarter.isoformat(),
                "last": Quarter(quarter).last.isoformat(),
                "published_at": out[quarter].published_at.isoformat(),
                "questions": [
                    {"question": in_general(question, Side.EMPLOYEE), **_sides(found[quarter][question.pk])}
                    for question in questions
                    if question.pk in found[quarter]
                ],
            }
            for quarter in sorted(found, reverse=True)
        ],
        "by_department": [
            {"question": in_general(question, Side.EMPLOYEE), **_parts(newest, question)}
            for newest in sorted(found)[-1:]
            for question in questions
            if question.pk in found[newest]
        ],
    }


def _parts(quarter: date, question: Question) -> dict[str, Any]:
    """Each department by itself, those together of which a figure is shown, and all: as on their page."""
    tables = reading.tables(quarter, question)
    rows: dict[int | None, dict[Side, Row]] = {}
    for side, table in tables.items():
        for row in table.rows:
            rows.setdefault(row.department, {})[side] = row
    parts = [(next(iter(sides.values())), sides) for sides in rows.values()]
    return {
        "departments": [
            {"department": part.name or None, "now_part_of": part.now or None, **_by_type(sides)}
            for part, sides in sorted(parts, key=lambda each: (each[0].department is None, each[0].name))
        ],
        "departments_shown": _by_type({side: table.shown for side, table in tables.items()}),
        "all_departments": _by_type({side: table.all for side, table in tables.items()}),
    }


def _by_type(rows: Mapping[Side, Row]) -> dict[str, Any]:
    return {
        type_ or "all_types": _sides({side: row.figures[n] for side, row in rows.items()})
        for n, type_ in enumerate(COLUMNS)
    }


def _sides(figures: Mapping[Side, Figure | None]) -> dict[str, dict[str, float] | None]:
    return {
        side.value: {"mean": figure.mean, "n": figure.marks} if (figure := figures.get(side)) else None
        for side in Side
    }


def _of_all() -> str:
    return _("Of the whole company and all types of tour. A quarter that is out never changes.")


def _cells(figure: Figure | None) -> tuple[Cell, Cell]:
    """The mean, and of how many. None where nobody answered, too few did, or one person gave most of the
    marks: which of these is told by none."""
    if figure is None:
        return Cell(why=_("Not shown, so that nobody is singled out.")), Cell()
    return Cell(Mean(figure.mean)), Cell(figure.marks)
