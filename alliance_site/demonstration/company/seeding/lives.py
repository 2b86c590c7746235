"""The tours of one person, one after the other: taken over by new managers, cut short, or not begun."""

from __future__ import annotations

from dataclasses import replace
from datetime import date, timedelta
from random import Random
from typing import TYPE_CHECKING

from alliance_site.demonstration.company import programmes, words
from alliance_site.demonstration.company.agreeing import Desk, Frame
from alliance_site.demonstration.company.calendar import DAY
from alliance_site.demonstration.company.checking import Diary
from alliance_site.demonstration.company.ending import Ending
from alliance_site.demonstration.company.facts import (
    EMPLOYEE,
    MANAGER,
    EarlyEnd,
    Hope,
    Line,
    Member,
    Spell,
    Tour,
    Version,
)
from alliance_site.demonstration.company.keeping import Keeping
from alliance_site.demonstration.company.missions import LIBRARY
from alliance_site.demonstration.company.missions.mission import Mission
from alliance_site.demonstration.company.seeding.amending import amended, unanswered
from alliance_site.demonstration.company.seeding.hoping import hope_of
from alliance_site.demonstration.company.writing_handovers import WORDS as TAKES_OVER
from people.days import add_months

if TYPE_CHECKING:
    from alliance_site.demonstration.company.seeding import Seeded

MONTHS = {"rotational": (9, 15), "transformational": (12, 26), "foundational": (20, 30)}
RHYTHMS = {"rotational": (1, 1, 2), "transformational": (1, 2, 2, 2, 3), "foundational": (2, 3, 6)}
MOODS = {"steady": 56, "thriving": 13, "improving": 9, "fading": 8, "apart": 6, "plateau": 4, "rough": 4}
FIRST_WORK = {"software": "graduate", "data": "graduate", "firmware": "graduate", "field": "apprentice"}
CHANGED, GAPS, STOPPED = (
    0.15,
    0.06,
    0.05,
)  #: shares of tours: changed before signing, after a gap, ended early
WITHOUT_A_WORD = 0.08  #: of those who leave amid a tour, none of the two ends it
BEGINS_WITHIN = 150  #: days after the company began with Alliance
SHORTEST = timedelta(days=45)
TALKATIVE = 0.3
#: What stands where no tour runs, or the one that does is about to end, how often in a hundred.
NEXT = {"agreed": 34, "proposed": 14, "draft": 8, "": 44}
NONE_YET = {"draft": 22, "proposed": 18, "declined": 4, "withdrawn": 4, "": 52}


class Life:
    def __init__(self, rng: Random, company: Seeded, member: Member, work: str) -> None:
        self.rng, self.company, self.member, self.work = rng, company, member, work
        self.members, self.until = company.members, company.plan.until
        self.desk = Desk(rng, self.until)
        self.tours: list[Tour] = []
        self.last: Tour | None = None

    def tell(self) -> list[Tour]:
        for spell in sorted(self.member.spells, key=lambda each: each.hired_on):
            self._through(spell)
        following = {id(t.previous): t.type for t in self.tours if t.state in {"agreed", "proposed"}}
        for tour in self.tours:
            if tour.has_force:
                self._happens(tour, following.get(id(tour)))
        return self.tours

    def hopes(self) -> list[Hope]:
        """Of who is at work: at most one."""
        if self.member.spells[-1].left_on:
            return []
        hope = hope_of(self.rng, self.member, self.member.lines, self.until)
        return [hope] if hope else []

    def _happens(self, tour: Tour, following: str | None) -> None:
        tour.told = Keeping(self.rng, self.members, tour, self.until).write()
        tour.checkins = Diary(self.rng, self.members, tour, self.until, talkative=TALKATIVE).write()
        ending = Ending(self.rng, self.members, tour, self.until)
        for checkin in ending.write():
            manager = tour.manager_on(checkin.due_on)
            checkin.manager = manager if manager != tour.manager else ""
            tour.checkins.append(checkin)
        tour.outcomes = ending.agree(following)

    def _through(self, spell: Spell) -> None:
        began = self.company.began_on + timedelta(days=self.rng.randrange(BEGINS_WITHIN))
        day = max(spell.hired_on + timedelta(days=self.rng.randint(10, 45)), began)
        last = min(spell.left_on or self.until, self.until)
        while day + SHORTEST <= (spell.left_on or date.max) and day <= last:
            if self.rng.random() < GAPS:
                day += timedelta(days=self.rng.randint(60, 220))
                continue
            tour = self._signed(day, spell)
            if tour is None:
                return
            day = (tour.last_day or self.until) + timedelta(days=self.rng.randint(1, 40))
        if spell.left_on is None:
            self._what_is_to_come(day, spell)

    def _what_is_to_come(self, day: date, spell: Spell) -> None:
        running = self.last and (self.last.last_day or date.max) >= self.until
        if self.last and self.last.has_force and self.last.last_day is None:
            return  # what is open-ended goes on
        if running and day > self.until + timedelta(days=100):
            return
        shares = NEXT if running else NONE_YET
        what = self.rng.choices(list(shares), list(shares.values()))[0]
        line = self._line(self.until)
        if what and line:
            start = max(day, self.until + timedelta(days=self.rng.randint(5, 30)))
            frame = self._frame("transformational", start, spell)
            self._unsigned(what, frame, line)

    # What comes of it

    def _signed(self, day: date, spell: Spell) -> Tour | None:
        line = self._line(day)
        if line is None:
            return None
        type_ = self._type(day, spell)
        mission = self._mission(type_, day)
        frame = self._frame(type_, day, spell)
        early = self._cut(frame, spell)
        change = self.rng.random() < CHANGED
        versions = self.desk.agree(mission, frame, max(spell.hired_on, line.since), change=change)
        end = min(early.on if early else frame.end or date.max, spell.left_on or date.max)
        versions = self._taken_over(versions, line, end)
        versions = amended(self.desk, versions, self.member.key, self._line(min(end, self.until)), end)
        pending = None if early else self._pending(versions[-1], end)
        manager = versions[-1].manager
        if early and early.by == MANAGER and not self._works(manager, early.on):
            early = replace(early, by=EMPLOYEE)
        state = "ended_early" if early else "agreed"
        mood = self.rng.choices(list(MOODS), list(MOODS.values()))[0]
        told = Tour(self.member.key, manager, type_, versions, state, self.last, early, mood, pending=pending)
        return self._keep(told)

    def _pending(self, newest: Version, end: date) -> Version | None:
        """By chances of its own: what else happens does not hang on it."""
        if end <= self.until:
            return None
        rng = Random(f"{self.company.plan.seed} {self.member.key} pending")  # noqa: S311 - a story, not a secret
        line = self._line(self.until)
        return unanswered(Desk(rng, self.until), newest, self.member.key, line, end)

    def _unsigned(self, what: str, frame: Frame, line: Line) -> None:
        begun = self.desk.clock.at(self.until - timedelta(days=self.rng.randint(5, 26)))
        version = self.desk.draft(self._mission("transformational", frame.start), frame, begun)
        if what != "draft":
            version = self.desk.propose(version, days=3)
        if what == "agreed":
            version = self.desk.sign(version, *self.rng.sample((EMPLOYEE, MANAGER), 2))
        elif what == "proposed":
            version = self.desk.sign(version, *self.rng.choice(((), (MANAGER,), (MANAGER,), (EMPLOYEE,))))
        elif what != "draft":
            version = self.desk.refuse(version, what, self.rng.randrange(2))
        self._keep(Tour(self.member.key, line.manager, "transformational", [version], what, self.last))

    def _keep(self, tour: Tour) -> Tour:
        self.tours.append(tour)
        if tour.has_force:
            self.last = tour
        return tour

    def _taken_over(self, versions: list[Version], line: Line, end: date) -> list[Version]:
        """Each new manager stands by it, soon or late; who came only lately has not yet."""
        versions = [replace(version, manager=line.manager) for version in versions]
        for new in self.member.lines:
            late = self.rng.randint(5, 40) if self.rng.random() < 0.8 else self.rng.randint(50, 200)
            day = new.since + timedelta(days=late)
            begun = versions[-1].signed_at
            if begun is None or new.since <= begun.date() or new.manager == versions[-1].manager:
                continue
            if day < min(end, new.until or date.max) and day < self.until - timedelta(days=3):
                versions.append(self._reaffirmed(versions[-1], new.manager, day))
        return versions

    def _reaffirmed(self, version: Version, manager: str, day: date) -> Version:
        at = self.desk.clock.at(day)
        signed = ((MANAGER, at), (EMPLOYEE, self.desk.clock.after(at, 5)))
        anew = replace(version, created_at=at, proposed_at=at, signed=signed, said=None)
        return replace(anew, manager=manager, by=manager, reason=self.rng.choice(TAKES_OVER))

    def _cut(self, frame: Frame, spell: Spell) -> EarlyEnd | None:
        """By leaving, or because one side ended it; `frame` ends with an employment that was to end."""
        left, end = spell.left_on, frame.end or date.max
        if left and left < end:
            if left > self.until or spell.ending == "death" or self._goes_without_a_word(spell):
                return None
            by = EMPLOYEE if spell.ending in {"resignation", "other", "retirement"} else MANAGER
            return EarlyEnd(
                left, by, words.EARLY_LEFT.get(spell.ending or "", words.EARLY_LEFT["resignation"])
            )
        length = (end - frame.start).days if frame.end else 900
        if length > 300 and self.rng.random() < STOPPED:
            on = frame.start + timedelta(days=self.rng.randint(150, length - 60))
            if on < self.until - timedelta(days=20):
                by = self.rng.choice((EMPLOYEE, MANAGER))
                return EarlyEnd(on, by, self.rng.choice(words.EARLY[by]))
        return None

    def _goes_without_a_word(self, spell: Spell) -> bool:
        """By chances of its own, and for good; in a story that is told everybody parts with one."""
        rng = Random(f"{self.company.plan.seed} {self.member.key} word")  # noqa: S311 - a story, not a secret
        may = spell is self.member.spells[-1] and not self.company.told_of
        return may and rng.random() < WITHOUT_A_WORD

    # What it is made of

    def _type(self, day: date, spell: Spell) -> str:
        served = (day - spell.hired_on).days
        if served > 1400 and self.rng.random() < 0.3:
            return "foundational"
        junior = served < 250 and self.last is None and self.work in FIRST_WORK
        return "rotational" if junior or self.rng.random() < 0.08 else "transformational"

    def _frame(self, type_: str, start: date, spell: Spell) -> Frame:
        end = add_months(start, self.rng.randint(*MONTHS[type_])) - DAY
        rhythm = self.rng.choice(RHYTHMS[type_])
        if type_ == "foundational":
            return Frame(
                start, None, max(end, self.until + timedelta(days=60)) if end < self.until else end, rhythm
            )
        left = spell.left_on
        foreseen = spell.ending in {"retirement", "end_of_contract"} or self.rng.random() < 0.3
        if left and start + SHORTEST < left < end and foreseen:
            end = left
        return Frame(start, end, None, rhythm)

    def _mission(self, type_: str, day: date) -> Mission:
        post = next((p for p in self.member.posts if p.since <= day <= (p.until or date.max)), None)
        title = post.title if post else ""
        if title.startswith(("Head of", "Managing")):
            work = "head"
        elif title.startswith("Team Lead"):
            work = "lead"
        else:
            work = FIRST_WORK.get(self.work, self.work) if type_ == "rotational" else self.work
        if work in programmes.PROGRAMMES:
            return programmes.mission_of(work, day, self.until)
        return self.rng.choice(LIBRARY["steward" if type_ == "foundational" else work])

    def _line(self, day: date) -> Line | None:
        return next(
            (line for line in self.member.lines if line.since <= day <= (line.until or date.max)), None
        )

    def _works(self, key: str, day: date) -> bool:
        return any(s.hired_on <= day <= (s.left_on or date.max) for s in self.members[key].spells)
