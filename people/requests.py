from __future__ import annotations

from typing import Any

from django.forms import BaseForm
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import render

from people.access import Visible
from people.days import today_for
from people.models import Person

INVALID, CONFLICT = 400, 409


class SignedInRequest(HttpRequest):
    """What a view gets behind `LoginRequiredMiddleware`; for type checkers only."""

    user: Person
    visible: Visible  # once `visible_people` has been asked


def from_script(request: HttpRequest) -> bool:
    """A page saving by itself as one types: it wants a line, not a page."""
    return request.get_preferred_type(["text/html", "application/json"]) == "application/json"


def visible_people(request: SignedInRequest) -> Visible:
    """Whose names link to a page for whoever asks; looked up once a request."""
    if not hasattr(request, "visible"):
        request.visible = Visible(request.user, today_for(request.user))
    return request.visible


def require_hr(request: SignedInRequest) -> None:
    """For whom else there is no such page."""
    if not request.user.is_hr:
        raise Http404


def form_page(request: HttpRequest, template: str, context: dict[str, Any], form: BaseForm) -> HttpResponse:
    """The page that has the form, which may say what is wrong."""
    return render(request, template, context, status=INVALID if form.errors else 200)
