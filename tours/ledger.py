"""The promise ledger: what each side owes the other, and what has become of it.

No state is stored. It follows from the dates, from what both have signed, and from what the two sides
said. What was said counts for the promise as it was then worded, for that day and that side: once both
have signed another wording or a later day, it is to be judged anew, and what was said stays readable.
Only of what settles a promise the newest also stands beside it, where the database keeps it: `Promise.word`.
"""

from __future__ import annotations

from collections.abc import Collection, Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from enum import StrEnum
from functools import cached_property
from typing import Any
from uuid import UUID

from django.contrib.postgres.expressions import ArraySubquery
from django.db import models
from django.db.models import (
    Exists,
    F,
    OuterRef,
    Prefetch,
    Q,
    QuerySet,
    Subquery,
    Value,
)
from django.db.models.functions import Coalesce, JSONObject
from django.db.models.lookups import GreaterThanOrEqual
from django.utils.formats import date_format
from django.utils.translation import gettext_lazy as _

from people.along import come_along
from people.days import ONE_DAY
from people.models import Person
from people.prepared import prepared_along
from tours import policy
from tours.access import Reader
from tours.models import LedgerEntry, Promise, Side, Terms, Tour, TourQuerySet
from tours.models.dates import is_there
from tours.models.partings import end_said_on

Kind = LedgerEntry.Kind


class State(models.TextChoices):
    OPEN = "open", _("open")
    DUE = "due", _("due soon")
    OVERDUE = "overdue", _("overdue")
    KEPT = "kept", _("kept")
    NOT_KEPT = "not_kept", _("not kept")
    DROPPED = "dropped", _("dropped by agreement")
    ENDED = "ended", _("the tour ended first")
    CARRIED = "carried", _("carried into the next tour")


OPEN_STILL = (State.OPEN, State.DUE, State.OVERDUE)


class LedgerAct(StrEnum):
    JUDGE = "judge"
    SAY_DONE = "say_done"
    ASK_TO_DROP = "ask_to_drop"
    ANSWER = "answer"
    TAKE_BACK = "take_back"

    def is_for(self, side: Side, promise: Promise) -> bool:
        """Whether it could ever be that side's to do."""
        if self is LedgerAct.JUDGE:
            return promise.owed_by != side
        return promise.owed_by == side or self is not LedgerAct.SAY_DONE


@dataclass(frozen=True)
class Line:
    """One promise, as the newest signed terms that have it word it."""

    promise: Promise
    state: State
    entries: Sequence[LedgerEntry]  #: oldest first; those on an earlier wording too
    on: date  #: the day it is looked at
    begun: bool  #: the tour had, that day
    left_out_by: Terms | None = None

    @cached_property
    def counting(self) -> list[LedgerEntry]:
        return [entry for entry in self.entries if is_about(entry, self.promise)]

    @property
    def newest(self) -> int:
        """The key of what was said last, 0 where nothing was: what a page showed to whoever answers it."""
        return self.entries[-1].pk if self.entries else 0

    @property
    def had_its_day(self) -> bool:
        """Kept it may be at any time; that it was not can be said from the day after it was due."""
        return self.promise.due_on < self.on

    @property
    def is_open(self) -> bool:
        return self.state in OPEN_STILL

    @property
    def verdict(self) -> LedgerEntry | None:
        """The newest counts."""
        return _newest(self.counting, *LedgerEntry.VERDICTS)

    @property
    def done(self) -> LedgerEntry | None:
        """That it is done, in the words of whoever owes it."""
        return _newest(self.counting, Kind.DONE)

    @property
    def wish(self) -> LedgerEntry | None:
        """To drop it, and not answered yet."""
        asked = _newest(self.counting, Kind.ASKED) if self.is_open else None
        answered = {entry.answers_id for entry in self.entries}
        return asked if asked and asked.pk not in answered else None

    def acts(self, side: Side | None) -> set[LedgerAct]:
        """What whoever speaks for that side today may do."""
        if side is None or self.left_out_by or self.state in (State.DROPPED, State.CARRIED):
            return set()
        found = {LedgerAct.JUDGE} if self.begun else set()
        if self.is_open:
            found |= set() if self.done else {LedgerAct.SAY_DONE}
            found |= {LedgerAct.ANSWER, LedgerAct.TAKE_BACK} if self.wish else {LedgerAct.ASK_TO_DROP}
        return {act for act in found if self.concerns(act, side)}

    def concerns(self, act: LedgerAct, side: Side) -> bool:
        """Whether it is that side's to do, or was."""
        if act in (LedgerAct.ANSWER, LedgerAct.TAKE_BACK):
            asked = _newest(self.counting, Kind.ASKED)
            return asked is not None and (asked.side == side) == (act is LedgerAct.TAKE_BACK)
        return act.is_for(side, self.promise)

    def concerned(self, act: LedgerAct, side: Side) -> bool:
        """Whether it was that side's to do at some time, perhaps of an earlier wording."""
        if act in (LedgerAct.ANSWER, LedgerAct.TAKE_BACK):
            wishes = (entry for entry in self.entries if entry.kind == Kind.ASKED)
            return any((wish.side == side) == (act is LedgerAct.TAKE_BACK) for wish in wishes)
        return act.is_for(side, self.promise)


def _newest(entries: Sequence[LedgerEntry], *kinds: Kind) -> LedgerEntry | None:
    return next((entry for entry in reversed(entries) if entry.kind in kinds), None)


def is_about(entry: LedgerEntry, promise: Promise) -> bool:
    return entry.promise_id == promise.pk or same_promise(entry.promise, promise)


def same_promise(one: Promise, other: Promise) -> bool:
    return all(getattr(one, name) == getattr(other, name) for name in ("key", *WORDING))


WORDING = ("owed_by", "what", "due_on")

_follow_up = Tour.objects.filter(previous=OuterRef("terms__tour"), in_force__promises__key=OuterRef("key"))
#: A look at the follow-up for each promise asked about: written as EXISTS, Postgres would read all of them.
_is_carried = Coalesce(Subquery(_follow_up.values(carries=Value(True))[:1]), False)
_TOLD = ("id", "kind", "side", "words", "at", "answers_id")
_said = LedgerEntry.objects.filter(promise=OuterRef("pk")).values(
    told=JSONObject(**{name: name for name in _TOLD}, author_id="author_id", author_name="author__name")
)

_promises = Promise.objects.annotate(carried=_is_carried, said=ArraySubquery(_said))
_ask_for_promises = prepared_along(Terms, Prefetch("promises", _promises))
_PROMISED = ("id", "key", "owed_by", "what", "due_on", "known_by", "word", "carried", "said")


def told_promises() -> ArraySubquery:
    """In SQL: those of a version, in their order, as `fetch_promises` knows them."""
    told = JSONObject(**{name: name for name in _PROMISED})
    return ArraySubquery(_promises.filter(terms=OuterRef("pk")).order_by("due_on", "id").values(told=told))


def fetch_promises(versions: Collection[Terms]) -> None:
    """Of each of them, with whether a follow-up tour that both have signed takes it along, and with what was
    said of it: one query for all, as the page of a tour has none to spare; of versions that came with what
    `told_promises` tells, none, and as they were then."""
    for terms in versions:
        if "told_promises" in vars(terms):
            come_along(terms, "promises", [_promise(terms, **told) for told in vars(terms)["told_promises"]])
    _ask_for_promises(versions)


def _promise(
    terms: Terms, *, key: str, due_on: str, carried: bool, said: list[dict[str, Any]], **facts: Any
) -> Promise:
    found = Promise(terms=terms, key=UUID(key), due_on=date.fromisoformat(due_on), **facts)
    vars(found).update(carried=carried, said=said)
    return found


def ledger(tour: Tour, on: date, reader: Reader) -> list[Line]:
    """What both owe by a tour that came `with_versions`, and how it stands that day, by date.

    For whoever may read only some of the versions: how it stood when the first beyond them was signed. And
    for whoever hears what was said until a moment: how it stood on the day before.
    """
    signed = [terms for terms in tour.proposed if terms.is_signed]
    fetch_promises(signed)
    said = _entries(signed)
    beyond, until = [terms for terms in signed if terms not in reader.versions], reader.until
    if beyond:
        beyond_at = max(signature.signed_at for signature in beyond[0].known_signatures)
        signed, said = signed[: signed.index(beyond[0])], [entry for entry in said if entry.at < beyond_at]
        on = min(on, beyond_at.date())
    if until:
        said, on = [entry for entry in said if reader.hears(entry.at)], min(on, until.date() - ONE_DAY)
    told = not beyond and (until is None or (tour.end_said_on is not None and tour.end_said_on <= on))
    ended = tour.known_end if tour.ended_by and told else None
    return _lines(tour, signed, said, on, ended, tells_carried=not (beyond or until))


def due_in_vain(terms: Terms, due_on: date) -> str:
    """Why nobody could ever judge a promise that is due that day; nothing where they can."""
    last = terms.ends_on and terms.ends_on + timedelta(days=policy.SETTLE_WITHIN_DAYS)
    if not last or due_on <= last:
        return ""
    told = _(
        "Choose %(last)s or a day before it. Later than %(days)s days after the tour nobody can judge a"
        " promise any more."
    )
    return str(told % {"last": date_format(last), "days": policy.SETTLE_WITHIN_DAYS})


def _entries(signed: Sequence[Terms]) -> list[LedgerEntry]:
    """In order, as rows again; each knows its author and its promise."""
    found = [
        LedgerEntry(
            promise=promise,
            key=promise.key,
            author=Person(pk=told["author_id"], name=told["author_name"]),
            **{name: told[name] for name in _TOLD if name != "at"},
            at=datetime.fromisoformat(told["at"]),
        )
        for terms in signed
        for promise in terms.promises.all()
        for told in getattr(promise, "said", [])
    ]
    return sorted(found, key=lambda entry: (entry.at, entry.pk))


def _lines(
    tour: Tour,
    signed: Sequence[Terms],
    said: Sequence[LedgerEntry],
    on: date,
    ended: date | None,
    *,
    tells_carried: bool,
) -> list[Line]:
    """`ended` early, as far as the reader is told."""
    last = {promise.key: promise for terms in signed for promise in terms.promises.all()}
    found = []
    begun = tour.starts_on is not None and tour.starts_on <= on
    for promise in sorted(last.values(), key=lambda promise: (promise.due_on, promise.pk)):
        about = [entry for entry in said if entry.key == promise.key]
        number = next(terms.number for terms in signed if terms.pk == promise.terms_id)
        left_out_by = next((terms for terms in signed if terms.number > number), None)
        state = _state(promise, about, ended, on, left_out=left_out_by is not None)
        if state is State.CARRIED and not tells_carried:
            state = _by_date(promise, ended, on)
        found.append(Line(promise, state, about, on, begun, left_out_by))
    return found


def _state(
    promise: Promise, said: Sequence[LedgerEntry], ended: date | None, on: date, *, left_out: bool
) -> State:
    settled = _newest([entry for entry in said if is_about(entry, promise)], *LedgerEntry.SETTLING)
    if settled:
        return State.DROPPED if settled.kind == Kind.AGREED else State(settled.kind)
    if left_out:
        return State.DROPPED
    if getattr(promise, "carried", False):
        return State.CARRIED
    return _by_date(promise, ended, on)


def _by_date(promise: Promise, ended: date | None, on: date) -> State:
    if ended and ended < promise.due_on:
        return State.ENDED
    if promise.due_on < on:
        return State.OVERDUE
    soon = promise.due_on <= on + timedelta(days=policy.PROMISE_DUE_DAYS)
    return State.DUE if soon else State.OPEN


# The same in SQL, for many tours at once


def said_of(*kinds: Kind) -> QuerySet[LedgerEntry]:
    """For a subquery of promises: what was said of each that counts."""
    return LedgerEntry.objects.filter(
        kind__in=kinds,
        key=OuterRef("key"),
        terms__tour=OuterRef("terms__tour"),
        owed_by=OuterRef("owed_by"),
        promise__what=OuterRef("what"),
        promise__due_on=OuterRef("due_on"),
    )


def unfinished() -> QuerySet[Promise]:
    """Neither kept nor dropped: what a later tour may take over."""
    return Promise.objects.filter(Q(word=None) | Q(word=Kind.NOT_KEPT))


def not_dropped() -> QuerySet[Promise]:
    """All but those that both have agreed to drop."""
    return Promise.objects.filter(Q(word=None) | ~Q(word=Kind.AGREED))


def owed(on: date) -> QuerySet[Any]:
    """Promises in force that are open, due or overdue that day, as long as they can be settled.

    What ends with a tour, and for how long the rest can be settled, is told as by `Tour.known_end`.
    Annotates `said_done`.
    """
    ended_on, said_on = "terms__tour__ended_on", end_said_on("terms__tour")
    return Promise.objects.annotate(said_done=Exists(said_of(Kind.DONE))).filter(
        ~_is_carried,
        Q(**{ended_on: None}) | Q(due_on__lte=F(ended_on)) | Q(due_on__lte=said_on),
        word=None,
        terms__in=_to_settle(on).values("in_force"),
    )


def _to_settle(on: date) -> TourQuerySet:
    """Those whose promises can be settled that day. Asked by themselves: where a promise, its terms and its
    tour are joined round, Postgres takes it that hardly any will meet, and reads them all."""
    by, said_on = on - timedelta(days=policy.SETTLE_WITHIN_DAYS), end_said_on()
    lately = Q(last_day__gte=by) | Q(GreaterThanOrEqual(said_on, by))
    return Tour.objects.filter(Q(last_day=None) | lately, in_force__isnull=False)


def unsettled_long_after(on: date) -> QuerySet[Any]:
    """Still owed more than two weeks after its day, by or to somebody who is here: else it stays so."""
    before = on - timedelta(days=policy.PROMISE_LONG_OVERDUE_DAYS)
    return owed(on).filter(is_there(on, "terms__employee", "terms__starts_on"), due_on__lt=before)


def long_overdue(on: date) -> QuerySet[Any]:
    """Of these, what nobody has said to be done either; the others wait for a verdict."""
    return unsettled_long_after(on).filter(said_done=False)


def with_long_overdue(tours: TourQuerySet, on: date) -> TourQuerySet:
    return tours.filter(in_force__in=long_overdue(on).values("terms"))
