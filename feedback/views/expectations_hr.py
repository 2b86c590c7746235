"""HR's page of expected roles: where answers are missing, and never what anybody wrote."""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass

from django.core.paginator import Paginator
from django.db.models import Count, F
from django.http import HttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_safe

from feedback.models import Expectation
from feedback.models.expectations import ExpectationQuerySet
from people.days import today_for
from people.requests import SignedInRequest, require_hr
from people.teams import named

A_PAGE = 50
OVER_LAST = F("closed_at").asc(nulls_first=True)
State = Expectation.State
#: What needs somebody first, then what is well, and last what is over.
SHOWN = (State.OVERDUE, State.OPEN, State.DEBRIEF, State.MOVED, State.ANSWERED, State.CLOSED)


@dataclass(frozen=True)
class Team:
    """How many expectations of one manager's people stand how; in the order of `SHOWN`."""

    manager: str
    numbers: list[int]

    @property
    def columns(self) -> list[tuple[Expectation.State, int]]:
        return list(zip(SHOWN, self.numbers, strict=True))


@require_safe
def expectations(request: SignedInRequest) -> HttpResponse:
    require_hr(request)
    today = today_for(request.user)
    rows = Expectation.objects.countable(today).with_state(today)
    teams = _teams(rows)
    wanted = request.GET.get("state")
    state = State(wanted) if wanted in SHOWN else None
    listed = rows.in_state(state) if state else rows
    context = {
        "today": today,
        "state": state,
        "states": SHOWN,
        "tallies": [(each, sum(team.numbers[n] for team in teams)) for n, each in enumerate(SHOWN)],
        **named(teams),
        "page": Paginator(listed.order_by(OVER_LAST, F("asked_on"), "pk"), A_PAGE).get_page(
            request.GET.get("page")
        ),
    }
    return render(request, "feedback/expectations.html", context)


def _teams(rows: ExpectationQuerySet) -> list[Team]:
    """By whoever manages the people today, in one query; whose people need somebody most come first."""
    team = ("manager_now_name", "manager_now_id")
    found: dict[tuple[str, int], Counter[str]] = {}
    for name, pk, state, number in rows.order_by().values_list(*team, "state_now").annotate(Count("pk")):
        found.setdefault((name or "–", pk or 0), Counter())[state] += number
    teams = [
        Team(name, [numbers[state] for state in SHOWN]) for (name, _pk), numbers in sorted(found.items())
    ]
    return sorted(teams, key=lambda team: team.numbers, reverse=True)
