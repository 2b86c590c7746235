"""Writes the demonstration company down: what is told and what is made up around it, by the same rows."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from datetime import UTC, datetime, time

from django.db import connection, transaction

from alliance_site.demonstration.company import facts
from alliance_site.demonstration.company.rows import writing
from alliance_site.demonstration.company.seeding import Seeded
from alliance_site.demonstration.company.writing_ahead import write_ahead
from alliance_site.demonstration.company.writing_handovers import write_handovers
from alliance_site.demonstration.company.writing_policy import write_policies
from alliance_site.demonstration.company.writing_private import write_private
from alliance_site.demonstration.company.writing_programmes import write_givings, write_programmes
from feedback.figures.publishing import publish_quarters
from feedback.planning import plan_checkins
from people.models import Person


@transaction.atomic
def write(company: facts.Company, around: Seeded | None = None) -> None:
    """Into a database without people. What is still to come is planned as on any other day."""
    keys = _write_rows(company, around)
    _count()
    people = {key: Person.objects.get(pk=keys[key]) for key in company.members}
    write_handovers(company.today)
    write_ahead(company.today, people)
    write_private(company.today, people)
    noon = datetime.combine(company.today, time(12), tzinfo=UTC)
    with _by_index():
        publish_quarters(noon)
    plan_checkins(noon)
    _count()


@contextmanager
def _by_index() -> Iterator[None]:
    """Postgres plans what triggers and keys ask once for each connection: with the first row, when to read
    the whole table is best, and so it would for each of the thousands that follow in the same transaction."""
    with connection.cursor() as cursor:
        cursor.execute("SET LOCAL enable_seqscan = off")
        yield
        cursor.execute("SET LOCAL enable_seqscan TO DEFAULT")


def _count() -> None:
    """Postgres looks at new rows by itself only a minute after they are committed, and guesses until then:
    for a company of 100,000 one statement of the planning took longer than all the writing."""
    with connection.cursor() as cursor:
        cursor.execute("ANALYZE")


def _write_rows(company: facts.Company, around: Seeded | None) -> dict[str, int]:
    """What HR chose and gave is written while keys of people are known and nobody asks yet who they are."""
    others = around.staff if around else {}
    departments = [*company.departments, *(around.departments if around else [])]
    formerly = around.formerly if around else {}
    with writing() as rows:
        rows.people.write({**company.members, **others}, departments, formerly, company.today, known=True)
        people = {key: Person(pk=pk) for key, pk in rows.people.keys.items()}
        write_policies(company.today, people)
        revisions = write_programmes(company.today, people)
        rows.begin(company.founded_on, revisions)
        rows.tours.given = write_givings(company.tours, revisions, people)
        rows.write_tours(company.tours)
        for life in around.lives() if around else ():
            rows.write_tours(*life)
        return rows.people.keys
