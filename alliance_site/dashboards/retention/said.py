"""What people say, on HR's first page: of the newest quarter that is out, of the whole company."""

from __future__ import annotations

from urllib.parse import urlencode

from django.urls import reverse
from django.utils.translation import gettext as _

from alliance_site.dashboards.forms import words as in_words
from alliance_site.dashboards.retention.sheets import Cell, Head, Mean, Sheet, words
from alliance_site.dashboards.retention.view import View
from feedback.figures import reading
from feedback.figures.quarters import Quarter
from feedback.figures.reading import Figure, in_general
from tours.models import Side


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
                words(in_general(question, Side.EMPLOYEE), _address(quarter.isoformat(), question.pk)),
                *(cell for side in Side for cell in _cells(figures[question.pk].get(side))),
            ]
            for question in reading.questions()
            if question.pk in figures
        ],
        short=_("What people say"),
    )


def _address(quarter: str, question: int) -> str:
    return f"{reverse('opinions')}?{urlencode({'quarter': quarter, 'question': question})}"


def _cells(figure: Figure | None) -> tuple[Cell, Cell]:
    """The mean, and of how many. None where nobody answered, too few did, or one person gave most of the
    marks: which of these is told by none."""
    if figure is None:
        return Cell(why=_("Not shown, so that nobody is singled out.")), Cell()
    return Cell(Mean(figure.mean)), Cell(figure.marks)
