"""Who comes, goes, rises and is reorganised, month by month, until the last day of the story."""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Iterable
from datetime import date, timedelta
from random import Random

from alliance_site.demonstration.company.calendar import DAY
from alliance_site.demonstration.company.facts import Member, Spell
from alliance_site.demonstration.company.names import CULTURES, email_local_part
from alliance_site.demonstration.company.seeding.changing import Changes
from alliance_site.demonstration.company.seeding.hazards import ended, recorded, stays
from alliance_site.demonstration.company.seeding.places import TITLES, departments, divisions
from alliance_site.demonstration.company.seeding.units import Team, Unit, Worker
from people.days import add_months

IN_A_TEAM, IN_A_DEPARTMENT, BELOW_ONE = 9, 33, 8  #: people, people, departments
GROWTH = 0.09  #: a year
BOOMERANGS = 0.04  #: of those who are hired
RISES = 0.012  #: of those at work, to a higher title each month
NAMES_TRIED = 5
SOON, ANNOUNCED = 2, 0.6  #: months until they go, and which share of those has said so
AWAY = 0.08  #: of those at work have put down days on which they are away
OLDEST = 144  #: months that somebody has served at most when the story begins


def _widths(leaves: int) -> list[tuple[int, int]]:
    """How many there are on each level between the departments and the top, which comes first."""
    widths = [leaves]
    while widths[0] > BELOW_ONE:
        widths.insert(0, -(-widths[0] // BELOW_ONE))
    return list(zip(range(len(widths) - 1, 0, -1), widths, strict=False))


class Staffing:
    """Builds the company of the first month, and then lets one month follow the other.

    Within a month things happen in the order of their days: changes of the tree on the first, then
    hiring, then leaving; a manager goes on the last day, and the successor begins on the first.
    """

    def __init__(
        self, people: int, years: int, seed: int, until: date, boss: Member | None, taken: Iterable[str]
    ) -> None:
        self.people, self.months, self.until = people, 12 * years, until
        self.boss = boss.key if boss else ""
        self._taken = set(taken)
        self.rng = Random(f"staff {seed}")  # noqa: S311 - a story, not a secret
        #: Chances of its own, of what seldom is: what else happens does not hang on it.
        self.seldom = Random(f"seldom {seed}")  # noqa: S311
        self.began_on = self.first_of(0)
        #: In months, how long before the beginning anybody can have come.
        self._oldest = (self.began_on - boss.spells[0].hired_on).days // 31 if boss else OLDEST
        self.members: dict[str, Member] = {}
        self.works: dict[str, str] = {}
        self.departments: list[tuple[str, str | None]] = []
        self.formerly: dict[str, str] = {}  #: what a department was called, and is
        self.units: list[Unit] = []  #: those with teams
        self.teams: list[Team] = []
        self.at_work: dict[str, Worker] = {}
        self.left: list[Worker] = []  #: who might come back
        self._leaving: defaultdict[int, list[Worker]] = defaultdict(list)
        self._names: defaultdict[str, list[str]] = defaultdict(list)
        self._more = departments()
        self._givens = [given for names, _ in CULTURES.values() for given in names.split()]
        self._families = [family for _, names in CULTURES.values() for family in names.split()]
        self._addresses = Counter(map(email_local_part, self._taken))

    def first_of(self, month: int) -> date:
        return add_months(self.until.replace(day=1), month - self.months)

    def run(self) -> None:
        self._found()
        for month in range(1, self.months):
            self._happens(month)
        self._hire_up_to(self.months)
        for worker in self.at_work.values():
            last = self._announced(worker)
            worker.goes(last)
            spell = Spell(worker.hired_on)
            if last:
                spell = ended(self.seldom, spell, last, "resignation")
            worker.member.spells.append(recorded(self.seldom, spell, self.until))
            self._is_away(worker.member)
        self._appoint()

    def _happens(self, month: int) -> None:
        Changes(self, month).happen()
        self._rise(month)
        self._hire_up_to(month)
        leaving = self._leaving.pop(month, [])
        for worker in sorted(leaving, key=lambda each: each.leads is not None):
            self.leave(worker, month)

    # The first month

    def _found(self) -> None:
        size = self._size(0)
        leaves = max(1, round(size / IN_A_DEPARTMENT))
        workers = [self._newcomer(month=0, served=self._served()) for _ in range(size)]
        workers.sort(key=lambda worker: worker.hired_on)  # who has been there longest leads
        ranks = iter(workers)
        above = [] if self.boss else [self._crown(next(ranks))]
        for level, width in _widths(leaves):
            names = divisions(level)
            higher, above = above, list[Unit]()
            for n in range(width):
                parent = higher[n * len(higher) // width] if higher else None
                above.append(self._unit(next(names), "", parent, next(ranks)))
        for n in range(leaves):
            name, work = next(self._more)
            parent = above[n * len(above) // leaves] if above else None
            self.units.append(self._unit(name, work, parent, next(ranks)))
        self._fill(list(ranks))

    def _crown(self, worker: Worker) -> Unit:
        return self._unit("Management", "", None, worker)

    def _fill(self, workers: list[Worker]) -> None:
        """Team after team gets its lead, then all their people."""
        teams = max(len(self.units), round(len(workers) / (IN_A_TEAM + 1)))
        leads, others = workers[:teams], workers[teams:]
        for number, lead in enumerate(leads):
            self.new_team(self.units[number % len(self.units)], lead, self.began_on)
        for number, worker in enumerate(others):
            self.join(worker, self.teams[number % len(self.teams)], worker.hired_on)

    def _served(self) -> int:
        served = int(self.rng.expovariate(1 / 40))
        return served if served < self._oldest else self.rng.randrange(self._oldest)

    def _unit(self, name: str, work: str, above: Unit | None, head: Worker) -> Unit:
        self.departments.append((name, above.name if above else None))
        unit = Unit(name, work, above, head)
        if above:
            above.below.append(unit)
        self.heads(head, unit, head.hired_on)
        return unit

    # What anybody may do

    def heads(self, worker: Worker, unit: Unit, day: date) -> None:
        """From that day on; who reports to the head does so from then, or from their own first day."""
        unit.head, worker.leads, worker.team = worker, unit, None
        self._does(worker, unit)
        title = f"Head of {unit.name}" if unit.above or unit.teams or self.boss else "Managing Director"
        worker.takes_post(unit.name, title, day)
        boss = unit.above.head.member.key if unit.above else self.boss
        self.line(worker, boss, day)
        for below in (*(team.lead for team in unit.teams), *(each.head for each in unit.below)):
            self.line(below, worker.member.key, day)

    def rename(self, unit: Unit, name: str) -> None:
        """It is the same department: nobody moves, and what says its old name means it."""
        old, unit.name = unit.name, name
        self.formerly[old] = name
        called = {old: name}
        self.departments = [
            (called.get(each, each), called.get(above, above) if above else None)
            for each, above in self.departments
        ]
        for worker in unit.everybody():
            worker.department = name

    def leads(self, worker: Worker, team: Team, day: date) -> None:
        team.lead, worker.leads, worker.team = worker, team, None
        self._does(worker, team.unit)
        worker.takes_post(team.unit.name, f"Team Lead, {team.unit.name}", day)
        self.line(worker, team.unit.head.member.key, day)
        for below in team.people:
            self.line(below, worker.member.key, day)

    def join(self, worker: Worker, team: Team, day: date) -> None:
        team.people.append(worker)
        worker.team, worker.leads = team, None
        self._does(worker, team.unit)
        worker.takes_post(team.unit.name, self.title(worker, day), day)
        self.line(worker, team.lead.member.key, day)

    def _does(self, worker: Worker, unit: Unit) -> None:
        """The craft that somebody has learnt, whatever they lead later."""
        worker.work = self.works[worker.member.key] = unit.work or worker.work or "product"

    def line(self, worker: Worker, boss: str, day: date) -> None:
        """Nobody reports to who is yet to come, nor to themselves while their own place is vacant."""
        manager = self.at_work.get(boss)
        if boss != worker.member.key:
            worker.reports_to(boss, max(day, worker.hired_on, manager.hired_on if manager else day))

    def title(self, worker: Worker, day: date) -> str:
        years = (day - worker.hired_on).days // 365
        return TITLES[worker.work][0 if years < 1 and worker.leaves % 3 == 0 else 1 if years < 4 else 2]

    def new_team(self, unit: Unit, lead: Worker, day: date) -> Team:
        team = Team(unit, lead)
        unit.teams.append(team)
        self.teams.append(team)
        self.leads(lead, team, max(day, lead.hired_on) if day > self.began_on else lead.hired_on)
        return team

    def name_for(self, work: str) -> str:
        while not self._names[work]:
            name, kind = next(self._more)
            self._names[kind].append(name)
        return self._names[work].pop(0)

    # Coming and going

    def _size(self, month: int) -> int:
        start = max(0.4, 1 / (1 + GROWTH * self.months / 12))
        return max(4, round(self.people * (start + (1 - start) * month / self.months)))

    def _newcomer(self, month: int, served: int = 0, day: date | None = None) -> Worker:
        hired = day or add_months(self.first_of(month), -served)
        member = self._back(month) if day and self.rng.random() < BOOMERANGS else None
        if member is None:
            member = Member(f"#{len(self.members) + 1}", self._name(), None)
            self.members[member.key] = member
        worker = Worker(member, "", hired, month + stays(self.rng, served))
        self._leaving[worker.leaves].append(worker)
        self.at_work[member.key] = worker
        return worker

    def _back(self, month: int) -> Member | None:
        """Somebody who resigned at least half a year ago."""
        for _ in range(3):
            if self.left:
                worker = self.left[self.rng.randrange(len(self.left))]
                last = worker.member.spells[-1]
                away = last.left_on and last.left_on < self.first_of(month - 6)
                if worker.member.key not in self.at_work and last.ending == "resignation" and away:
                    return worker.member
        return None

    def _name(self) -> str:
        """In a company that is not too large nobody's namesake."""
        for _ in range(NAMES_TRIED):
            given = self._givens[self.rng.randrange(len(self._givens))]
            name = f"{given} {self._families[self.rng.randrange(len(self._families))]}"
            if name not in self._taken:
                break
        self._taken.add(name)
        return name

    def address(self, member: Member, domain: str) -> str:
        local = email_local_part(member.name)
        self._addresses[local] += 1
        number = self._addresses[local]
        return f"{local}{number if number > 1 else ''}@{domain}"

    def _hire_up_to(self, month: int) -> None:
        for _ in range(self._size(month) - len(self.at_work)):
            later = self.rng.choice((0, 0, 0, 14, 14, self.rng.randrange(28)))
            day = min(self.until, self.first_of(month) + timedelta(days=later))
            teams = [self.teams[self.rng.randrange(len(self.teams))] for _ in range(3)]
            team = min(teams, key=lambda each: len(each.people))
            self.join(self._newcomer(month, day=day), team, day)

    def hire(self, month: int, day: date) -> Worker:
        return self._newcomer(month, day=day)

    def _rise(self, month: int) -> None:
        day = self.first_of(month)
        for _ in range(round(len(self.teams) * IN_A_TEAM * RISES + self.rng.random())):
            people = self.teams[self.rng.randrange(len(self.teams))].people
            if people:
                worker = people[self.rng.randrange(len(people))]
                if worker.hired_on < day:
                    worker.takes_post(worker.department, self.title(worker, day), day)

    def leave(self, worker: Worker, month: int, *, on: date | None = None, ending: str = "") -> None:
        """Within the month; who leads goes on its last day, and somebody else follows."""
        if self.at_work.get(worker.member.key) is not worker:
            return
        following = self.first_of(month + 1)
        within = self.first_of(month) + timedelta(days=self.rng.randrange(28))
        day = max(on or (following - DAY if worker.leads else within), worker.hired_on)
        del self.at_work[worker.member.key]
        if worker.team:
            worker.team.people.remove(worker)
        worker.goes(day)
        spell = ended(self.rng, Spell(worker.hired_on), day, ending)
        worker.member.spells.append(recorded(self.seldom, spell, day))
        self.left.append(worker)
        self.succeed(worker.leads, month, day + DAY)

    def succeed(self, what: Team | Unit | None, month: int, day: date) -> None:
        """Somebody from below, or from outside if nobody there stays."""
        if isinstance(what, Team):
            new = self.pick(what.people, month)
            if new:
                what.people.remove(new)
            self.leads(new or self.hire(month + 1, day), what, day)
        elif what:
            below = [team.lead for team in what.teams] or [unit.head for unit in what.below]
            new = self.pick(below, month)
            vacant = new.leads if new else None
            self.heads(new or self.hire(month + 1, day), what, day)
            self.succeed(vacant, month, day)

    def pick(self, people: list[Worker], month: int) -> Worker | None:
        """Who has been there longest of those who stay."""
        staying = (worker for worker in people if worker.leaves > month + 1)
        return min(staying, key=lambda worker: (worker.hired_on, worker.member.key), default=None)

    def _appoint(self) -> None:
        """HR are those whose work it is; where there is no department for it, the two who came first."""
        hr = [member for key, member in self.members.items() if self.works[key] == "people"]
        for member in hr or ([] if self.boss else [worker.member for worker in self._first_two()]):
            member.hr = [(spell.hired_on, spell.left_on) for spell in member.spells]

    def _is_away(self, member: Member) -> None:
        """On holiday now, or soon."""
        if self.rng.random() < AWAY:
            since = self.until + timedelta(days=self.rng.randint(-9, 40))
            member.absences.append((since, since + timedelta(days=self.rng.randint(3, 17))))

    def _announced(self, worker: Worker) -> date | None:
        """The last day that some have ahead of them: those who will go soon, and lead nobody."""
        new = worker.hired_on >= self.first_of(self.months)
        if new or worker.leads or worker.leaves > self.months + SOON or self.seldom.random() >= ANNOUNCED:
            return None
        return self.until + timedelta(days=self.seldom.randint(8, 90))

    def _first_two(self) -> list[Worker]:
        return sorted(
            (worker for worker in self.at_work.values() if not worker.leads), key=lambda each: each.hired_on
        )[:2]
