"""How the ends of tours went: what both said they wanted next, and how they looked back."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import date, timedelta
from random import Random

from alliance_site.demonstration.accounts import ACCOUNTS
from alliance_site.demonstration.company import words
from alliance_site.demonstration.company.calendar import Clock, working_day
from alliance_site.demonstration.company.facts import (
    EMPLOYEE,
    MANAGER,
    CheckIn,
    Member,
    Outcome,
    Sheet,
    Tour,
)
from feedback.limits import (
    CLOSE_OUT_DAYS,
    CLOSE_OUT_GRACE_DAYS,
    NEXT_TOUR_DUE_DAYS,
    NEXT_TOUR_SPARE_DAYS,
)
from tours.policy import LEAD_DAYS

SIDES = (EMPLOYEE, MANAGER)
#: What was wanted, as (employee, manager), and how often in a hundred.
WANTED = {
    ("new_tour", "new_tour"): 38,
    ("new_tour", "extension"): 16,
    ("extension", "extension"): 12,
    ("move", "new_tour"): 12,
    ("undecided", "new_tour"): 10,
    ("foundational", "new_tour"): 6,
    ("part_well", "new_tour"): 3,
    ("undecided", "undecided"): 3,
}
#: What came of talks that are not followed by a tour yet.
OPEN = ("undecided", "undecided", "new_tour", "extension", "move", "part_well")
#: mood → where "achieved", "company gained" and "employee gained" stand, before chance moves them by one
LEVELS = {
    "steady": {EMPLOYEE: (4, 4, 4), MANAGER: (4, 4, 4)},
    "fading": {EMPLOYEE: (4, 4, 2), MANAGER: (4, 4, 4)},
    "apart": {EMPLOYEE: (4, 5, 3), MANAGER: (4, 4, 4)},
    "rough": {EMPLOYEE: (3, 3, 4), MANAGER: (3, 3, 4)},
}


class Ending:
    """What both said about the end of one tour, as far as somebody has said something.

    What nobody has begun is not history: `feedback` plans it.
    """

    def __init__(self, rng: Random, members: dict[str, Member], tour: Tour, today: date) -> None:
        self.rng, self.members, self.tour, self.today = rng, members, tour, today
        self.clock = Clock(rng, today)
        keys = {account.key for account in ACCOUNTS}
        self.diligent = bool({tour.employee, tour.manager} & keys) or tour.mood in words.TALES

    def write(self) -> list[CheckIn]:
        return [checkin for checkin in (self._next_tour(), self._close_out()) if checkin and checkin.sheets]

    def _next_tour(self) -> CheckIn | None:
        terms, left = self.tour.terms, self._left(EMPLOYEE)
        comes_to = terms.ends_on or terms.review_on
        if self.tour.early or comes_to is None or (left and left < comes_to):
            return None
        signed = max(at for _side, at in terms.signed).date()
        opens = max(terms.starts_on, comes_to - timedelta(days=LEAD_DAYS), signed)
        if opens > comes_to:
            return None
        day = min(opens + timedelta(days=NEXT_TOUR_DUE_DAYS), comes_to - timedelta(days=NEXT_TOUR_SPARE_DAYS))
        due = min(working_day(max(opens, day)), comes_to)
        checkin = CheckIn(due, kind="next_tour", opens_on=opens, lapses_on=comes_to)
        wanted = dict(zip(SIDES, self._wanted(), strict=True))
        for side in self._who_answered(checkin):
            said = {"role": self._one_of(words.ROLE, side), "stay": self._one_of(words.STAY, side)}
            self._hand_in(checkin, side, choices={"wanted": wanted[side]}, said=said)
        return checkin

    def agree(self, following: str | None) -> list[Outcome]:
        """What came of the talk, if both had said what they want: `following` is the type of the next
        tour, where there is one. Near the end not all have got that far."""
        talk = next((checkin for checkin in self.tour.checkins if checkin.kind == "next_tour"), None)
        if talk is None or talk.revealed_at is None:
            return []
        at, side = self.clock.after(talk.revealed_at, 9), self.rng.choice(SIDES)
        confirmed = self.clock.after(at, 6)
        if following:
            outcome = "foundational" if following == "foundational" else "new_tour"
        else:
            outcome = self.rng.choice(OPEN)
            if self.tour.mood in words.TALES or self.rng.random() < 0.35:
                return []
        waits = not following and self.rng.random() < 0.4
        said = self.rng.choice(words.AGREED[outcome])
        return [Outcome(outcome, said, side, at, None if waits else confirmed)]

    def _wanted(self) -> tuple[str, str]:
        if self.tour.mood == "heir":
            return ("move", "extension")
        return self.rng.choices(list(WANTED), list(WANTED.values()))[0]

    def _close_out(self) -> CheckIn | None:
        terms, early, left = self.tour.terms, self.tour.early, self._left(EMPLOYEE)
        close = timedelta(days=CLOSE_OUT_DAYS)
        last = early.on + close if early else terms.ends_on
        if last is None:
            return None
        due = min(last, left) if left else last
        grace = timedelta(days=CLOSE_OUT_GRACE_DAYS)
        opens = min(due, max(due - close, terms.starts_on))
        checkin = CheckIn(due, kind="close_out", opens_on=opens, lapses_on=due + grace)
        for side in self._who_answered(checkin):
            levels = LEVELS.get(self.tour.mood, LEVELS["steady"])[side]
            keys = ("achieved", "company_gained", "employee_gained")
            marks = {key: self._near(level) for key, level in zip(keys, levels, strict=True)}
            said = {
                "carry_on": self._one_of(words.CARRY_ON, side),
                "otherwise": self._one_of(words.OTHERWISE, side),
            }
            self._hand_in(checkin, side, marks=marks, said=said)
        return checkin

    def _who_answered(self, checkin: CheckIn) -> Iterable[str]:
        assert checkin.opens_on
        here = [side for side in SIDES if (self._left(side) or date.max) >= checkin.due_on]
        if checkin.opens_on > self.today - timedelta(days=10):
            return []
        if self.diligent or (checkin.due_on < self.today and self.rng.random() < 0.85):
            return here
        return here[:1] if self.rng.random() < 0.6 else []

    def _hand_in(
        self,
        checkin: CheckIn,
        side: str,
        *,
        said: dict[str, str],
        marks: dict[str, int] | None = None,
        choices: dict[str, str] | None = None,
    ) -> None:
        assert checkin.opens_on
        last = min(checkin.due_on, self._left(side) or date.max, self.today - timedelta(days=3))
        day = checkin.opens_on + timedelta(days=self.rng.randint(0, max(0, (last - checkin.opens_on).days)))
        told = {key: text for key, text in said.items() if text}
        checkin.sheets.append(Sheet(side, self.clock.at(day), marks or {}, told, choices=choices or {}))

    def _one_of(self, texts: dict[str, dict[str, tuple[str, ...]]], side: str) -> str:
        """Something, or often nothing; in a story it is what the story needs."""
        told = texts.get(self.tour.mood)
        if told:
            return told[side][0]
        return self.rng.choice(texts[""][side]) if self.rng.random() < 0.7 else ""

    def _near(self, level: int) -> int:
        return max(1, min(5, level + self.rng.choice((-1, 0, 0, 0, 1))))

    def _left(self, side: str) -> date | None:
        return self.members[self.tour.employee if side == EMPLOYEE else self.tour.manager].spells[-1].left_on
