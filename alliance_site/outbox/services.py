"""What the rooms ask of the outbox: post a message, nudge the worker, settle what is in doubt."""

from __future__ import annotations

import logging
from collections.abc import Mapping
from datetime import date, datetime
from enum import StrEnum
from typing import Any

from celery import current_app
from django.contrib.auth.base_user import AbstractBaseUser
from django.core.cache import cache
from django.db import transaction

from alliance_site.outbox.hours import days_off
from alliance_site.outbox.letters import write
from alliance_site.outbox.models import Message
from alliance_site.outbox.occasions import Due, Occasion, recipients
from alliance_site.outbox.planning import insert, new_message

log = logging.getLogger(__name__)

PLAN, DELIVER = "outbox.plan", "outbox.deliver"
EXPIRES = 60  # seconds, after which the tick has done it
LOST = 5  # seconds, after which one that nobody has heard is taken for lost
PATIENCE = 1.0  # seconds that a page waits for Redis


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
    posted = insert([new_message(occasion, due, person, write(occasion, person, context), now, off)])
    nudge(DELIVER)
    return bool(posted)


def forget(*said: Occasion, about: object) -> None:
    """Nobody was ever told of this: what waits is not sent, and what was sent is not on record any more.

    Part of the caller's transaction. What a sender has in hand stops at its fence. What planning wrote
    at this very moment is found no longer true at delivery, and then goes the same way (`delivery.py`).
    """
    keys = [occasion.key for occasion in said]
    Message.objects.filter(occasion__in=keys, about=str(about)).delete()


class Verdict(StrEnum):
    ARRIVED = "arrived"  #: an uncertain message is known to have come
    AGAIN = "again"  #: send an uncertain or a failed one (again), under the same Message-ID


def settle(message: Message, verdict: Verdict, *, actor: AbstractBaseUser, now: datetime) -> bool:
    """Ends a doubt. False if somebody else, or a late answer of the mail server, was faster."""
    doubtful = [Message.State.UNCERTAIN]
    if verdict is Verdict.AGAIN:
        doubtful.append(Message.State.FAILED)
    rows = Message.objects.filter(pk=message.pk, state__in=doubtful)
    if verdict is Verdict.ARRIVED:
        known = {"state": Message.State.SENT, "reason": "", "text": "", "html": ""}
        return bool(rows.update(**known, settled_at=now, settled_by=actor.pk))
    again = rows.update(
        state=Message.State.WAITING,
        reason="",
        attempts=0,
        token=None,
        data_at=None,
        send_after=now,
        settled_at=None,
        settled_by=actor.pk,
    )
    nudge(DELIVER)
    return bool(again)
