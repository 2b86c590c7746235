"""The way to a password for whoever has none, or has forgotten it: a link that works once."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date, datetime

from django.contrib.auth.tokens import default_token_generator
from django.db.models import Exists, OuterRef
from django.urls import reverse
from django.utils.encoding import force_bytes
from django.utils.http import urlsafe_base64_encode

from alliance_site.outbox import services as outbox
from people.days import today_for
from people.models import Access, Employment, Person
from people.reminders import password_changed, password_reset


def path_for(person: Person) -> str:
    """Where this person chooses a password: for settings.PASSWORD_RESET_TIMEOUT, and until it is used."""
    uid = urlsafe_base64_encode(force_bytes(person.pk))
    return reverse("password_new", args=[uid, default_token_generator.make_token(person)])


def send_link(email: str, now: datetime) -> None:
    """Mails a link to whoever may sign in with that address. No word of the answer tells whether there is
    one; its time may.

    Somebody imported has no password yet, and this is how they come to their first. Who has left asks for it
    to read what was theirs: it goes to no address but one that HR noted since, for that of their work may be
    read by another by now.
    """
    person = Person.objects.filter(email=email.strip().lower(), is_active=True).first()
    if person is None or (person.has_left(today_for(person, now)) and not _is_their_own(person)):
        return
    outbox.post(
        person,
        password_reset,
        about=now.isoformat(timespec="microseconds"),
        due_on=today_for(person, now),
        context={"path": path_for(person)},
        now=now,
    )


def _is_their_own(person: Person) -> bool:
    return person.last_day is not None and bool(own_addresses({person.pk: person.last_day}))


def own_addresses(days: Mapping[int, date]) -> set[int]:
    """Of whom who has left the address was noted by HR since the day that is given of each, and by no import
    changed then. What was noted between two employments is of the one before; and what was noted before they
    were to stay after all may be of their work."""
    stayed = Employment.pgh_event_model.objects.filter(  # type: ignore[attr-defined]
        person=OuterRef("person"), pgh_created_at__gt=OuterRef("at"), left_on=None
    )
    kinds = (Access.ADDRESS, Access.OWN_ADDRESS)
    noted = Access.objects.filter(person__in=list(days), what__in=kinds).select_related("person")
    newest = noted.annotate(stayed=Exists(stayed)).order_by("person", "-at", "-pk").distinct("person")
    return {
        each.person_id
        for each in newest
        if each.what == Access.OWN_ADDRESS
        and not each.stayed
        and today_for(each.person, each.at) > days[each.person_id]
    }


def tell_of_change(person: Person, now: datetime) -> None:
    """Whoever set it: the notice stays with the account, wherever its letters go just now."""
    outbox.post(
        person,
        password_changed,
        about=now.isoformat(timespec="microseconds"),
        due_on=today_for(person, now),
        context={"at": now, "path": reverse("access_log")},
        now=now,
    )
