"""Programmes, and their giving."""

from __future__ import annotations

from typing import Any
from uuid import uuid4

from people.models import Person
from tests.factories.days import DAY, NOW
from tours.models import (
    Given,
    Giving,
    Pledge,
    Programme,
    Revision,
    Side,
)


def make_programme(hr: Person, **kw: Any) -> Programme:
    """With one revision and no promises; keywords go to the revision."""
    words: dict[str, Any] = {
        "name": "Graduates",
        "mission": "{employee_first_name} rotates through three teams from {start} on.",
        "company_gain": "An engineer who knows how a reading becomes an invoice.",
        "employee_gain": "Sees the whole product before choosing, by {end}.",
        "months": 18,
        "rhythm": 2,
    }
    programme = Programme.objects.create()
    revision = make_revision(programme, made_by=hr, **(words | kw))
    programme.current = revision
    programme.save(update_fields=["current"])
    return programme


def make_revision(programme: Programme, **kw: Any) -> Revision:
    kw.setdefault("number", programme.revisions.count() + 1)
    return Revision.objects.create(programme=programme, made_at=NOW, **kw)


def make_pledge(revision: Revision, owed_by: Side = Side.MANAGER, **kw: Any) -> Pledge:
    kw.setdefault("what", "A mentor for {employee}.")
    kw.setdefault("due_after", 2)
    return Pledge.objects.create(revision=revision, owed_by=owed_by, **kw)


def make_giving(programme: Programme, people: list[Person], by: Person, **kw: Any) -> Giving:
    """As HR, unless said otherwise; everybody waits."""
    fields: dict[str, Any] = {
        "key": uuid4(),
        "revision": programme.newest,
        "starts_on": DAY,
        "language": "en",
        "given_by": by,
        "as_hr": True,
        "given_at": NOW,
    }
    giving = Giving.objects.create(**(fields | kw))
    Given.objects.bulk_create(Given(giving=giving, person=person) for person in people)
    return giving
