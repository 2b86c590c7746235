"""Who the outbox writes to: their address, language and time zone, and whether they are still here."""

from __future__ import annotations

from collections.abc import Collection
from datetime import date, datetime, time

from django.conf import settings
from django.contrib.postgres.expressions import ArraySubquery
from django.db.models import DateField, Exists, Expression, Max, OuterRef, Q, Subquery, Value
from django.db.models.functions import Cast, Coalesce
from django.db.models.lookups import GreaterThanOrEqual
from django.utils.translation import gettext_noop

from alliance_site.outbox.occasions import Recipient
from people.days import local_day, zone_of
from people.models import DeclinedOccasion, Employment, Person

LEFT = gettext_noop("This person has left the company.")
NO_ADDRESS = gettext_noop("This person has no e-mail address.")


def still_here(now: datetime, person: str = "") -> GreaterThanOrEqual:
    """In SQL: the person under that path, or the row itself, has not left on their own today."""
    return here_on(local_day(now, person), person)


def here_on(day: Expression, person: str = "") -> GreaterThanOrEqual:
    """In SQL: the person under that path, or the row itself, has not left by that day.

    Whoever is yet to begin is here; so is who has no employment on record at all. One look at the
    index for each row that is asked about: written as EXISTS, Postgres would read all employments.
    """
    always = Cast(Value("infinity"), DateField())
    spells = Employment.objects.filter(person=OuterRef(f"{person}_id" if person else "pk"))
    last_day = spells.values("person").annotate(last=Max(Coalesce("left_on", always))).values("last")
    return GreaterThanOrEqual(Coalesce(Subquery(last_day), always), day)


def gone_by(day: date, person: str) -> Exists:
    """In SQL: the person under that path has left by that day; the contrary of `here_on`, for lists that go
    through the whole company, where one pass over all employments is cheaper than a look for each row."""
    later = Employment.objects.filter(Q(left_on=None) | Q(left_on__gte=day), person=OuterRef("person"))
    return Exists(Employment.objects.filter(~Exists(later), left_on__lt=day, person=OuterRef(person)))


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
