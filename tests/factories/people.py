"""Persons, and what each is to the company."""

from __future__ import annotations

from datetime import date
from itertools import count
from typing import Any

from django.contrib.auth.hashers import make_password

from people.models import Absence, Department, Employment, FormerName, Person, Position, ReportingLine, Role

PASSWORD = "correct horse battery staple"
SINCE = date(2020, 1, 1)  #: whatever began without another day

_numbers = count(1)


def make_person(name: str = "", *, hired_on: date | None = SINCE, **kw: Any) -> Person:
    n = next(_numbers)
    name = name or f"Person {n}"
    email = kw.pop("email", f"{name.lower().replace(' ', '.')}.{n}@example.com")
    left_on = kw.pop("left_on", None)
    person = Person.objects.create_user(email, PASSWORD, name=name, **kw)
    if hired_on:
        make_employment(person, hired_on=hired_on, left_on=left_on)
    return person


def make_people(emails: dict[str, str]) -> list[Person]:
    """By their names, in few statements, and employed."""
    password = make_password(PASSWORD)
    people = Person.objects.bulk_create(
        Person(name=name, email=email, password=password) for name, email in emails.items()
    )
    Employment.objects.bulk_create(Employment(person=person, hired_on=SINCE) for person in people)
    return people


def make_employment(person: Person, hired_on: date, left_on: date | None = None, **kw: Any) -> Employment:
    ending = kw.pop("ending", Employment.Ending.RESIGNATION if left_on else None)
    return Employment.objects.create(person=person, hired_on=hired_on, left_on=left_on, ending=ending, **kw)


def make_department(name: str, above: Department | None = None) -> Department:
    return Department.objects.create(name=name, parent=above)


def make_return(person: Person, left_on: date, hired_on: date) -> Employment:
    """Left on the one day, and employed anew from the other on."""
    ending = Employment.Ending.RESIGNATION
    Employment.objects.filter(person=person, left_on=None).update(left_on=left_on, ending=ending)
    return make_employment(person, hired_on=hired_on)


def make_position(person: Person, department: str = "Engineering", **kw: Any) -> Position:
    row, _ = Department.objects.get_or_create(name=department)
    kw.setdefault("since", SINCE)
    return Position.objects.create(person=person, department=row, **kw)


def make_positions(there: dict[str, list[Person]]) -> None:
    """By departments, in few statements."""
    known = {row.name: row for row in Department.objects.filter(name__in=there)}
    new = Department.objects.bulk_create(Department(name=name) for name in there if name not in known)
    known |= {row.name: row for row in new}
    Position.objects.bulk_create(
        Position(person=person, department=known[name], since=SINCE)
        for name, people in there.items()
        for person in people
    )


def make_former_name(department: str, was: str) -> FormerName:
    row, _ = Department.objects.get_or_create(name=department)
    return FormerName.objects.create(department=row, name=was)


def make_line(
    person: Person, manager: Person, since: date = SINCE, until: date | None = None
) -> ReportingLine:
    return ReportingLine.objects.create(person=person, manager=manager, since=since, until=until)


def make_lines(*lines: tuple[Person, Person, date, date | None]) -> None:
    """Each of a person and their manager, from one day to another."""
    ReportingLine.objects.bulk_create(
        ReportingLine(person=person, manager=manager, since=since, until=until)
        for person, manager, since, until in lines
    )


def make_absence(person: Person, since: date, until: date | None = None) -> Absence:
    return Absence.objects.create(person=person, since=since, until=until or since)


def make_hr(person: Person) -> Role:
    return Role.objects.create(person=person, kind=Role.Kind.HR, since=SINCE)
