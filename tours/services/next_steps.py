"""The outcome of the talk about what comes next: recorded by one side, confirmed by the other."""

from __future__ import annotations

from datetime import datetime

from django.db import transaction
from django.utils.translation import gettext as _

from alliance_site.outbox.services import nudge
from people.days import today_for
from people.models import Person
from tours import access
from tours.models import NextStep, Side, Tour
from tours.services.locking import (
    OtherThanRead,
    Refused,
    locked,
    moved_on,
    other_force,
    recorded_meanwhile,
)


@transaction.atomic
def record_next_step(
    pk: int,
    outcome: str,
    words: str,
    *,
    seen: int,
    actor: Person,
    now: datetime,
    force: int | None = None,
) -> NextStep:
    """What both agreed on, as one of them has it; it waits for the other to confirm.

    `seen` is the newest that they had before them, 0 where that was none: a newer one refuses theirs. Who
    records without a word what the other recorded before has confirmed it. `force` is the number of the
    version they had before them, which names to whom they say it.
    """
    tour, side = _open_to(pk, actor, now)
    told = other_force(force, tour) if force is not None else {}
    newest = _newest(tour)
    if not told and newest and (newest.outcome, newest.words, newest.side) == (outcome, words, side):
        return newest  # a double click
    if newest and newest.pk != seen:
        told["seen"] = recorded_meanwhile()
    if told:
        raise OtherThanRead(**told)
    _refuse_in_vain(tour, outcome)
    if newest and newest.outcome == outcome and not words and (newest.is_agreed or newest.side != side):
        return newest if newest.is_agreed else _confirm(newest, actor, now)
    assert tour.in_force
    nudge()
    return NextStep.objects.create(
        tour=tour,
        terms=tour.in_force,
        outcome=outcome,
        words=words,
        side=side,
        recorded_by=actor,
        recorded_at=now,
    )


@transaction.atomic
def confirm_next_step(pk: int, step: int, *, actor: Person, now: datetime) -> NextStep:
    """The other side agrees to exactly this. Once more is the same as once."""
    tour, side = _open_to(pk, actor, now)
    newest = _newest(tour)
    if newest is None or newest.pk != step:
        raise Refused(recorded_meanwhile())
    if newest.is_agreed:
        return newest
    if newest.side == side:
        raise Refused(_("You recorded this yourself; it is for the other side to confirm."))
    _refuse_in_vain(tour, newest.outcome)
    return _confirm(newest, actor, now)


def _open_to(pk: int, actor: Person, now: datetime) -> tuple[Tour, Side]:
    """The tour, locked, and the actor's side of it."""
    tour = locked(pk, actor, now)
    side = tour.side_of(actor)
    if side is None or not access.can_record_next_step(actor, tour, today_for(actor, now)):
        raise Refused(_("The time to record what comes next has not come yet, or is over."))
    return tour, side


def _refuse_in_vain(tour: Tour, outcome: str) -> None:
    """What one side has ended early is extended by nobody, see `next_steps.IN_VAIN`."""
    if outcome == NextStep.Outcome.EXTENSION and tour.ended_on is not None:
        raise moved_on()


def _newest(tour: Tour) -> NextStep | None:
    return NextStep.objects.filter(terms=tour.in_force_id).order_by("pk").last()


def _confirm(step: NextStep, actor: Person, now: datetime) -> NextStep:
    step.confirmed_by, step.confirmed_at = actor, now
    step.save(update_fields=["confirmed_by", "confirmed_at"])
    return step
