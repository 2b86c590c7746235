from __future__ import annotations

from django.http import HttpRequest

from people.models import Person


class SignedInRequest(HttpRequest):
    """What a view gets behind `LoginRequiredMiddleware`; for type checkers only."""

    user: Person
