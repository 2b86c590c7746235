"""A company of any size, made up month by month: who works there, what they agree on, how it goes.

What happens is decided here, as `facts`; `..writing` puts it down. Nothing is read from the database or
the clock, and every chance comes from the seed, so the same plan gives the same company anywhere.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import date
from random import Random

from alliance_site.demonstration.company.facts import Hope, Member, Tour
from alliance_site.demonstration.company.seeding.lives import Life
from alliance_site.demonstration.company.seeding.staffing import Staffing


@dataclass(frozen=True)
class Plan:
    """How large the company is on its last day, and for how many years it has had Alliance by then."""

    people: int
    years: int
    seed: int
    until: date
    domain: str = ""  #: of the e-mail addresses of those at work; without one nobody can be mailed


class Seeded:
    """The organisation at once, for who manages whom is one fabric; the lives in it one after the other.

    So memory grows with the people, by about a kilobyte each, and not with what they say.
    """

    def __init__(self, plan: Plan, boss: Member | None = None, taken: Iterable[str] = ()) -> None:
        """All by itself, or under a boss who is there already, of whom a story is told; nobody is called as
        those are."""
        self.plan, self.told_of = plan, boss is not None
        staffing = Staffing(plan.people, plan.years, plan.seed, plan.until, boss, taken)
        staffing.run()
        self.staff: dict[str, Member] = staffing.members
        self.members = {**self.staff, boss.key: boss} if boss else self.staff
        self.departments: list[tuple[str, str | None]] = staffing.departments
        self.formerly: dict[str, str] = staffing.formerly
        self._works = staffing.works
        self.began_on = staffing.began_on
        if plan.domain:
            for key in staffing.at_work:
                self.staff[key].email = staffing.address(self.staff[key], plan.domain)

    def lives(self, number: int = 0, of: int = 1) -> Iterator[tuple[list[Tour], list[Hope]]]:
        """Person by person. Each life has its own chances, so that none hangs on another, and several
        processes can share them."""
        for key in list(self.staff)[number::of]:
            member = self.staff[key]
            rng = Random(f"{self.plan.seed} {key}")  # noqa: S311 - a story, not a secret
            life = Life(rng, self, member, self._works[key])
            yield life.tell(), life.hopes()
