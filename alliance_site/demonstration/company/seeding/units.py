"""The tree of departments and teams, as it stands in one month of the story."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import date

from alliance_site.demonstration.company.calendar import DAY
from alliance_site.demonstration.company.facts import Line, Member, Post


@dataclass(slots=True, eq=False)
class Worker:
    """A spell that is under way: what somebody does and for whom, since when, and when they will go."""

    member: Member
    work: str
    hired_on: date
    leaves: int  #: in which month of the story
    title: str = ""
    department: str = ""
    post_since: date | None = None
    boss: str = ""
    boss_since: date | None = None
    leads: Team | Unit | None = None
    team: Team | None = None

    def takes_post(self, department: str, title: str, day: date) -> None:
        if (department, title) == (self.department, self.title):
            return
        self._close_post(day - DAY)
        self.department, self.title, self.post_since = department, title, day

    def reports_to(self, boss: str, day: date) -> None:
        if boss == self.boss:
            return
        self._close_line(day - DAY)
        self.boss, self.boss_since = boss, day

    def goes(self, last: date | None) -> None:
        """With that last day, or stays beyond the end of the story."""
        self._close_post(last)
        self._close_line(last)

    def _close_post(self, last: date | None) -> None:
        if self.post_since and (last is None or last >= self.post_since):
            self.member.posts.append(Post(self.department, self.title, self.post_since, last))

    def _close_line(self, last: date | None) -> None:
        if self.boss and self.boss_since and (last is None or last >= self.boss_since):
            self.member.lines.append(Line(self.boss, self.boss_since, last))


@dataclass(slots=True, eq=False)
class Team:
    unit: Unit
    lead: Worker
    people: list[Worker] = field(default_factory=list)


@dataclass(slots=True, eq=False)
class Unit:
    """A department with its teams, or one above others with those."""

    name: str
    work: str
    above: Unit | None
    head: Worker
    teams: list[Team] = field(default_factory=list)
    below: list[Unit] = field(default_factory=list)

    def everybody(self) -> Iterator[Worker]:
        yield self.head
        for team in self.teams:
            yield team.lead
            yield from team.people
