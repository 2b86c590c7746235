"""What becomes of what both have signed: promises, what they tell the two, actions and check-ins."""

from __future__ import annotations

from datetime import date
from typing import Any

from django.db.models import QuerySet
from django.http import Http404, HttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_safe

from people.days import today_for
from people.models import Person
from people.prepared import prepared
from people.requests import INVALID, SignedInRequest
from tours import access
from tours.access import Act
from tours.balance import balance
from tours.ledger import ledger
from tours.models import Tour
from tours.views.doors import note_look, outlined_tour, reads_terms, version_shown


@require_safe
def tour_along(request: SignedInRequest, pk: int) -> HttpResponse:
    return along_page(request, pk)


def along_page(request: SignedInRequest, pk: int, refused: str = "") -> HttpResponse:
    """For whoever reads the terms; a manager before sees how it stood when others took over. It says why an
    act on a promise was `refused`, and how that stands by now."""
    tour, seen = outlined_tour(request, pk)
    today, person = today_for(request.user), request.user
    reader = access.reader(person, tour, today)
    if tour.in_force is None or not reads_terms(tour, seen, reader.versions):
        raise Http404
    shown = version_shown(tour, reader.versions, reads=True)
    note_look(request, tour, shown)
    follows = access.follows(person, tour, today)
    context = {
        "tour": tour,
        "terms": shown,
        "refused": refused,
        "on_table": tour.on_table if tour.on_table in reader.versions else None,
        "status": tour.status(today),
        "side": tour.side_of(person),
        "today": today,
        "checkins": _checkins(tour, person, today),
        "balance": balance(ledger(tour, today, reader), access.ledger_side(person, tour, today), today),
        "may_amend": Act.AMEND in access.acts(person, tour, today),
        "handed_over": follows and access.is_handed_over(tour, today),
        "passed_on": follows and access.has_successor(tour, today),
        "can_release": access.can_release(person, tour, today),
        "who_sees": access.who_sees(access.What.TERMS),
    }
    return render(request, "tours/along.html", context, status=INVALID if refused else 200)


def _checkins(tour: Tour, person: Person, today: date) -> list[tuple[Any, str]]:
    """With their states; what they are made of, and tell the two sides, is the business of another room."""
    signals = tour.side_of(person) is not None
    known = _known_checkins(tour, person, today, person.gone_since(today), signals, tour.has_lapsed)
    return [(checkin, checkin.state(today)) for checkin in known]


@prepared
def _known_checkins(
    tour: Tour, person: Person, today: date, gone: date | None, signals: bool, lapsed: bool
) -> QuerySet[Any]:
    known: Any = tour.checkins.visible_to(person, today).heard_by(person, gone).as_lines()
    known = known.with_open_actions(person)
    found: QuerySet[Any] = known.with_signals(person, today, lapsed=lapsed) if signals else known
    return found
