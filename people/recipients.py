"""Who the outbox writes to: their address, language and time zone, and why not."""

from __future__ import annotations

from collections.abc import Collection
from datetime import datetime, time

from django.conf import settings
from django.contrib.postgres.expressions import ArraySubquery
from django.db.models import Exists, OuterRef, Q
from django.utils.translation import gettext_noop

from alliance_site.outbox.occasions import Recipient
from people.days import zone_of
from people.models import DeclinedOccasion, Person
from people.presence import still_here

LEFT = gettext_noop("This person has left the company.")
NO_ADDRESS = gettext_noop("This person has no e-mail address.")


def recipients(ids: Collection[int], now: datetime) -> dict[int, Recipient]:
    declined = ArraySubquery(DeclinedOccasion.objects.filter(person=OuterRef("pk")).values("occasion"))
    people = Person.objects.filter(pk__in=ids).annotate(here=still_here(now), declined=declined)
    return {person.pk: _recipient(person, person.here, person.declined) for person in people}


def reached_again(now: datetime) -> Q:
    """In SQL: a message was silenced because its recipient could not be reached, and they can be by now."""
    reached = Person.objects.filter(still_here(now), pk=OuterRef("recipient"), email__gt="")
    return Q(reason__in=(LEFT, NO_ADDRESS)) & Q(Exists(reached))


def _recipient(person: Person, here: bool, declined: list[str]) -> Recipient:
    return Recipient(
        address=person.email or "",
        name=person.name,
        language=person.language or settings.LANGUAGE_CODE,
        zone=zone_of(person),
        barred="" if person.email and here else NO_ADDRESS if here else LEFT,
        letters_at=time(person.letters_at),
        one_digest=person.one_digest,
        declined=frozenset(declined),
    )
