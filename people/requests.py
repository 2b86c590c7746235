from __future__ import annotations

from django.http import Http404, HttpRequest

from people.access import Visible
from people.days import today_for
from people.models import Person


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
