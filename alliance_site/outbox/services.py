"""What the rooms ask of the outbox: post a message, nudge the worker, settle what is in doubt."""

from __future__ import annotations

import logging
from collections.abc import Collection, Mapping
from datetime import date, datetime
from enum import StrEnum
from typing import Any

from celery import current_app
from django.contrib.auth.base_user import AbstractBaseUser
from django.core.cache import cache
from django.db import transaction
from django.db.models import Q, QuerySet
from django.db.models.functions import Now
from django.utils.translation import gettext_noop

from alliance_site.outbox.facts import DECLINED
from alliance_site.outbox.hours import days_off
from alliance_site.outbox.letters import write
from alliance_site.outbox.models import Hook, Message
from alliance_site.outbox.notices import still_true
from alliance_site.outbox.occasions import Due, Occasion, occasions, recipients
from alliance_site.outbox.planning import insert, new_message, with_chat

log = logging.getLogger(__name__)

PLAN, DELIVER = "outbox.plan", "outbox.deliver"
EXPIRES = 60  # seconds, after which the tick has done it
LOST = 5  # seconds, after which one that nobody has heard is taken for lost
PATIENCE = 1.0  # seconds that a page waits for Redis
MOST_ANEW = 200  # letters that are written anew while somebody waits for the page
State = Message.State


def nudge(task: str = PLAN) -> None:
    """Ask a worker to look now rather than at its next tick, once this transaction is committed.

    Only a courtesy: if Redis is away, the tick will do the same a little later. However many ask, one waits
    at a time: whoever has not begun to look will see what is committed by now.
    """
    transaction.on_commit(lambda: _publish(task))


def heard(task: str) -> None:
    """What begins to look says so: what is committed from now on needs a nudge of its own."""
    try:
        cache.delete(_waits(task))
    except Exception as error:  # whatever Redis and its client raise: the work goes on
        log.warning("%s goes on without Redis: %s", task, error)


def _waits(task: str) -> str:
    return f"nudge:{task}"


def _publish(task: str) -> None:
    try:
        if not cache.add(_waits(task), True, timeout=LOST):
            return
    except Exception as error:  # the broker is the same Redis
        log.warning("no nudge to %s: %s", task, error)
        return
    # Unless told otherwise, kombu tries for seconds to reach a Redis that is away.
    limits = {"socket_timeout": PATIENCE, "socket_connect_timeout": PATIENCE, "max_retries": 0}
    options = {**current_app.conf.broker_transport_options, **limits}
    try:
        with current_app.connection_for_write(transport_options=options) as connection:
            current_app.send_task(
                task, connection=connection, retry=False, expires=EXPIRES, ignore_result=True
            )
    except Exception as error:  # whatever Redis and its client raise: none of it is the reader's concern
        log.warning("no nudge to %s: %s", task, error)


def post(
    recipient: AbstractBaseUser,
    occasion: Occasion,
    *,
    about: object,
    due_on: date,
    step: int = 0,
    context: Mapping[str, Any],
    now: datetime,
) -> bool:
    """A message about something that has just happened. False if it was posted before.

    Part of the caller's transaction: what is rolled back is not said.
    """
    due = Due(recipient.pk, str(about), due_on, step)
    person = recipients([due.recipient_id], now)[due.recipient_id]
    off = () if occasion.any_hour else days_off(now)
    message = new_message(occasion, due, person, write(occasion, person, context), now, off)
    posted = insert(with_chat([message], list(Hook.objects.filter(ended_at=None))))
    nudge(DELIVER)
    return bool(posted)


def forget(*said: Occasion, about: object) -> None:
    """Nobody was ever told of this: what waits is not sent, and what was sent is not on record any more.

    Part of the caller's transaction. What a sender has in hand stops at its fence. What planning wrote
    at this very moment is found no longer true at delivery, and then goes the same way (`delivery.py`).
    """
    keys = [occasion.key for occasion in said]
    Message.objects.filter(occasion__in=keys, about=str(about)).delete()


def withhold(person: AbstractBaseUser, keys: Collection[str]) -> None:
    """What this person has just declined stops at the fence, if a sender has it in hand already.

    Once that is committed: a sender that looks later sees it for itself.
    """
    in_hand = Message.objects.filter(
        recipient=person.pk, occasion__in=keys, channel=None, state=State.SENDING, data_at=None
    )
    silent = {"state": State.SILENCED, "reason": DECLINED, "lease_until": None, "text": "", "html": ""}
    transaction.on_commit(lambda: in_hand.update(**silent, settled_at=Now()))


NOTED = gettext_noop("Somebody in HR noted it as arrived.")
ARRIVED = {"reason": "", "text": "", "html": ""}  #: words that nobody needs any more are forgotten


class Verdict(StrEnum):
    ARRIVED = "arrived"  #: an uncertain message, or one held after a restore, is known to have come
    AGAIN = "again"  #: send an uncertain or a failed one (again), under its own number
    HOLD = "hold"  #: a waiting one does not go for now
    RELEASE = "release"  #: a held one may go


#: From which states each leads, and to which.
LEADS = {
    Verdict.ARRIVED: ([State.UNCERTAIN, State.HELD], State.SENT),
    Verdict.AGAIN: ([State.UNCERTAIN, State.FAILED], State.WAITING),
    Verdict.HOLD: ([State.WAITING], State.HELD),
    Verdict.RELEASE: ([State.HELD], State.WAITING),
}
WORDLESS: dict[str, Any] = {"text": "", "channel": None}  #: what was sent has no words any more
AFRESH = {"reason": "", "attempts": 0, "token": None, "data_at": None, "letter": None, "settled_at": None}


def settle(message: Message, verdict: Verdict, *, actor: AbstractBaseUser, now: datetime) -> bool:
    """Ends a doubt, or a wait, as it is in `message`: another doubt since is not meant. False if somebody
    else, or a late answer of the mail server, was faster, or if there are no words left to send."""
    words = _words_anew(message, now) if verdict is Verdict.AGAIN else {}
    if words is None:
        return False
    as_seen = Message.objects.filter(pk=message.pk, settled_at=message.settled_at)
    return bool(_settle(as_seen, verdict, actor, now, **words))


def settle_all(
    messages: QuerySet[Message],
    verdict: Verdict,
    *,
    actor: AbstractBaseUser,
    seen_at: datetime,
    now: datetime,
) -> int:
    """The same for all of these that have been as they are since that moment; says how many.

    In one statement, but for what lost its words: that is written anew one by one, so not too much at once,
    and what cannot be stays. What is asked of each message itself is asked again once whoever had it first is
    done; what `messages` asks, perhaps by a join, is not.
    """
    picked = Message.objects.filter(pk__in=messages.order_by().values("pk"))
    as_seen = picked.filter(Q(settled_at__lte=seen_at) | Q(settled_at=None, created_at__lte=seen_at))
    if verdict is not Verdict.AGAIN:
        return _settle(as_seen, verdict, actor, now)
    settled = _settle(as_seen.exclude(**WORDLESS), verdict, actor, now)
    came_back = as_seen.filter(**WORDLESS, state__in=LEADS[verdict][0]).exclude(speechless())
    return settled + sum(settle(each, verdict, actor=actor, now=now) for each in came_back[:MOST_ANEW])


def speechless() -> Q:
    """What lost its words, and cannot be written anew: it is not sent again."""
    can_be_told = [key for key, occasion in occasions().items() if occasion.context]
    return Q(**WORDLESS) & ~Q(occasion__in=can_be_told)


def _settle(
    messages: QuerySet[Message], verdict: Verdict, actor: AbstractBaseUser, now: datetime, **words: str
) -> int:
    before, state = LEADS[verdict]
    changes: dict[str, Any] = {"state": state, "settled_by": actor.pk, **words}
    if verdict is Verdict.ARRIVED:
        changes |= ARRIVED | {"reason": NOTED, "settled_at": now}  # or what never left would look sent
    elif verdict is Verdict.AGAIN:
        changes |= AFRESH | {"send_after": now}
    settled = messages.filter(state__in=before).update(**changes)
    if state == State.WAITING:
        nudge(DELIVER)
    return settled


def _words_anew(message: Message, now: datetime) -> dict[str, str] | None:
    """A letter that was sent and came back has lost its words; None if they cannot be written again."""
    occasion = occasions().get(message.occasion)
    if message.text or message.channel_id:
        return {}
    if occasion is None or occasion.context is None:
        return None
    if not still_true([message], now):
        return {}  # delivery will say so
    person = recipients([message.recipient_id], now)[message.recipient_id]
    due = Due(message.recipient_id, message.about, message.due_on, message.step)
    context = next(iter(occasion.context([due])))
    return {**write(occasion, person, context)._asdict(), "language": person.language} if context else {}
