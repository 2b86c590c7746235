"""Whom one may ask for a first conversation, and that nobody else ever learns of it."""

from __future__ import annotations

from datetime import date

from django.db.models import Exists, Q
from django.utils.translation import gettext as _

from feedback.access.checkins import names
from people import tree
from people.models import Person, PersonQuerySet, Role, on_day

MOST_OF_HR = 50  #: that somebody looks through


def people_to_ask(person: Person, on: date) -> PersonQuerySet:
    """Those whom one finds by name: everybody above, and HR unless there are too many of them to choose from.
    Anybody else is found by their address."""
    hr = Role.objects.filter(on_day(on, "since", "until"), kind=Role.Kind.HR).values("person")
    of_hr = Q(~Exists(hr[MOST_OF_HR : MOST_OF_HR + 1]), pk__in=hr)
    known = Person.objects.filter(of_hr | Q(pk__in=tree.ids_above(person.pk, on)))
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
