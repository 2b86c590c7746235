"""Who is signed in, on every request."""

from __future__ import annotations

from django.contrib.auth.backends import ModelBackend
from django.utils import timezone

from alliance_site.outbox.notices import how_many_unread
from people.models import Person


class PersonBackend(ModelBackend):
    """By e-mail address and password. Comes with what every page's menu asks for: the duties, and
    how many notices are unread."""

    def get_user(self, user_id: int) -> Person | None:
        now = timezone.now()
        known = Person.objects.with_duties(now).filter(pk=user_id, is_active=True)
        person: Person | None = known.annotate(unread=how_many_unread(now)).first()
        return person
