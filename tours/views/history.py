"""How the words of a tour came about, on a page of its own."""

from __future__ import annotations

from django.http import Http404, HttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_safe

from people.days import today_for
from people.requests import SignedInRequest
from tours import access
from tours.history import history
from tours.views.doors import known_tour, note_look, reads_terms
from tours.views.reading import fetch_comments, fetch_partings


@require_safe
def tour_history(request: SignedInRequest, pk: int) -> HttpResponse:
    """For whoever reads the terms. That one side ended the tour early is part of it; what they say of that
    is read by the two alone. A manager before reads up to what they agreed to, and of an end of that."""
    tour, seen = known_tour(request, pk)
    person, today = request.user, today_for(request.user)
    reader = access.reader(person, tour, today)
    versions = reader.versions
    if not reads_terms(tour, seen, versions):
        raise Http404
    note_look(request, tour, *versions[-1:])
    fetch_comments(versions)
    ended = tour.ended_by and tour.in_force in versions
    if ended:
        fetch_partings([tour])
    events = history(tour, versions, list(tour.partings.all()) if ended else [])
    context = {
        "tour": tour,
        "versions": versions,
        "story": [event for event in events if reader.hears(event.at)],
        "who_sees": access.who_sees(access.What.TERMS if tour.proposed else access.What.DRAFT),
    }
    return render(request, "tours/history.html", context)
