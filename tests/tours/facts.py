"""What the database says of tours, in plain SQL: nothing here asks the code that is being tested."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import NamedTuple

from django.db import connection

VERSIONS = """
SELECT terms.id, tour_id, number, employee_id, manager_id, created_by_id, proposed_by_id,
       proposed_at IS NOT NULL,
       md5(concat_ws('|', mission, company_gain, employee_gain, "values", starts_on, ends_on, review_on,
           rhythm, reason, talk_on, employee_id, manager_id, proposed_at, proposed_by_id,
           (SELECT string_agg(concat_ws('|', key, owed_by, what, due_on, known_by), '|' ORDER BY promise.id)
            FROM tours_promise promise WHERE promise.terms_id = terms.id))),
       ARRAY(SELECT signer_id FROM tours_signature WHERE terms_id = terms.id ORDER BY side),
       EXISTS (SELECT FROM tours_comment WHERE terms_id = terms.id AND kind IN ('declined', 'withdrawn')),
       mission, reason
FROM tours_terms terms ORDER BY tour_id, number
"""

TOURS = """
SELECT tour.id, tour.employee_id, tour.manager_id, tour.state, tour.in_force_id, tour.ended_on, tour.ended_by,
       (SELECT (event.state, event.in_force_id, event.manager_id)
               IS NOT DISTINCT FROM (tour.state, tour.in_force_id, tour.manager_id)
        FROM tours_tourevent event WHERE event.pgh_obj_id = tour.id ORDER BY event.pgh_id DESC LIMIT 1)
FROM tours_tour tour ORDER BY tour.id
"""

SAID = """
SELECT 'signature', id, signer_id, terms_id, side FROM tours_signature
UNION ALL SELECT kind, id, author_id, terms_id, words FROM tours_comment
UNION ALL SELECT 'parting', id, author_id, terms_id, reason FROM tours_parting
"""


class Version(NamedTuple):
    pk: int
    tour: int
    number: int
    employee: int
    manager: int
    writer: int
    proposer: int | None
    proposed: bool
    print: str  #: of every word and date in it
    signers: list[int]  #: the employee first
    closed: bool
    mission: str
    reason: str


class TourRow(NamedTuple):
    pk: int
    employee: int
    manager: int
    state: str
    in_force: int | None
    ended_on: object
    ended_by: str | None
    in_history: bool  #: the newest row of its history says the same


class Said(NamedTuple):
    """A signature, a comment or the words on an early end."""

    what: str
    pk: int
    author: int
    terms: int
    words: str


@dataclass(frozen=True)
class Facts:
    versions: dict[int, Version] = field(default_factory=dict)
    tours: dict[int, TourRow] = field(default_factory=dict)
    said: frozenset[Said] = frozenset()

    def of(self, tour: int) -> list[Version]:
        return [version for version in self.versions.values() if version.tour == tour]

    def draft(self, tour: int) -> Version | None:
        return next((version for version in self.of(tour) if not version.proposed), None)

    def unseen_by(self, person: int) -> set[str]:
        """The words of drafts that somebody else is writing, and that stand nowhere else."""
        drafts = [version for version in self.versions.values() if not version.proposed]
        hidden = {word for v in drafts if v.writer != person for word in (v.mission, v.reason)}
        known = [v for v in self.versions.values() if v.proposed or v.writer == person]
        return hidden - {""} - {word for v in known for word in (v.mission, v.reason)}


def look() -> Facts:
    versions = {row[0]: Version(*row) for row in _rows(VERSIONS)}
    tours = {row[0]: TourRow(*row) for row in _rows(TOURS)}
    return Facts(versions, tours, frozenset(Said(*row) for row in _rows(SAID)))


def _rows(sql: str) -> list[tuple]:
    with connection.cursor() as cursor:
        cursor.execute(sql)
        return cursor.fetchall()


def broken(now: Facts, before: Facts) -> list[str]:
    """Which of the rules that always hold does not."""
    found = []
    for tour in now.tours.values():
        found += [f"tour {tour.pk}: {wrong}" for wrong in _of_tour(tour, now)]
    for pk, old in before.versions.items():
        new = now.versions.get(pk)
        if old.proposed and (new is None or new.print != old.print):
            found.append(f"version {pk} was proposed, and changed or is gone")
        if new and (old.signers and not set(old.signers) <= set(new.signers)):
            found.append(f"a signature of version {pk} is gone")
    if not before.said <= now.said:
        found.append("what was said is gone")
    for pk, old_tour in before.tours.items():
        new_tour = now.tours[pk]
        if old_tour.manager != new_tour.manager and old_tour.in_force == new_tour.in_force:
            found.append(f"tour {pk} has another manager, and nobody signed that")
        if old_tour.state in ("declined", "withdrawn", "ended_early") and old_tour != new_tour:
            found.append(f"tour {pk} was over, and goes on")
    return found


def _of_tour(tour: TourRow, now: Facts) -> list[str]:
    versions, wrong = now.of(tour.pk), []
    drafts = [version for version in versions if not version.proposed]
    if len(drafts) > 1 or (drafts and drafts[0] != versions[-1]):
        wrong.append("more than one draft, or one that is not the newest")
    if any(draft.signers for draft in drafts):
        wrong.append("a signed draft")
    for version in versions:
        parties = (version.employee, version.manager)
        if not set(version.signers) <= set(parties) or len(set(parties)) != 2:
            wrong.append(f"version {version.number} is signed by somebody else")
        if version.writer not in parties:
            wrong.append(f"version {version.number} is written by somebody else")
    return [*wrong, *_of_force(tour, versions, now)]


def _of_force(tour: TourRow, versions: list[Version], now: Facts) -> list[str]:
    wrong = []
    if tour.in_force is None:
        if any(len(version.signers) == 2 for version in versions):
            wrong.append("signed by both, and not in force")
    else:
        force = now.versions[tour.in_force]
        if force.signers != [tour.employee, tour.manager]:
            wrong.append("in force without both signatures")
        if force.closed:
            wrong.append("in force, and declined or withdrawn")
        if any(len(version.signers) == 2 and version.number > force.number for version in versions):
            wrong.append("newer terms are signed by both, and not in force")
    if not tour.in_history:
        wrong.append("its history does not say so")
    return wrong
