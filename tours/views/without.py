"""Who is on no tour, for HR."""

from __future__ import annotations

from django.core.paginator import Paginator
from django.http import HttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_safe

from people.days import today_for
from people.models import Person, ReportingLine
from people.requests import SignedInRequest, require_hr
from tours import failing
from tours.views.by_team import ByTeam


@require_safe
def without_tour(request: SignedInRequest) -> HttpResponse:
    """Those whom somebody manages, by name; and how many there are in each team."""
    require_hr(request)
    today = today_for(request.user)
    by_team = ByTeam(request, failing.without_tour(today).in_order(), "pk", today)
    page = Paginator(by_team.keys, 50).get_page(request.GET.get("page"))
    people = Person.objects.filter(pk__in=page.object_list).with_position(today).in_order()
    unmanaged = not by_team.teams and not ReportingLine.objects.current(today).exists()
    context = {"page": page, "people": people, "unmanaged": unmanaged, **by_team.context}
    return render(request, "tours/without.html", context)
