"""Agreeing on what one side will do, settling it, and making it a promise of the tour."""

from __future__ import annotations

from datetime import date, datetime

from django.core.exceptions import PermissionDenied
from django.db import transaction
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from feedback.limits import MOST_OPEN_ACTIONS
from feedback.models import Action, CheckIn
from people.models import Person
from tours import services as tours
from tours.models import Side, Terms, Tour
from tours.services import Refused


@transaction.atomic
def agree_on_action(
    checkin: CheckIn, *, owner: Side, what: str, due_on: date | None, actor: Person, now: datetime
) -> Action:
    """Written down by either side after the reveal. The same again, while it is open, is a double click."""
    side = checkin.own_side(actor)
    if not checkin.revealed_at:
        raise PermissionDenied
    Tour.objects.select_for_update(no_key=True).get(pk=checkin.tour_id)
    open_ = list(Action.objects.open().filter(checkin__tour=checkin.tour_id))
    same = (checkin.pk, owner, what, due_on)
    for action in open_:
        if (action.checkin_id, action.owner, action.what, action.due_on) == same:
            return action
    if len(open_) >= MOST_OPEN_ACTIONS:
        said = ngettext(
            "%(count)s action is open in this tour. Settle it first.",
            "%(count)s actions are open in this tour. Settle some of them first.",
            len(open_),
        )
        raise Refused(said % {"count": len(open_)})
    return Action.objects.create(
        checkin=checkin, owner=owner, what=what, due_on=due_on, side=side, author=actor, at=now
    )


def settle_action(action: Action, *, actor: Person, now: datetime, dropped_because: str = "") -> bool:
    """Done; or dropped, with a word why. False if somebody settled it before."""
    outcome = Action.Outcome.DROPPED if dropped_because else Action.Outcome.DONE
    return bool(
        Action.objects.open()
        .filter(pk=action.pk)
        .update(
            outcome=outcome, settled_by=action.checkin.own_side(actor), settled_at=now, why=dropped_because
        )
    )


def reopen_action(action: Action, *, actor: Person, now: datetime) -> bool:
    """False if it is open already."""
    settled = Action.objects.filter(pk=action.pk, outcome__isnull=False)
    side = action.checkin.own_side(actor)
    nobody = {"outcome": None, "settled_by": None, "settled_at": None, "why": ""}
    return bool(settled.update(reopened_by=side, reopened_at=now, **nobody))


@transaction.atomic
def promise_action(
    action: Action,
    tour: Tour,
    promise: tours.NewPromise,
    words: str,
    *,
    actor: Person,
    now: datetime,
    read: tours.Read | None = None,
) -> Terms:
    """Proposes it as a promise of the tour; the action stays open beside it until somebody settles it.

    Raises Refused where the terms cannot be amended now.
    """
    action.checkin.own_side(actor)
    if action.checkin.tour_id != tour.pk:
        raise PermissionDenied
    terms = tours.add_promise(tour, promise, words, read=read, actor=actor, now=now)
    Action.objects.filter(pk=action.pk).update(proposed_in=terms)
    return terms


def action_settled_before() -> str:
    return _("Somebody has settled this action in the meantime.")
