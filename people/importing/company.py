"""The people known already, as light objects: read in seven queries, however large the company."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from datetime import date
from typing import Any, cast

from django.contrib.auth.hashers import UNUSABLE_PASSWORD_PREFIX
from django.db import connection
from django.db.models import Q

from people.importing.mapping import fold
from people.importing.reading import LOCAL, UNSEEN, Row
from people.models import Department, Employment, FormerName, Person, Position, ReportingLine


@dataclass(slots=True, eq=False)
class Span:
    """From a day to a day: a position (department and title) or a reporting line (the manager)."""

    since: date
    until: date | None
    content: Any
    pk: int | None = None
    part_of: int | None = None  #: the key of the one that was divided, of a part that becomes a row


@dataclass(slots=True, eq=False)
class Spell:
    hired_on: date
    left_on: date | None
    ending: str | None = None
    note: str = ""
    pk: int | None = None

    def meets(self, first: date, last: date | None) -> bool:
        return (last is None or self.hired_on <= last) and (self.left_on is None or self.left_on >= first)


@dataclass(slots=True, eq=False)
class Member:
    """Somebody in the database, in the file, or in both."""

    number: str | None
    name: str
    email: str | None
    pk: int | None = None
    has_password: bool = False
    language: str = ""
    time_zone: str = ""
    row: Row | None = None
    spells: list[Spell] = field(default_factory=list)
    positions: list[Span] = field(default_factory=list)
    lines: list[Span] = field(default_factory=list)

    @property
    def key(self) -> int:
        assert self.pk is not None, "people are written before what belongs to them"
        return self.pk

    def has_left(self, on: date) -> bool:
        return bool(self.spells) and all(spell.left_on and spell.left_on < on for spell in self.spells)

    @property
    def begun_last(self) -> date:
        return max(spell.hired_on for spell in self.spells)


class Company:
    def __init__(self) -> None:
        self.members: dict[int, Member] = {}
        self.by_number: dict[str, Member] = {}
        self.by_email: dict[str, Member] = {}  #: as recorded, whatever the file says
        self.new: list[Member] = []
        self.departments: dict[str, str | None] = {}  #: and which is above each
        self.former: dict[str, str] = {}  #: what departments were called, in small letters → and are today

    def add(self, member: Member) -> None:
        if member.number:
            self.by_number[member.number] = member
        if member.pk is None:
            self.new.append(member)
            return
        self.members[member.pk] = member
        if member.email:
            self.by_email[member.email] = member

    def called(self, department: str) -> str:
        """What it is called today. A name that one has now is that one's, whoever had it before."""
        if department in self.departments:
            return department
        return self.former.get(department.casefold(), department)

    def by_name(self) -> dict[str, list[Member]]:
        """All who have a name; asked for once, when everybody's name is as the file has it."""
        names: defaultdict[str, list[Member]] = defaultdict(list)
        for member in [*self.members.values(), *self.new]:
            names[name_key(member.name)].append(member)
        return names


def name_key(name: str) -> str:
    """“Brandon R. LeBlanc” and “Brandon R LeBlanc” are one; a name without the R is another. Names recorded
    before imports took signs from them that nobody sees have these still."""
    return fold(UNSEEN.sub("", name).replace(".", " "))


def brought_by_imports(lines: Iterable[int | None]) -> set[int]:
    """Which of these reporting lines began by an import, as the history has it; the others HR recorded."""
    events = ReportingLine.pgh_event_model.objects.filter(  # type: ignore[attr-defined]
        pgh_obj__in=list(lines), pgh_label="insert", pgh_context__metadata__has_key="import_of"
    )
    return set(events.values_list("pgh_obj_id", flat=True))


def chosen(field: str, people: Mapping[int, str]) -> set[int]:
    """Whose language, or time zone, or that they have none, is not what an import set last; given as they
    are now."""
    events = Person.pgh_event_model.objects.filter(pgh_obj__in=list(people)).order_by("pgh_id")  # type: ignore[attr-defined]
    told = events.values_list("pgh_obj_id", field, "pgh_context__metadata__import_of")
    last: dict[int, str] = {}
    own: set[int] = set()
    for pk, value, import_of in told.iterator():
        if value != last.get(pk, ""):
            last[pk] = value
            (own.discard if import_of else own.add)(pk)
    return own | {pk for pk, value in people.items() if value != last.get(pk, "")}


def zones_unknown(zones: set[str]) -> set[str]:
    """To Postgres, which may know fewer than Python, and refuses to keep the others."""
    if not zones:
        return zones
    with connection.cursor() as cursor:
        cursor.execute("SELECT name FROM pg_timezone_names WHERE name = ANY(%s)", [list(zones)])
        return zones - {name for (name,) in cursor.fetchall()}


def load() -> Company:
    company = Company()
    people = Person.objects.annotate(secured=~Q(password__startswith=UNUSABLE_PASSWORD_PREFIX))
    for member in people.values_list("number", "name", "email", "pk", "secured", *LOCAL).iterator():
        company.add(Member(*member))
    members = company.members
    spells = Employment.objects.order_by("hired_on")
    for person, *spell in spells.values_list(
        "person_id", "hired_on", "left_on", "ending", "ending_note", "pk"
    ).iterator():
        members[person].spells.append(Spell(*cast("list[Any]", spell)))
    positions = Position.objects.order_by("since")
    for pk, person, since, until, *content in positions.values_list(
        "pk", "person_id", "since", "until", "department__name", "title"
    ).iterator():
        members[person].positions.append(Span(since, until, tuple(content), pk))
    lines = ReportingLine.objects.order_by("since")
    for pk, person, since, until, manager in lines.values_list(
        "pk", "person_id", "since", "until", "manager_id"
    ).iterator():
        members[person].lines.append(Span(since, until, members[manager], pk))
    company.departments.update(Department.objects.values_list("name", "parent__name"))
    for name, today in FormerName.objects.values_list("name", "department__name"):
        company.former[name.casefold()] = today
    return company
