"""Which letters a person wants, and which they do without. What is told on the page stays."""

from __future__ import annotations

from collections.abc import Collection

from django.db import transaction

from alliance_site.outbox.occasions import occasions
from people.models import DeclinedOccasion, Person


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
    return True


@transaction.atomic
def decline_only(person: Person, chosen: Collection[str]) -> None:
    """These and no others, as a form has them."""
    person.declined_occasions.exclude(occasion__in=chosen).delete()
    rows = [DeclinedOccasion(person=person, occasion=key) for key in declinable().intersection(chosen)]
    DeclinedOccasion.objects.bulk_create(rows, ignore_conflicts=True)
