"""Writes how new managers took tours over, with the verbs of `tours` and on the days of the story.

Not all have: some are still to be settled, and some too late.
"""

from __future__ import annotations

from datetime import UTC, date, datetime, time, timedelta

from people.models import Person
from tours import services
from tours.models import Tour

WORDS = (
    "I have read it all, and I stand by it. Let us sit down about your own part of it this month.",
    "What you two agreed is good. I would have written it the same way.",
    "I stand by every promise in it, including the ones that are not mine.",
)


def write_handovers(today: date) -> None:
    """Soon after the change; where the two before had a check-in in that time, after it."""
    found = Tour.objects.handed_over(today).filter(next_steps=None)
    begun = set()  #: whose first tour is still open
    for number, tour in enumerate(found.order_by("pk")):
        last = tour.checkins.order_by("-due_on").first()
        day = max(tour.successor_since, last.due_on if last else date.min) + timedelta(days=5)
        if tour.manager_id in begun and day < today - timedelta(days=10):
            _take_over(tour, WORDS[number % len(WORDS)], day)
        begun.add(tour.manager_id)


def _take_over(tour: Tour, words: str, day: date) -> None:
    now = datetime.combine(day, time(10, 15), tzinfo=UTC)
    manager = Person.objects.get(pk=tour.successor_id)
    terms = services.reaffirm(tour, words, actor=manager, now=now)
    services.sign(terms, actor=tour.employee, now=now + timedelta(days=2))
