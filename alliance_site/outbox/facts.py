"""Whether a message is still true at the moment of sending."""

from __future__ import annotations

from collections.abc import Collection, Mapping
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from itertools import groupby
from operator import attrgetter
from uuid import UUID

from django.utils.translation import gettext_noop

from alliance_site.outbox.hours import days_off, waking_hour
from alliance_site.outbox.models import Message
from alliance_site.outbox.occasions import About, Due, Occasion, Recipient, occasions, wanted

DONE = gettext_noop("It was no longer true when it was about to be sent.")
OVERTAKEN = gettext_noop("A later step took over.")
TOO_LATE = gettext_noop("It could not be sent in time to be of use.")
DECLINED = gettext_noop("This person has declined letters of this kind.")
UNKNOWN = gettext_noop("This occasion is no longer in use.")

UNKNOWN_FOR = timedelta(days=7)  #: so long a newer release may have written what this one does not know
PAUSE = timedelta(minutes=1)  #: before another worker, which may know it, is asked

Steps = Mapping[tuple[int, str, date], int]


@dataclass(frozen=True)
class Verdict:
    """A message may go, unless it is silenced with a reason or waits until a moment."""

    silenced: str = ""
    wait_until: datetime | None = None
    forgotten: bool = False  #: leaves no trace either


def look_again(
    messages: Collection[Message], people: Mapping[int, Recipient], now: datetime
) -> dict[UUID, Verdict]:
    """One query for each occasion among them, and one for the days off."""
    known, verdicts, off = occasions(), {}, days_off(now)
    by_occasion = attrgetter("occasion")
    for key, group in groupby(sorted(messages, key=by_occasion), by_occasion):
        occasion, together = known.get(key), list(group)
        steps = _steps_due(occasion, together, now) if occasion else {}
        for message in together:
            verdicts[message.pk] = _judge(message, occasion, people[message.recipient_id], steps, now, off)
    return verdicts


def _steps_due(occasion: Occasion, messages: Collection[Message], now: datetime) -> Steps:
    if occasion.due is None:
        return {}
    first, *others = (
        rows.order_by().values_list(*Due._fields)
        for rows in occasion.due(now, About({message.about for message in messages}))
    )
    return {
        (due.recipient_id, due.about, due.due_on): due.step for due in map(Due._make, first.union(*others))
    }


def _judge(
    message: Message,
    occasion: Occasion | None,
    recipient: Recipient,
    steps: Steps,
    now: datetime,
    off: Collection[date],
) -> Verdict:
    asked_for = occasion is not None and occasion.asked_for
    if recipient.barred and not (asked_for and recipient.address):
        return Verdict(silenced=recipient.barred)
    if occasion is None:
        known_no_more = now > message.created_at + UNKNOWN_FOR
        return Verdict(silenced=UNKNOWN) if known_no_more else Verdict(wait_until=now + PAUSE)
    if not wanted(occasion, recipient):
        return Verdict(silenced=DECLINED)
    if occasion.lasts and now > message.created_at + occasion.lasts:
        return Verdict(silenced=TOO_LATE)
    if occasion.due:
        step = steps.get((message.recipient_id, message.about, message.due_on))
        if step != message.step:
            overtaken = bool(step and step > message.step)
            return Verdict(OVERTAKEN if overtaken else DONE, forgotten=occasion.private and not overtaken)
    morning = now if occasion.any_hour else waking_hour(now, recipient, off)
    return Verdict(wait_until=morning if morning > now else None)
