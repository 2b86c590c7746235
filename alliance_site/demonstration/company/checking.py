"""How the check-ins of a tour went: who said what when, what was put off, what nobody answered."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date, timedelta
from random import Random

from alliance_site.demonstration.accounts import ACCOUNTS
from alliance_site.demonstration.company import words
from alliance_site.demonstration.company.calendar import Clock, checkin_days, shift
from alliance_site.demonstration.company.facts import EMPLOYEE, MANAGER, CheckIn, Member, Sheet, Tour

SIDES = (EMPLOYEE, MANAGER)
SCALES = ("stretch", "market_value", "on_track", "manager_keeps", "employee_keeps")
OPENS, GRACE = timedelta(days=7), timedelta(days=14)  #: as in every policy of this company

#: mood → side → where each of the five scales stands, before chance moves it by one
LEVELS: dict[str, dict[str, tuple[int, ...]]] = {
    "steady": {EMPLOYEE: (4, 4, 4, 4, 4), MANAGER: (4, 4, 4, 4, 4)},
    "fading": {EMPLOYEE: (4, 3, 4, 3, 4), MANAGER: (4, 4, 5, 4, 5)},
    "apart": {EMPLOYEE: (4, 3, 4, 2, 4), MANAGER: (4, 4, 4, 5, 4)},
    "rough": {EMPLOYEE: (5, 3, 2, 3, 3), MANAGER: (4, 4, 2, 3, 3)},
    "star": {EMPLOYEE: (5, 4, 5, 3, 5), MANAGER: (5, 5, 5, 4, 5)},
    "heir": {EMPLOYEE: (3, 3, 4, 4, 5), MANAGER: (4, 4, 5, 4, 5)},
}


class Diary:
    """Writes the check-ins of one tour."""

    def __init__(self, rng: Random, members: dict[str, Member], tour: Tour, today: date) -> None:
        self.rng, self.members, self.tour, self.today = rng, members, tour, today
        self.clock = Clock(rng, today)
        self.mood = tour.mood or "steady"
        self.lines = {side: {key: self._lines(side, key) for key in ("unsaid", "next")} for side in SIDES}
        #: The three who sign in and those of whom a story is told have done all that they should.
        keys = {account.key for account in ACCOUNTS}
        self.diligent = bool({tour.employee, tour.manager} & keys) or self.mood in words.TALES

    def write(self) -> list[CheckIn]:
        last = min(self.today + OPENS, self.tour.last_day or date.max)
        days = checkin_days(self.tour.terms.starts_on, self.tour.terms.rhythm, last)
        return [self._went(nth, due) for nth, due in enumerate(days)]

    def _went(self, nth: int, due: date) -> CheckIn:
        terms = self.tour.terms
        checkin = CheckIn(due, slot=shift(terms.starts_on, terms.rhythm * (nth + 1)))
        if due >= self.today:
            self._is_open(checkin, nth)
        elif due + GRACE >= self.today:
            self._is_in_grace(checkin, nth)
        else:
            self._is_over(checkin, nth)
        return checkin

    def _is_open(self, checkin: CheckIn, nth: int) -> None:
        """Due within the week: some are early. The sign-ins' own wait for them."""
        if not self.diligent and self.rng.random() < 0.6:
            self._hand_in(checkin, nth, self._some_sides(), -6, -3)

    def _is_in_grace(self, checkin: CheckIn, nth: int) -> None:
        if self.tour.manager_owes:
            self._hand_in(checkin, nth, [EMPLOYEE], -3, -1)
        elif self.diligent or self.rng.random() < 0.75:
            self._hand_in(checkin, nth, SIDES, -5, -1)
        else:
            self._hand_in(checkin, nth, self._some_sides(), -5, -1)

    def _is_over(self, checkin: CheckIn, nth: int) -> None:
        chance = 0.0 if self.diligent else self.rng.random()
        if not all(self._employed(side, checkin.due_on) for side in SIDES):
            self._hand_in(checkin, nth, [s for s in SIDES if self._employed(s, checkin.due_on)], -5, 0)
        elif chance < 0.9:
            self._hand_in(checkin, nth, SIDES, -5, 8)
        elif chance < 0.94:
            moment = self.clock.at(checkin.due_on - timedelta(days=self.rng.randint(1, 5)))
            checkin.skipped = (self.rng.choice(SIDES), self.rng.choice(words.SKIPPED), moment)
        elif chance < 0.97 and checkin.due_on + GRACE * 3 < self.today:
            self._hand_in(checkin, nth, SIDES, 16, 30)
        else:
            self._hand_in(checkin, nth, self._some_sides(), -5, 8)
            if checkin.due_on + GRACE * 2 < self.today:
                checkin.sheets[0].shown_at = self.clock.at(checkin.due_on + GRACE + timedelta(days=2))

    def _some_sides(self) -> list[str]:
        return self.rng.choice(([EMPLOYEE], [EMPLOYEE], [MANAGER]))

    def _hand_in(
        self, checkin: CheckIn, nth: int, sides: Iterator[str] | list[str] | tuple[str, ...], *days: int
    ) -> None:
        for side in sides:
            day = checkin.due_on + timedelta(days=self.rng.randint(*days))
            checkin.sheets.append(
                Sheet(
                    side,
                    self.clock.at(self._in_time(side, day)),
                    self._marks(side, nth),
                    self._says(side, nth),
                )
            )

    def _in_time(self, side: str, day: date) -> date:
        """Nobody hands in on a weekend, nor after the last day at work."""
        day -= timedelta(days=max(0, day.weekday() - 4))
        left = self._left(side)
        return min(day, left) if left else day

    def _left(self, side: str) -> date | None:
        return self._member(side).spells[-1].left_on

    def _employed(self, side: str, day: date) -> bool:
        return any(s.hired_on <= day <= (s.left_on or date.max) for s in self._member(side).spells)

    def _member(self, side: str) -> Member:
        return self.members[self.tour.employee if side == EMPLOYEE else self.tour.manager]

    def _marks(self, side: str, nth: int) -> dict[str, int]:
        marks = {key: self._near(level) for key, level in zip(SCALES, LEVELS[self.mood][side], strict=True)}
        if self.mood == "star" and side == EMPLOYEE:
            marks["stretch"] = words.STAR_STRETCH[min(nth, len(words.STAR_STRETCH) - 1)]
        elif self.mood == "fading" and side == EMPLOYEE:
            marks["stretch"] = max(2, 5 - nth // 2)
        elif self.mood == "apart" and nth % 3 == 1:
            marks["manager_keeps"] = 2 if side == EMPLOYEE else 5
        return marks

    def _near(self, level: int) -> int:
        return max(1, min(5, level + self.rng.choice((-1, 0, 0, 0, 0, 1))))

    def _says(self, side: str, nth: int) -> dict[str, str]:
        said: dict[str, str] = {}
        for key, lines in self.lines[side].items():
            told = self.mood in words.TALES and key == "unsaid"
            if lines and (told or self.rng.random() < 0.55):
                said[key] = lines[nth % len(lines)]
        return said

    def _lines(self, side: str, key: str) -> list[str]:
        if self.mood in words.TALES:
            return list(words.TALES[self.mood][side]) if key == "unsaid" else []
        lines = list(words.CHECKIN[self.mood][side][key])
        self.rng.shuffle(lines)
        return lines
