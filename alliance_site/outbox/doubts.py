"""Doubts that end without a person: by what the mail provider tells, or by rule after a while."""

from __future__ import annotations

from datetime import datetime, timedelta
from enum import StrEnum
from uuid import UUID

from django.db.models import Q, QuerySet

from alliance_site.outbox import bounces
from alliance_site.outbox.delivery import BACKOFF
from alliance_site.outbox.models import Gate, Message
from alliance_site.outbox.services import AFRESH, ARRIVED

State = Message.State


class Event(StrEnum):
    DELIVERED = "delivered"
    BOUNCED = "bounced"


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


def heard(event: Event, message_id: str, words: str, now: datetime) -> int:
    """What became of a letter; says how many messages it brought. Safe to be told again."""
    messages = _of(message_id)
    if event is Event.DELIVERED:
        doubtful = messages.filter(state=State.UNCERTAIN)
        return doubtful.update(state=State.SENT, settled_at=now, **ARRIVED)
    came_back = messages.filter(state__in=[State.UNCERTAIN, State.SENT])
    person = came_back.values_list("recipient_id", "recipient__email").first()
    if person and person[1]:
        bounces.note(person[0], person[1], words, now)
    return came_back.update(state=State.FAILED, reason=words, settled_at=now)


def _of(message_id: str) -> QuerySet[Message]:
    """The messages that the letter brought."""
    number = message_id.strip().strip("<>").partition("@")[0]
    try:
        key = UUID(number)
    except ValueError:
        return Message.objects.none()
    return Message.objects.filter(Q(letter=key) | Q(pk=key, letter__isnull=True), channel__isnull=True)
