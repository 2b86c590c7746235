"""Writes a plan: few statements for many rows, all in the caller's transaction."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable
from typing import Any, TypeVar

from django.contrib.auth.hashers import make_password
from django.utils.translation import gettext as _

from people import services, tree
from people.importing.company import Company, Member, Span, Spell
from people.importing.planning import Plan
from people.importing.problems import Problem, Unreadable
from people.importing.reading import LOCAL
from people.importing.spans import Changes, turn
from people.models import Department, Employment, Import, Person, Position, ReportingLine

BATCH = 2000
Row = TypeVar("Row")


def apply(plan: Plan, company: Company, manager_column: str, run: Import) -> None:
    """Raises Unreadable when somebody would be above themselves."""
    _people(plan, run)
    _spells(plan)
    _write_positions(plan, _departments(plan))
    _lines(plan)
    ids = [member.pk for member, _spell in plan.changed_spells if member.pk]
    for start in range(0, len(ids), BATCH):
        services.fit_to_employments(ids[start : start + BATCH])
    if plan.lines:
        _refuse_cycles(plan, company, manager_column)


def _people(plan: Plan, run: Import) -> None:
    if plan.given_emails:
        Person.objects.filter(pk__in=[owner.pk for owner in plan.given_emails]).update(email=None)
    changed = [_person(member) for member in plan.changed_people]
    Person.objects.bulk_update(changed, ["number", "name", "email"], BATCH)
    for (name, old, new), members in plan.localised.items():
        # What somebody chooses meanwhile, which waits for no import, stays.
        people = Person.objects.filter(pk__in=[member.pk for member in members], **{name: old})
        people.update(**{name: new})
    for start in range(0, len(plan.new_people), BATCH):
        members = plan.new_people[start : start + BATCH]
        people = [_person(member, password=make_password(None), came_with=run) for member in members]
        for member, person in zip(members, Person.objects.bulk_create(people), strict=True):
            member.pk = person.pk


def _person(member: Member, **fields: Any) -> Person:
    local = {name: getattr(member, name) for name in LOCAL}
    return Person(pk=member.pk, number=member.number, name=member.name, email=member.email, **local, **fields)


def _spells(plan: Plan) -> None:
    changes = [(member, _employment(member, spell)) for member, spell in plan.changed_spells]
    for changed in _in_turn(changes):
        Employment.objects.bulk_update(changed, ["hired_on", "left_on", "ending", "ending_note"], BATCH)
    for start in range(0, len(plan.new_spells), BATCH):
        rows = [_employment(member, spell) for member, spell in plan.new_spells[start : start + BATCH]]
        Employment.objects.bulk_create(rows)


def _in_turn(changes: Iterable[tuple[Member, Row]]) -> list[list[Row]]:
    """One of each person's at a time, in the order given: no two of theirs may overlap meanwhile."""
    turns: list[list[Row]] = []
    done: Counter[Member] = Counter()
    for member, row in changes:
        if done[member] == len(turns):
            turns.append([])
        turns[done[member]].append(row)
        done[member] += 1
    return turns


def _sorted(changes: Changes) -> list[tuple[int, Member, Span]]:
    rows = [(pk, member, span) for pk, (member, span) in changes.update.items()]
    return sorted(rows, key=lambda row: turn(changes.begun[row[0]], row[2].since))


def _employment(member: Member, spell: Spell) -> Employment:
    return Employment(
        pk=spell.pk,
        person_id=member.key,
        hired_on=spell.hired_on,
        left_on=spell.left_on,
        ending=spell.ending,
        ending_note=spell.note,
    )


def _departments(plan: Plan) -> dict[str, int]:
    """All there are by then, by name."""
    Department.objects.bulk_create([Department(name=name) for name in plan.departments.new])
    keys = dict(Department.objects.values_list("name", "pk"))
    placed = plan.departments.placed.items()
    rows = [Department(pk=keys[name], parent_id=keys[above]) for name, above in placed]
    Department.objects.bulk_update(rows, ["parent"], BATCH)
    return keys


def _write_positions(plan: Plan, departments: dict[str, int]) -> None:
    changes = plan.positions
    Position.objects.filter(pk__in=changes.delete).delete()
    rows = [
        (
            member,
            Position(
                pk=pk,
                department_id=departments[span.content[0]],
                title=span.content[1],
                since=span.since,
                until=span.until,
            ),
        )
        for pk, member, span in _sorted(changes)
    ]
    for changed in _in_turn(rows):
        Position.objects.bulk_update(changed, ["department", "title", "since", "until"], BATCH)
    for start in range(0, len(changes.create), BATCH):
        Position.objects.bulk_create(
            Position(
                person_id=member.key,
                department_id=departments[span.content[0]],
                title=span.content[1],
                since=span.since,
                until=span.until,
            )
            for member, span in changes.create[start : start + BATCH]
        )


def _lines(plan: Plan) -> None:
    changes = plan.lines
    ReportingLine.objects.filter(pk__in=changes.delete).delete()
    rows = [
        (member, ReportingLine(pk=pk, manager_id=span.content.key, since=span.since, until=span.until))
        for pk, member, span in _sorted(changes)
    ]
    for changed in _in_turn(rows):
        ReportingLine.objects.bulk_update(changed, ["manager", "since", "until"], BATCH)
    for start in range(0, len(changes.create), BATCH):
        ReportingLine.objects.bulk_create(
            ReportingLine(
                person_id=member.key, manager_id=span.content.key, since=span.since, until=span.until
            )
            for member, span in changes.create[start : start + BATCH]
        )


def _refuse_cycles(plan: Plan, company: Company, manager_column: str) -> None:
    loops = tree.loops()
    if not loops:
        return
    members = company.members | {member.pk: member for member in plan.new_people if member.pk}
    problems = []
    for loop in loops:
        people = [members[pk] for pk in loop.people]
        lines = [member.row.line for member in people if member.row]
        names = " → ".join(member.name for member in [*people, people[0]])
        reason = _("That would make a circle of managers from %(day)s on: %(names)s.")
        values = {"day": loop.since, "names": names}
        problems.append(Problem(reason % values, min(lines, default=None), manager_column))
    raise Unreadable(problems)
