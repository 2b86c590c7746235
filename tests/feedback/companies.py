"""Companies made at random whose people answer, and the same facts as plain Python knows them."""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta

from hypothesis import strategies as st

from feedback.figures.quarters import Quarter
from feedback.models import Answer, CheckIn, Question, QuestionSet, Sheet
from people.models import Department, Person, Position
from tests.factories import NOW
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
    departments = [*"ABC"[: draw(st.integers(1, 3))], *draw(st.sampled_from([[], [None]]))]
    types = TYPES[: draw(st.integers(1, 3))]
    managers = draw(st.integers(1, 8))
    marks = st.sampled_from(draw(st.sampled_from([(1, 2, 3, 4, 5, None), (5,), (1, 1, 1, 2), (4, 5)])))
    days = st.integers(0, 89)
    places, said = [], []
    for employee in range(draw(st.integers(0, 26))):
        home = draw(st.sampled_from(departments))
        moves = draw(st.sampled_from([False, False, False, True]))
        moved_on = FIRST.first + timedelta(days=draw(st.integers(1, 170)))
        places.append([(SINCE, home), *([(moved_on, draw(st.sampled_from(departments)))] if moves else [])])
        manager = draw(st.integers(0, managers - 1))
        for quarter in QUARTERS[: draw(st.sampled_from([1, 2, 2]))]:  # who left early answers no more
            for day in draw(st.lists(days, unique=True, max_size=2)):
                given = draw(marks), draw(marks)
                type_ = draw(st.sampled_from(types))
                said.append(Said(employee, manager, type_, quarter.first + timedelta(days=day), given))
    return Company(places, said)


def ask(number: int = 1, **words: str) -> Question:
    """A scale question of a set of its own that counts in group figures."""
    questions = QuestionSet.objects.create(kind="regular", number=number, created_at=NOW)
    fields = {"for_employee": "How does it go?", "for_manager": "How does it go for {employee}?"} | words
    return Question.objects.create(
        question_set=questions,
        key="goes",
        position=1,
        answer_kind="scale",
        visibility=fields.pop("visibility", "figures"),
        low="Badly",
        high="Well",
        **fields,
    )


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
