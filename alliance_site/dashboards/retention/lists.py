"""The list behind a number, for HR: who is counted, or which tours or check-ins are. Never what they say."""

from __future__ import annotations

from typing import Any

from django.core.paginator import Paginator
from django.http import Http404, HttpResponse
from django.shortcuts import render
from django.utils.timezone import localdate
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, gettext_noop, ngettext_lazy
from django.views.decorators.http import require_safe

from alliance_site.dashboards.retention import view
from alliance_site.dashboards.retention.behind import LISTS, Rows
from alliance_site.dashboards.retention.sheets import Cell, Head, Sheet, words
from feedback.models import CheckIn
from people.models import Employment, Tenure
from people.numbers import Grouped
from people.requests import INVALID, SignedInRequest
from tours.models import Tour

A_PAGE = 50

REGRETTED = {True: gettext_lazy("Yes"), False: gettext_lazy("No"), None: ""}

#: In which order, and with what at hand, rows are shown.
ORDERS = {
    "people": (("-left_on", "-hired_on", "pk"), ("person",)),
    "moves": (("-first_day", "pk"), ("person",)),
    "tours": (("-first_day", "-pk"), ("employee", "manager", "in_force")),
    "ending": (("over_on", "pk"), ("employee", "manager", "in_force")),
    "ended": (("-over_on", "-pk"), ("employee", "manager", "in_force")),
    "unsigned": (("put_at", "pk"), ("employee", "manager")),
    "checkins": (("-due_on", "-pk"), ("employee", "manager", "tour")),
}

#: What one row is, and how many there are.
OF_TOURS = ngettext_lazy("%(count)s tour", "%(count)s tours", "count")
NOUNS = {
    "people": ngettext_lazy("%(count)s employment", "%(count)s employments", "count"),
    "moves": ngettext_lazy("%(count)s change of position", "%(count)s changes of position", "count"),
    **dict.fromkeys(("tours", "ending", "ended", "unsigned"), OF_TOURS),
    "checkins": ngettext_lazy("%(count)s check-in", "%(count)s check-ins", "count"),
}


@require_safe
def retention_list(request: SignedInRequest, of: str) -> HttpResponse:
    listed = LISTS.get(of)
    if listed is None:
        raise Http404
    form, asked = view.read(request, listed.form, of_today=listed.of_today)
    context = view.context(form, asked) | {"title": listed.title, "about": listed.about, "of": of}
    if asked is None:
        return render(request, "dashboards/retention_list.html", context, status=INVALID)
    page = Paginator(in_order(listed.rows(asked), listed.about), A_PAGE).get_page(request.GET.get("page"))
    context |= {"page": page, "sheet": sheet(listed.title, listed.about, page)}
    context["counted"] = NOUNS[listed.about] % {"count": Grouped(page.paginator.count)}
    return render(request, "dashboards/retention_list.html", context)


def in_order(rows: Rows, about: str) -> Rows:
    order, related = ORDERS[about]
    return rows.order_by(*order).select_related(*related)


def sheet(title: Any, about: str, rows: Any) -> Sheet:
    heads, cells = SHEETS[about]
    named = [Head(_(each), numbers=False) for each in heads]
    return Sheet("list", title, named, [cells(row) for row in rows])


def _of_employment(spell: Tenure) -> list[Cell]:
    return [
        words(spell.person.name, spell.person.get_absolute_url()),
        Cell(spell.hired_on),
        Cell(spell.left_on),
        words(Employment.Ending(spell.ending).label if spell.ending else ""),
        words(REGRETTED[spell.regretted]),
    ]


def _of_move(spell: Tenure) -> list[Cell]:
    """By the position into which, or out of which, they moved."""
    position = vars(spell)
    return [
        words(spell.person.name, spell.person.get_absolute_url()),
        words(position["title"]),
        words(position["department"]),
        Cell(position["first_day"]),
        Cell(position["last_day"]),
    ]


def _of_tour(tour: Tour) -> list[Cell]:
    return [*_whose(tour), Cell(tour.starts_on), Cell(tour.ends_on)]


def _of_ended(tour: Tour) -> list[Cell]:
    """To the day on which it was over, be it that the employment was."""
    return [*_whose(tour), Cell(tour.starts_on), Cell(vars(tour)["over_on"])]


def _of_unsigned(tour: Tour) -> list[Cell]:
    return [*_whose(tour), Cell(localdate(vars(tour)["put_at"]))]


def _whose(tour: Tour) -> list[Cell]:
    return [
        words(tour.employee.name, tour.employee.get_absolute_url()),
        words(tour.manager.name, tour.manager.get_absolute_url()),
        words(tour.get_type_display(), tour.get_absolute_url()),
    ]


def _of_checkin(checkin: CheckIn) -> list[Cell]:
    return [
        words(checkin.employee.name, checkin.employee.get_absolute_url()),
        words(checkin.manager.name, checkin.manager.get_absolute_url()),
        words(checkin.get_kind_display(), checkin.tour.along_url),
        Cell(checkin.due_on),
        Cell(checkin.revealed_on),
    ]


TOURS = [
    gettext_noop("Employee"),
    gettext_noop("With"),
    gettext_noop("Tour"),
    gettext_noop("First day"),
    gettext_noop("Last day"),
]

SHEETS: dict[str, tuple[list[str], Any]] = {
    "people": (
        [
            gettext_noop("Name"),
            gettext_noop("Hired on"),
            gettext_noop("Last day"),
            gettext_noop("How it ended"),
            gettext_noop("Regretted"),
        ],
        _of_employment,
    ),
    "moves": (
        [
            gettext_noop("Name"),
            gettext_noop("Job title"),
            gettext_noop("Department"),
            gettext_noop("First day in it"),
            gettext_noop("Last day in it"),
        ],
        _of_move,
    ),
    "tours": (TOURS, _of_tour),
    "ending": (TOURS, _of_ended),
    "ended": (TOURS, _of_ended),
    "unsigned": ([*TOURS[:3], gettext_noop("Proposed on")], _of_unsigned),
    "checkins": (
        [
            gettext_noop("Employee"),
            gettext_noop("With"),
            gettext_noop("Check-in"),
            gettext_noop("Due on"),
            gettext_noop("Completed on"),
        ],
        _of_checkin,
    ),
}
