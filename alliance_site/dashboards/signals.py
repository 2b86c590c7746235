"""HR's page of signals: where the alliance stalls, by dates and states, never by what anybody said."""

from __future__ import annotations

from django.core.paginator import Paginator
from django.http import HttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_safe

from alliance_site.dashboards.forms import DepartmentForm
from feedback.signals.process import Stall, Stalled, numbers, rows_of, stalled
from people.days import today_for
from people.requests import INVALID, SignedInRequest, require_hr

A_PAGE = 50


@require_safe
def signals(request: SignedInRequest) -> HttpResponse:
    require_hr(request)
    today = today_for(request.user)
    form = DepartmentForm(request.GET.dict())
    if not form.is_valid():
        return render(request, "dashboards/signals.html", {"form": form}, status=INVALID)
    department = form.cleaned_data["department"]
    lists = stalled(today, department and department.pk)
    wanted = request.GET.get("kind")
    kind = Stall(wanted) if wanted in Stall.values else None
    tallies = numbers(lists)
    paginator = Paginator(rows_of({kind: lists[kind]} if kind else lists), A_PAGE)
    paginator.count = tallies[kind] if kind else sum(tallies.values())
    page = paginator.get_page(request.GET.get("page"))
    context = {
        "form": form,
        "today": today,
        "kind": kind,
        "tallies": list(tallies.items()),
        "total": sum(tallies.values()),
        "page": page,
        "rows": [Stalled(*row) for row in page],
    }
    return render(request, "dashboards/signals.html", context)
