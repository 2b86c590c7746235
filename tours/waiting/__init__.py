"""What waits for somebody in this room: queries that the home page puts together with those of others.

Each is `values_list(kind, about, name, due_on)`, see `people.waiting`.
"""

from __future__ import annotations

from datetime import date
from typing import Any

from django.db.models import QuerySet

from people.models import Person
from tours.waiting.early_ends import early_ends
from tours.waiting.handovers import handed_over
from tours.waiting.ledger import promises
from tours.waiting.reviews import reviews


def waiting(person: Person, on: date) -> list[QuerySet[Any, Any]]:
    return [
        *handed_over(person, on),
        early_ends(person, on),
        reviews(person, on),
        promises(person, on),
    ]
