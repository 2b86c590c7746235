"""How a spell with the company divides into tours, worked out from the last one backwards."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, timedelta
from random import Random

from alliance_site.demonstration.company.calendar import DAY
from people.days import add_months

SHORTEST = timedelta(days=120)  #: what is left at the beginning goes to the first tour, if shorter
MONTHS = {"rotational": (10, 16), "transformational": (18, 34)}


@dataclass(frozen=True)
class Span:
    type: str
    start: date
    end: date


def chain(rng: Random, first: date, last: date, *, junior: bool) -> list[Span]:
    """Tours one after the other, the first beginning at `first` and the last ending at `last`."""
    found: list[Span] = []
    end = last
    while True:
        start = add_months(end + DAY, -rng.randint(*MONTHS["transformational"]))
        if start - first < SHORTEST * 2:
            break
        found.insert(0, Span("transformational", start, end))
        end = start - timedelta(days=rng.randint(1, 40))
    rotational = (junior or rng.random() < 0.35) and len(found) > 0
    found.insert(0, Span("rotational" if rotational or junior else "transformational", first, end))
    return found
