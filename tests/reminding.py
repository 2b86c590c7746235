"""For tests of who is reminded, when, and no longer."""

from __future__ import annotations

from datetime import datetime

from alliance_site.outbox.facts import look_again
from alliance_site.outbox.models import Message
from alliance_site.outbox.occasions import Occasion, recipients
from alliance_site.outbox.planning import plan_occasion


def planned(occasion: Occasion, now: datetime) -> set[tuple[str, int]]:
    """First names and steps of what is planned at that moment, and was not before. Fails if two letters say
    the same step to the same person: of the set alone nobody could tell."""
    known = set(Message.objects.values_list("pk", "token"))
    number = plan_occasion(occasion, now)
    messages = Message.objects.select_related("recipient")
    new = [
        (message.recipient.get_short_name(), message.step)
        for message in messages
        if (message.pk, message.token) not in known
    ]
    assert len(set(new)) == len(new) == number, new
    return set(new)


def silenced(message: Message, now: datetime) -> str:
    people = recipients([message.recipient_id], now)
    return look_again([message], people, now)[message.pk].silenced
