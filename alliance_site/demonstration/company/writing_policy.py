"""Writes what HR chose for the company: when it began with Alliance, and the one change since."""

from __future__ import annotations

from datetime import UTC, date, datetime, time, timedelta

from alliance_site.demonstration.company.calendar import month_start
from people.models import Person
from tours.models import Policy

FIRST = {
    "mission": "Wind farms that never stand still.",
    "values": """Courage to say what is so
Care for those who come after us
Plain words
Craft before speed
The customer is always right""",
    "non_binding": (
        "This is our word to each other, given in good faith. It is no contract of employment, and changes"
        " none."
    ),
    "no_dismissal": (
        "It does not prepare a dismissal. If something changes, we say so in time and agree anew, both of us."
    ),
    "months_rotational": 18,
    "rhythm_transformational": 3,
}
#: Answers come sooner since then, and so does a new manager's word.
CHANGE = {
    "mission": "Wind farms that say what they need before they stop.",
    "values": """Courage to say what is so
Care for those who come after us
Plain words
Craft before speed
Nobody climbs alone""",
    "handover_days": 21,
    "expectation_answer_days": 14,
    "first_conversation_days": 3,
}


def write_policies(today: date, people: dict[str, Person]) -> None:
    """HR's first thing to do in its second month; the change came ten months ago."""
    Policy.objects.create(number=1, **_made(month_start(today, 100), people["hr0"]), **FIRST)
    Policy.objects.create(number=2, **_made(month_start(today, 10), people["ruth"]), **(FIRST | CHANGE))


def _made(holds_from: date, by: Person) -> dict[str, object]:
    """Chosen a week before it holds."""
    made_at = datetime.combine(holds_from - timedelta(days=7), time(10), tzinfo=UTC)
    return {"holds_from": holds_from, "made_by": by, "made_at": made_at}
