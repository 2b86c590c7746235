"""Gives programmes to those who wait for them: a worker's part, safe to run any number of times, at once.

What is to be done is rows in the database. A chunk of them is claimed, written and marked in one
transaction, so whoever dies in the middle has done nothing, and the next tick does it.
"""

from __future__ import annotations

import logging
from collections.abc import Sequence
from datetime import datetime, timedelta
from itertools import groupby
from operator import attrgetter
from time import monotonic

import pghistory
from django.db import DatabaseError, InterfaceError, OperationalError, transaction
from django.utils import translation

from alliance_site.outbox.services import nudge
from people.days import today_for
from people.models import Person
from tours import statement
from tours.giving import copying
from tours.giving.standing import Rights, Standing, refusal, standings
from tours.models import Given, Giving, Policy, Promise, Terms, Tour

log = logging.getLogger(__name__)

CHUNK = 100
BUDGET = timedelta(seconds=50)  # one run; what is left then is for the next
AWAY = (OperationalError, InterfaceError)  # of the database: nothing was done, and the next tick does it


def work(now: datetime) -> int:
    """Goes on until nothing waits that nobody else is at, or the time is up; says how many were settled."""
    settled, stop_at = 0, monotonic() + BUDGET.total_seconds()
    while monotonic() < stop_at and (some := _give_some(now)):
        settled += some
    if settled:
        nudge()  # whoever is to sign hears of it
    return settled


def _give_some(now: datetime) -> int:
    """The next chunk; where the database refuses it, one by one, so that one person does not stop all."""
    try:
        return _give_chunk(now)
    except AWAY:
        raise
    except DatabaseError:
        log.exception("a chunk of a giving was refused; going on one by one")
        return sum(_give_one(now) for _row in range(CHUNK))


@transaction.atomic
def _give_chunk(now: datetime) -> int:
    rows = _claim(CHUNK)
    for _giving, some in groupby(rows, key=attrgetter("giving_id")):
        _give_as_giver(list(some), now)
    return len(rows)


@transaction.atomic
def _give_one(now: datetime) -> int:
    rows = _claim(1)
    try:
        with transaction.atomic():
            _give_as_giver(rows, now)
    except AWAY:
        raise
    except DatabaseError:
        log.exception("somebody could not be given a programme: row %s", rows[0].pk)
        _mark(rows, Given.Outcome.FAILED)
    return len(rows)


def _claim(size: int) -> list[Given]:
    """Rows that wait, ours until the transaction ends, with their people: of two givings to one person,
    the second sees what came of the first. Nobody waits for anybody, so nothing can deadlock."""
    waiting = Given.objects.waiting().select_related("person", "giving__revision", "giving__given_by")
    locked = waiting.select_for_update(of=("self", "person"), skip_locked=True, no_key=True)
    return list(locked.order_by("giving_id", "pk")[:size])


def _mark(rows: Sequence[Given], outcome: Given.Outcome) -> None:
    Given.objects.filter(pk__in=[row.pk for row in rows]).update(outcome=outcome)


def _give_as_giver(rows: Sequence[Given], now: datetime) -> None:
    """Rows of one giving; in the history, as on a page, it is the giver's doing."""
    if rows:
        with pghistory.context(user=rows[0].giving.given_by_id):
            _give(rows, now)


def _give(rows: Sequence[Given], now: datetime) -> None:
    giving = rows[0].giving
    today = today_for(giving.given_by, now)
    found = standings(giving.revision, giving.starts_on, [row.person_id for row in rows], today)
    batch = Batch(giving, now)
    outcomes: dict[Given.Outcome, list[Given]] = {}
    for row in rows:
        why_not = refusal(found[row.person_id], batch.rights, batch.needed)
        outcomes.setdefault(why_not or Given.Outcome.GIVEN, []).append(row)
    for outcome, some in outcomes.items():
        _mark(some, outcome)
    got = outcomes.get(Given.Outcome.GIVEN, [])
    batch.write([(row, found[row.person_id]) for row in got])


class Batch:
    """The tours of some people of one giving, written and proposed in a few statements."""

    def __init__(self, giving: Giving, now: datetime) -> None:
        self.giving, self.now = giving, now
        self.revision = giving.revision
        self.pledges = list(self.revision.pledges.all())
        self.needed = copying.placeholders_used(self.revision, self.pledges)
        self.rights = rights(giving, now)
        self.days = (giving.starts_on, copying.last_day(giving.starts_on, self.revision.months))

    def write(self, got: Sequence[tuple[Given, Standing]]) -> None:
        if not got:
            return
        tours = Tour.objects.bulk_create(self._tour(row, standing) for row, standing in got)
        with translation.override(self.giving.language):
            values = [standing.fills(self.days) for _row, standing in got]
        pairs = list(zip(tours, values, strict=True))
        terms = Terms.objects.bulk_create(self._terms(tour, filled) for tour, filled in pairs)
        promises: list[Promise] = []
        for its, filled in zip(terms, values, strict=True):
            for promise in copying.promises(self.pledges, filled, self.days):
                promise.terms = its
                promises.append(promise)
        Promise.objects.bulk_create(promises)
        self._propose(terms)

    def _tour(self, row: Given, standing: Standing) -> Tour:
        assert standing.manager  # else it would have been refused
        return Tour(
            employee=standing.person,
            manager=standing.manager,
            type=Tour.Type.ROTATIONAL,
            state=Tour.State.PROPOSED,
            programme_id=self.revision.programme_id,
            programme_revision=self.revision,
            given=row,
            created_at=self.now,
        )

    def _terms(self, tour: Tour, filled: dict[str, str]) -> Terms:
        return Terms(
            tour=tour,
            number=1,
            employee=tour.employee,
            manager=tour.manager,
            starts_on=self.days[0],
            ends_on=self.days[1],
            rhythm=self.revision.rhythm,
            created_by=self.giving.given_by,
            created_at=self.now,
            **copying.words(self.revision, filled),
        )

    def _propose(self, terms: Sequence[Terms]) -> None:
        """As `put_on_table` does with one; all of these end on the same day."""
        policy = Policy.objects.on(today_for(self.giving.given_by, self.now))
        Terms.objects.filter(pk__in=[its.pk for its in terms]).update(
            proposed_at=self.now,
            proposed_by=self.giving.given_by,
            policy=policy if policy.pk else None,
            talk_on=terms[0].window_opens(policy),
        )
        statement.seal_all([its.pk for its in terms])


def rights(giving: Giving, now: datetime) -> Rights:
    giver = Person.objects.with_duties(now).get(pk=giving.given_by_id)
    allowed = giver.is_hr if giving.as_hr else not giver.has_left(today_for(giver, now))
    return Rights(giver, giving.as_hr, allowed)
