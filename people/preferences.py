"""Which letters a person wants, and which they do without. What is told on the page stays."""

from __future__ import annotations

from collections.abc import Collection

from django.db import DataError, transaction

from alliance_site.outbox.occasions import Occasion, occasions
from alliance_site.outbox.services import withhold
from people.models import DeclinedOccasion, Person


def keep(person: Person, **asked: str) -> dict[str, str]:
    """What the browser of whoever signs in asks for, where they have chosen nothing yet; it stays until they
    choose. Says what was kept."""
    unchosen = {name: value for name, value in asked.items() if value and not getattr(person, name)}
    return {name: value for name, value in unchosen.items() if _keep(person, name, value)}


def _keep(person: Person, name: str, value: str) -> bool:
    try:
        with transaction.atomic():
            return bool(Person.objects.filter(pk=person.pk, **{name: ""}).update(**{name: value}))
    except DataError:  # Postgres knows fewer time zones than Python
        return False


def declinable() -> set[str]:
    return {key for key, occasion in occasions().items() if occasion.may_decline}


def declined(person: Person) -> set[str]:
    return set(person.declined_occasions.values_list("occasion", flat=True)) & declinable()


def decline(person: Person, occasion: str) -> bool:
    """No more letters of that kind; safe to repeat. False for what cannot be declined."""
    if occasion not in declinable():
        return False
    DeclinedOccasion.objects.bulk_create(
        [DeclinedOccasion(person=person, occasion=occasion)], ignore_conflicts=True
    )
    withhold(person, [occasion])
    return True


def offered(person: Person) -> tuple[list[Occasion], list[Occasion]]:
    """What this person may decline, and what comes whatever they say; not what comes at once to whoever
    asks for it."""
    known, hr = occasions().values(), person.is_hr
    theirs = [each for each in known if not each.any_hour and (hr or not each.for_hr)]
    return [each for each in theirs if each.may_decline], [each for each in theirs if not each.may_decline]


@transaction.atomic
def choose(person: Person, *, wanted: Collection[str], **fields: object) -> None:
    """As the form has it: of what was offered, what is not wanted is declined."""
    Person.objects.filter(pk=person.pk).update(**fields)
    keys = {occasion.key for occasion in offered(person)[0]}
    person.declined_occasions.filter(occasion__in=keys.intersection(wanted)).delete()
    unwanted = keys.difference(wanted)
    rows = [DeclinedOccasion(person=person, occasion=key) for key in unwanted]
    DeclinedOccasion.objects.bulk_create(rows, ignore_conflicts=True)
    withhold(person, unwanted)
