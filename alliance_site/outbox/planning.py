"""What should have been said by now and is not yet in the outbox."""

from __future__ import annotations

import logging
from collections.abc import Iterator, Sequence
from datetime import datetime, time, timedelta
from itertools import islice

from django.conf import settings
from django.db.models import Exists, OuterRef, Q
from django.utils.module_loading import import_string
from django.utils.translation import gettext_noop

from alliance_site.outbox.letters import Words, write
from alliance_site.outbox.models import Heartbeat, Hook, Message
from alliance_site.outbox.occasions import Due, Occasion, Recipient, occasions, private_keys, recipients

log = logging.getLogger(__name__)

CHUNK = 1000
MORNING, EVENING = time(7), time(20)
OUTAGE = timedelta(days=1)  # without planning; then there may be much to say to each at once

DONE = gettext_noop("It was no longer true when it was about to be sent.")
SILENCED = Q(state=Message.State.SILENCED, reason=DONE)


def plan(now: datetime) -> int:
    """Puts everything due on or before each recipient's today into the outbox; says how much was new.

    Safe to run at any time, any number of times, at once. What fails is logged and does not keep the
    rest from being planned, but then the heartbeat is missing, and that shows.
    """
    whole = True
    for path in settings.OUTBOX_PREPARE:
        try:
            import_string(path)(now)
        except Exception:  # a room's own trouble
            log.exception("preparing with %s failed", path)
            whole = False
    planned, late = 0, Heartbeat.objects.filter(name="plan", at__lt=now - OUTAGE).exists()
    hooks = list(Hook.objects.filter(ended_at=None))
    for occasion in occasions().values():
        try:
            planned += plan_occasion(occasion, now, hooks, late=late)
        except Exception:  # one occasion's own trouble
            log.exception("planning %s failed", occasion.key)
            whole = False
    if whole:
        beat("plan", now)
    return planned


def plan_occasion(
    occasion: Occasion, now: datetime, hooks: Sequence[Hook] = (), *, late: bool = False
) -> int:
    found = unplanned(occasion, now)
    planned = 0
    while chunk := list(islice(found, CHUNK)):
        dues = [due for due, _silenced in chunk]
        messages = messages_for(occasion, dues, now)
        for message in messages:
            message.late = late
        if any(silenced for _due, silenced in chunk):
            _make_room(occasion, dues)
        planned += insert(with_chat(messages, hooks))
    return planned


def _make_room(occasion: Occasion, dues: Sequence[Due]) -> None:
    """What was not true when it was to be sent, and is true again, is said after all."""
    named = {f"{name}__in": {getattr(due, name) for due in dues} for name in Due._fields}
    Message.objects.filter(SILENCED, occasion=occasion.key, **named).delete()


def unplanned(occasion: Occasion, now: datetime) -> Iterator[tuple[Due, bool]]:
    """And whether it was silenced before. One statement, whatever the number of sides or rows."""
    if occasion.due is None:
        return iter(())
    same = {name: OuterRef(name) for name in Due._fields}
    planned = Message.objects.filter(occasion=occasion.key, channel__isnull=True, **same)
    first, *others = (
        rows.filter(~Exists(planned.exclude(SILENCED)))
        .order_by()
        .annotate(silenced=Exists(planned))
        .values_list(*Due._fields, "silenced")
        for rows in occasion.due(now, None)
    )
    united = first.union(*others, all=True).iterator(chunk_size=CHUNK)
    return ((Due._make(row[:-1]), row[-1]) for row in united)


def messages_for(occasion: Occasion, dues: Sequence[Due], now: datetime) -> list[Message]:
    assert occasion.context is not None
    people = recipients({due.recipient_id for due in dues}, now)
    return [
        new_message(
            occasion, due, people[due.recipient_id], write(occasion, people[due.recipient_id], context), now
        )
        for due, context in zip(dues, occasion.context(dues), strict=True)
    ]


def new_message(occasion: Occasion, due: Due, recipient: Recipient, words: Words, now: datetime) -> Message:
    if occasion.lasts:  # then the address is as good as a password, and is kept in the words alone
        words = words._replace(path="")
    return Message(
        occasion=occasion.key,
        **due._asdict(),
        **words._asdict(),
        language=recipient.language,
        created_at=now,
        send_after=now if occasion.any_hour else waking_hour(now, recipient),
    )


def with_chat(messages: Sequence[Message], hooks: Sequence[Hook]) -> list[Message]:
    """And once more for each channel of the chat that hears of this. Only the title will be said there."""
    copied = ("recipient_id", "occasion", *Due._fields[1:], "subject", "language", "created_at", "send_after")
    private = private_keys()
    return [
        *messages,
        *(
            Message(channel=hook, **{name: getattr(message, name) for name in copied})
            for hook in hooks
            for message in messages
            if message.occasion in hook.occasions and message.occasion not in private
        ),
    ]


def insert(messages: Sequence[Message]) -> int:
    """Those that nobody else has put there before; says how many."""
    ids = [message.pk for message in messages]
    Message.objects.bulk_create(messages, ignore_conflicts=True)
    return Message.objects.filter(pk__in=ids).count()


def waking_hour(now: datetime, recipient: Recipient) -> datetime:
    """`now`, or the next 7:00 where the recipient is if it is night there."""
    local = now.astimezone(recipient.zone)
    if MORNING <= local.time() < EVENING:
        return now
    day = local.date() + timedelta(days=local.time() >= EVENING)
    return datetime.combine(day, MORNING, recipient.zone)


def beat(name: str, now: datetime) -> None:
    Heartbeat.objects.update_or_create(name=name, defaults={"at": now})
