"""The front page: what needs me today, and then my alliance."""

from __future__ import annotations

from datetime import date, timedelta
from typing import Any

from django.db.models import Exists, Q, QuerySet, Subquery
from django.http import HttpResponse
from django.shortcuts import render
from django.utils import timezone
from django.views.decorators.http import require_safe

from alliance_site.dashboards.for_hr import for_hr
from alliance_site.dashboards.todo import todo
from feedback.access import who_sees_told
from feedback.signals import Signal, of_manager
from people.days import today_for
from people.models import Employment, Person, ReportingLine, Tenure
from people.prepared import prepared
from people.requests import SignedInRequest
from tours.models import Tour
from tours.models.next_steps import NOTHING_TO_SIGN, both_agreed
from tours.policy import LEAVING_DAYS
from tours.timeline import timeline

MOST_SIGNALS = 12
OVER = {Tour.Status.COMPLETED, Tour.Status.ENDED_EARLY, Tour.Status.LEFT}
UNDER_WAY = {Tour.Status.DRAFT, Tour.Status.PROPOSED, Tour.Status.AGREED, Tour.Status.ACTIVE}


@require_safe
def home(request: SignedInRequest) -> HttpResponse:
    today = today_for(request.user)
    tours = list(_tours(request.user, today))
    company = for_hr(request.user, today, timezone.now()) if request.user.is_hr else None
    found = todo(request.user, today, company)
    rows = [(tour, tour.status(today)) for tour in tours]
    never = not any(status in OVER | UNDER_WAY for _tour, status in rows)
    told = _told(request.user, today, {item.url for item in found})
    context = {
        "today": today,
        "todo": found,
        "counted_at": company and company.as_of,
        "told": told[:MOST_SIGNALS],
        "more_told": len(told[MOST_SIGNALS:]),
        "who_sees_told": who_sees_told(),
        "opens": {tour.manager_now_id for tour in tours},
        "rows": rows,
        "to_ask": _to_ask(rows),
        "timeline": timeline(tours, today),
        "gone": not (tours and found) and request.user.has_left(today),
        "never": never,
        "alone": never and request.user.manager_on(today) is None,
    }
    return render(request, "dashboards/home.html", context)


@prepared
def _tours(person: Person, today: date) -> QuerySet[Tour]:
    """With whom the person would ask for a next one, and whether they are here for it."""
    line = ReportingLine.objects.current(today).filter(person=person)
    manager, name = (Subquery(line.values(what)[:1]) for what in ("manager", "manager__name"))
    own: Any = Tour.objects.own(person).listed(person, today)
    settled = both_agreed(Q(outcome__in=NOTHING_TO_SIGN))
    now = {"manager_now_id": manager, "manager_now_name": name, "stays": Exists(_staying(person, today))}
    found: QuerySet[Tour] = own.annotate(**now, nothing_follows=settled)
    return found.order_by("first_day", "pk")


def _to_ask(rows: list[tuple[Tour, Tour.Status]]) -> str | None:
    """For a next tour: the manager's name, of whoever has had one, has none that runs or is on its way, and
    stays. Not where both have agreed that nothing follows."""
    over = [vars(tour) for tour, status in rows if status in OVER]
    under_way = any(status in UNDER_WAY for _tour, status in rows)
    if not over or under_way or over[-1]["nothing_follows"] or not over[-1]["stays"]:
        return None
    name: str | None = over[-1]["manager_now_name"]
    return name


def _staying(person: Person, today: date) -> QuerySet[Tenure]:
    """Is here, and does not leave soon. A contract that runs out ends nothing: most are renewed."""
    later = Q(left_on=None) | Q(left_on__gte=today + timedelta(days=LEAVING_DAYS))
    runs_out = Q(ending=Employment.Ending.END_OF_CONTRACT)
    return Tenure.objects.current(today).filter(later | runs_out, person=person)


def _told(person: Person, today: date, asked: set[str]) -> list[Signal]:
    """What a manager's tours tell, but for what stands above as something to do."""
    return [signal for signal in of_manager(person, today) if signal.url not in asked]
