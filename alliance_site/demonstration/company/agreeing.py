"""How terms come about: from a mission's texts and two days to versions, signatures and comments."""

from __future__ import annotations

from calendar import month_name
from dataclasses import dataclass, replace
from datetime import date, datetime, timedelta
from random import Random

from alliance_site.demonstration.company import words
from alliance_site.demonstration.company.calendar import Clock, working_day
from alliance_site.demonstration.company.facts import EMPLOYEE, MANAGER, Owed, Said, Version
from alliance_site.demonstration.company.missions.mission import CLIENTS, PARKS, PLACES, Mission, Pledge
from people.days import add_months

LEAD_IN = timedelta(days=38)  #: terms are first written this long before a tour starts
SHORT_LEAD_IN = timedelta(days=1)  #: … or this soon after both have begun to work together


@dataclass(frozen=True)
class Frame:
    """When a tour runs, and how often both check in. Without an end there is a review."""

    start: date
    end: date | None
    review: date | None
    rhythm: int

    def share(self, share: float) -> date:
        last = self.end or self.review or add_months(self.start, 12)
        return self.start + timedelta(days=int((last - self.start).days * share))


class Desk:
    """Where terms are written, proposed and signed; all its moments are past."""

    def __init__(self, rng: Random, today: date) -> None:
        self.rng, self.today = rng, today
        self.clock = Clock(rng, today)

    def begin(self, frame: Frame, earliest: date) -> datetime:
        """When the first version is begun."""
        usual = min(frame.start, self.today + LEAD_IN / 2) - LEAD_IN
        return self.clock.at(working_day(max(usual, earliest + SHORT_LEAD_IN)))

    def draft(self, mission: Mission, frame: Frame, begun: datetime, *, granted: bool = False) -> Version:
        fills = {
            "park": self.rng.choice(PARKS),
            "client": self.rng.choice(CLIENTS),
            "place": self.rng.choice(PLACES),
            **{name: _month(frame.share(at)) for name, at in (("first", 0.33), ("mid", 0.5), ("late", 0.9))},
        }
        pledges = mission.pledges + ((mission.granted,) if granted and mission.granted else ())
        return Version(
            mission.mission.format(**fills),
            mission.gain.format(**fills),
            mission.grows.format(**fills),
            frame.start,
            frame.end,
            frame.review,
            frame.rhythm,
            tuple(_owed(pledge, frame, fills) for pledge in pledges),
            begun,
        )

    def propose(self, version: Version, *, days: int = 4) -> Version:
        return replace(version, proposed_at=self.clock.after(version.created_at, days))

    def sign(self, version: Version, *sides: str) -> Version:
        """Signed by these sides, one after the other."""
        assert version.proposed_at
        signed: list[tuple[str, datetime]] = []
        moment = version.proposed_at
        for side in sides:
            moment = self.clock.after(moment, 4)
            signed.append((side, moment))
        return replace(version, signed=tuple(signed))

    def say(self, version: Version, kind: str, side: str, what: str) -> Version:
        assert version.proposed_at
        return replace(version, said=Said(kind, side, what, self.clock.after(version.proposed_at, 5)))

    def agree(self, mission: Mission, frame: Frame, earliest: date, *, change: bool) -> list[Version]:
        """Signed by both, perhaps only after the employee asked for a change."""
        sides = [EMPLOYEE, MANAGER]
        self.rng.shuffle(sides)
        versions = self.negotiate(mission, frame, earliest) if change and mission.granted else []
        if not versions:
            versions = [self.propose(self.draft(mission, frame, self.begin(frame, earliest)))]
        return [*versions[:-1], self.sign(versions[-1], *sides)]

    def negotiate(self, mission: Mission, frame: Frame, earliest: date) -> list[Version]:
        """A first version, the change that was asked for, and a second one that grants it, proposed."""
        first, second = self.answer(mission, frame, earliest)
        return [first, self.propose(second, days=3)]

    def answer(self, mission: Mission, frame: Frame, earliest: date) -> tuple[Version, Version]:
        """As `negotiate`, but the second version is still being written."""
        assert mission.granted
        whole = self.draft(mission, frame, self.begin(frame, earliest), granted=True)
        first = self.propose(replace(whole, promises=whole.promises[:-1]))
        first = self.say(first, "change", EMPLOYEE, mission.ask)
        assert first.said
        return first, replace(whole, created_at=first.said.at)

    def refuse(self, version: Version, kind: str, index: int) -> Version:
        side, said = (EMPLOYEE, words.DECLINED) if kind == "declined" else (MANAGER, words.WITHDRAWN)
        return self.say(version, kind, side, said[index % len(said)])


def _owed(pledge: Pledge, frame: Frame, fills: dict[str, str]) -> Owed:
    due = working_day(frame.share(pledge.share))
    return Owed(pledge.by, pledge.what.format(**fills), due, pledge.known.format(**fills))


def _month(day: date) -> str:
    return f"{month_name[day.month]} {day.year}"
