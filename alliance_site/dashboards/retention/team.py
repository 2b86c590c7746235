"""A manager's page of how the tours of those below them go: from dates and states, never from what is said.

It shows no more of anybody than a manager's manager may know: that a tour exists, its type, dates and state;
check-ins as counts; promises of the tours alone in which the reader is the manager.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass, replace
from datetime import UTC, date, datetime, time
from functools import partial
from typing import Any

from django.core.paginator import Paginator
from django.db.models import Exists, OuterRef, QuerySet
from django.http import Http404, HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_safe

from alliance_site.dashboards.forms import PeriodForm, TeamForm, TeamPeopleForm
from alliance_site.dashboards.retention import behind, tours, view
from alliance_site.dashboards.retention.behind import Listed
from alliance_site.dashboards.retention.lists import A_PAGE, in_order
from alliance_site.dashboards.retention.lists import sheet as list_sheet
from alliance_site.dashboards.retention.sheets import Cell, Head, Sheet, words
from alliance_site.dashboards.retention.view import View
from alliance_site.dashboards.words import FAILING, FAILING_IN_TEAM
from feedback.measures.timeliness import due, in_time, on_time, on_time_of_others
from feedback.models import CheckIn
from feedback.models.checkins import CheckInQuerySet
from feedback.signals.process import lapsed
from people.days import today_for
from people.departments import Departments
from people.measures.periods import Period
from people.measures.rates import Rate
from people.measures.rows import row_of
from people.measures.whom import Service, Whom
from people.models import Person, ReportingLine, Tenure
from people.prepared import prepared
from people.requests import INVALID, SignedInRequest
from tours.access import manager_named
from tours.measures.asked import Asked
from tours.measures.coverage import coverage, covered_today
from tours.measures.endings import Ended, Endings, endings
from tours.measures.promises import promise_keeping
from tours.models import Policy, Side, Tour, taken_over_by

HEALTH = ("without_tour", "unsigned", "own_lapsed", "others_lapsed", "handover")
TOO_FEW = gettext_lazy(
    "Not shown where fewer than %(least)s people below you are on a tour with somebody else."
)
OF_ANY_TYPE = gettext_lazy("The type of tour makes no difference to “On a tour today”.")


def _reader(asked: View) -> int:
    assert asked.below
    return asked.below[0]


def _own_lapsed(asked: View) -> behind.Rows:
    own = lapsed(asked.today).filter(manager=_reader(asked))
    return own.filter(tour__type=asked.type) if asked.type else own


def _others_lapsed(asked: View) -> behind.Rows:
    """Of all types of tour: narrowed to one that one person alone has, it would tell of that one."""
    below = lapsed(asked.today).filter(asked.whom.works("employee", asked.today))
    return below.exclude(manager=_reader(asked))


def _own(rows: Callable[..., CheckInQuerySet]) -> Callable[[View], behind.Rows]:
    """With everybody with whom the reader has or had them, wherever these are now."""
    return lambda asked: rows(asked.period, asked.today, Asked(type=asked.type)).filter(
        manager=_reader(asked)
    )


def _covered(asked: View) -> behind.Rows:
    return covered_today(asked.whom, asked.today)


#: Of whom a manager finds a list: of people, of tours, of which they may know that they exist, and of what is
#: their own.
LISTS = {
    name: listed
    for name, listed in behind.LISTS.items()
    if name in ("employed", "without_tour", "unsigned", "handover", "ended", "ended_followed")
    or name in [f"ended_{how.value}" for how in Ended]
    or name.startswith(("ending_", "open_"))
} | {
    "covered_today": Listed(gettext_lazy("On a tour today"), "people", _covered, of_today=True),
    "own_due": replace(behind.LISTS["due"], rows=_own(due)),
    "own_in_time": replace(behind.LISTS["in_time"], rows=_own(in_time)),
    "own_lapsed": Listed(FAILING_IN_TEAM["own_lapsed"].name, "checkins", _own_lapsed, of_today=True),
}


@require_safe
def team(request: SignedInRequest) -> HttpResponse:
    form, asked = read(request)
    context = view.context(form, asked)
    if asked is None:
        return render(request, "dashboards/team.html", context, status=INVALID)
    return render(request, "dashboards/team.html", context | figures(asked))


@require_safe
def team_list(request: SignedInRequest, of: str) -> HttpResponse:
    listed = LISTS.get(of)
    if listed is None:
        raise Http404
    form, asked = read(request, _form(listed), of_today=listed.of_today)
    context = view.context(form, asked) | {"title": listed.title, "of": of, "about": listed.about}
    if asked is None:
        return render(request, "dashboards/team_list.html", context, status=INVALID)
    page = Paginator(lines(listed, asked, request.user), A_PAGE).get_page(request.GET.get("page"))
    context |= {"page": page, "sheet": sheet_of(listed, page, request.user)}
    return render(request, "dashboards/team_list.html", context)


def lines(listed: Listed, asked: View, reader: Person) -> behind.Rows:
    rows = listed.rows(asked)
    if listed.about not in SHEETS:
        told = taken_over_by(reader, today_for(reader))
        rows = rows.annotate(reports=_reports(asked.today), taken_over_by=told)
    return in_order(rows, listed.about)


def sheet_of(listed: Listed, rows: Iterable[Any], reader: Person) -> Sheet:
    make = SHEETS.get(listed.about)
    return make(listed.title, rows) if make else their_tours(listed, rows, reader)


def _form(listed: Listed) -> type[TeamForm]:
    return TeamPeopleForm if listed.about == "people" else TeamForm


@dataclass(frozen=True)
class TeamView(View):
    """Of whoever is below the reader that day; for what was in the period, also who left in it or since:
    without them it would say of a team whose best have gone that every tour was completed."""

    manager: str = ""  #: by name, for who has it before them once it is printed or taken along

    def behind(self, name: str, **other: str) -> str:
        if name not in LISTS:
            return ""
        return f"{reverse('team_list', args=[name])}?{self.address_with(**other)}"

    @property
    def whom(self) -> Whom:
        assert self.below
        return Whom(below=self.below, left_since=self.period.first)

    @property
    def title(self) -> str:
        return _("How the tours of your team go")

    @property
    def of(self) -> str:
        told = _("Everybody who reports to you, %(name)s, directly or through others")
        return told % {"name": self.manager}


def read(
    request: SignedInRequest, form: type[TeamForm] = TeamForm, *, of_today: bool = False
) -> tuple[PeriodForm, TeamView | None]:
    """For whoever manages somebody today."""
    now = timezone.now()
    today = today_for(request.user, now)
    if not manages(request.user, today):
        raise Http404
    below = request.user.pk, today
    name = request.user.name
    return view.read_as(TeamView, form, request, now, below=below, of_today=of_today, manager=name)


def manages(person: Person, on: date) -> bool:
    return ReportingLine.objects.current(on).filter(manager=person).exists()


def figures(asked: View) -> dict[str, Any]:
    """All that the page shows, and that can be taken along."""
    ended = endings(asked.period, asked.asked)
    today = today_in_numbers(asked)
    least = Policy.objects.on(asked.today).figure_people
    return {
        "health": (unwell := health(asked, today, least)),
        "missing": tours.numbers_alone(unwell),
        "employed": tours.employed(asked, today),
        "unnarrowed": tours.unnarrowed(asked),
        "rates_note": f"{OF_ANY_TYPE if asked.type else ''} {tours.without_end(ended)}".strip(),
        "soon": tours.soon(asked, today),
        "rates": tours.in_words(rates(asked, ended, today, least), asked),
        "endings": by_state(ended, asked) if ended.total else None,
    }


def today_in_numbers(asked: View) -> dict[str, Any]:
    """As `tours.today_in_numbers`, of what a manager reads; there is a row, for the manager is somebody."""
    days = asked.period.first, asked.period.last, asked.today
    return next(iter(_today(_reader(asked), *days, asked.type)))


@partial(prepared, keep_plan=False)
def _today(reader: int, first: date, last: date, today: date, type: str) -> QuerySet[Any, dict[str, Any]]:
    """Thirty queries within one another: to put them together would take a tenth of a second each time."""
    asked = of_reader(reader, Period(first, last), today, type)
    return row_of(tours.numbers_of_today(asked, failing(asked)))


def of_reader(reader: int, period: Period, today: date, type: str) -> TeamView:
    """For figures alone, which ask nothing of what a page says beside them."""
    return TeamView(
        period=period,
        department=None,
        departments=Departments(),
        service=Service(),
        type=type,
        now=datetime.combine(today, time(), UTC),
        today=today,
        kept={},
        below=(reader, today),
    )


def failing(asked: View) -> dict[str, behind.Rows]:
    rows = {name: LISTS[name].rows(asked) for name in HEALTH if name in LISTS}
    on_tours = Tour.objects.active(asked.today).exclude(manager=_reader(asked))
    others = on_tours.filter(asked.whom.works("employee", asked.today)).order_by()
    whose = Person.objects.filter(pk__in=others.values("employee"))
    return rows | {"others_lapsed": _others_lapsed(asked), "others_on_tours": whose}


def health(asked: View, today: dict[str, Any], least: int) -> Sheet:
    cells = {name: Cell(many := today.get(name) or 0, asked.behind(name) if many else "") for name in HEALTH}
    if (today.get("others_on_tours") or 0) < least:
        cells["others_lapsed"] = Cell(why=TOO_FEW % {"least": least})
    said = FAILING | FAILING_IN_TEAM
    return tours.sheet_of_failing(asked, today, [(said[name], cell) for name, cell in cells.items()])


def rates(asked: View, ended: Endings, today: dict[str, Any], least: int) -> dict[str, Rate]:
    """Four statements beside those of the endings and of today. The reader's own promises and check-ins are
    of everybody with whom they have or had them, wherever these are now; of other promises there is nothing.
    """
    mine, reader = Asked(type=asked.type), _reader(asked)
    own = promise_keeping(asked.period.first, asked.period.last, mine, manager=reader)
    return {
        "covered_today": coverage(_covered(asked).count(), today.get("employed") or 0),
        "completion": ended.completion,
        "renewal": ended.renewal,
        "own_on_time": on_time(asked.period, asked.today, mine, manager=reader),
        "others_on_time": on_time_of_others(asked.period, asked.today, asked.whom, reader, least),
        "own_manager": own[Side.MANAGER].rate(),
        "own_employee": own[Side.EMPLOYEE].rate(),
    }


def by_state(ended: Endings, asked: View) -> Sheet:
    """As a tour's page says it to a manager above. Which side ended one early is no part of that, not even
    as a number: in a period of a day it tells it of somebody."""
    numbers = {how: ended.number(*how.closes) for how in Ended}
    return Sheet(
        "endings",
        _("How tours ended"),
        [Head(_("Ended"), numbers=False), Head(_("Tours"))],
        [
            [words(how.label), Cell(many, asked.behind(f"ended_{how.value}") if many else "")]
            for how, many in numbers.items()
        ],
    )


def their_tours(listed: Listed, rows: Any, reader: Person) -> Sheet:
    """As HR's, with links to what the reader finds: of who has left only the tours that they agreed to
    themselves, and of the manager, whom every page names alike, the name alone, for they need not know the
    person."""
    found = list_sheet(listed.title, listed.about, rows)
    shown = [_linked(row, tour, reader) for row, tour in zip(found.rows, rows, strict=True)]
    return Sheet(found.key, found.title, found.heads, shown)


def _linked(row: Sequence[Cell], tour: Tour, reader: Person) -> list[Cell]:
    employee, _manager, page, *days = row
    here = vars(tour)["reports"]
    found = here or tour.manager_id == reader.pk
    return [
        employee if here else Cell(employee.value),
        Cell(manager_named(reader, tour, today_for(reader)).name),
        page if found else Cell(page.value),
        *days,
    ]


def own_checkins(title: Any, rows: Iterable[CheckIn]) -> Sheet:
    """With whom by name alone, for the reader need not know them any more."""
    heads = [_("Employee"), _("Check-in"), _("Due on"), _("Completed on")]
    return Sheet("checkins", title, [Head(each, numbers=False) for each in heads], [*map(_checkin, rows)])


def _checkin(checkin: CheckIn) -> list[Cell]:
    return [
        words(checkin.employee.name),
        words(checkin.get_kind_display(), checkin.get_absolute_url()),
        Cell(checkin.due_on),
        Cell(checkin.revealed_on),
    ]


def _reports(on: date) -> Exists:
    """Whether the employee of a tour reports to anybody that day: nobody who has left does."""
    return Exists(ReportingLine.objects.current(on).filter(person=OuterRef("employee")))


def people(title: Any, rows: Any) -> Sheet:
    """By name alone, and since when they are here."""
    return Sheet(
        "people",
        title,
        [Head(_("Name"), numbers=False), Head(_("Hired on"), numbers=False)],
        [_person(spell) for spell in rows],
    )


def _person(spell: Tenure) -> list[Cell]:
    hired: date = spell.hired_on
    return [words(spell.person.name, spell.person.get_absolute_url()), Cell(hired)]


SHEETS: dict[str, Callable[[Any, Any], Sheet]] = {"people": people, "checkins": own_checkins}
