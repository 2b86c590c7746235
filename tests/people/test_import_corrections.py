"""Employments that a file corrects, with what somebody was in them: what was recorded of a day stays true of
that day, while whom it concerns is employed."""

from __future__ import annotations

from datetime import date, timedelta
from typing import Any

import pytest
from django.db import transaction
from hypothesis import given
from hypothesis import strategies as st

from people.models import Employment, Position, ReportingLine
from tests.factories import make_department, make_employment, make_line, make_person, make_position
from tests.hypotheses import quietly
from tests.people.importing import AS_OF, Export, everything, run
from tests.people.test_import_evolution import settled

pytestmark = pytest.mark.django_db

D = date
START, FAR = D(2025, 1, 1), 70
HEADING = "number,name,hired_on,left_on,reason"
SHORT = '[columns]\nnumber="number"\nname="name"\nhired_on="hired_on"\nleft_on="left_on"\nreason="reason"\n'
BO = "1,Bo Boss,bo@example.com,2010-01-01,,,Board,Head,"
CY = "3,Cy Cole,cy@example.com,2016-01-01,,,Sales,Lead,1"
NOW = "2,Ann Ames,ann@example.com,2020-01-01,2025-12-31,end of contract,Sales,Seller,1"
THEN = "2,Ann Ames,ann@example.com,2026-01-01,,,Sales,Seller,1"
LEAD = THEN.replace("Seller,1", "Lead,3")


@pytest.fixture
def export(tmp_path):
    return Export(tmp_path)


@pytest.fixture
def short(tmp_path):
    mapping = tmp_path / "short.toml"
    mapping.write_text(SHORT)
    return mapping


def days_only(*rows: str) -> list[str]:
    cells = [row.split(",") for row in rows]
    return [",".join([*row[:2], *row[3:6]]) for row in cells]


def positions() -> list:
    rows = Position.objects.filter(person__number="2").order_by("since")
    return list(rows.values_list("title", "since", "until"))


def managed() -> list:
    rows = ReportingLine.objects.filter(person__number="2").order_by("since")
    return list(rows.values_list("manager__number", "since", "until"))


def test_who_changed_place_and_manager_between_the_old_and_the_new_day_has_both_on_those_days(export, short):
    run(export.write(BO, CY, NOW, THEN), as_of=D(2026, 1, 15))
    run(export.write(BO, CY, NOW, LEAD), as_of=D(2026, 2, 1))
    assert positions()[1:] == [("Seller", D(2026, 1, 1), D(2026, 1, 31)), ("Lead", D(2026, 2, 1), None)]
    later = NOW.replace("2025-12-31", "2026-03-31"), LEAD.replace("2026-01-01", "2026-04-01")
    rows = days_only(BO, CY, *later)
    run(export.write(*rows, heading=HEADING), short, as_of=D(2026, 3, 1))
    assert positions() == [
        ("Seller", D(2020, 1, 1), D(2026, 1, 31)),
        ("Lead", D(2026, 2, 1), D(2026, 3, 31)),
        ("Lead", D(2026, 4, 1), None),
    ]
    assert managed()[-2:] == [("3", D(2026, 2, 1), D(2026, 3, 31)), ("3", D(2026, 4, 1), None)]
    before = everything()
    run(export.path, short, as_of=D(2026, 3, 1))
    assert everything() == before


def test_a_file_that_says_places_and_managers_corrects_both_and_settles(export):
    run(export.write(BO, CY, NOW, THEN), as_of=D(2026, 1, 15))
    run(export.write(BO, CY, NOW, LEAD), as_of=D(2026, 2, 1))
    later = NOW.replace("2025-12-31", "2026-03-31"), LEAD.replace("2026-01-01", "2026-04-01")
    run(export.write(BO, CY, *later), as_of=D(2026, 3, 1))
    assert managed()[-2:] == [("1", D(2026, 3, 1), D(2026, 3, 31)), ("3", D(2026, 4, 1), None)]
    before = everything()
    assert "Nothing changed" in run(export.path, as_of=D(2026, 3, 1))
    assert everything() == before


def test_who_reports_to_somebody_with_another_contract_goes_on_reporting_to_them(export, short):
    cy = "3,Cy Cole,cy@example.com,2016-01-01,2025-12-31,end of contract,Sales,Lead,1"
    again = "3,Cy Cole,cy@example.com,2026-01-01,,,Sales,Lead,1"
    ann = "2,Ann Ames,ann@example.com,2020-01-01,,,Sales,Seller,3"
    run(export.write(BO, cy, ann), as_of=D(2025, 6, 1))
    run(export.write(BO, cy, again, ann), as_of=D(2026, 1, 1))
    assert managed() == [("3", D(2020, 1, 1), D(2025, 12, 31)), ("3", D(2026, 1, 1), None)]
    later = cy.replace("2025-12-31", "2026-03-31"), again.replace("2026-01-01", "2026-04-01")
    run(export.write(*days_only(BO, *later, ann), heading=HEADING), short, as_of=AS_OF)
    assert managed()[1:] == [("3", D(2026, 1, 1), D(2026, 3, 31)), ("3", D(2026, 4, 1), None)]


def test_a_manager_of_an_import_goes_also_where_a_corrected_gap_divides_their_time(export):
    """The file names none: so it is where nothing is divided."""
    run(export.write(BO, NOW.replace("2025-12-31,end of contract", ",")), as_of=D(2025, 1, 1))
    alone = [row.removesuffix("1") for row in (NOW, THEN.replace("2026-01-01", "2026-03-01"))]
    told = run(export.write(BO, *alone), as_of=D(2025, 6, 1))
    assert "With a manager whom no import brought" not in told
    assert managed() == [("1", D(2020, 1, 1), D(2025, 5, 31))]
    before = everything()
    run(export.path, as_of=D(2025, 6, 1))
    assert everything() == before


# Random people: Ann, and two who manage her. Days are numbers from `START` on.
Days = tuple[int, int | None]


@st.composite
def contracts(draw: Any) -> list[Days]:
    """Up to three, often one from the day after another on; the last may be open."""
    made, day = [], draw(st.integers(0, 12))
    for _ in range(draw(st.integers(1, 3))):
        last = day + draw(st.integers(0, 18))
        made.append((day, last))
        day = last + draw(st.sampled_from([1, 1, 1, 4]))
    return [*made[:-1], (made[-1][0], draw(st.sampled_from([None, made[-1][1]])))]


@st.composite
def corrected(draw: Any, spells: list[Days]) -> list[Days]:
    """As a file has them: some days moved, often from one contract to the next, or one not there."""
    moved: list[Days] = []
    after = -10
    for place, (first, last) in enumerate(spells):
        shift = st.sampled_from([0, 0, -6, -2, 1, 3, 9])
        adjoins = bool(moved) and place and spells[place - 1][1] == first - 1 and draw(st.booleans())
        since = max(after + 1 if adjoins else first + draw(shift), after + 1)
        until = None if last is None else max(last + draw(shift), since)
        if draw(st.integers(0, 5)):
            moved.append((since, until))
            after = until if until is not None else since
    first, until = moved[-1] if moved else spells[0]
    return [*moved[:-1], (first, draw(st.sampled_from([until, until, None])))]


@st.composite
def parts(draw: Any, within: list[Days]) -> list[Days]:
    """Spans within contracts, one after another, with and without a day between."""
    made = []
    for first, last in within:
        day = first + draw(st.sampled_from([0, 0, 0, 2]))
        while (last is None and day < FAR - 30) or (last is not None and day <= last):
            until = draw(st.sampled_from([last, last, day + 1, day + 5]))
            until = until if last is None or until is None else min(until, last)
            made.append((day, until))
            if until is None:
                break
            day = until + draw(st.sampled_from([1, 1, 3]))
    return made


def both(one: list[Days], other: list[Days]) -> list[Days]:
    found = [
        (max(a, c), min((day for day in (b, d) if day is not None), default=None))
        for a, b in one
        for c, d in other
    ]
    return [(first, last) for first, last in found if last is None or first <= last]


@st.composite
def companies(draw: Any) -> dict[str, Any]:
    spells = {name: draw(contracts()) for name in ("ann", "gil", "hal")}
    lines: list[tuple[int, int | None, str]] = []
    for day, until in draw(parts(spells["ann"])):
        name = draw(st.sampled_from(["gil", "hal", "hal"]))
        together = both([(day, until)], spells[name])
        lines += [(*each, name) for each in together]
    return {
        "spells": spells,
        "file": {name: draw(corrected(spells[name])) for name in spells},
        "positions": draw(parts(spells["ann"])),
        "lines": sorted(lines, key=lambda line: line[0]),
    }


def on(day: int) -> date:
    return START + timedelta(days=day)


def end(day: int | None) -> date | None:
    return None if day is None else on(day)


def numbers(first: date, last: date | None) -> Days:
    return (first - START).days, None if last is None else (last - START).days


def employed(spells: dict[int, Days], day: int) -> int | None:
    """In which contract."""
    return next((pk for pk, (a, b) in spells.items() if a <= day and (b is None or day <= b)), None)


def expected(spans: list, whose: dict[int, list[str]], old: dict, new: dict) -> dict[int, int]:
    """Day by day, which of the spans holds; `whose` contracts it lies in."""
    moved = []
    for place, (since, until) in enumerate(spans):
        own = [pk for pk, days in old["ann"].items() if days[0] == since]
        first = new["ann"][own[0]][0] if own else since
        last = FAR if until is None else until
        for name in whose[place]:
            for pk, (_first, ended) in old[name].items():
                now = new[name][pk][1]
                if until is not None and ended == until and (now is None or now > ended):
                    while last < FAR and all(
                        employed(new[each], last) is not None
                        and employed(new[each], last) == employed(new[each], last + 1)
                        for each in whose[place]
                    ):
                        last += 1
        if first <= last:
            moved.append((first, last, place))
    held = {}
    for day in range(-30, FAR + 1):
        begun = [each for each in moved if each[0] <= day]
        if begun and day <= begun[-1][1]:
            place = begun[-1][2]
            if all(employed(new[name], day) is not None for name in whose[place]):
                held[day] = place
    return held


def held(rows: list[tuple[int, Days]], whose: dict[int, list[str]], new: dict) -> dict[int, int]:
    """The same of what is recorded; each row lies in one contract of each, where no other is of its kind."""
    found: dict[int, int] = {}
    lie = set()
    for place, (first, last) in rows:
        ends = (first, FAR if last is None else last)
        (contracts_of,) = {tuple(employed(new[name], day) for name in whose[place]) for day in ends}
        assert None not in contracts_of
        assert (place, contracts_of) not in lie
        lie.add((place, contracts_of))
        days = set(range(first, ends[1] + 1))
        assert not found.keys() & days
        found |= dict.fromkeys(days, place)
    return found


def built(company: dict[str, Any]) -> dict[str, Any]:
    people = {
        name: make_person(name, number=str(place), hired_on=None)
        for place, name in enumerate(company["spells"], 1)
    }
    for name, spells in company["spells"].items():
        for first, last in spells:
            make_employment(people[name], on(first), end(last))
    make_department("Sales")
    for place, (first, last) in enumerate(company["positions"]):
        make_position(people["ann"], "Sales", title=str(place), since=on(first), until=end(last))
    for first, last, name in company["lines"]:
        make_line(people["ann"], people[name], on(first), end(last))
    return people


def recorded(people: dict[str, Any]) -> dict[str, dict[int, Days]]:
    return {
        name: {
            each.pk: numbers(each.hired_on, each.left_on) for each in Employment.objects.filter(person=person)
        }
        for name, person in people.items()
    }


@quietly(given(companies()))
def test_of_corrected_employments_each_day_has_what_plain_python_says(tmp_path_factory, company):
    folder = tmp_path_factory.mktemp("company")
    (folder / "short.toml").write_text(SHORT)
    with transaction.atomic():
        people = built(company)
        old = recorded(people)
        rows = [
            f"{people[name].number},{name},{on(first)},{end(last) or ''},{'' if last is None else 'other'}"
            for name, spells in company["file"].items()
            for first, last in spells
        ]
        if settled(Export(folder).write(*rows, heading=HEADING), AS_OF, folder / "short.toml"):
            new = recorded(people)
            spans, lines = company["positions"], company["lines"]
            own = {place: ["ann"] for place in range(len(spans))}
            held_by = Position.objects.values_list("title", "since", "until")
            kept = [(int(title), numbers(first, last)) for title, first, last in held_by]
            assert held(kept, own, new) == expected(spans, own, old, new)
            theirs = {place: ["ann", name] for place, (_first, _last, name) in enumerate(lines)}
            wanted = expected([line[:2] for line in lines], theirs, old, new)
            assert managers(people, new) == {day: lines[place][2] for day, place in wanted.items()}
        transaction.set_rollback(True)


def managers(people: dict[str, Any], new: dict) -> dict[int, str]:
    """Day by day, who it is; each line lies in one contract of both."""
    names = {person.pk: name for name, person in people.items()}
    found: dict[int, str] = {}
    for manager, since, until in ReportingLine.objects.values_list("manager", "since", "until"):
        first, ended = numbers(since, until)
        last = FAR if ended is None else ended
        for name in ("ann", names[manager]):
            assert employed(new[name], first) == employed(new[name], last) is not None
        days = set(range(first, last + 1))
        assert not found.keys() & days
        found |= dict.fromkeys(days, names[manager])
    return found
