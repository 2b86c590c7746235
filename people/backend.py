"""Who is signed in, on every request."""

from __future__ import annotations

from datetime import datetime

from django.contrib.auth.backends import ModelBackend
from django.db.models import QuerySet
from django.utils import timezone

from alliance_site.outbox.notices import how_many_unread
from people.models import Person
from people.prepared import prepared


class PersonBackend(ModelBackend):
    """By e-mail address and password. Comes with what every page's menu asks for: the duties, and
    how many notices are unread."""

    def get_user(self, user_id: int) -> Person | None:
        return next(iter(_known(user_id, timezone.now())), None)


@prepared
def _known(key: int, now: datetime) -> QuerySet[Person]:
    known: QuerySet[Person] = Person.objects.with_duties(now).filter(pk=key, is_active=True)
    return known.annotate(unread=how_many_unread(now))
