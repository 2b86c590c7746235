"""What the two sides say about a promise: done, kept or not, or no longer wanted by either."""

from __future__ import annotations

from datetime import date, datetime

from django.db import transaction
from django.utils.formats import date_format
from django.utils.translation import gettext as _

from alliance_site.outbox.services import nudge
from people.days import today_for
from people.models import Person
from tours import access
from tours.ledger import LedgerAct, Line, ledger, same_promise
from tours.models import LedgerEntry, Promise, Side
from tours.services.locking import OtherThanRead, Refused, locked, moved_on, recorded_meanwhile

Kind = LedgerEntry.Kind


@transaction.atomic
def judge(
    promise: Promise, kept: bool, words: str, *, actor: Person, now: datetime, seen: int | None = None
) -> None:
    """The side it is owed to says whether it was kept; said anew, the newest counts.

    Nobody has failed to keep what is not due yet. Here as below, `seen` is the key of the newest that the
    actor has read: nothing is said to words that they have not. And what they said last is not said twice.
    """
    kind = Kind.KEPT if kept else Kind.NOT_KEPT
    _say(promise, LedgerAct.JUDGE, kind, words, actor=actor, now=now, seen=seen)


@transaction.atomic
def say_done(promise: Promise, words: str, *, actor: Person, now: datetime, seen: int | None = None) -> None:
    """Whoever owes it says so, and asks for a verdict by that. It is none."""
    _say(promise, LedgerAct.SAY_DONE, Kind.DONE, words, actor=actor, now=now, seen=seen)


@transaction.atomic
def ask_to_drop(
    promise: Promise, words: str, *, actor: Person, now: datetime, seen: int | None = None
) -> None:
    """Either side may; it is dropped once the other agrees."""
    _say(promise, LedgerAct.ASK_TO_DROP, Kind.ASKED, words, actor=actor, now=now, seen=seen)


@transaction.atomic
def answer_drop(
    promise: Promise, agrees: bool, words: str, *, actor: Person, now: datetime, seen: int | None = None
) -> None:
    kind = Kind.AGREED if agrees else Kind.REFUSED
    _say(promise, LedgerAct.ANSWER, kind, words, actor=actor, now=now, seen=seen)


@transaction.atomic
def take_back_drop(promise: Promise, *, actor: Person, now: datetime) -> None:
    """Until it is answered."""
    _say(promise, LedgerAct.TAKE_BACK, Kind.TAKEN_BACK, "", actor=actor, now=now)


def _say(
    promise: Promise,
    act: LedgerAct,
    kind: Kind,
    words: str,
    *,
    actor: Person,
    now: datetime,
    seen: int | None = None,
) -> None:
    line, side = _line(promise, actor, now)
    last = line.verdict if act is LedgerAct.JUDGE else next(reversed(line.counting), None)
    if last and (last.kind, last.words, last.author_id) == (kind, words, actor.pk):
        return  # a double click
    if act not in line.acts(side):
        raise Refused(why_not(line, act))
    if kind is Kind.NOT_KEPT and not line.had_its_day:
        raise Refused(too_early(line.promise.due_on))
    if seen is not None and seen != line.newest:
        raise OtherThanRead(seen=recorded_meanwhile())
    LedgerEntry.objects.create(
        promise=line.promise,
        terms_id=line.promise.terms_id,
        key=line.promise.key,
        owed_by=line.promise.owed_by,
        kind=kind,
        side=side,
        author=actor,
        words=words,
        at=now,
        answers=line.wish if act in (LedgerAct.ANSWER, LedgerAct.TAKE_BACK) else None,
    )
    nudge()


def _line(promise: Promise, actor: Person, now: datetime) -> tuple[Line, Side]:
    """The promise's line under the tour's lock. Raises `Refused` if nothing can be said of it any more; what
    was signed since is told to those alone whose word it still is."""
    tour = locked(promise.terms.tour_id, actor, now)
    today = today_for(actor, now)
    side = access.ledger_side(actor, tour, today)
    if side is None:
        raise moved_on()
    lines = ledger(tour, today, access.reader(actor, tour, today))
    line = next((line for line in lines if line.promise.key == promise.key), None)
    if line is None or not same_promise(line.promise, promise):
        raise Refused(_("Both of you have signed other words for this promise since. Read them first."))
    return line, side


def too_early(due_on: date) -> str:
    reason = _("It is due on %(day)s. That it was not kept can be said from the day after.")
    return reason % {"day": date_format(due_on)}


def why_not(line: Line, act: LedgerAct) -> str:
    """The reason for which the act is not possible."""
    if act is LedgerAct.JUDGE and not line.begun:
        return _("Whether a promise is kept can be said once the tour has begun.")
    return _("This is no longer possible: the promise was settled or answered in the meantime.")
