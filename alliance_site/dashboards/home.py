"""The front page: what needs me today, and then my alliance."""

from __future__ import annotations

from django.http import HttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_safe

from alliance_site.dashboards.todo import todo
from people.days import today_for
from people.requests import SignedInRequest
from tours.models import Tour
from tours.timeline import timeline


@require_safe
def home(request: SignedInRequest) -> HttpResponse:
    today = today_for(request.user)
    mine = Tour.objects.filter(employee=request.user).known_to(request.user, today)
    tours = list(mine.listed(request.user, today).order_by("in_force__starts_on", "pk"))
    found = todo(request.user, today)
    context = {
        "today": today,
        "todo": found,
        "rows": [(tour, tour.status(today)) for tour in tours],
        "timeline": timeline(tours, today),
        "gone": not found and request.user.has_left(today),
        "alone": not (tours or found) and request.user.manager_on(today) is None,
    }
    return render(request, "dashboards/home.html", context)
