"""Lines of people, departments, and what each was from when to when."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from datetime import date
from itertools import count

from django.contrib.auth.hashers import make_password

from alliance_site.demonstration.accounts import PASSWORD
from alliance_site.demonstration.company.calendar import DAY
from alliance_site.demonstration.company.facts import Member
from alliance_site.demonstration.company.rows.copying import Lines, line
from people.models import Department, FormerName

NO_PASSWORD = "!seeded"  # noqa: S105 - what begins so is no password's hash, and lets nobody in


class PeopleRows:
    """Numbers follow the order of hiring. `keys` is what each person is in the database."""

    def __init__(self, lines: Lines, after: dict[str, int]) -> None:
        self.lines, self.after = lines, after
        self.keys: dict[str, int] = {}
        self.names: dict[str, str] = {}
        former = FormerName.objects.values_list("name", "department")
        self.departments: dict[str, int] = dict(former) | dict(Department.objects.values_list("name", "pk"))

    def write(
        self,
        members: Mapping[str, Member],
        departments: Iterable[tuple[str, str | None]],
        formerly: Mapping[str, str],
        today: date,
        *,
        known: bool,
    ) -> None:
        """With the demonstration's password where it is `known`; else nobody can sign in."""
        self.today = today
        self._departments(departments, formerly)
        ordered = sorted(members.values(), key=lambda m: (m.spells[0].hired_on, m.name, m.key))
        numbers = count(self.after["people_person"] + 1)
        password = make_password(PASSWORD) if known else NO_PASSWORD  # one, so it is hashed once
        for member, pk in zip(ordered, numbers, strict=False):
            self.keys[member.key], self.names[member.key] = pk, member.name
            self._person(member, pk, password)
        for member in ordered:
            self._career(member)

    def _departments(
        self, departments: Iterable[tuple[str, str | None]], formerly: Mapping[str, str]
    ) -> None:
        pk = self.after["people_department"]
        for name, parent in departments:
            if name not in self.departments:
                pk += 1
                self.departments[name] = pk
                above = self.departments[parent] if parent else None
                self.lines["people_department"].append(line(pk, name, above))
        for old, name in formerly.items():
            if old not in self.departments:
                self.departments[old] = self.departments[name]
                self.lines["people_formername"].append(line(self.departments[name], old))

    def _person(self, member: Member, pk: int, password: str) -> None:
        here = (member.spells[-1].left_on or date.max) > self.today
        number = f"N{pk:04}"
        values = (pk, password, number, member.name, member.email, "", "", "t" if here else "f")
        self.lines["people_person"].append(line(*values))

    def _career(self, member: Member) -> None:
        pk, lines = self.keys[member.key], self.lines
        for spell in member.spells:
            regretted = None if spell.regretted is None else "t" if spell.regretted else "f"
            end = (spell.left_on, spell.ending, spell.note, regretted, spell.regretted_reason)
            if spell.renewed_on:
                first = (spell.renewed_on - DAY, "end_of_contract", "Fixed term, renewed", None, "")
                lines["people_employment"].append(line(pk, spell.hired_on, *first))
            lines["people_employment"].append(line(pk, spell.renewed_on or spell.hired_on, *end))
        for post in member.posts:
            where = self.departments[post.department]
            lines["people_position"].append(line(pk, where, post.title, post.since, post.until))
        for each in member.lines:
            manager = self.keys[each.manager]
            lines["people_reportingline"].append(line(pk, manager, each.since, each.until))
        for since, until in member.hr:
            lines["people_role"].append(line(pk, "hr", since, until))
        for since, until in member.absences:
            lines["people_absence"].append(line(pk, since, until))
