"""Companies made at random whose people answer, and the same facts as plain Python knows them."""

from __future__ import annotations

import os
from collections import Counter
from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta
from random import Random

from hypothesis import HealthCheck, Phase, given, settings
from hypothesis import strategies as st

from feedback.figures.quarters import WAIT, Quarter
from feedback.models import Answer, CheckIn, Question, Sheet
from people.models import Department, Person, Position
from tests.factories import NOW, make_question, make_shipped_set
from tours.models import Side, Tour

FIRST = Quarter(date(2025, 1, 1))
QUARTERS = [FIRST, FIRST.next]
SINCE = date(2020, 1, 1)
TYPES = tuple(Tour.Type.values)


@dataclass(frozen=True)
class Said:
    """One revealed check-in: who, when, of which tour, and both sides' marks (None is left out)."""

    employee: int
    manager: int
    type: str
    day: date
    marks: tuple[int | None, int | None]

    def mark(self, side: Side) -> int | None:
        return self.marks[list(Side).index(side)]

    def author(self, side: Side) -> tuple[str, int]:
        return (side.value, self.employee if side is Side.EMPLOYEE else self.manager)


@dataclass(frozen=True)
class Company:
    """`places`: in which department each employee is from which day on, None being nowhere."""

    places: list[list[tuple[date, str | None]]]
    said: list[Said]

    def place(self, employee: int, on: date) -> str | None:
        return next(name for since, name in reversed(self.places[employee]) if since <= on)

    def newest(self, quarter: Quarter, side: Side) -> dict[int, Said]:
        """Of each employee the newest check-in of the quarter that has that side's mark."""
        found: dict[int, Said] = {}
        for said in sorted(self.said, key=lambda said: said.day):
            if quarter.first <= said.day <= quarter.last and said.mark(side) is not None:
                found[said.employee] = said
        return found

    def cells(self, quarter: Quarter, side: Side) -> dict[tuple[str | None, str], tuple[Counter, int]]:
        """By department and type: how many marks each author gave, and their sum."""
        cells: dict[tuple[str | None, str], tuple[Counter, int]] = {}
        for said in self.newest(quarter, side).values():
            key = self.place(said.employee, said.day), said.type
            by, total = cells.get(key, (Counter(), 0))
            cells[key] = by + Counter([said.author(side)]), total + (said.mark(side) or 0)
        return cells


@st.composite
def companies(draw: st.DrawFn) -> Company:
    """Small departments, types that few have, movers, leavers, several answers a quarter, blanks."""
    chance = Random(draw(st.integers(0, 2**32)))
    departments = chance.choices([*"ABC", None], k=chance.randint(1, 4))
    marks = chance.choice([(1, 2, 3, 4, 5, None), (1, 2, 3, 4, 5), (5,), (1, 1, 1, 2)])
    managers = chance.randint(3, 12)
    places, said = [], []
    for employee in range(chance.choice([5, 14, 25, 40, 60])):
        places.append(_spans(chance, departments))
        manager = chance.randrange(managers)
        for quarter in QUARTERS[: chance.choice([1, 2, 2, 2])]:
            for day in chance.sample(range(90), chance.choice([0, 1, 1, 1, 1, 2])):
                given = chance.choice(marks), chance.choice(marks)
                type_ = chance.choices(TYPES, [6, 3, 1])[0]
                said.append(Said(employee, manager, type_, quarter.first + timedelta(days=day), given))
    return Company(places, said)


def _spans(chance: Random, departments: list[str | None]) -> list[tuple[date, str | None]]:
    moves = [(FIRST.first + timedelta(days=chance.randint(1, 170)), chance.choice(departments))]
    return [(SINCE, chance.choice(departments)), *(moves if chance.random() < 0.2 else [])]


def on_random_companies(test, examples: int = 8):
    return given(companies())(
        settings(
            max_examples=int(os.environ.get("ALLIANCE_ATTACKS", examples)),
            deadline=None,
            derandomize=True,
            phases=[Phase.generate],
            suppress_health_check=[HealthCheck.function_scoped_fixture, HealthCheck.too_slow],
        )(test)
    )


def crowd(*groups: tuple[str, str, int], mark: int = 4) -> Company:
    """So many people of a department and type of tour, who all answered once in the first quarter."""
    everybody = [(name, type_) for name, type_, size in groups for _one in range(size)]
    marks = [(mark if n % 2 else 3, 3) for n in range(len(everybody))]
    return Company(
        places=[[(SINCE, name)] for name, _type in everybody],
        said=[Said(n, n % 7, type_, FIRST.first, marks[n]) for n, (_name, type_) in enumerate(everybody)],
    )


def day_after(quarter: Quarter) -> datetime:
    return datetime.combine(quarter.next.first, time(0, 1), tzinfo=UTC) + WAIT


def ask(number: int = 1, **words: str) -> Question:
    """A scale question of a set of its own that counts in group figures."""
    fields = {"for_employee": "How does it go?", "for_manager": "How does it go for {employee}?"}
    fields |= {"low": "Badly", "high": "Well", "visibility": "figures"} | words
    question = make_question("goes", "scale", **fields)
    make_shipped_set(question, number=number)
    return question


def build(company: Company, question: Question) -> None:
    names = {name for spans in company.places for _since, name in spans if name}
    departments = {name: Department.objects.get_or_create(name=name)[0] for name in names}
    employees = Person.objects.bulk_create(Person(name=f"Employee {n}") for n in range(len(company.places)))
    _place(company, employees, departments)
    heads = {said.manager for said in company.said}
    managers = {n: Person(name=f"Manager {n}") for n in heads}
    Person.objects.bulk_create(managers.values())
    answer([(employees[said.employee], managers[said.manager], said) for said in company.said], question)


def _place(company: Company, employees: list[Person], departments: dict[str, Department]) -> None:
    Position.objects.bulk_create(
        Position(person=person, department=departments[name], since=since, until=until)
        for person, spans in zip(employees, company.places, strict=True)
        for (since, name), until in zip(
            spans, [*(later - timedelta(days=1) for later, _name in spans[1:]), None], strict=True
        )
        if name
    )


def answer(rows: list[tuple[Person, Person, Said]], question: Question) -> None:
    """Each check-in in a tour of its own, answered, handed in and revealed on its day."""
    tours = Tour.objects.bulk_create(
        Tour(employee=employee, manager=manager, type=said.type, created_at=NOW)
        for employee, manager, said in rows
    )
    checkins = CheckIn.objects.bulk_create(
        CheckIn(
            tour=tour,
            employee=employee,
            manager=manager,
            question_set=question.question_set,
            opens_on=said.day,
            due_on=said.day,
            lapses_on=said.day,
        )
        for tour, (employee, manager, said) in zip(tours, rows, strict=True)
    )
    sheets = {
        (checkin, side): Sheet(checkin=checkin, side=side, author=checkin.party(side), saved_at=NOW)
        for checkin in checkins
        for side in Side
    }
    Sheet.objects.bulk_create(sheets.values())
    Answer.objects.bulk_create(
        Answer(sheet=sheets[checkin, side], question=question, scale=said.mark(side))
        for checkin, (_employee, _manager, said) in zip(checkins, rows, strict=True)
        for side in Side
    )
    Sheet.objects.filter(checkin__in=checkins).update(submitted_at=NOW)
    for checkin, (_employee, _manager, said) in zip(checkins, rows, strict=True):
        checkin.revealed_on = said.day
        checkin.revealed_at = datetime.combine(said.day, time(12), tzinfo=UTC)
    CheckIn.objects.bulk_update(checkins, ["revealed_on", "revealed_at"])
