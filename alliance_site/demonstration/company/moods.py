"""How a tour feels to both sides, month by month: the marks they give in its check-ins.

Most scales of most tours stay where they are and swing by one at most, and the two sides are never more
than one apart: what is said there is no signal. What is one follows from the mood, and comes slowly.
"""

from __future__ import annotations

from math import floor
from random import Random

from alliance_site.demonstration.company.climates import AS_ELSEWHERE, Arc, Climate, thresholds
from alliance_site.demonstration.company.facts import EMPLOYEE, MANAGER

SCALES = ("stretch", "market_value", "learning", "on_track", "manager_keeps", "employee_keeps")

#: mood → side → scale → how it goes, where it is not just well: months since the start, and the level then
ARCS: dict[str, dict[str, dict[str, Arc]]] = {
    "steady": {},
    "thriving": {
        EMPLOYEE: {
            "stretch": ((0, 4.2), (4, 5)),
            "learning": ((0, 4.6), (6, 5)),
            "market_value": ((0, 4), (8, 5)),
        },
        MANAGER: {"stretch": ((0, 4.6),), "learning": ((0, 5),), "market_value": ((0, 4), (6, 5))},
    },
    # The bored star: all is well until month nine or so, and nobody but the employee sees it end.
    "fading": {
        EMPLOYEE: {
            "stretch": ((0, 5), (7, 4.4), (12, 3.4), (18, 2.2), (26, 1.6)),
            "learning": ((0, 5), (7, 4.2), (13, 3), (19, 2), (30, 1.4)),
            "market_value": ((0, 4), (9, 3.8), (20, 2.6)),
        },
        MANAGER: {
            "stretch": ((0, 4.6), (24, 3.8)),
            "learning": ((0, 4.6), (24, 3.6)),
            "on_track": ((0, 4), (9, 5)),
        },
    },
    # Well used, and taught nothing: the same work in the third year.
    "plateau": {
        EMPLOYEE: {"learning": ((0, 3.6), (5, 3), (8, 2.2), (40, 1.8)), "stretch": ((0, 3.8), (12, 3))},
        MANAGER: {"learning": ((0, 3.8), (20, 3)), "stretch": ((0, 4), (12, 3.6))},
    },
    # What the company promised looks kept from above, and does not from below.
    "apart": {
        EMPLOYEE: {"manager_keeps": ((0, 3.6), (5, 2.6), (12, 1.8)), "on_track": ((0, 4), (14, 3))},
        MANAGER: {"manager_keeps": ((0, 4.6),), "on_track": ((0, 4.2),)},
    },
    "rough": {
        EMPLOYEE: {"on_track": ((0, 3.6), (4, 2.4), (9, 1.8), (15, 3), (20, 4)), "stretch": ((0, 5),)},
        MANAGER: {"on_track": ((0, 4), (4, 3), (9, 2.2), (15, 3.2), (20, 4)), "stretch": ((0, 4.6),)},
    },
    "improving": {
        EMPLOYEE: {
            "on_track": ((0, 2.4), (6, 3), (12, 4), (20, 5)),
            "manager_keeps": ((0, 2.6), (9, 4), (18, 4.6)),
            "learning": ((0, 3), (8, 4.4)),
        },
        MANAGER: {
            "on_track": ((0, 2.6), (6, 3.4), (12, 4.2)),
            "manager_keeps": ((0, 3), (9, 4)),
            "learning": ((0, 3.6), (8, 4.4)),
        },
    },
    "star": {
        EMPLOYEE: {
            "stretch": ((6, 5), (9, 4), (12, 3), (15, 2)),
            "learning": ((6, 5), (9, 4), (12, 3), (15, 2), (21, 1)),
            "market_value": ((3, 4), (12, 3), (18, 2)),
            "manager_keeps": ((3, 4), (12, 3)),
        },
        MANAGER: {"stretch": ((0, 5),), "learning": ((0, 5), (18, 4)), "on_track": ((0, 5),)},
    },
    "heir": {
        EMPLOYEE: {
            "market_value": ((0, 3.4), (36, 2.6)),
            "learning": ((0, 3), (24, 2.2)),
            "stretch": ((0, 3),),
        },
        MANAGER: {"market_value": ((0, 4),), "learning": ((0, 3.6),), "on_track": ((0, 5),)},
    },
}
TALES = ("star", "heir")  #: told to the month

#: Where a scale that goes well stands, and how often in a hundred.
WELL = {"stretch": (4, 4, 4, 5, 3), "market_value": (4, 4, 3, 3, 5), "learning": (4, 4, 4, 5, 3),
        "on_track": (4, 4, 4, 5, 3), "manager_keeps": (4, 4, 5, 5, 3),
        "employee_keeps": (4, 5, 5, 4, 4)}  # fmt: skip
#: (how far the manager's mark is from the employee's, how the employee's swings, how the manager's does):
#: in none of these are the two ever more than one apart.
SWINGS = ((0, 0, 0), (0, 0, 0), (0, 1, 1), (0, -1, -1), (0, 0, 1), (0, 0, -1),
          (1, 1, 0), (1, 0, -1), (-1, -1, 0), (-1, 0, 1))  # fmt: skip

Series = tuple[str, int, int, Arc | None]


class Course:
    """The marks of one tour. Each scale has its own level, so no two tours of a mood are alike. A scale that
    goes by no mood goes with the department."""

    def __init__(self, rng: Random, mood: str, climate: Climate = AS_ELSEWHERE) -> None:
        self.rng, self.climate = rng, climate
        self.steps = thresholds(rng, climate)
        self.late = 0.0 if mood in TALES else rng.uniform(-1.5, 2.5)  #: months by which the mood comes later
        arcs = ARCS[mood]
        self.series: dict[str, list[Series]] = {EMPLOYEE: [], MANAGER: []}
        for scale in SCALES:
            base = rng.choice(WELL[scale])
            apart, swing, other = rng.choice(SWINGS)
            for side, level, by in ((EMPLOYEE, base, swing), (MANAGER, base + apart, other)):
                self.series[side].append((scale, level, by, arcs.get(side, {}).get(scale)))

    def marks(self, side: str, months: float, ago: float) -> dict[str, int]:
        """So many months after the start of the tour, and before today."""
        bits, found = self.rng.getrandbits(12), {}
        for scale, level, swing, arc in self.series[side]:
            if arc:
                mark = int(_level(arc, months - self.late) + 0.5)
            else:
                mark = level + (swing if bits & 3 == 0 else 0)
                if scale in self.climate:
                    mark += floor(_level(self.climate[scale], -ago) + self.steps[scale])
            found[scale] = 1 if mark < 1 else 5 if mark > 5 else mark
            bits >>= 2
        return found


def _level(arc: Arc, months: float) -> float:
    before, level = arc[0]
    if months <= before:
        return level
    for after, next_level in arc[1:]:
        if months < after:
            return level + (next_level - level) * (months - before) / (after - before)
        before, level = after, next_level
    return level
