"""What pages of other rooms show of this one: they bring a row along, and know nothing of it."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import date
from typing import Any

from django import template
from django.urls import reverse

from feedback import access, agreed
from feedback.access.notes import can_note
from feedback.forms.notes import NoteForm
from feedback.models import CheckIn
from people.models import Person
from tours.models import Tour

register = template.Library()


@register.inclusion_tag("feedback/_actions_of_tour.html", takes_context=True)
def open_actions(context: Any, tour: Tour, checkins: Iterable[tuple[CheckIn, str]]) -> dict[str, object]:
    """Of a tour that came by `with_standing`, from check-ins that came by `with_open_actions`."""
    reader: Person = context["user"]
    today: date = context["today"]
    side = tour.side_of(reader)
    here = {"employee": tour.employee_here, "manager": tour.manager_here}.get(side or "", False)
    actions = [action for checkin, _state in checkins for action in checkin.open_actions]
    actions.sort(key=lambda action: (action.due_on or date.max, action.pk))
    return {
        "rows": agreed.lines(actions, reader, today, writes=here, tour=tour),
        "tour": tour,
        "may_promise": access.can_promise(reader, tour, today),
        "who_sees_actions": access.who_sees_actions(),
        "today": today,
        "csrf_token": context.get("csrf_token"),
    }


@register.inclusion_tag("feedback/_note.html", takes_context=True)
def private_note(context: Any, tour: Tour) -> dict[str, object]:
    """Of a tour that came by `with_note_of`."""
    url = reverse("tour_note", args=[tour.pk])
    return {
        "note_form": NoteForm(note=tour.note) if can_note(context["user"], tour) else None,
        "user": context["user"],
        "note_url": url,
        "note_keep": url,
        "keep": url,
        "csrf_token": context.get("csrf_token"),
    }
