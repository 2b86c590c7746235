"""What waits for somebody in this room besides check-ins: rows of one shape, so that one query finds all."""

from __future__ import annotations

from datetime import date
from typing import Any, NamedTuple

from django.db.models import Case, CharField, DateField, F, Q, QuerySet, Value, When
from django.db.models.functions import Cast

from feedback.models import Expectation
from people.models import Person

State = Expectation.State


class Waiting(NamedTuple):
    """One thing to do: of which kind, about which row, with whom, by when."""

    kind: str
    about: str
    name: str
    due_on: date | None


def waiting(person: Person, on: date) -> list[Waiting]:
    """In one statement, whatever there is."""
    return [Waiting(*row) for row in _expectations(person, on)]


def _expectations(person: Person, on: date) -> QuerySet[Any, Any]:
    """What the person owes about an expected role, and what is owed to them and late."""
    own, asked = Q(employee=person), Q(manager=person)
    moved = Q(state_now=State.MOVED, manager_now_id__isnull=False)
    told = Q(kept_from__isnull=False, kept_from=F("manager_now_id"))
    asks_first = Q(state_now__in=[State.OPEN, State.OVERDUE], answered_at__isnull=True)
    asks_again = Q(state_now__in=[State.ANSWERED, State.OVERDUE], due_on__lte=on)
    kind = Case(
        When(own & moved & ~told, then=Value("pass_on")),
        When(own & Q(state_now=State.DEBRIEF, has_pending_debrief=True), then=Value("say_whether")),
        When(own & Q(state_now=State.OVERDUE), then=Value("ask_for_answer")),
        When(own & Q(state_now=State.ANSWERED, due_on=on), then=Value("review_with")),
        When(asked & Q(state_now=State.DEBRIEF), then=Value("debrief")),
        When(asked & asks_first, then=Value("answer")),
        When(asked & asks_again, then=Value("answer_again")),
        default=None,
        output_field=CharField(),
    )
    rows = Expectation.objects.alive().filter(own | asked).with_state(on).with_pending_debrief()
    undated = Q(state_now__in=[State.MOVED, State.DEBRIEF])
    return (
        rows.annotate(
            kind=kind,
            about=Cast("pk", CharField()),
            with_whom=Case(
                When(kind="pass_on", then=F("manager_now_name")),
                When(own, then=F("manager__name")),
                default=F("employee__name"),
            ),
            by=Case(When(undated, then=None), default=F("due_on"), output_field=DateField()),
        )
        .filter(kind__isnull=False)
        .order_by()
        .values_list("kind", "about", "with_whom", "by")
    )
