"""What lies ahead of one: expected roles, what one admires, and first conversations, each in one query."""

from __future__ import annotations

from django.db.models import Exists, OuterRef, Q
from django.http import HttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_safe

from feedback.models import Alignment, Asking, Expectation, FirstConversation
from people.days import today_for
from people.requests import SignedInRequest


@require_safe
def ahead(request: SignedInRequest) -> HttpResponse:
    person, today = request.user, today_for(request.user)
    before = Exists(Asking.objects.filter(expectation=OuterRef("pk"), manager=person, until__isnull=False))
    expected = Expectation.objects.filter(
        Q(employee=person) | Q(manager=person, withdrawn_at__isnull=True) | Q(before) & ~Q(manager=person)
    ).with_state(today)
    alignments = Alignment.objects.visible_to(person).select_related("employee", "manager")
    conversations = FirstConversation.objects.visible_to(person).select_related("author", "chosen")
    rows, aligned = list(expected), list(alignments)
    context = {
        "today": today,
        "mine": [row for row in rows if row.employee_id == person.pk],
        "theirs": sorted(
            (row for row in rows if row.manager_id == person.pk), key=lambda row: vars(row)["asked_on"]
        ),
        "passed_on": [row for row in rows if person.pk not in (row.employee_id, row.manager_id)],
        "shared": [row for row in aligned if row.shared_at],
        "begun": any(row.employee_id == person.pk for row in aligned),
        "conversations": conversations,
        "manager": person.manager_on(today),
    }
    return render(request, "feedback/ahead.html", context)
