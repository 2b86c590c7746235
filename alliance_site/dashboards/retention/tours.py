"""HR's page of how tours go: in the period, and where the alliance is failing today."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import replace
from typing import Any

from django.db.models import Subquery
from django.http import HttpResponse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, ngettext
from django.views.decorators.http import require_safe

from alliance_site.dashboards.forms import ToursForm
from alliance_site.dashboards.retention import behind
from alliance_site.dashboards.retention.page import page
from alliance_site.dashboards.retention.sheets import Cell, Head, Sheet, of_rate, of_rest, words
from alliance_site.dashboards.retention.told import Told
from alliance_site.dashboards.retention.view import View
from alliance_site.dashboards.words import FAILING, TEAM, TOURS, Words
from feedback.measures.timeliness import on_time
from people.measures.rates import Rate
from people.measures.rows import count_of, one_row
from people.measures.whom import Service
from people.numbers import Grouped, number
from people.requests import SignedInRequest
from tours.measures import ahead
from tours.measures.endings import Ended, Endings, endings
from tours.measures.promises import promise_keeping
from tours.models import Policy, Side

#: Where the alliance is failing, today; each is a list of `behind`.
HEALTH = tuple(FAILING)
OF_ANY_TYPE = gettext_lazy("The type of tour makes no difference to “On a tour”.")

#: What is behind the part and the whole of a rate. Promises, and which side ended a tour early, are read in
#: their tours, where a look is noted.
MADE_OF = {
    "completion": ("ended_completed", "ended"),
    "renewal": ("ended_followed", "ended"),
    "early_employee": ("", "ended"),
    "early_manager": ("", "ended"),
    "left": ("ended_left", "ended"),
    "on_time": ("in_time", "due"),
    "covered_today": ("covered_today", "employed"),
    "own_on_time": ("own_in_time", "own_due"),
}


@require_safe
def tours(request: SignedInRequest) -> HttpResponse:
    return page(request, "retention_tours", figures, ToursForm)


def figures(asked: View) -> dict[str, Any]:
    ended = endings(asked.period, asked.asked)
    found = rates(asked, ended)
    today = today_in_numbers(asked)
    return {
        "health": (failing := health(asked, today)),
        "missing": numbers_alone(failing),
        "soon": soon(asked, today),
        "rates": in_words(found, asked),
        "employed": employed(asked, today),
        "unnarrowed": unnarrowed(asked),
        "rest": of_rest(TOURS["renewal"], ended.total - ended.followed, asked.behind("ended_not_followed")),
        "rates_note": " ".join(notes(asked, ended)),
        "endings": sheet_of_endings(ended, asked) if ended.total else None,
    }


def rates(asked: View, ended: Endings) -> dict[str, Rate]:
    """Three statements beside that of the endings."""
    least = Policy.objects.on(asked.today).figure_people
    kept = promise_keeping(asked.period.first, asked.period.last, asked.asked)
    return {
        "completion": ended.completion,
        "renewal": ended.renewal,
        "early_employee": ended.early_ends(Side.EMPLOYEE, least),
        "early_manager": ended.early_ends(Side.MANAGER, least),
        "left": ended.left,
        "on_time": on_time(asked.period, asked.today, asked.asked),
        "kept_manager": kept[Side.MANAGER].rate(least),
        "kept_employee": kept[Side.EMPLOYEE].rate(least),
    }


def notes(asked: View, ended: Endings) -> list[str]:
    """To be said with the rates: of whom they are where that was asked for (what is of today says itself that
    it is), and which tours could not be completed."""
    of_the_day = _(
        "For those chosen, by their department and length of service on the day on which the "
        "tour ended, or the check-in or promise was due."
    )
    of_all = asked.department is None and asked.service == Service()
    return [note for note in ("" if of_all else of_the_day, without_end(ended)) if note]


def without_end(ended: Endings) -> str:
    many = Grouped(ended.open_ended)
    told = ngettext(
        "%(count)s of the tours that ended had no agreed end, and so could not be completed.",
        "%(count)s of the tours that ended had no agreed end, and so could not be completed.",
        many,
    )
    return told % {"count": many} if many else ""


def in_words(rates: dict[str, Rate], asked: View) -> list[Told]:
    return [
        ((TOURS | TEAM)[name], of_rate(rate), *_made_of(asked, name, rate)) for name, rate in rates.items()
    ]


def _made_of(asked: View, name: str, rate: Rate) -> tuple[Cell, Cell]:
    if rate.reason:
        return Cell(), Cell()
    part, whole = MADE_OF.get(name, ("", ""))
    return (
        Cell(rate.part, asked.behind(part) if part and rate.part else ""),
        Cell(rate.whole, asked.behind(whole) if whole and rate.whole else ""),
    )


def today_in_numbers(asked: View) -> dict[str, Any]:
    """What fails today by HR's lists, who is employed, and what ends soon, in one statement."""
    return one_row(numbers_of_today(asked, {name: behind.rows(name, asked) for name in HEALTH}))


def numbers_of_today(asked: View, failing: Mapping[str, behind.Rows]) -> dict[str, Subquery]:
    lists = {**failing, "employed": behind.rows("employed", asked)}
    return {name: count_of(rows) for name, rows in lists.items()} | ahead.columns(asked.today, asked.asked)


def employed(asked: View, today: dict[str, Any]) -> Cell:
    return Cell(today.get("employed") or 0, asked.behind("employed"))


def unnarrowed(asked: View) -> str:
    """To be said beside what fails today, where a type of tour is asked for."""
    return (
        _("The type of tour makes no difference to who is employed today or who has no tour.")
        if asked.type
        else ""
    )


def health(asked: View, today: dict[str, Any]) -> Sheet:
    """What each is stands in the last column, which the page has below the numbers."""
    cells = {name: Cell(many := today.get(name) or 0, asked.behind(name) if many else "") for name in HEALTH}
    return sheet_of_failing(asked, today, [(FAILING[name], cell) for name, cell in cells.items()])


def sheet_of_failing(asked: View, today: dict[str, Any], rows: Iterable[tuple[Words, Cell]]) -> Sheet:
    of = _("Of %(count)s people employed today.") % {"count": number(today.get("employed") or 0)}
    return Sheet(
        "health",
        _("Where the alliance is failing today"),
        [
            Head(_("What"), numbers=False),
            Head(_("How many")),
            Head(_("What it is"), numbers=False),
        ],
        [[words(said.name), cell, words(f"{said.means} {said.beware}")] for said, cell in rows],
        f"{of} {unnarrowed(asked)}".strip(),
        short=_("Failing today"),
        as_of=asked.as_of,
    )


def numbers_alone(sheet: Sheet) -> Sheet:
    return replace(sheet, heads=sheet.heads[:-1], rows=[row[:-1] for row in sheet.rows])


WHAT_IS_AGREED = gettext_lazy(
    "Nothing agreed: no signed terms beyond the last day, and no outcome that both confirmed. The "
    "last day is the tour’s, also where one side has ended it early, or that of the employment if HR "
    "knows of an earlier one."
)
WHO_LEAVES = gettext_lazy(
    "Whoever leaves before the end of the tour has nothing to agree on: their tour counts under “Tours”, but "
    "not under “With nothing agreed”."
)


def soon(asked: View, today: dict[str, Any]) -> Sheet:
    return Sheet(
        "soon",
        _("What ends soon"),
        [
            Head(_("Ending within"), numbers=False),
            *map(Head, (_("Tours"), _("With nothing agreed"), _("Share"))),
        ],
        [
            [
                words(_("%(days)s days") % {"days": each.days}),
                Cell(each.ending, asked.behind(f"ending_{each.days}") if each.ending else ""),
                Cell(each.nothing_agreed, asked.behind(f"open_{each.days}") if each.nothing_agreed else ""),
                of_rate(each.share),
            ]
            for each in ahead.read(today)
        ],
        " ".join(map(str, (WHAT_IS_AGREED, WHO_LEAVES))),
        as_of=asked.as_of,
    )


def sheet_of_endings(ended: Endings, asked: View) -> Sheet:
    """As both agreed or not, and by what HR recorded of a leaving on that day."""
    reasons = behind.reasons_of(ended)

    def cell(how: Ended, why: str) -> Cell:
        many = ended.number(*how.closes, why=why)
        return Cell(many, asked.behind(behind.by_reason(how, why)) if many else "")

    def whole(how: Ended) -> Cell:
        many = ended.number(*how.closes)
        return Cell(many, asked.behind(f"ended_{how.value}") if many else "")

    return Sheet(
        "endings",
        _("How tours ended"),
        [
            Head(_("Ended"), numbers=False),
            *(Head(str(behind.WHY[why])) for why in reasons),
            Head(_("All")),
            Head(_("Share")),
        ],
        [
            [
                words(how.label),
                *(cell(how, why) for why in reasons),
                whole(how),
                of_rate(ended.of(*how.closes)),
            ]
            for how in Ended
        ],
        _(
            "The columns say how HR recorded a leaving on the same day. Which side ended a tour "
            "early can be read in the tour itself, where each look is noted; why, only the two "
            "themselves can read."
        ),
    )
