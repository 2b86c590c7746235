"""What lies ahead of one: the role one expects, and what others have asked of one."""

from __future__ import annotations

from django.http import HttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_safe

from feedback.models import Expectation
from people.days import today_for
from people.requests import SignedInRequest


@require_safe
def ahead(request: SignedInRequest) -> HttpResponse:
    person, today = request.user, today_for(request.user)
    theirs = Expectation.objects.filter(manager=person, withdrawn_at__isnull=True)
    context = {
        "today": today,
        "mine": Expectation.objects.filter(employee=person).with_state(today),
        "theirs": theirs.with_state(today).order_by("closed_at", "due_on"),
        "manager": person.manager_on(today),
    }
    return render(request, "feedback/ahead.html", context)
