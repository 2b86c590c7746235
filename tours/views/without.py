"""Who is on no tour, for HR."""

from __future__ import annotations

from django.core.paginator import Paginator
from django.http import HttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_safe

from people.days import today_for
from people.models import ReportingLine
from people.requests import SignedInRequest, require_hr
from people.teams import named
from tours import failing


@require_safe
def without_tour(request: SignedInRequest) -> HttpResponse:
    """Those whom somebody manages, by name; and how many there are in each team."""
    require_hr(request)
    today = today_for(request.user)
    found = failing.without_tour(today)
    teams = failing.by_department(found, "pk", today)
    paginator = Paginator(found.with_position(today).in_order(), 50)
    paginator.count = sum(teams.values())
    page = paginator.get_page(request.GET.get("page"))
    unmanaged = not teams and not ReportingLine.objects.current(today).exists()
    shown = named(list(teams.items()))
    return render(request, "tours/without.html", {"page": page, "unmanaged": unmanaged} | shown)
