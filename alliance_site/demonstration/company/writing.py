"""Writes an imagined company down, in bulk and in the order that the database's rules ask for.

Terms are written as drafts, get their promises, are proposed, then signed, and only then does a tour
name them as in force.
"""

from __future__ import annotations

from collections.abc import Iterable
from datetime import UTC, datetime, time
from itertools import count
from uuid import uuid5

from django.contrib.auth.hashers import make_password
from django.db import connection, transaction
from django.db.models import prefetch_related_objects

from alliance_site.demonstration.accounts import PASSWORD
from alliance_site.demonstration.company import facts
from alliance_site.demonstration.company.writing_ahead import write_ahead
from alliance_site.demonstration.company.writing_checkins import write_checkins
from alliance_site.demonstration.company.writing_handovers import write_handovers
from alliance_site.demonstration.company.writing_ledger import write_ledger
from alliance_site.demonstration.company.writing_policy import write_policies
from alliance_site.demonstration.company.writing_programmes import write_givings, write_programmes
from feedback.planning import plan_checkins
from people.models import Department, Employment, Person, Position, ReportingLine, Role
from tours import statement
from tours.models import (
    Comment,
    NextStep,
    Parting,
    Policy,
    Promise,
    Revision,
    Seal,
    Side,
    Signature,
    Terms,
    Tour,
)

BATCH = 1000


@transaction.atomic
def write(company: facts.Company) -> None:
    """Into a database without people. What is still to come is planned as on any other day."""
    people = write_people(company.members.values())
    departments = write_departments(company.departments)
    write_careers(company.members.values(), people, departments)
    write_policies(company.today, people)
    tours = write_tours(company.tours, people, write_programmes(company.today, people))
    write_checkins(company, tours)
    write_outcomes(company.tours, tours)
    write_ledger(company.tours, tours)
    write_handovers(company.today)
    write_ahead(company.today, people)
    plan_checkins(datetime.combine(company.today, time(12), tzinfo=UTC))
    # Postgres looks at new rows by itself only a minute later, and until then plans as if there were none.
    with connection.cursor() as cursor:
        cursor.execute("ANALYZE")


def write_outcomes(tours: list[facts.Tour], rows: list[Tour]) -> None:
    NextStep.objects.bulk_create(
        NextStep(
            tour=row,
            terms=row.in_force,
            outcome=told.outcome,
            words=told.words,
            side=told.side,
            recorded_by=row.party(Side(told.side)),
            recorded_at=told.at,
            confirmed_by=row.party(Side(told.side).other) if told.confirmed_at else None,
            confirmed_at=told.confirmed_at,
        )
        for tour, row in zip(tours, rows, strict=True)
        for told in tour.outcomes
    )


def write_people(members: Iterable[facts.Member]) -> dict[str, Person]:
    """In the order of hiring, which their numbers follow. One password, so it is hashed once."""
    ordered = sorted(members, key=lambda m: (m.spells[0].hired_on, m.name))
    password = make_password(PASSWORD)
    rows = [
        Person(
            number=f"N{number:04}",
            name=member.name,
            email=member.email,
            password=password,
            is_active=member.email is not None,
        )
        for number, member in zip(count(1), ordered, strict=False)
    ]
    Person.objects.bulk_create(rows)
    return {member.key: row for member, row in zip(ordered, rows, strict=True)}


def write_departments(named: list[tuple[str, str | None]]) -> dict[str, Department]:
    rows: dict[str, Department] = {}
    for name, parent in named:
        rows[name] = Department.objects.create(name=name, parent=rows[parent] if parent else None)
    return rows


def write_careers(
    members: Iterable[facts.Member], people: dict[str, Person], departments: dict[str, Department]
) -> None:
    members = list(members)
    Employment.objects.bulk_create(
        Employment(
            person=people[member.key],
            hired_on=spell.hired_on,
            left_on=spell.left_on,
            ending=spell.ending,
            ending_note=spell.note,
            regretted=spell.regretted,
            regretted_reason=spell.regretted_reason,
        )
        for member in members
        for spell in member.spells
    )
    Position.objects.bulk_create(
        Position(
            person=people[member.key],
            department=departments[post.department],
            title=post.title,
            since=post.since,
            until=post.until,
        )
        for member in members
        for post in member.posts
    )
    ReportingLine.objects.bulk_create(
        ReportingLine(person=people[m.key], manager=people[line.manager], since=line.since, until=line.until)
        for m in members
        for line in m.lines
    )
    Role.objects.bulk_create(
        Role(person=people[member.key], kind=Role.Kind.HR, since=since, until=until)
        for member in members
        for since, until in member.hr
    )


def write_tours(
    tours: list[facts.Tour], people: dict[str, Person], revisions: dict[str, Revision]
) -> list[Tour]:
    """In the order told, so that a tour's number follows its predecessor's."""
    rows = [
        Tour(
            employee=people[tour.employee],
            manager=people[tour.manager],
            type=tour.type,
            created_at=tour.versions[0].created_at,
        )
        for tour in tours
    ]
    for tour, row in zip(tours, rows, strict=True):
        revision = revisions.get(tour.versions[0].mission) if tour.has_force else None
        row.programme, row.programme_revision = (revision.programme, revision) if revision else (None, None)
    write_givings(tours, rows, people)
    Tour.objects.bulk_create(rows)
    newest = _write_versions(tours, rows, people)
    place = {id(tour): row for tour, row in zip(tours, rows, strict=True)}
    for tour, row in zip(tours, rows, strict=True):
        row.state = tour.state
        row.previous = place[id(tour.previous)] if tour.previous else None
        if tour.has_force:
            row.in_force = newest[row.pk]
        if tour.early:
            row.ended_on, row.ended_by = tour.early.on, Side(tour.early.by)
    _write_partings(tours, rows)
    settled = ["state", "previous", "in_force", "ended_on", "ended_by"]
    Tour.objects.bulk_update(rows, settled, batch_size=BATCH)
    return rows


def _write_partings(tours: list[facts.Tour], rows: list[Tour]) -> None:
    Parting.objects.bulk_create(
        Parting(
            tour=row,
            terms=row.in_force,
            side=tour.early.by,
            author=row.party(Side(tour.early.by)),
            reason=tour.early.reason,
            at=datetime.combine(tour.early.on, time(12), tzinfo=UTC),
        )
        for tour, row in zip(tours, rows, strict=True)
        if tour.early
    )


def _write_versions(tours: list[facts.Tour], rows: list[Tour], people: dict[str, Person]) -> dict[int, Terms]:
    """All first versions, then all second ones: a tour may have one draft at a time."""
    newest: dict[int, Terms] = {}
    for index in range(max(len(tour.versions) for tour in tours)):
        told = [
            (tour.versions[index], row)
            for tour, row in zip(tours, rows, strict=True)
            if index < len(tour.versions)
        ]
        terms = [_terms(version, row, index + 1, people) for version, row in told]
        Terms.objects.bulk_create(terms)
        versions = [(version, row) for (version, _), row in zip(told, terms, strict=True)]
        _write_promises(versions)
        _propose(versions)
        _write_signatures(versions)
        newest |= {row.tour_id: row for row in terms}
    return newest


def _terms(version: facts.Version, tour: Tour, number: int, people: dict[str, Person]) -> Terms:
    return Terms(
        tour=tour,
        number=number,
        employee=tour.employee,
        manager=tour.manager,
        mission=version.mission,
        company_gain=version.company_gain,
        employee_gain=version.employee_gain,
        starts_on=version.starts_on,
        ends_on=version.ends_on,
        review_on=version.review_on,
        rhythm=version.rhythm,
        created_by=people[version.by] if version.by else tour.manager,
        created_at=version.created_at,
    )


def _write_promises(versions: list[tuple[facts.Version, Terms]]) -> None:
    Promise.objects.bulk_create(
        Promise(
            terms=row,
            key=uuid5(facts.KEYS, f"{row.tour_id} {owed.by} {owed.what}"),  # the same in every version
            owed_by=owed.by,
            what=owed.what,
            due_on=owed.due_on,
            known_by=owed.known_by,
        )
        for version, row in versions
        for owed in version.promises
    )


def _propose(versions: list[tuple[facts.Version, Terms]]) -> None:
    proposed = [row for version, row in versions if version.proposed_at]
    policies = list(Policy.objects.order_by("-number"))
    for version, row in versions:
        if version.proposed_at:
            row.proposed_at, row.proposed_by, row.revision = version.proposed_at, row.created_by, 1
            day = version.proposed_at.date()
            row.policy = next((policy for policy in policies if policy.holds_from <= day), None)
            row.talk_on = row.window_opens(row.policy or Policy())
    fields = ["proposed_at", "proposed_by", "revision", "policy", "talk_on"]
    Terms.objects.bulk_update(proposed, fields, batch_size=BATCH)
    prefetch_related_objects(proposed, "promises")
    Seal.objects.bulk_create((statement.drawn_up(row) for row in proposed), batch_size=BATCH)


def _write_signatures(versions: list[tuple[facts.Version, Terms]]) -> None:
    Signature.objects.bulk_create(
        Signature(
            terms=row,
            side=side,
            signer=_party(row, side),
            signed_at=at,
            fingerprint=statement.seal_of(row).fingerprint,
        )
        for version, row in versions
        for side, at in version.signed
    )
    Comment.objects.bulk_create(
        Comment(kind=said.kind, terms=row, author=_party(row, said.side), words=said.words, at=said.at)
        for version, row in versions
        if (said := version.said)
    )


def _party(row: Terms, side: str) -> Person:
    return row.employee if side == facts.EMPLOYEE else row.manager
