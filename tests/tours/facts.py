"""What the database says of tours, in plain SQL: nothing here asks the code that is being tested."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import date, timedelta
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
UNION ALL SELECT kind, id, author_id, terms_id, words FROM tours_ledgerentry
UNION ALL SELECT 'recorded', id, recorded_by_id, terms_id, concat_ws('|', outcome, words) FROM tours_nextstep
"""

STEPS = "SELECT id, terms_id, side, outcome, words, recorded_by_id, confirmed_by_id FROM tours_nextstep"

PROMISES = """
SELECT promise.id, tour.id, promise.due_on, COALESCE(tour.ended_on, terms.ends_on), tour.ended_on IS NOT NULL,
       (SELECT (at AT TIME ZONE 'UTC')::date FROM tours_parting parting
        WHERE parting.tour_id = tour.id AND parting.side = tour.ended_by),
       EXISTS (SELECT FROM tours_ledgerentry entry JOIN tours_promise said ON said.id = entry.promise_id
               WHERE (said.key, said.owed_by, said.what, said.due_on)
                     = (promise.key, promise.owed_by, promise.what, promise.due_on)
                 AND entry.kind IN ('kept', 'not_kept', 'agreed'))
FROM tours_tour tour JOIN tours_terms terms ON terms.id = tour.in_force_id
JOIN tours_promise promise ON promise.terms_id = terms.id
"""

#: What the newest that settles a promise says, among all that was said in that tour of the same words.
MISWORDED = """
SELECT promise.id, promise.word
FROM tours_promise promise JOIN tours_terms terms ON terms.id = promise.terms_id
WHERE promise.word IS DISTINCT FROM (
    SELECT entry.kind FROM tours_ledgerentry entry
    JOIN tours_promise said ON said.id = entry.promise_id JOIN tours_terms its ON its.id = said.terms_id
    WHERE (its.tour_id, said.key, said.owed_by, said.what, said.due_on)
          = (terms.tour_id, promise.key, promise.owed_by, promise.what, promise.due_on)
      AND entry.kind IN ('kept', 'not_kept', 'agreed')
    ORDER BY entry.at DESC, entry.id DESC LIMIT 1)
"""

MISDATED = """
SELECT tour.id FROM tours_tour tour LEFT JOIN tours_terms agreed ON agreed.id = tour.in_force_id
WHERE (first_day, last_day, review_day, talk_day) IS DISTINCT FROM
    (starts_on, COALESCE(ended_on, ends_on), review_on, talk_on)
ORDER BY 1
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
    """A signature, a comment, the words on an early end, an entry in the ledger, or an outcome recorded."""

    what: str
    pk: int
    author: int
    terms: int
    words: str


class Step(NamedTuple):
    """An outcome of the talk about what comes next."""

    pk: int
    terms: int
    side: str
    outcome: str
    words: str
    recorder: int
    confirmer: int | None


class Owed(NamedTuple):
    """A promise in terms in force."""

    pk: int
    tour: int
    due_on: date
    ends_on: date | None
    early: bool
    said_on: date | None  #: that it ends early
    settled: bool

    def is_open(self) -> bool:
        """An early end takes with it what was due later than its last day and than the day it was said."""
        return not self.settled and not (self.early and self.due_on > max(self.ended))

    @property
    def ended(self) -> tuple[date, date]:
        """Of an early end: its last day, and the day it was said."""
        assert self.ends_on
        assert self.said_on
        return self.ends_on, self.said_on

    def can_be_settled(self, on: date) -> bool:
        last = max(filter(None, (self.ends_on, self.said_on)), default=date.max - timedelta(days=90))
        return self.is_open() and on <= last + timedelta(days=90)


@dataclass(frozen=True)
class Facts:
    versions: dict[int, Version] = field(default_factory=dict)
    tours: dict[int, TourRow] = field(default_factory=dict)
    said: frozenset[Said] = frozenset()
    steps: dict[int, Step] = field(default_factory=dict)
    promises: frozenset[Owed] = frozenset()

    def newest_step(self, tour: int) -> Step | None:
        return self._last(tour, lambda step: True)

    def agreed_step(self, tour: int) -> Step | None:
        """The one that both confirmed last under the terms in force."""
        return self._last(tour, lambda step: step.confirmer is not None)

    def _last(self, tour: int, which: Callable[[Step], bool]) -> Step | None:
        steps = (step for step in self.steps.values() if step.terms == self.tours[tour].in_force)
        return max(filter(which, steps), default=None)

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
    steps = {row[0]: Step(*row) for row in _rows(STEPS)}
    promises = frozenset(Owed(*row) for row in _rows(PROMISES))
    return Facts(versions, tours, frozenset(Said(*row) for row in _rows(SAID)), steps, promises)


def misworded() -> list[tuple]:
    """The promises on which stands another word than the ledger says, and which word that is."""
    return _rows(MISWORDED)


def misdated() -> list[int]:
    """The tours on which stand other days than those of their terms in force, or of an early end."""
    return [pk for (pk,) in _rows(MISDATED)]


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
    return found + _of_steps(now, before) + _of_promises(now, before)


def _of_steps(now: Facts, before: Facts) -> list[str]:
    """What both confirmed is undone by both alone."""
    found = []
    for step in now.steps.values():
        if step.confirmer == step.recorder:
            found.append(f"outcome {step.pk} is confirmed by whoever recorded it")
    for pk, old in before.steps.items():
        new = now.steps.get(pk)
        if new is None or old[:-1] != new[:-1] or (old.confirmer and old != new):
            found.append(f"outcome {pk} changed or is gone")
    for pk, tour in before.tours.items():
        agreed = before.agreed_step(pk)
        if agreed and tour.in_force == now.tours[pk].in_force and (now.agreed_step(pk) or agreed) < agreed:
            found.append(f"tour {pk}: the outcome that both confirmed is undone")
    return found


def _of_promises(now: Facts, before: Facts) -> list[str]:
    """No early end takes with it what was due as it was said, nor is it told long after."""
    old = {promise.pk: promise for promise in before.promises}
    found = []
    for promise in now.promises:
        was = old.get(promise.pk)
        if was is None or was.early or not promise.early:
            continue
        last, said = promise.ended
        if was.is_open() and promise.due_on <= said and not promise.is_open():
            found.append(f"promise {promise.pk} was due, and vanished with an early end")
        if last < said - timedelta(days=15):
            found.append(f"tour {promise.tour} was ended long ago")
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
