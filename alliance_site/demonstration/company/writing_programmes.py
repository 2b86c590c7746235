"""Writes the programmes, and to whom HR gave them."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import UTC, date, datetime, time
from uuid import uuid5

from alliance_site.demonstration.company import facts
from alliance_site.demonstration.company.calendar import month_start
from alliance_site.demonstration.company.programmes import (
    FILLS,
    MONTHS,
    PROGRAMMES,
    RHYTHM,
    Wording,
    due_after,
)
from people.models import Person
from tours.models import Given, Giving, Pledge, Programme, Revision


def write_programmes(
    today: date, people: dict[str, Person], *, since: date = date.min
) -> dict[str, Revision]:
    """By the mission of each revision, which is how a tour is known to come from it. None was written before
    `since`."""
    found = {}
    for told in PROGRAMMES.values():
        programme = Programme.objects.create()
        for number, wording in enumerate(told.wordings, start=1):
            made_on = max(since, month_start(today, wording.months_ago))
            revision = _revision(programme, number, told.name, wording, made_on, people[wording.by])
            found[revision.mission] = programme.current = revision
        programme.save(update_fields=["current"])
    return found


def _revision(
    programme: Programme, number: int, name: str, wording: Wording, made_on: date, made_by: Person
) -> Revision:
    mission = wording.mission
    revision = Revision.objects.create(
        programme=programme,
        number=number,
        name=name,
        mission=mission.mission,
        company_gain=mission.gain.format(**FILLS),
        employee_gain=mission.grows.format(**FILLS),
        months=MONTHS,
        rhythm=RHYTHM,
        made_by=made_by,
        made_at=datetime.combine(made_on, time(10), tzinfo=UTC),
    )
    Pledge.objects.bulk_create(
        Pledge(
            revision=revision,
            owed_by=pledge.by,
            what=pledge.what.format(**FILLS),
            due_after=due_after(pledge),
            known_by=pledge.known.format(**FILLS),
        )
        for pledge in mission.pledges
    )
    return revision


def write_givings(
    tours: list[facts.Tour], revisions: dict[str, Revision], people: dict[str, Person]
) -> dict[int, int]:
    """Of each tour that HR gave, together with a colleague who had one already and did not get it: by the
    identity of the tour, the row that it comes from."""
    found = {}
    for told in tours:
        first = told.versions[0]
        if not first.by:
            continue
        assert first.proposed_at
        giving = Giving.objects.create(
            key=uuid5(facts.KEYS, f"giving to {told.employee}"),
            revision=revisions[first.mission],
            starts_on=first.starts_on,
            language="en",
            given_by=people[first.by],
            as_hr=True,
            given_at=first.proposed_at,
        )
        given = Given.Outcome.GIVEN
        found[id(told)] = Given.objects.create(giving=giving, person=people[told.employee], outcome=given).pk
        for colleague in _busy_colleagues(told, tours):
            busy = Given.Outcome.OVERLAPS
            Given.objects.create(giving=giving, person=people[colleague], outcome=busy)
    return found


def _busy_colleagues(told: facts.Tour, tours: list[facts.Tour]) -> Iterator[str]:
    """One with the same manager whose tour was under way."""
    start = told.versions[0].starts_on
    for other in tours:
        under_way = other.terms.starts_on < start < (other.last_day or date.max)
        if other is not told and other.manager == told.manager and other.has_force and under_way:
            yield other.employee
            return
