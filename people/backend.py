"""Who is signed in, on every request."""

from __future__ import annotations

from django.contrib.auth.backends import ModelBackend
from django.utils import timezone

from people.models import Person


class PersonBackend(ModelBackend):
    """By e-mail address and password. Comes with the duties, which every page's menu asks for."""

    def get_user(self, user_id: int) -> Person | None:
        known = Person.objects.with_duties(timezone.now()).filter(pk=user_id, is_active=True)
        person: Person | None = known.first()
        return person
