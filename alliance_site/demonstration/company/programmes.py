"""The two programmes of the company: how graduates and apprentices begin.

Each was written anew once. The words of a tour are those that its programme had when it began.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date

from alliance_site.demonstration.company.calendar import month_start
from alliance_site.demonstration.company.facts import Owed
from alliance_site.demonstration.company.missions.making import GRADUATE
from alliance_site.demonstration.company.missions.mission import Mission, Pledge
from alliance_site.demonstration.company.missions.serving import APPRENTICE
from people.days import add_months

MONTHS, RHYTHM = 18, 2
FILLS = {"mid": "half-time", "park": "a wind park"}


@dataclass(frozen=True)
class Wording:
    """What a programme said from so many months ago on, and who in HR had written it."""

    mission: Mission
    months_ago: int
    by: str


@dataclass(frozen=True)
class Programme:
    name: str
    wordings: tuple[Wording, ...]


PROGRAMMES = {
    "graduate": Programme(
        "Graduate engineers", (Wording(GRADUATE[1], 96, "hr0"), Wording(GRADUATE[0], 21, "ruth"))
    ),
    "apprentice": Programme(
        "Apprentice technicians", (Wording(APPRENTICE[1], 96, "hr0"), Wording(APPRENTICE[0], 21, "ruth"))
    ),
}


def mission_of(work: str, start: date, today: date) -> Mission:
    """What the programme said by then."""
    said = [w for w in PROGRAMMES[work].wordings if month_start(today, w.months_ago) <= start]
    return (said or PROGRAMMES[work].wordings)[-1 if said else 0].mission


def due_after(pledge: Pledge) -> int:
    """In months from the start."""
    return round(pledge.share * MONTHS)


def owed(pledge: Pledge, start: date) -> Owed:
    return Owed(
        pledge.by,
        pledge.what.format(**FILLS),
        add_months(start, due_after(pledge)),
        pledge.known.format(**FILLS),
    )
