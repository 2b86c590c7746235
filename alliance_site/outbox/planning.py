"""What should have been said by now and is not yet in the outbox."""

from __future__ import annotations

import logging
from collections.abc import Collection, Iterator, Mapping, Sequence
from datetime import date, datetime, timedelta
from functools import reduce
from itertools import islice
from operator import or_
from uuid import UUID, uuid4

from django.conf import settings
from django.db import transaction
from django.db.models import Case, Exists, OuterRef, Q, Subquery, When
from django.db.models.functions import Coalesce
from django.utils import translation
from django.utils.module_loading import import_string
from django.utils.translation import gettext_noop

from alliance_site.outbox.facts import DONE
from alliance_site.outbox.hours import days_off, letter_hour
from alliance_site.outbox.letters import Words, write
from alliance_site.outbox.models import Heartbeat, Hook, Message
from alliance_site.outbox.numbers import number_of
from alliance_site.outbox.occasions import (
    UNSAID,
    About,
    Due,
    Occasion,
    Recipient,
    Wording,
    occasions,
    private_keys,
    recipients,
    wordings,
)

log = logging.getLogger(__name__)

CHUNK = 1000
TRIED = "tried"  # planning came by: one occasion that keeps failing is no outage for the others
OUTAGE = timedelta(days=1)  # without planning; then there may be much to say to each at once
NOTHING = gettext_noop("There was nothing to say.")


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
    planned, off, said = 0, days_off(now), wordings(now)
    late = Heartbeat.objects.filter(name=TRIED, at__lt=now - OUTAGE).exists()
    hooks = list(Hook.objects.filter(ended_at=None))
    for occasion in occasions().values():
        try:
            planned += plan_occasion(occasion, now, off, hooks, late=late, said=said)
        except Exception:  # one occasion's own trouble
            log.exception("planning %s failed", occasion.key)
            whole = False
    beat(TRIED, now)
    if whole:
        beat("plan", now)
    return planned


def plan_occasion(
    occasion: Occasion,
    now: datetime,
    off: Collection[date] = (),
    hooks: Sequence[Hook] = (),
    *,
    late: bool = False,
    said: Mapping[str, Wording] = UNSAID,
) -> int:
    dues = unplanned(occasion, now)
    planned = 0
    while chunk := list(islice(dues, CHUNK)):
        make_way([due for due, again in chunk if again], occasion, now)
        messages = messages_for(occasion, [due for due, _again in chunk], now, off, said)
        for message in messages:
            message.late = late
        planned += insert(with_chat(messages, hooks))
    return planned


def unplanned(occasion: Occasion, now: datetime) -> Iterator[tuple[Due, bool]]:
    """Also what was silenced and may be said after all: of that, True.

    One statement, whatever the number of sides or rows. There is one message of that key at most, and it is
    looked up row by row: as NOT EXISTS, Postgres would join them all, by a guess of how many there are.
    """
    if occasion.due is None:
        return iter(())
    same = {name: OuterRef(name) for name in Due._fields}
    planned = Message.objects.filter(occasion=occasion.key, channel__isnull=True, **same)
    ceased = planned.values(ceased=Case(When(may_be_said(now), then=True), default=False))
    first, *others = (
        rows.filter(Coalesce(Subquery(ceased[:1]), True))
        .annotate(again=Exists(planned))
        .order_by()
        .values_list(*Due._fields, "again")
        for rows in occasion.due(now, About())
    )
    found = first.union(*others, all=True).iterator(chunk_size=CHUNK)
    return ((Due._make(due), again) for *due, again in found)


def may_be_said(now: datetime) -> Q:
    """What was silenced because it had ceased to be true, or because its recipient could not be reached and
    can be by now. While it is due, that is: a promise is owed again, a day came back with a time zone."""
    reached: Q = import_string(settings.OUTBOX_REACHED_AGAIN)(now)
    return Q(state=Message.State.SILENCED) & (Q(reason=DONE) | reached)


def make_way(dues: Sequence[Due], occasion: Occasion, now: datetime) -> None:
    """For what is to be said after all. Whoever has put it there by now has silenced nothing of it."""
    if dues:
        again = reduce(or_, (Q(**due._asdict()) for due in dues))
        Message.objects.filter(may_be_said(now), again, occasion=occasion.key).delete()


def messages_for(
    occasion: Occasion,
    dues: Sequence[Due],
    now: datetime,
    off: Collection[date],
    said: Mapping[str, Wording] = UNSAID,
) -> list[Message]:
    assert occasion.context is not None
    people = recipients({due.recipient_id for due in dues}, now, said)
    return [
        new_message(occasion, due, person, write(occasion, person, context), now, off)
        if context is not None
        else nothing_to_say(occasion, due, person, now)
        for due, context in zip(dues, occasion.context(dues), strict=True)
        for person in [people[due.recipient_id]]
    ]


def nothing_to_say(occasion: Occasion, due: Due, recipient: Recipient, now: datetime) -> Message:
    """Noted, so that nobody looks again every minute."""
    with translation.override(recipient.language):
        message = new_message(occasion, due, recipient, Words(str(occasion.title), "", ""), now)
    message.state, message.reason, message.settled_at = Message.State.SILENCED, NOTHING, now
    return message


def new_message(
    occasion: Occasion,
    due: Due,
    recipient: Recipient,
    words: Words,
    now: datetime,
    off: Collection[date] = (),
) -> Message:
    if not occasion.notice:  # then the address may be as good as a password, and is kept in the words alone
        words = words._replace(path="")
    return Message(
        id=number_of(occasion.key, due),
        occasion=occasion.key,
        **due._asdict(),
        **words._asdict(),
        language=recipient.language,
        created_at=now,
        send_after=letter_hour(now, occasion, recipient, off),
    )


def with_chat(messages: Sequence[Message], hooks: Sequence[Hook]) -> list[Message]:
    """And once more for each channel of the chat that hears of this. Only the title will be said there."""
    copied = ("recipient_id", "occasion", *Due._fields[1:], "subject", "language", "created_at", "send_after")
    private = private_keys()

    def number(message: Message, hook: Hook) -> UUID:
        due = Due(message.recipient_id, message.about, message.due_on, message.step)
        return number_of(message.occasion, due, hook.pk)

    return [
        *messages,
        *(
            Message(
                id=number(message, hook), channel=hook, **{name: getattr(message, name) for name in copied}
            )
            for hook in hooks
            for message in messages
            if message.occasion in hook.occasions and message.occasion not in private
        ),
    ]


def insert(messages: Sequence[Message]) -> int:
    """Those that nobody else has put there before; says how many. By their token, for their numbers are the
    same whoever plans them, and before the end of the transaction, when a sender may give them another."""
    token = uuid4()
    for message in messages:
        message.token = token
    with transaction.atomic(savepoint=False):
        Message.objects.bulk_create(messages, ignore_conflicts=True)
        return Message.objects.filter(pk__in=[message.pk for message in messages], token=token).count()


def beat(name: str, now: datetime) -> None:
    Heartbeat.objects.update_or_create(name=name, defaults={"at": now})
