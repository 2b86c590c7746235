"""Random companies of people with tours, and in plain Python what is true of them."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta
from typing import NamedTuple

from hypothesis import strategies as st

from people.measures.periods import Period
from people.measures.whom import Service, Whom
from people.models import Department, Employment, Person, Position
from tests.factories import NOW, make_person
from tests.factories.people import SINCE, make_lines
from tests.factories.tours import new_entry, new_next_step, new_parting, new_signature, new_terms
from tours import statement
from tours.measures.asked import ALL, Asked
from tours.models import (
    LedgerEntry,
    NextStep,
    Parting,
    Policy,
    Promise,
    Side,
    Signature,
    Terms,
    Tour,
)

YEAR = Period(date(2025, 3, 1), date(2026, 2, 28))
BEYOND = date(2026, 12, 31)


def days(number: int) -> timedelta:
    return timedelta(days=number)


class Owed(NamedTuple):
    """A promise, and what became of it: an entry of the ledger, or nothing."""

    by: Side
    due_on: date
    verdict: str


class Meeting(NamedTuple):
    """A check-in: so many days after it was due it was had, or never; or it was skipped with a reason."""

    kind: str
    due_on: date
    had: int | None
    skipped: bool

    @property
    def lapses_on(self) -> date:
        return self.due_on + days(14)

    @property
    def in_time(self) -> bool:
        return self.had is not None and self.had <= 14


@dataclass(frozen=True)
class Plan:
    """One tour as it is made; open-ended without `ends`."""

    type: str
    starts: date
    ends: date | None
    ended: date | None
    by: Side
    manager: str  #: one of `MANAGERS`
    steps: tuple[tuple[str, bool], ...]  #: what comes next, in the order recorded, and whether both confirmed
    promises: tuple[Owed, ...]
    meetings: tuple[Meeting, ...]

    @property
    def decided(self) -> bool:
        """Both have confirmed what comes next, and it is something."""
        confirmed = [outcome for outcome, both in self.steps if both]
        return confirmed != [] and confirmed[-1] != "undecided"

    @property
    def last(self) -> date | None:
        return self.ended or self.ends

    @property
    def took_place(self) -> bool:
        """It was not called off before its first day."""
        return self.last is None or self.last >= self.starts


MANAGERS = ("boss", "mid", "another")  #: of whom the middle one reports to the boss, and then to another
CHANGED, MID_MOVES = date(2025, 9, 1), date(2025, 12, 1)
PLACES = "ABC"  #: each below the one before
MOVED = date(2025, 10, 15)

Spell = tuple[date, date | None, str | None]  #: from the first day to the last, and how it ended


@dataclass(frozen=True)
class Worker:
    """Contracts with the company, each with how it ended; where they work; and their tours."""

    contracts: tuple[Spell, ...]
    places: tuple[str, str]  #: before and from `MOVED` on
    tours: tuple[Plan, ...]
    managers: tuple[str, str]  #: before and from `CHANGED` on; of `MANAGERS`
    waits_since: date | None  #: a tour more was proposed that day, and is not signed

    def place(self, on: date) -> str:
        return self.places[on >= MOVED]

    @property
    def spells(self) -> list[Spell]:
        """Contracts without a day between are one."""
        spells: list[Spell] = []
        for hired, left, ending in self.contracts:
            goes_on = spells and spells[-1][1] == hired - days(1)
            spells.append((spells.pop()[0] if goes_on else hired, left, ending))
        return spells

    def spell(self, on: date) -> Spell | None:
        return next((s for s in self.spells if s[0] <= on and (s[1] is None or on <= s[1])), None)

    def lines(self) -> list[tuple[str, date, date | None]]:
        """Who manages them in each spell, from when and until when."""
        found: list[tuple[str, date, date | None]] = []
        for hired, left, _ending in self.spells:
            if hired < CHANGED:
                until = CHANGED - days(1) if left is None or left >= CHANGED else left
                found.append((self.managers[0], hired, until))
            if left is None or left >= CHANGED:
                found.append((self.managers[1], max(hired, CHANGED), left))
        return found

    def manager(self, on: date) -> str:
        """Nobody's while they are not employed."""
        return self.managers[on >= CHANGED] if self.spell(on) else ""

    def is_with_the_boss(self, on: date) -> bool:
        return self.manager(on) == "boss" or (self.manager(on) == "mid" and on < MID_MOVES)

    def is_or_was_with_the_boss(self, today: date, since: date = YEAR.first) -> bool:
        """Today; or, gone since that day, on the last day."""
        last = self.spells[-1][1]
        gone = last is not None and since <= last < today
        on = today if self.spell(today) else last if gone else None
        return on is not None and self.is_with_the_boss(on)

    def home(self, tour: Plan) -> Spell | None:
        """The spell it is of: that of its first day, or the next where it begins a little early."""
        return next((s for s in self.spells if s[1] is None or tour.starts <= s[1]), None)

    def over(self, tour: Plan) -> date | None:
        """The tour's last day, or that of the employment."""
        spell = self.home(tour)
        assert spell
        return min((day for day in (tour.last, spell[1]) if day), default=None)

    def is_over(self, tour: Plan, on: date) -> bool:
        """The employment is, in which it began or was to begin."""
        left = (self.home(tour) or self.spells[-1])[1]
        return left is not None and left < on

    def has_successor(self, tour: Plan, today: date) -> bool:
        """Running or to come, with another manager than who agreed."""
        runs = (tour.last is None or tour.last >= today) and not self.is_over(tour, today)
        return runs and self.manager(today) not in ("", tour.manager)

    def is_to_be_handed_over(self, tour: Plan, today: date) -> bool:
        return not tour.ended and self.has_successor(tour, today)

    @property
    def begun(self) -> list[Plan]:
        """Those that have a first day, or will have one: in an employment, and not called off before it."""
        return [tour for tour in self.tours if tour.took_place and self.home(tour)]

    def is_on_a_tour(self, on: date) -> bool:
        """Of the employment of that day."""
        running = [tour for tour in self.tours if tour.starts <= on <= (tour.last or on)]
        return any(self.home(tour) == self.spell(on) for tour in running)

    def goes_on(self, after: Plan, over: date) -> bool:
        """On a tour that begins later than the one that is over on that day, and that lasts longer."""
        later = [self.over(tour) for tour in self.begun if tour.starts > after.starts]
        return any(last is None or last > over for last in later)


@st.composite
def workers(draw: st.DrawFn) -> list[Worker]:
    return [_worker(draw) for _n in range(draw(st.sampled_from([0, 1, 4, 6])))]


def _worker(draw: st.DrawFn) -> Worker:
    hired = YEAR.first - days(draw(st.sampled_from([0, 1, 90, 365, 700])))
    lasted = draw(st.sampled_from([None, 0, 89, 364, 400, 500, 900]))
    spells: list[Spell] = [(hired, None, None)]
    if lasted is not None:
        spells = [(hired, hired + days(lasted), draw(st.sampled_from(["resignation", "dismissal"])))]
        if draw(st.booleans()):
            spells.append((hired + days(lasted + draw(st.sampled_from([1, 60, 60]))), None, None))
    tours: list[Plan] = []
    for _n in range(draw(st.sampled_from([0, 1, 2, 3]))):
        tours.append(_tour(draw, spells, tours))
    managers = draw(st.sampled_from(MANAGERS)), draw(st.sampled_from(MANAGERS))
    places = draw(st.sampled_from(PLACES)), draw(st.sampled_from(PLACES))
    waits = draw(st.sampled_from([None, None, YEAR.last - days(20), YEAR.last - days(21), YEAR.first]))
    return Worker(tuple(spells), places, tuple(tours), managers, waits)


def _tour(draw: st.DrawFn, spells: list[Spell], before: list[Plan]) -> Plan:
    """Agreed on soon after hiring, or for the time after another tour: about when somebody may leave."""
    starts = draw(st.sampled_from(spells))[0] + days(draw(st.sampled_from([-20, 0, 30, 89, 364, 500])))
    if before and before[-1].ends and draw(st.sampled_from([True, True, False])):
        starts = before[-1].ends + days(1)
    type_ = draw(st.sampled_from(Tour.Type.values))
    lasts = [starts + days(number) for number in (29, 90, 335, 365, 800)]
    lasts += [left for _hired, left, _ending in spells if left and left > starts] * 2
    lasts += [BEYOND] * (3 if starts < BEYOND else 0)  # whenever they leave, and come back
    # Both may agree on a last day of what began open-ended.
    ends = draw(st.sampled_from([None] * 12 + lasts if type_ == "foundational" else lasts))
    soon = YEAR.last + days(draw(st.sampled_from([0, 20, 90])))
    ended = draw(st.sampled_from([None, None, starts - days(1), starts, starts + days(28), soon]))
    if ended == soon and not starts <= soon <= (ends or soon):
        ended = None
    side = st.sampled_from(list(Side))
    steps = st.tuples(st.sampled_from(["new_tour", "part_well", "undecided"]), st.booleans())
    day = st.sampled_from([starts + days(60), YEAR.eve, YEAR.first, MOVED - days(1), MOVED, YEAR.last])
    verdict = st.sampled_from(["", "kept", "kept", "not_kept", "not_kept", "agreed"])
    return Plan(
        type_,
        starts,
        ends,
        ended,
        draw(side),
        draw(st.sampled_from(MANAGERS)),
        tuple(draw(st.lists(steps, max_size=2))),
        tuple(Owed(draw(side), draw(day), draw(verdict)) for _n in range(draw(st.integers(0, 3)))),
        tuple(draw(st.lists(_meetings(starts), max_size=2, unique_by=lambda met: met.kind))),
    )


def _meetings(starts: date) -> st.SearchStrategy[Meeting]:
    """At about the days on which people leave, move and change their managers."""
    around = [starts + days(28), CHANGED, MOVED, MID_MOVES, YEAR.last - days(15)]
    before = st.sampled_from([0, 13, 14, 15, 60]).map(days)
    day = st.builds(date.__sub__, st.sampled_from(around), before)
    had = st.sampled_from([None, None, 0, 14, 15])
    kinds = st.sampled_from(["regular", "regular", "next_tour", "close_out"])
    return st.builds(Meeting, kinds, day, had, st.sampled_from([False] * 4 + [True]))


class Made(NamedTuple):
    worker: Worker
    person: Person
    tours: list[Tour]  #: in order


class Begun(NamedTuple):
    """A tour that is proposed; without a plan it waits for signatures."""

    person: Person
    manager: Person
    plan: Plan | None
    at: datetime

    def tour(self) -> Tour:
        type_ = self.plan.type if self.plan else Tour.Type.TRANSFORMATIONAL
        return Tour(employee=self.person, manager=self.manager, type=type_, created_at=NOW)

    def terms(self, tour: Tour) -> Terms:
        if not self.plan:
            return new_terms(tour, 1)
        starts, ends = self.plan.starts, self.plan.ends
        review_on = None if ends else starts + days(365)
        return new_terms(tour, 1, starts_on=starts, ends_on=ends, review_on=review_on)


class Built(NamedTuple):
    """What is signed, and what came of it."""

    plan: Plan
    tour: Tour
    terms: Terms
    promises: list[Promise]


def build(company: list[Worker], bosses_since: date | None = None) -> list[Made]:
    """In few statements, however many they are. Without a first day the managers are in no headcount."""
    bosses = {name: make_person(name, hired_on=bosses_since) for name in MANAGERS}
    boss, mid = bosses["boss"], bosses["mid"]
    make_lines((mid, boss, SINCE, MID_MOVES - days(1)), (mid, bosses["another"], MID_MOVES, None))
    people = Person.objects.bulk_create(
        Person(name=f"Worker {n}", email=f"worker.{n}@example.com") for n in range(len(company))
    )
    _employ(company, people, bosses)
    begun: list[Begun] = []
    for worker, person in zip(company, people, strict=True):
        if worker.waits_since:
            at = datetime.combine(worker.waits_since, time(12), UTC)
            begun.append(Begun(person, boss, None, at))
        begun += [Begun(person, bosses[plan.manager], plan, NOW) for plan in worker.tours]
    built = _propose(begun)
    _sign(built)
    _keep_promises(built)
    _go_on(built)
    of: dict[int, list[Tour]] = {person.pk: [] for person in people}
    for each in built:
        of[each.tour.employee_id].append(each.tour)
    return [Made(worker, person, of[person.pk]) for worker, person in zip(company, people, strict=True)]


def _employ(company: list[Worker], people: list[Person], bosses: dict[str, Person]) -> None:
    above, places = None, {}
    for name in PLACES:
        above = places[name] = Department.objects.create(name=name, parent=above)
    each = list(zip(company, people, strict=True))
    Employment.objects.bulk_create(
        Employment(person=person, hired_on=hired, left_on=left, ending=ending)
        for worker, person in each
        for hired, left, ending in worker.contracts
    )
    spans = ((0, date(2015, 1, 1), MOVED - days(1)), (1, MOVED, None))
    Position.objects.bulk_create(
        Position(person=person, department=places[worker.places[n]], since=since, until=until)
        for worker, person in each
        for n, since, until in spans
    )
    lines = [(person, *line) for worker, person in each for line in worker.lines()]
    make_lines(*((person, bosses[manager], since, until) for person, manager, since, until in lines))


def _propose(begun: list[Begun]) -> list[Built]:
    """All of them; returns those that are planned to be signed."""
    tours = Tour.objects.bulk_create(each.tour() for each in begun)
    versions = Terms.objects.bulk_create(map(Begun.terms, begun, tours))
    promises: dict[int, list[Promise]] = {terms.pk: [] for terms in versions}
    for each, terms in zip(begun, versions, strict=True):
        for n, (side, due_on, _verdict) in enumerate(each.plan.promises if each.plan else ()):
            promises[terms.pk].append(Promise(terms=terms, owed_by=side, due_on=due_on, what=f"{n}"))
        terms.proposed_at, terms.proposed_by = each.at, each.manager
        terms.talk_on = terms.window_opens(Policy())
    Promise.objects.bulk_create(promise for some in promises.values() for promise in some)
    Terms.objects.bulk_update(versions, ["proposed_at", "proposed_by", "talk_on"])
    Tour.objects.filter(pk__in=[tour.pk for tour in tours]).update(state=Tour.State.PROPOSED)
    return [
        Built(each.plan, tour, terms, promises[terms.pk])
        for each, tour, terms in zip(begun, tours, versions, strict=True)
        if each.plan
    ]


def _sign(built: list[Built]) -> None:
    seals = {seal.terms_id: seal for seal in statement.seal_all([each.terms.pk for each in built])}
    Signature.objects.bulk_create(
        new_signature(each.terms, side, seals[each.terms.pk]) for each in built for side in Side
    )
    for each in built:
        each.tour.state, each.tour.in_force = Tour.State.AGREED, each.terms
    Tour.objects.bulk_update([each.tour for each in built], ["state", "in_force"])


def _keep_promises(built: list[Built]) -> None:
    said, answers = [], []
    for each in built:
        for owed, promise in zip(each.plan.promises, each.promises, strict=True):
            if owed.verdict == "agreed":
                said.append(new_entry(promise, "asked"))
                answers.append(new_entry(promise, "agreed", Side.MANAGER, answers=said[-1]))
            elif owed.verdict:
                said.append(new_entry(promise, owed.verdict))
    LedgerEntry.objects.bulk_create(said)
    LedgerEntry.objects.bulk_create(answers)


def _go_on(built: list[Built]) -> None:
    """What is recorded about the time after it, and that one side ends it early."""
    NextStep.objects.bulk_create(
        new_next_step(each.tour, outcome, confirmed_at=NOW if both else None)
        for each in built
        for outcome, both in each.plan.steps
    )
    ended = [each for each in built if each.plan.ended]
    Parting.objects.bulk_create(
        new_parting(each.tour, each.plan.ended, each.plan.by) for each in ended if each.plan.ended
    )
    Tour.objects.bulk_update([each.tour for each in ended], ["state", "ended_on", "ended_by"])


@dataclass(frozen=True)
class Among:
    places: str = ""
    type: str = ""
    service: Service = ALL.whom.service

    def has(self, worker: Worker, on: date) -> bool:
        spell = worker.spell(on)
        if self.service != ALL.whom.service and not spell:
            return False
        served = (on - spell[0]).days if spell else 0
        long = self.service.least <= served < (self.service.below or 10**6)
        return long and (not self.places or worker.place(on) in self.places)

    def asked(self) -> Asked:
        keys = Department.objects.filter(name__in=self.places).values_list("pk", flat=True)
        return Asked(Whom.of(keys if self.places else None, self.service), self.type)


AMONG = [Among(), Among("A"), Among("BC"), Among(type="rotational"), Among("AB", "", Service(90, 365))]


@dataclass(frozen=True)
class Team:
    """Whoever is below the boss on the last day of the year, or was when they left in it."""

    type: str = ""

    def has(self, worker: Worker, on: date) -> bool:
        return worker.is_or_was_with_the_boss(YEAR.last)
