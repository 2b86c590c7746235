"""Whom one may ask for a first conversation, and that nobody else ever learns of it."""

from __future__ import annotations

from datetime import date

from django.utils.translation import gettext as _

from feedback.access.checkins import names
from people import tree
from people.models import Person, PersonQuerySet, Role, on_day


def people_to_ask(person: Person, on: date) -> PersonQuerySet:
    """Those whom one finds by name: everybody above, and HR. Anybody else is found by their address."""
    hr = Role.objects.filter(on_day(on, "since", "until"), kind=Role.Kind.HR).values("person")
    known = Person.objects.filter(pk__in=tree.ids_above(person.pk, on)) | Person.objects.filter(pk__in=hr)
    found: PersonQuerySet = known.employed(on).exclude(pk=person.pk).in_order()
    return found


def at_address(address: str, person: Person, on: date) -> Person | None:
    rows = Person.objects.employed(on).exclude(pk=person.pk)
    found: Person | None = rows.filter(email=address.strip().lower()).first()
    return found


def who_sees_conversation(person: Person, other: Person | None = None) -> str:
    """Of what either of the two writes."""
    if other is None:
        return _("Read by you and the one you choose. Nobody else learns that it exists.")
    return _("Read by %(now)s. Nobody else learns that it exists.") % {"now": names([person, other], person)}
