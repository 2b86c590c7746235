"""What people say: on HR's first page of the newest quarter that is out, and more of it to take along."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date
from functools import cached_property
from typing import Any

from django.urls import reverse
from django.utils.translation import gettext as _

from alliance_site.dashboards.forms import words as in_words
from alliance_site.dashboards.retention.sheets import Cell, Head, Mean, Sheet, words
from alliance_site.dashboards.retention.view import View
from feedback.figures import reading
from feedback.figures.quarters import Quarter
from feedback.figures.reading import COLUMNS, Figure, Row, Table, in_general
from feedback.models import Publication, Question
from tours.models import Side

QUARTERS = 8  #: as many as the page draws


class Said:
    """What is out, each part of it asked for once and not before it is needed; nothing of a part of the
    company, whose figures have a page of their own."""

    def __init__(self, asked: View, quarters: int = QUARTERS) -> None:
        self.asked, self._many = asked, quarters

    @cached_property
    def quarters(self) -> dict[date, dict[int, dict[Side, Figure]]]:
        return reading.of_quarters(self._many) if self.asked.is_of_all else {}

    @cached_property
    def questions(self) -> list[Question]:
        return reading.questions()

    @property
    def newest(self) -> date:
        return max(self.quarters)

    @property
    def of_the_newest(self) -> list[Question]:
        """Those that were asked then."""
        return [question for question in self.questions if question.pk in self.quarters[self.newest]]

    @cached_property
    def tables(self) -> dict[int, dict[Side, Table]]:
        """By question, of the newest."""
        return reading.tables_of(self.newest, self.of_the_newest)


def sheet(found: Said) -> Sheet | None:
    """A line a question, each leading to its figures by department; two statements. None before the first
    quarter is out."""
    if not found.quarters:
        return None
    asked, quarter = found.asked, found.newest
    figures = found.quarters[quarter]
    heads = [_("Employees"), _("n"), _("Their managers"), _("about n employees")]
    return Sheet(
        "said",
        _("What people say, %(quarter)s") % {"quarter": in_words(Quarter(quarter))},
        [Head(_("Mean mark, from 1 to 5"), numbers=False), *map(Head, heads)],
        [
            [
                words(in_general(question, Side.EMPLOYEE), _address(asked, quarter, question)),
                *(cell for side in Side for cell in _cells(figures[question.pk].get(side))),
            ]
            for question in found.of_the_newest
        ],
        _(
            "For the whole company and all types of tour, in the newest published quarter, "
            "whatever else is chosen."
        ),
        short=_("What people say"),
    )


def elsewhere(asked: View) -> str:
    """Why there is nothing of it on the page of a part of the company."""
    if asked.is_of_all:
        return ""
    return _(
        "What people say is told here of the whole company alone: of a part it could give away what one "
        "person said. By department it stands on its own page, in groups that are large enough."
    )


def _address(asked: View, quarter: date, question: Question) -> str:
    """Of all types of tour, as what is told here; what else is kept finds the way back."""
    said = {"quarter": quarter.isoformat(), "question": str(question.pk), "type": ""}
    return f"{reverse('opinions')}?{asked.address_with(**said)}"


def over_time(found: Said) -> list[Sheet]:
    """A line for each quarter of each question, the newest first."""
    quarters = found.quarters
    heads = [_("Quarter beginning"), _("Employees"), _("n"), _("Their managers"), _("about n employees")]
    return [
        Sheet(
            "said_over_time",
            _("What people said, by quarter"),
            [Head(_("Mean mark, from 1 to 5"), numbers=False), *map(Head, heads)],
            [
                [
                    words(in_general(question, Side.EMPLOYEE), _address(found.asked, quarter, question)),
                    Cell(quarter),
                    *(cell for side in Side for cell in _cells(quarters[quarter][question.pk].get(side))),
                ]
                for question in found.questions
                for quarter in sorted(quarters, reverse=True)
                if question.pk in quarters[quarter]
            ],
            _of_all(),
        )
    ]


def by_department(found: Said) -> list[Sheet]:
    """One a question of the newest quarter that is out, of all types of tour; by type they have a page."""
    if not found.quarters:
        return []
    return [
        _by_department(found.newest, question, found.tables[question.pk]) for question in found.of_the_newest
    ]


def _by_department(quarter: date, question: Question, tables: dict[Side, Table]) -> Sheet:
    asked = in_general(question, Side.EMPLOYEE)
    names = {row.department: row.told for table in tables.values() for row in table.rows}
    of = {side: {row.department: row.figures[0] for row in table.rows} for side, table in tables.items()}
    heads = [_("Employees"), _("n"), _("Their managers"), _("about n employees")]
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
        _("Each by itself, in %(quarter)s. Departments for which nothing can be shown are left out.")
        % {"quarter": in_words(Quarter(quarter))},
        short=asked,
    )


def for_programs(said: Said) -> dict[str, Any] | None:
    """Of everybody, quarter by quarter, and by department and type of tour in the newest; None of a part of
    the company. What is hidden is None."""
    if not said.asked.is_of_all:
        return None
    found, questions = said.quarters, said.questions
    out = Publication.objects.in_bulk(found)
    return {
        "note": f"{_of_all()} {n_is()}",
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
            {"question": in_general(question, Side.EMPLOYEE), **_parts(said.tables[question.pk])}
            for question in (said.of_the_newest if found else ())
        ],
    }


def _parts(tables: dict[Side, Table]) -> dict[str, Any]:
    """Each department by itself, those together of which a figure is shown, and all: as on their page."""
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
    return _("For the whole company and all types of tour. A published quarter never changes.")


def n_is() -> str:
    return _("n is the number of employees who answered, or about whom their managers did.")


def _cells(figure: Figure | None) -> tuple[Cell, Cell]:
    """The mean, and of how many. None where nobody answered, too few did, or one person gave most of the
    marks: which of these is told by none."""
    if figure is None:
        hidden = Cell(why=_("Not shown, so that nobody is singled out."))
        return hidden, hidden
    return Cell(Mean(figure.mean)), Cell(figure.marks)
