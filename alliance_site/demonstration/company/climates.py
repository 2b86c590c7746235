"""How departments differ: where learning has dried up, where little stretches, where promises slip.

A mark goes with the department of its tour, by one step at a time and in each tour at a time of its own, of
both sides together: so the means of a department drift over the quarters, and hardly a tour gives a signal.
"""

from __future__ import annotations

from datetime import date
from random import Random
from zlib import crc32

from alliance_site.demonstration.company.facts import Member

Arc = tuple[tuple[float, float], ...]  #: months before today, as negative numbers, and how far from elsewhere
Climate = dict[str, Arc]  #: by scale

AS_ELSEWHERE: Climate = {}
DRIED_UP: Climate = {
    "learning": ((-26, 0.1), (-14, -0.5), (-3, -1.3)),
    "market_value": ((-20, 0), (-3, -0.6)),
}
UNDER_THEIR_MEASURE: Climate = {
    "stretch": ((-30, -0.9), (-2, -1.1)),
    "learning": ((-30, -0.5), (-2, -0.7)),
}
PROMISES_SLIP: Climate = {"manager_keeps": ((-18, 0.1), (-5, -1.2)), "on_track": ((-12, 0), (-4, -0.5))}
A_HARD_YEAR: Climate = {"on_track": ((-20, 0), (-12, -1.1), (-3, -0.1)), "stretch": ((-20, 0), (-12, 0.5))}
ON_THE_MEND: Climate = {"learning": ((-30, -1), (-6, 0.5)), "manager_keeps": ((-30, -0.8), (-6, 0.4))}
IN_DEMAND: Climate = {"market_value": ((-30, 0.4), (-6, 1)), "stretch": ((-30, 0.3), (-6, 0.6))}

#: Of departments that nobody tells of: which, follows from the name.
MADE_UP = (AS_ELSEWHERE, UNDER_THEIR_MEASURE, AS_ELSEWHERE, ON_THE_MEND, PROMISES_SLIP, IN_DEMAND, DRIED_UP,
           AS_ELSEWHERE, A_HARD_YEAR)  # fmt: skip
TOLD = {
    "Engineering": ON_THE_MEND,  # under a new head
    "Data": IN_DEMAND,
    "Product": AS_ELSEWHERE,
    "Field Service": UNDER_THEIR_MEASURE,
    "Support": DRIED_UP,  # the same calls every week
    "Customer Success": DRIED_UP,
    "Sales": PROMISES_SLIP,
}


def climate_of(member: Member, day: date) -> Climate:
    """Where somebody works that day, or did last."""
    posts = [post for post in member.posts if post.since <= day] or member.posts
    if not posts:
        return AS_ELSEWHERE
    department = posts[-1].department
    if department in TOLD:
        return TOLD[department]
    return MADE_UP[crc32(department.encode()) % len(MADE_UP)]


def thresholds(rng: Random, climate: Climate) -> dict[str, float]:
    """Where between two marks each scale of one tour takes its step."""
    return {scale: rng.random() for scale in climate}
