"""Lines of tours, what is agreed in them, and what both said about it."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import UTC, date, datetime, time
from typing import cast
from uuid import UUID, uuid5

from alliance_site.demonstration.company import facts
from alliance_site.demonstration.company.rows.copying import KeyedRows, Lines, line
from alliance_site.demonstration.company.rows.people import PeopleRows
from tours import statement
from tours.models import LedgerEntry, Policy, Revision, Terms


@dataclass(slots=True)
class Promised:
    """A promise's row: what others refer to it by."""

    pk: int
    key: UUID
    owed: facts.Owed


@dataclass(slots=True)
class Agreed:
    """The row of a version, with its promises by what they say."""

    pk: int
    version: facts.Version
    manager: str
    promises: dict[facts.Owed, Promised]


@dataclass(slots=True)
class _Named:
    name: str


@dataclass(slots=True)
class _Typed:
    type: str


@dataclass(slots=True)
class _All:
    rows: list[facts.Owed]

    def all(self) -> list[_Owed]:
        return [_Owed(owed.by, owed.due_on, owed.what, owed.known_by) for owed in self.rows]


@dataclass(slots=True)
class _Owed:
    owed_by: str
    due_on: date
    what: str
    known_by: str


@dataclass
class _Statement:
    """What `tours.statement` reads of terms: a row of the model would take several times as long to make."""

    tour_id: int
    number: int
    tour: _Typed
    employee: _Named
    manager: _Named
    mission: str
    company_gain: str
    employee_gain: str
    values: str
    starts_on: date
    ends_on: date | None
    review_on: date | None
    rhythm: int
    promises: _All
    reason: str
    wordings: list[str]


#: What tells promises of one tour apart, for whoever judges them.
_Wording = tuple[str, str, date]


def _wording(owed: facts.Owed) -> _Wording:
    return owed.by, owed.what, owed.due_on


def _settled(tour: facts.Tour) -> dict[_Wording, str]:
    """The word on each promise (`tours.models.word`), which nothing looks up here: the newest said of it."""
    settling = [told for told in tour.told if told.kind in LedgerEntry.SETTLING]
    return {_wording(told.owed): told.kind for told in sorted(settling, key=lambda told: told.at)}


class TourRows(KeyedRows):
    """`given` has the row of the giving of those tours that came by one."""

    TABLES = ("tours_tour", "tours_terms", "tours_promise")

    def __init__(
        self, lines: Lines, after: dict[str, int], people: PeopleRows, revisions: Mapping[str, Revision]
    ) -> None:
        super().__init__(after)
        self.lines, self.people, self.revisions = lines, people, revisions
        self.given: dict[int, int] = {}
        self.pks: dict[int, int] = {}
        self.policies = list(Policy.objects.order_by("-number"))
        self._ours = Policy()
        self._wordings: dict[int | None, list[str]] = {
            policy.pk: list(map(str, policy.wordings)) for policy in [*self.policies, self._ours]
        }

    def write(self, tour: facts.Tour) -> tuple[int, list[Agreed]]:
        pk = self.pks[id(tour)] = next(self._next["tours_tour"])
        settled = _settled(tour)
        told = enumerate(tour.versions, start=1)
        agreed = [self._version(tour, pk, number, version, settled) for number, version in told]
        if tour.pending:
            self._version(tour, pk, len(agreed) + 1, tour.pending, settled)
        self._tour(tour, pk, agreed)
        self._ledger(tour, agreed)
        for outcome in tour.outcomes:
            self._outcome(outcome, tour, pk, agreed)
        return pk, agreed

    def forget(self) -> None:
        """What was written follows no other tour any more."""
        self.pks.clear()

    def _tour(self, tour: facts.Tour, pk: int, agreed: list[Agreed]) -> None:
        keys = self.people.keys
        revision = self.revisions.get(tour.versions[0].mission) if tour.has_force else None
        early = tour.early
        self.lines["tours_tour"].append(
            line(
                pk,
                keys[tour.employee],
                keys[tour.manager],
                tour.type,
                tour.state,
                agreed[-1].pk if tour.has_force else None,
                self.pks[id(tour.previous)] if tour.previous else None,
                revision.programme_id if revision else None,
                revision.pk if revision else None,
                self.given.get(id(tour)),
                early.on if early else None,
                early.by if early else None,
                tour.versions[0].created_at,
                *self._days(tour),
            )
        )
        if early:
            at = datetime.combine(early.on, time(12), tzinfo=UTC)
            author = self._party(tour, agreed[-1], early.by)
            self.lines["tours_parting"].append(
                line(pk, agreed[-1].pk, early.by, author, early.reason, "", at)
            )

    def _days(self, tour: facts.Tour) -> tuple[date | None, ...]:
        """What the database would keep of the terms in force, if its triggers were there."""
        if not tour.has_force:
            return (None,) * 4
        signed = tour.versions[-1]
        last_day = tour.early.on if tour.early else signed.ends_on
        return signed.starts_on, last_day, signed.review_on, self._talk_on(tour, signed)

    def _version(
        self,
        tour: facts.Tour,
        tour_pk: int,
        number: int,
        version: facts.Version,
        settled: dict[_Wording, str],
    ) -> Agreed:
        manager = version.manager or tour.manager
        agreed = Agreed(next(self._next["tours_terms"]), version, manager, {})
        policy = self._policy(version.proposed_at)
        self._terms(tour, tour_pk, number, agreed, policy)
        for owed in version.promises:
            self._promise(tour_pk, agreed, owed, settled.get(_wording(owed)))
        if version.proposed_at:
            self._sign(tour, tour_pk, number, agreed, policy)
        if said := version.said:
            author = self._party(tour, agreed, said.side)
            self.lines["tours_comment"].append(line(said.kind, "", agreed.pk, author, said.words, said.at))
        return agreed

    def _policy(self, proposed_at: datetime | None) -> Policy | None:
        day = proposed_at.date() if proposed_at else date.min
        return next((policy for policy in self.policies if policy.holds_from <= day), None)

    def _talk_on(self, tour: facts.Tour, version: facts.Version) -> date | None:
        policy = self._policy(version.proposed_at) or self._ours
        comes_to = version.ends_on or version.review_on
        return comes_to and max(version.starts_on, comes_to - policy.lead(tour.type))

    def _terms(
        self, tour: facts.Tour, tour_pk: int, number: int, agreed: Agreed, policy: Policy | None
    ) -> None:
        version, keys = agreed.version, self.people.keys
        writer = keys[version.by] if version.by else keys[agreed.manager]
        proposed = version.proposed_at
        self.lines["tours_terms"].append(
            line(
                agreed.pk,
                tour_pk,
                number,
                keys[tour.employee],
                keys[agreed.manager],
                version.mission,
                version.company_gain,
                version.employee_gain,
                "",
                version.starts_on,
                version.ends_on,
                version.review_on,
                version.rhythm,
                version.reason,
                writer,
                version.created_at,
                1 if proposed else 0,
                writer if proposed else None,
                proposed,
                policy.pk if policy else None,
                self._talk_on(tour, version) if proposed else None,
            )
        )

    def _promise(self, tour_pk: int, agreed: Agreed, owed: facts.Owed, word: str | None) -> None:
        key = uuid5(facts.KEYS, f"{tour_pk} {owed.by} {owed.what}")  # the same in every version
        row = agreed.promises[owed] = Promised(next(self._next["tours_promise"]), key, owed)
        self.lines["tours_promise"].append(
            line(row.pk, agreed.pk, key, owed.by, owed.what, owed.due_on, owed.known_by, word)
        )

    def _sign(
        self, tour: facts.Tour, tour_pk: int, number: int, agreed: Agreed, policy: Policy | None
    ) -> None:
        version = agreed.version
        employee, manager = self.people.names[tour.employee], self.people.names[agreed.manager]
        text = statement.canonical_text(cast("Terms", _Statement(
            tour_pk, number, _Typed(tour.type), _Named(employee), _Named(manager), version.mission,
            version.company_gain, version.employee_gain, "", version.starts_on, version.ends_on,
            version.review_on, version.rhythm, _All(sorted(version.promises, key=lambda owed: owed.due_on)),
            version.reason, self._wordings[policy.pk if policy else None],
        )))  # fmt: skip
        seal = statement.fingerprint(text)
        self.lines["tours_seal"].append(line(agreed.pk, employee, manager, text, seal))
        for side, at in version.signed:
            signer = self._party(tour, agreed, side)
            self.lines["tours_signature"].append(line(agreed.pk, side, signer, at, seal))

    def _ledger(self, tour: facts.Tour, agreed: list[Agreed]) -> None:
        for told in tour.told:
            terms = self.in_force(tour, agreed, told.at)
            promise = terms.promises[told.owed]
            author = self._party(tour, terms, told.side)
            values = (
                promise.pk,
                terms.pk,
                promise.key,
                told.owed.by,
                told.kind,
                told.side,
                author,
                told.words,
            )
            self.lines["tours_ledgerentry"].append(line(*values, told.at))

    def _outcome(self, told: facts.Outcome, tour: facts.Tour, pk: int, agreed: list[Agreed]) -> None:
        terms = self.in_force(tour, agreed, told.at)
        other = facts.MANAGER if told.side == facts.EMPLOYEE else facts.EMPLOYEE
        by, confirmer = self._party(tour, terms, told.side), self._party(tour, terms, other)
        confirmed = (confirmer, told.confirmed_at) if told.confirmed_at else (None, None)
        self.lines["tours_nextstep"].append(
            line(pk, terms.pk, told.outcome, told.words, told.side, by, told.at, *confirmed)
        )

    @staticmethod
    def in_force(tour: facts.Tour, agreed: list[Agreed], at: datetime) -> Agreed:
        if len(agreed) == 1:
            return agreed[0]
        version = tour.in_force_at(at)
        return next(each for each in agreed if each.version is version)

    def _party(self, tour: facts.Tour, agreed: Agreed, side: str) -> int:
        return self.people.keys[tour.employee if side == facts.EMPLOYEE else agreed.manager]
