"""How each side sees, in a check-in, what the other still owes it."""

from __future__ import annotations

from datetime import datetime, timedelta
from random import Random

from alliance_site.demonstration.company.facts import Owed, Tour

SOON = timedelta(days=45)
SETTLING = {"kept", "not_kept", "agreed"}
NEAR = timedelta(days=120)
LOOKED_AT = {True: 0.85, False: 0.25}  #: of what is near or past its day, and of what is far from it


class Reviews:
    def __init__(self, rng: Random, tour: Tour) -> None:
        self.rng, self.tour = rng, tour
        self.settled = {told.owed: told for told in tour.told if told.kind in SETTLING}

    def of(self, side: str, at: datetime) -> list[tuple[Owed, str]]:
        if not self.tour.has_force:
            return []
        found = []
        for owed in self.tour.in_force_at(at).promises:
            told = self.settled.get(owed)
            still = told is None or told.at > at
            near = owed.due_on - at.date() < NEAR
            if owed.by != side and still and self.rng.random() < LOOKED_AT[near]:
                found.append((owed, self._outlook(owed, at)))
        return found

    def _outlook(self, owed: Owed, at: datetime) -> str:
        told, day = self.settled.get(owed), at.date()
        fails = told is not None and told.kind == "not_kept"
        if owed.due_on < day:
            return "not_kept" if fails else "at_risk"
        if fails and owed.due_on - day < SOON:
            return "at_risk"
        return "on_track" if self.rng.random() < 0.9 else "cannot_say"
