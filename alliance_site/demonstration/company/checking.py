"""How the check-ins of a tour went: who said what when, what was put off, what nobody answered."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date, timedelta
from random import Random

from alliance_site.demonstration.accounts import ACCOUNTS
from alliance_site.demonstration.company import afterwards, words
from alliance_site.demonstration.company.agreed import Talk
from alliance_site.demonstration.company.calendar import Clock, checkin_days, working_day
from alliance_site.demonstration.company.climates import AS_ELSEWHERE, climate_of
from alliance_site.demonstration.company.facts import EMPLOYEE, MANAGER, CheckIn, Member, Sheet, Tour
from alliance_site.demonstration.company.moods import Course
from alliance_site.demonstration.company.reviewing import Reviews
from feedback.limits import CAREER_DAYS_AFTER
from people.days import add_months
from tours.models import Policy

SIDES = (EMPLOYEE, MANAGER)
OPENS, GRACE = timedelta(days=7), timedelta(days=14)  #: as in every policy of this company
CAREER_MONTHS = Policy().career_months
A_MONTH = 30.4
#: How many in a hundred check-ins are answered by both in time, by those who take it seriously and others.
CARE = (98, 95, 95, 92, 90, 85, 70)


class Diary:
    """Writes the check-ins of one tour. `talkative` is the share of questions answered in words."""

    def __init__(
        self, rng: Random, members: dict[str, Member], tour: Tour, today: date, *, talkative: float = 0.55
    ) -> None:
        self.rng, self.members, self.tour, self.today = rng, members, tour, today
        self.clock, self.talkative = Clock(rng, today), talkative
        self.mood = tour.mood or "steady"
        told = self.mood in words.TALES
        climate = AS_ELSEWHERE if told else climate_of(members[tour.employee], tour.terms.starts_on)
        self.course, self.reviews = Course(rng, self.mood, climate), Reviews(rng, tour)
        self.lines = {side: {key: self._lines(side, key) for key in ("unsaid", "next")} for side in SIDES}
        #: The three who sign in and those of whom a story is told have done all that they should.
        keys = {account.key for account in ACCOUNTS}
        self.diligent = bool({tour.employee, tour.manager} & keys) or self.mood in words.TALES
        self.care = 100 if self.diligent else rng.choice(CARE)
        self.talk = Talk(rng, today, 0.5 if self.diligent else 0.12)

    def write(self) -> list[CheckIn]:
        return [self._went(nth, checkin) for nth, checkin in enumerate(self._planned())]

    def _planned(self) -> list[CheckIn]:
        """On the very days on which `feedback` plans them."""
        terms = self.tour.terms
        last = min(self.today + OPENS, self.tour.last_day or date.max)
        regular = [
            CheckIn(due, slot=add_months(terms.starts_on, terms.rhythm * nth))
            for nth, due in enumerate(checkin_days(terms.starts_on, terms.rhythm, last), start=1)
        ]
        return sorted([*regular, *self._career(last)], key=lambda checkin: checkin.due_on)

    def _career(self, last: date) -> list[CheckIn]:
        terms, found = self.tour.terms, list[CheckIn]()
        while True:
            months = CAREER_MONTHS * (len(found) + 1)
            late = CAREER_DAYS_AFTER if months % terms.rhythm == 0 else 0
            slot = add_months(terms.starts_on, months) + timedelta(days=late)
            if working_day(slot) > last:
                return found
            found.append(CheckIn(working_day(slot), slot=slot, kind="career"))

    def _went(self, nth: int, checkin: CheckIn) -> CheckIn:
        manager = self.tour.manager_on(checkin.due_on)
        checkin.manager = manager if manager != self.tour.manager else ""
        if checkin.due_on >= self.today:
            self._is_open(checkin, nth)
        elif checkin.due_on + GRACE >= self.today:
            self._is_in_grace(checkin, nth)
        else:
            self._is_over(checkin, nth)
        self.talk.after(checkin)
        return checkin

    def _is_open(self, checkin: CheckIn, nth: int) -> None:
        """Due within the week: some are early. The sign-ins' own wait for them."""
        opened = checkin.due_on - OPENS <= self.clock.latest
        if opened and not self.diligent and self.rng.random() < 0.6:
            self._hand_in(checkin, nth, self._some_sides(), -6, -3)

    def _is_in_grace(self, checkin: CheckIn, nth: int) -> None:
        here = self._here(checkin)
        if self.tour.manager_owes:
            here = here[:1]
        elif not self.diligent and self.rng.random() > 0.85:
            here = [side for side in self._some_sides() if side in here]
        self._hand_in(checkin, nth, here, -5, -1)

    def _is_over(self, checkin: CheckIn, nth: int) -> None:
        here = self._here(checkin)
        chance = int(self.rng.random() * 100)
        if len(here) < 2:
            self._hand_in(checkin, nth, here if chance < 40 or self.diligent else [], -5, 0)
        elif chance < self.care:
            self._hand_in(checkin, nth, SIDES, -5, 8)
        elif chance % 3 == 0:
            moment = self.clock.at(checkin.due_on - timedelta(days=self.rng.randint(1, 5)))
            checkin.skipped = (self.rng.choice(SIDES), self.rng.choice(words.SKIPPED), moment)
        elif chance % 3 == 1 and checkin.due_on + GRACE * 3 < self.today:
            self._hand_in(checkin, nth, SIDES, 16, 30)
        else:
            self._is_left_to_one(checkin, nth)

    def _is_left_to_one(self, checkin: CheckIn, nth: int) -> None:
        """Some of whom show what they had written, once it is too late for the other."""
        self._hand_in(checkin, nth, self._some_sides(), -5, 8)
        if checkin.due_on + GRACE * 2 < self.today:
            checkin.sheets[0].shown_at = self.clock.at(checkin.due_on + GRACE + timedelta(days=2))

    def _some_sides(self) -> list[str]:
        return self.rng.choice(([EMPLOYEE], [EMPLOYEE], [MANAGER]))

    def _here(self, checkin: CheckIn) -> list[str]:
        """Who of the two worked there that day, and still together."""
        return [side for side in SIDES if self._until(side, checkin, checkin.due_on)]

    def _hand_in(self, checkin: CheckIn, nth: int, sides: Sequence[str], first: int, last: int) -> None:
        for side in sides:
            days = first + int(self.rng.random() * (last - first + 1))
            until = self._until(side, checkin, checkin.due_on)
            if until is None:
                continue
            # Nobody hands in on a weekend, nor after the last day at work.
            day = checkin.due_on + timedelta(days=days)
            moment = self.clock.at(min(day - timedelta(days=max(0, day.weekday() - 4)), until))
            sheet = Sheet(side, moment, {}, {})
            (self._career_says if checkin.kind == "career" else self._says)(checkin, sheet, nth)
            checkin.sheets.append(sheet)

    def _until(self, side: str, checkin: CheckIn, day: date) -> date | None:
        """The last day of that side's spell; None if there is none that day."""
        key = self.tour.employee if side == EMPLOYEE else checkin.manager or self.tour.manager
        for spell in self.members[key].spells:
            last = spell.left_on or date.max
            if spell.hired_on <= day <= last:
                return last
        return None

    def _says(self, checkin: CheckIn, sheet: Sheet, nth: int) -> None:
        months = (checkin.due_on - self.tour.terms.starts_on).days / A_MONTH
        ago = (self.today - checkin.due_on).days / A_MONTH
        sheet.marks = self.course.marks(sheet.side, months, ago)
        sheet.reviews = self.reviews.of(sheet.side, sheet.saved_at)
        for key, lines in self.lines[sheet.side].items():
            told = self.mood in words.TALES and key == "unsaid"
            if lines and (told or self.rng.random() < self.talkative):
                sheet.words[key] = lines[nth % len(lines)]

    def _career_says(self, _checkin: CheckIn, sheet: Sheet, _nth: int) -> None:
        seen = 2 if self.mood in {"fading", "plateau", *words.TALES} else 4
        sheet.marks = {"clear": seen - self.rng.getrandbits(1), "spoken": seen - self.rng.getrandbits(1)}
        for key, lines in afterwards.CAREER[sheet.side].items():
            line = self.rng.choice(lines)
            if line and self.rng.random() < self.talkative:
                sheet.words[key] = line

    def _lines(self, side: str, key: str) -> list[str]:
        if self.mood in words.TALES:
            return list(words.TALES[self.mood][side]) if key == "unsaid" else []
        lines = list(words.CHECKIN[self.mood][side][key])
        self.rng.shuffle(lines)
        return lines
