"""Reorganisations, each on the first of a month: departments are renamed, closed and born, teams move."""

from __future__ import annotations

from typing import TYPE_CHECKING

from alliance_site.demonstration.company.calendar import DAY
from alliance_site.demonstration.company.seeding.places import RENAMED
from alliance_site.demonstration.company.seeding.units import Team, Unit

if TYPE_CHECKING:
    from alliance_site.demonstration.company.seeding.staffing import Staffing

RENAMES, CLOSES, MOVES = 0.002, 0.0015, 0.006  #: a department, a department, a team; each month
CHANGES_TEAM = 0.003  #: of those at work
MOST_TEAMS, MOST_IN_A_TEAM = 4, 10
#: At which share of the story each happens at least once.
FOR_CERTAIN = {"rename": 0.35, "close": 0.55, "move": 0.7}


class Changes:
    def __init__(self, staffing: Staffing, month: int) -> None:
        self.staffing, self.month, self.rng = staffing, month, staffing.rng
        self.day = staffing.first_of(month)

    def happen(self) -> None:
        staffing = self.staffing
        for _ in range(self._often(RENAMES * len(staffing.units), "rename")):
            self._rename(self._any_unit())
        for _ in range(self._often(CLOSES * len(staffing.units), "close")):
            self._close(self._any_unit())
        for _ in range(self._often(MOVES * len(staffing.teams), "move")):
            self._move(staffing.teams[self.rng.randrange(len(staffing.teams))])
        for _ in range(self._often(CHANGES_TEAM * len(staffing.at_work), "")):
            self._change_team()
        self._grow()

    def _often(self, expected: float, what: str) -> int:
        certain = what in FOR_CERTAIN and self.month == round(FOR_CERTAIN[what] * self.staffing.months)
        return max(int(expected + self.rng.random()), int(certain))

    def _any_unit(self) -> Unit:
        return self.staffing.units[self.rng.randrange(len(self.staffing.units))]

    def _rename(self, unit: Unit) -> None:
        new = f"{unit.name} {RENAMED[self.rng.randrange(len(RENAMED))]}"
        if unit.name.endswith(RENAMED) or any(name == new for name, _ in self.staffing.departments):
            return
        self.staffing.rename(unit, new)

    def _put(self, unit: Unit) -> None:
        """Everybody where they now belong."""
        for worker in unit.everybody():
            title = worker.title
            if worker is unit.head:
                title = f"Head of {unit.name}"
            elif isinstance(worker.leads, Team):
                title = f"Team Lead, {unit.name}"
            worker.takes_post(unit.name, title, max(self.day, worker.hired_on))

    def _like(self, unit: Unit) -> Unit | None:
        """Another department for the same kind of work, the smallest."""
        others = (each for each in self.staffing.units if each.work == unit.work and each is not unit)
        return min(others, key=lambda each: len(each.teams), default=None)

    def _close(self, unit: Unit) -> None:
        """Its teams go on elsewhere; its head does not."""
        other = self._like(unit) or self._nearest(unit)
        if other is None or not unit.teams:
            return
        head, unit.head = unit.head, other.head
        teams, unit.teams = unit.teams, []
        self.staffing.units.remove(unit)
        if unit.above:
            unit.above.below.remove(unit)
        for team in teams:
            self._hand(team, other)
        head.leads = None
        self.staffing.leave(head, self.month, on=self.day - DAY, ending="redundancy")

    def _nearest(self, unit: Unit) -> Unit | None:
        others = [each for each in self.staffing.units if each.above is unit.above and each is not unit]
        return others[0] if others else None

    def _hand(self, team: Team, unit: Unit) -> None:
        team.unit = unit
        unit.teams.append(team)
        self.staffing.line(team.lead, unit.head.member.key, self.day)
        self._put(unit)

    def _move(self, team: Team) -> None:
        other = self._like(team.unit)
        if other and len(team.unit.teams) > 1:
            team.unit.teams.remove(team)
            self._hand(team, other)

    def _change_team(self) -> None:
        """One person, to another team for the same kind of work."""
        teams = self.staffing.teams
        old, new = teams[self.rng.randrange(len(teams))], teams[self.rng.randrange(len(teams))]
        if old is new or old.unit.work != new.unit.work or not old.people:
            return
        worker = old.people[self.rng.randrange(len(old.people))]
        if worker.hired_on < self.day:
            old.people.remove(worker)
            self.staffing.join(worker, new, self.day)

    def _grow(self) -> None:
        """A team that has become too large divides, and so does a department with too many teams."""
        for team in list(self.staffing.teams):
            if len(team.people) > MOST_IN_A_TEAM:
                self._divide_team(team)
        for unit in list(self.staffing.units):
            if len(unit.teams) > MOST_TEAMS:
                self._divide_unit(unit)

    def _divide_team(self, team: Team) -> None:
        lead = self.staffing.pick(team.people, self.month)
        if lead is None or lead.hired_on >= self.day:
            return
        team.people.remove(lead)
        going = team.people[len(team.people) // 2 :]
        del team.people[len(team.people) // 2 :]
        new = self.staffing.new_team(team.unit, lead, self.day)
        for worker in going:
            self.staffing.join(worker, new, max(self.day, worker.hired_on))

    def _divide_unit(self, unit: Unit) -> None:
        """A department is born: the team that was last goes into it, and its lead heads it."""
        team, *others = unit.teams[MOST_TEAMS - 1 :]
        head = self.staffing.pick([team.lead], self.month)
        if head is None or not team.people:
            return
        new = Unit(self.staffing.name_for(unit.work), unit.work, self._parent(unit), head)
        self.staffing.departments.append((new.name, new.above.name if new.above else None))
        self.staffing.units.append(new)
        if new.above:
            new.above.below.append(new)
        unit.teams = unit.teams[: MOST_TEAMS - 1]
        self.staffing.heads(head, new, self.day)
        self.staffing.succeed(team, self.month - 1, self.day)
        for each in (team, *others):
            self._hand(each, new)

    def _parent(self, unit: Unit) -> Unit | None:
        """The one with the fewest departments below, on the same level."""
        if unit.above is None or unit.above.above is None:
            return unit.above
        return min(unit.above.above.below, key=lambda each: len(each.below))
