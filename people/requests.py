from __future__ import annotations

from django.http import HttpRequest

from people.models import Person


class SignedInRequest(HttpRequest):
    """What a view gets behind `LoginRequiredMiddleware`; for type checkers only."""

    user: Person


def from_script(request: HttpRequest) -> bool:
    """A page saving by itself as one types: it wants a line, not a page."""
    return request.get_preferred_type(["text/html", "application/json"]) == "application/json"
