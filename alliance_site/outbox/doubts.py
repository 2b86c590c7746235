"""Doubts that end without a person: by what the mail provider tells, or by rule after a while."""

from __future__ import annotations

from datetime import datetime, timedelta
from enum import StrEnum
from typing import NamedTuple
from uuid import UUID

from django.db.models import Q, QuerySet

from alliance_site.outbox import bounces
from alliance_site.outbox.delivery import BACKOFF
from alliance_site.outbox.letters import same_address
from alliance_site.outbox.models import Gate, Message
from alliance_site.outbox.services import AFRESH, ARRIVED

State = Message.State


class Event(StrEnum):
    DELIVERED = "delivered"
    BOUNCED = "bounced"


class Told(NamedTuple):
    """By the provider, of one letter."""

    event: Event
    message_id: str
    words: str
    address: str = ""  #: of the recipient, if it says so


def settle_old_ones(now: datetime) -> int:
    """By HR's rule; most companies have none, and a person looks."""
    gate = Gate.objects.filter(pk=1, doubt_minutes__isnull=False).first()
    if gate is None or gate.doubt_minutes is None:
        return 0
    before = now - timedelta(minutes=gate.doubt_minutes)
    old = Message.objects.filter(state=State.UNCERTAIN, settled_at__lte=before)
    if gate.doubt_verdict == Gate.Doubt.ARRIVED:
        return old.update(state=State.SENT, settled_at=now, **ARRIVED)
    # Not for ever: what is in doubt each time stays so in the end.
    again = {name: value for name, value in AFRESH.items() if name != "attempts"}
    return old.filter(attempts__lte=len(BACKOFF)).update(state=State.WAITING, send_after=now, **again)


def heard(told: Told, now: datetime) -> int:
    """What became of a letter; says how many messages it brought. Safe to be told again, however late: what
    went elsewhere since is not meant."""
    messages = _of(told.message_id)
    person_id, went_to = messages.values_list("recipient_id", "went_to").first() or (0, [])
    elsewhere = told.address and not (went_to and same_address(told.address, went_to[-1]))
    if elsewhere and (went_to or told.event is Event.BOUNCED):
        return 0
    if told.event is Event.DELIVERED:  # also of what is held after a restore, and went before that
        doubtful = messages.filter(state__in=[State.UNCERTAIN, State.HELD])
        return doubtful.update(state=State.SENT, settled_at=now, **ARRIVED)
    ended = {"reason": told.words, "settled_at": now}
    if len(went_to) > 1 and not told.address:  # from which of them, nobody knows
        return messages.filter(state=State.SENT).update(state=State.UNCERTAIN, **ended)
    came_back = messages.filter(state__in=[State.UNCERTAIN, State.SENT])
    number = came_back.update(state=State.FAILED, **ended)
    if number and went_to:
        bounces.note(person_id, went_to[-1], told.words, now)
    return number


def _of(message_id: str) -> QuerySet[Message]:
    """The messages that the letter brought."""
    number = message_id.strip().strip("<>").partition("@")[0]
    try:
        key = UUID(number)
    except ValueError:
        return Message.objects.none()
    return Message.objects.filter(Q(letter=key) | Q(pk=key, letter__isnull=True), channel__isnull=True)
