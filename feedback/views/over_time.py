"""How the marks of a tour, or of all one's tours, went over time: for the sides of their check-ins alone."""

from __future__ import annotations

from datetime import date
from typing import Any

from django.core.paginator import Paginator
from django.db.models import Exists, OuterRef, QuerySet
from django.http import Http404, HttpResponse
from django.shortcuts import get_object_or_404, render
from django.views.decorators.http import require_safe

from feedback import access
from feedback.models import CheckIn, Kind
from feedback.trend_charts import HEIGHTS, charts
from feedback.trends import kinds_with_marks, past_checkins, trends
from people.days import today_for
from people.models import Person
from people.requests import SignedInRequest
from tours.models import Side, Tour

A_PAGE = 24  #: check-ins: six years of quarterly ones, two of monthly ones


@require_safe
def over_time(request: SignedInRequest) -> HttpResponse:
    """Of all tours of one's own."""
    person, today = request.user, today_for(request.user)
    mine = (
        past_checkins(person, today).filter(employee=person).select_related("tour__in_force", "tour__manager")
    )
    return render(request, "feedback/over_time.html", _context(request, person, today, mine))


@require_safe
def tour_over_time(request: SignedInRequest, pk: int) -> HttpResponse:
    person, today = request.user, today_for(request.user)
    sides = CheckIn.objects.of(person).filter(tour=OuterRef("pk"))
    tours = Tour.objects.select_related("employee", "manager").annotate(was_side=Exists(sides))
    tour = get_object_or_404(tours, pk=pk)
    if not access.can_read_over_time(person, tour):
        raise Http404
    context = _context(request, person, today, past_checkins(person, today).filter(tour=tour))
    return render(request, "feedback/over_time.html", {"tour": tour, **context})


def _context(
    request: SignedInRequest, person: Person, today: date, found: QuerySet[CheckIn]
) -> dict[str, Any]:
    kinds = kinds_with_marks(person, found)
    wanted = request.GET.get("kind")
    kind = next((each for each in kinds if each == wanted), kinds[0] if kinds else Kind.REGULAR)
    page = Paginator(found.filter(kind=kind), A_PAGE).get_page(request.GET.get("page"))
    checkins = list(reversed(page.object_list))
    tours = list(dict.fromkeys(checkin.tour for checkin in checkins))
    return {
        "kind": kind,
        "kinds": kinds,
        "page": page,
        "tours": tours,
        "charts": charts(trends(person, checkins), person, today, tours),
        "heights": HEIGHTS,
        "sides": Side.values,
        "who_sees": access.who_sees_over_time(person, checkins),
    }
