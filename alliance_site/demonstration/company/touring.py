"""Which tours everybody had, has and is about to have.

A seat's `fate` says how they stand today; what came before is worked out backwards from there.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable
from dataclasses import replace
from datetime import date, timedelta
from random import Random

from alliance_site.demonstration.company import programmes, words
from alliance_site.demonstration.company.agreeing import Desk, Frame
from alliance_site.demonstration.company.calendar import DAY, month_start, start_for_checkin
from alliance_site.demonstration.company.facts import (
    EMPLOYEE,
    MANAGER,
    EarlyEnd,
    Line,
    Member,
    Spell,
    Tour,
    Version,
)
from alliance_site.demonstration.company.missions import LIBRARY
from alliance_site.demonstration.company.missions.making import GRADUATE, SOFTWARE
from alliance_site.demonstration.company.missions.mission import Mission
from alliance_site.demonstration.company.missions.running import PEOPLE
from alliance_site.demonstration.company.roster import SEATS, Seat
from alliance_site.demonstration.company.spans import Span, chain
from people.days import add_months

FIRST_ROLE = {"software": "graduate", "field": "apprentice"}  #: what the first, rotational tours are about
#: What somebody did in a department before they led there
CRAFT = {
    "Engineering": "software",
    "Hardware": "firmware",
    "Data": "data",
    "Product": "product",
    "Field Service": "field",
    "Support": "success",
    "Customer Success": "success",
    "Sales": "sales",
    "Finance": "finance",
    "People": "people",
}
SHORTEST_TOUR = timedelta(days=45)
MOODS = {"steady": 60, "apart": 15, "fading": 13, "rough": 12}
CHANGED = 0.3  #: share of tours with a second version, where the mission has one


def tours_of_all(rng: Random, members: dict[str, Member], today: date) -> list[Tour]:
    planner = Planner(rng, members, today)
    for seat in SEATS:
        SeatStory(planner, seat).tell()
    return planner.tours


class Planner:
    """What all stories share: the desk, and which missions have been given how often."""

    def __init__(self, rng: Random, members: dict[str, Member], today: date) -> None:
        self.rng, self.members, self.today = rng, members, today
        self.desk = Desk(rng, today)
        self.given: Counter[str] = Counter()
        self.tours: list[Tour] = []

    def mission(self, work: str, taken: set[str], *, negotiable: bool = False) -> Mission:
        """The one given least often so far, of those that this person has not had."""
        pool = [m for m in LIBRARY[work] if m.granted or not negotiable]
        fresh = [m for m in pool if m.mission not in taken] or pool
        chosen = min(fresh, key=lambda m: self.given[m.mission])
        self.given[chosen.mission] += 1
        taken.add(chosen.mission)
        return chosen


class SeatStory:
    """The tours of one spell of one person."""

    def __init__(self, planner: Planner, seat: Seat) -> None:
        self.planner, self.seat = planner, seat
        self.rng, self.desk, self.today = planner.rng, planner.desk, planner.today
        self.member = planner.members[seat.person or seat.key]
        self.spell = self._spell()
        self.taken: set[str] = set()
        self.last: Tour | None = None
        mine = [tour for tour in planner.tours if tour.employee == self.member.key and tour.has_force]
        if mine:  # somebody who came back goes on from where they left
            self.last = mine[-1]

    def _spell(self) -> Spell:
        hired = month_start(self.today, int(self.seat.posts.split(" ")[0]))
        return next(
            s for s in self.member.spells if (s.hired_on.year, s.hired_on.month) == (hired.year, hired.month)
        )

    def tell(self) -> None:
        fate, _, detail = self.seat.fate.partition(" ")
        if self.spell.left_on and fate != "star":
            self._until_left(self.spell.left_on)
        elif fate != "none":
            told: dict[str, Callable[[str], None]] = {
                "active": self._active,
                "given": self._given,
                "ending": self._ending,
                "bored": self._bored,
                "agreed": self._agreed,
                "proposed": self._proposed,
                "declined": self._declined,
                "withdrawn": self._withdrawn,
                "change": self._change,
                "gap": self._gap,
                "draft": self._draft,
                "restarted": self._restarted,
                "first": self._first_proposal,
                "foundational": self._foundational,
                "overdue": self._overdue,
                "ines": self._ines,
                "ruth": self._ruth,
                "star": self._star,
            }
            told[fate](detail)

    # The fates

    def _active(self, _detail: str) -> None:
        furthest = 330 if self.seat.work in FIRST_ROLE.values() else 760
        self._chain_to(self.today + timedelta(days=self.rng.randint(200, furthest)))

    def _given(self, _detail: str) -> None:
        """By HR, from the programme, in its very words."""
        start = self.spell.hired_on + timedelta(days=20)
        frame = Frame(start, add_months(start, programmes.MONTHS) - DAY, None, programmes.RHYTHM)
        mission = programmes.mission_of(self.seat.work, start, self.today)
        version = self.desk.draft(mission, frame, self.desk.begin(frame, self._earliest(frame)))
        promises = tuple(programmes.owed(pledge, start) for pledge in mission.pledges)
        given = replace(version, promises=promises, by="ruth", proposed_at=version.created_at)
        self._keep("agreed", "rotational", [self.desk.sign(given, EMPLOYEE, MANAGER)], mood=self._mood())

    def _ending(self, days: str) -> None:
        self._chain_to(self.today + timedelta(days=int(days) + self.rng.randint(-4, 6)))

    def _bored(self, days: str) -> None:
        """As the star was, and still here: two years of it can be seen."""
        end = self.today + timedelta(days=int(days))
        start = add_months(end, -24)
        self._chain_to(start - timedelta(days=20))
        self._sign(Span("transformational", start, end), mood="fading", rhythm=3)

    def _agreed(self, _detail: str) -> None:
        end = self.today + timedelta(days=self.rng.randint(30, 70))
        self._chain_to(end)
        self._sign(Span("transformational", end + DAY, add_months(end, 24)))

    def _proposed(self, _detail: str) -> None:
        end = self.today + timedelta(days=95)
        self._chain_to(end)
        self._propose(Span("transformational", end + DAY, add_months(end, 30)), MANAGER)

    def _declined(self, _detail: str) -> None:
        end = self.today - timedelta(days=25)
        self._chain_to(end)
        self._come_to_nothing("declined", Span("transformational", end + DAY, add_months(end, 24)))

    def _withdrawn(self, _detail: str) -> None:
        start = self.today - timedelta(days=70)
        self._come_to_nothing("withdrawn", Span("transformational", start, add_months(start, 24)))
        self._draft("")

    def _change(self, _detail: str) -> None:
        end = self.today + timedelta(days=120)
        self._chain_to(end)
        frame = self._frame(Span("transformational", end + DAY, add_months(end, 24)))
        mission = self.planner.mission(self.seat.work, self.taken, negotiable=True)
        self._keep("draft", "transformational", list(self.desk.answer(mission, frame, self._earliest(frame))))

    def _gap(self, _detail: str) -> None:
        self._chain_to(self.today - timedelta(days=120))

    def _draft(self, _detail: str) -> None:
        """Begun a week ago: the mission stands, both gains are still to be written."""
        start = month_start(self.today, -1)
        frame = self._frame(Span("transformational", start, add_months(start, 18)))
        mission = self.planner.mission(self.seat.work, self.taken)
        begun = self.desk.clock.at(self.today - timedelta(days=7))
        whole = self.desk.draft(mission, frame, begun)
        begun_one = replace(whole, company_gain="", employee_gain="", promises=whole.promises[:1])
        type_ = "rotational" if self.seat.work in FIRST_ROLE.values() else "transformational"
        self._keep("draft", type_, [begun_one])

    def _restarted(self, by: str) -> None:
        """A tour that one side ended early some months ago, and a new one since."""
        ended = self.today - timedelta(days=self.rng.randint(110, 150))
        self._chain_to(
            ended + timedelta(days=300), early=EarlyEnd(ended, by, self.rng.choice(words.EARLY[by]))
        )
        start = ended + timedelta(days=21)
        self._sign(Span("transformational", start, add_months(start, 24)))

    def _first_proposal(self, _detail: str) -> None:
        start = month_start(self.today, -1)
        self._propose(Span("transformational", start, add_months(start, 24)), MANAGER)

    def _foundational(self, _detail: str) -> None:
        age = (880, 960) if self.seat.work == "heir" else (300, 1100)
        start = self.today - timedelta(days=self.rng.randint(*age))
        if (start - self.spell.hired_on).days > 300:
            self._chain_to(start - timedelta(days=10))
        review = self.today + timedelta(days=self.rng.randint(30, 400))
        self._sign(Span("foundational", start, review), mood="heir" if self.seat.work == "heir" else "")

    def _overdue(self, _detail: str) -> None:
        start = start_for_checkin(range(-9, -5), self.today, 9)
        self._chain_to(start - timedelta(days=12))
        self._sign(Span("transformational", start, add_months(start, 30)), mood="steady", rhythm=3)
        self.planner.tours[-1].manager_owes = True

    def _ines(self, _detail: str) -> None:
        """Three tours so far, a check-in that waits for both, and a second version to sign."""
        start = start_for_checkin(range(2, 6), self.today, 33)
        one, two = self._partings()
        first = self.spell.hired_on + timedelta(days=20)
        apprenticed, interface, portal, forecast = GRADUATE[1], SOFTWARE[1], SOFTWARE[3], SOFTWARE[2]
        self._sign(Span("rotational", first, one), rhythm=2, mood="steady", mission=apprenticed)
        self._sign(
            Span("transformational", one + timedelta(days=25), two), rhythm=3, mood="rough", mission=portal
        )
        end = self.today + timedelta(days=74)
        self._sign(Span("transformational", start, end), mood="steady", rhythm=3, mission=forecast)
        frame = self._frame(Span("transformational", end + DAY, add_months(end, 24)), rhythm=3)
        self._keep(
            "proposed", "transformational", self.desk.negotiate(interface, frame, self._earliest(frame))
        )

    def _ruth(self, _detail: str) -> None:
        """A check-in that waits for her, in a tour that ends with nothing agreed."""
        start = start_for_checkin(range(2, 6), self.today, 18)
        self._chain_to(start - timedelta(days=20))
        end = self.today + timedelta(days=130)
        self._sign(Span("transformational", start, end), mood="steady", rhythm=3, mission=PEOPLE[1])

    def _star(self, _detail: str) -> None:
        left = self.spell.left_on
        assert left
        start = self.spell.hired_on + timedelta(days=10)
        early = EarlyEnd(left, EMPLOYEE, "Leaves for a lead role elsewhere.")
        self._sign(Span("transformational", start, add_months(start, 36)), early=early, mood="star", rhythm=3)

    def _until_left(self, left: date) -> None:
        """Some part when a tour has done its job; others in the middle of one."""
        ending = self.spell.ending or ""
        planned = ending in {"retirement", "end_of_contract"} or self.rng.random() < 0.3
        if ending == "death":
            self._chain_to(left - timedelta(days=60))
        elif planned:
            self._chain_to(left)
        else:
            by = EMPLOYEE if ending in {"resignation", "other"} else MANAGER
            self._chain_to(
                left + timedelta(days=self.rng.randint(90, 400)),
                early=EarlyEnd(left, by, words.EARLY_LEFT[ending]),
            )

    # What they are made of

    def _chain_to(self, end: date, *, early: EarlyEnd | None = None) -> None:
        """Tours from the beginning to `end`, the last of them cut short where `early` says so."""
        first = self.spell.hired_on + timedelta(days=self.rng.randint(14, 45))
        parts = [day for day in self._partings() if first < day < end]
        spans: list[Span] = []
        for last in [*parts, end]:
            if last - first > SHORTEST_TOUR:
                junior = not self.last and not spans and self.seat.work in FIRST_ROLE.values()
                spans += chain(self.rng, first, last, junior=junior)
            first = last + timedelta(days=self.rng.randint(10, 25))
        spans = [span for span in spans if not early or span.start < early.on]
        for span in spans:
            self._sign(span, early=early if span is spans[-1] else None)

    def _partings(self) -> list[date]:
        """When a manager of this person left the company: a tour ends then, and a new one follows.

        Not yet where that was a little while ago: those tours still name the one who left.
        """
        members, settled = self.planner.members, self.today - timedelta(days=100)
        return [
            line.until
            for line in self.member.lines
            if line.until and line.until < settled and line.until == members[line.manager].spells[-1].left_on
        ]

    def _sign(
        self,
        span: Span,
        *,
        early: EarlyEnd | None = None,
        mood: str = "",
        rhythm: int | None = None,
        mission: Mission | None = None,
    ) -> None:
        frame = self._frame(span, rhythm)
        mission = mission or self._mission(span)
        self.taken.add(mission.mission)
        change = self.rng.random() < CHANGED
        versions = self.desk.agree(mission, frame, self._earliest(frame), change=change)
        state = "ended_early" if early else "agreed"
        self._keep(state, span.type, versions, early=early, mood=mood or self._mood())

    def _mission(self, span: Span) -> Mission:
        work = self._work(span)
        if span.type == "rotational" and work in programmes.PROGRAMMES:
            return programmes.mission_of(work, span.start, self.today)
        return self.planner.mission(work, self.taken)

    def _propose(self, span: Span, *signed: str) -> None:
        frame = self._frame(span)
        mission = self.planner.mission(self._work(span), self.taken)
        begun = self.desk.clock.at(self.today - timedelta(days=16))
        version = self.desk.sign(self.desk.propose(self.desk.draft(mission, frame, begun)), *signed)
        self._keep("proposed", span.type, [version])

    def _come_to_nothing(self, kind: str, span: Span) -> None:
        frame = self._frame(span)
        mission = self.planner.mission(self._work(span), self.taken)
        version = self.desk.propose(
            self.desk.draft(mission, frame, self.desk.begin(frame, self._earliest(frame)))
        )
        self._keep(kind, span.type, [self.desk.refuse(version, kind, len(self.planner.tours))])

    def _keep(
        self,
        state: str,
        type_: str,
        versions: list[Version],
        *,
        early: EarlyEnd | None = None,
        mood: str = "",
    ) -> None:
        line = self._line(versions[-1].starts_on)
        tour = Tour(self.member.key, line.manager, type_, versions, state, self.last, early, mood)
        self.planner.tours.append(tour)
        if tour.has_force:
            self.last = tour

    def _frame(self, span: Span, rhythm: int | None = None) -> Frame:
        if span.type == "foundational":
            return Frame(span.start, None, span.end, rhythm or 6)
        return Frame(span.start, span.end, None, rhythm or self.rng.choice((2, 3, 3, 3, 6)))

    def _work(self, span: Span) -> str:
        """What the mission is about: the seat's kind of work, and for leads what their title was then."""
        if span.type == "foundational":
            return "heir" if self.seat.work == "heir" else "steward"
        work = self._rank(span.start) if self.seat.work in {"head", "lead"} else self.seat.work
        if span.type == "rotational":
            return FIRST_ROLE.get(work, work)
        return "software" if work == "heir" else work

    def _rank(self, day: date) -> str:
        post = next(p for p in self.member.posts if p.since <= min(day, self.today) <= (p.until or date.max))
        if post.title.startswith("Head"):
            return "head"
        return "lead" if post.title.startswith("Team Lead") else CRAFT[post.department]

    def _mood(self) -> str:
        return self.rng.choices(list(MOODS), list(MOODS.values()))[0]

    def _line(self, starts_on: date) -> Line:
        """Whoever manages when the tour starts, or today if it is yet to start."""
        day = min(starts_on, self.today)
        return next(line for line in self.member.lines if line.since <= day <= (line.until or date.max))

    def _earliest(self, frame: Frame) -> date:
        """Nobody writes terms before both work here, and together."""
        return max(self.spell.hired_on, self._line(frame.start).since)
