"""From waiting to sent, never twice and never lost in silence.

SMTP cannot promise both: between the final dot and the answer nobody knows who has the message. So
the moment before DATA is written down first, in a commit that only the holder of an unexpired lease
can make. Whatever happens later is then either known, or known to be unknown.
"""

from __future__ import annotations

import logging
from collections import deque
from collections.abc import Collection, Sequence
from datetime import datetime, timedelta
from random import uniform
from time import monotonic
from typing import Any
from uuid import uuid4

from django.conf import settings
from django.db import connection, transaction
from django.db.models import DateTimeField, F, Func
from django.utils.translation import gettext_noop

from alliance_site.outbox.facts import Verdict, look_again
from alliance_site.outbox.letters import Letter, compose
from alliance_site.outbox.models import Message
from alliance_site.outbox.occasions import Recipient, recipients
from alliance_site.outbox.planning import beat
from alliance_site.outbox.smtp import Lost, Refused, Session, Unreachable

log = logging.getLogger(__name__)

BATCH = 50
BUDGET = timedelta(seconds=50)  # one run; what is left then is for the next
FRESH = 5.0  # seconds for which what was looked up about a batch is taken as true
PAUSE = timedelta(minutes=1)  # before a mail server that could not be reached is tried again
BACKOFF = [timedelta(minutes=m) for m in (1, 5, 15, 60, 3 * 60, 6 * 60, 12 * 60)]
JITTER = 0.2  # up to a fifth more, so that what failed together does not come back together

NO_SUCH_ADDRESS = gettext_noop("The e-mail address cannot be used.")
CUT_OFF = gettext_noop("The connection ended after the message was handed over and before the answer.")
DIED = gettext_noop("The sender stopped after the message was handed over and before the answer.")

State = Message.State

# What every letter takes is plain SQL: through the ORM it costs more than the letter itself.
FENCE = """
UPDATE outbox_message SET data_at = clock_timestamp(), lease_until = clock_timestamp() + %(lease)s
WHERE id = %(id)s AND token = %(token)s AND state = 'sending' AND lease_until > clock_timestamp()
"""
# A late answer settles an uncertain message, too: the doubt was about that very answer. The disk is not
# waited for: the next fence brings this to it as well, and where the database dies before, the fence of
# this message has been kept and leaves it uncertain.
END = """
UPDATE outbox_message SET state = %(state)s, reason = %(reason)s, lease_until = NULL, settled_at = %(now)s,
    attempts = attempts + %(tried)s,
    text = CASE WHEN %(forget)s THEN '' ELSE text END, html = CASE WHEN %(forget)s THEN '' ELSE html END
FROM (SELECT set_config('synchronous_commit', 'off', true)) AS without_waiting
WHERE id = %(id)s AND token = %(token)s AND state IN ('sending', 'uncertain')
"""


class ClockTimestamp(Func):
    """The database's clock as it ticks, within a statement too: the one that all senders share."""

    template = "clock_timestamp()"
    output_field = DateTimeField()


def deliver(now: datetime, *, budget: timedelta = BUDGET) -> int:
    """Sends what waits, and says how many it sent. Safe to run any number of times, at once.

    Never inside a transaction: each step must be committed before the next word to the mail server.
    """
    expire_leases(now)
    sent, stop_at = 0, monotonic() + budget.total_seconds()
    session = Session(settings.EMAIL_URL)
    try:
        while monotonic() < stop_at and (messages := claim(now)):
            batch = Batch(messages, session, now)
            try:
                batch.send()
            finally:
                sent += batch.sent
        beat("deliver", now)
    except Unreachable as error:
        log.warning("the mail server cannot be reached: %s", error)
    finally:
        session.quit()
    return sent


@transaction.atomic
def expire_leases(now: datetime) -> None:
    """What a dead sender held waits again, unless the mail server may have it already."""
    expired = Message.objects.filter(state=State.SENDING, lease_until__lte=ClockTimestamp())
    ids = list(expired.select_for_update(skip_locked=True).values_list("pk", flat=True))
    held = Message.objects.filter(pk__in=ids)
    held.filter(data_at__isnull=False).update(
        state=State.UNCERTAIN, lease_until=None, reason=DIED, settled_at=now
    )
    held.filter(data_at__isnull=True).update(state=State.WAITING, lease_until=None, token=None)


@transaction.atomic
def claim(now: datetime) -> list[Message]:
    """The next batch, ours alone until the lease ends."""
    waiting = Message.objects.filter(state=State.WAITING, send_after__lte=now).order_by("send_after")
    messages = list(waiting.select_for_update(skip_locked=True)[:BATCH])
    token = uuid4()
    Message.objects.filter(pk__in=[message.pk for message in messages]).update(
        state=State.SENDING, token=token, lease_until=ClockTimestamp() + settings.OUTBOX_LEASE, data_at=None
    )
    for message in messages:
        message.token = token
    return messages


def fence(message: Message) -> bool:
    """Writes down that the message is about to be handed over; False if our lease has ended.

    The lease is renewed with it, to outlast the mail server's slowest answer.
    """
    with connection.cursor() as cursor:
        cursor.execute(FENCE, _attempt(message) | {"lease": settings.OUTBOX_LEASE})
        return bool(cursor.rowcount)


def _attempt(message: Message) -> dict[str, Any]:
    return {"id": message.pk, "token": message.token}


class Batch:
    """Messages under one lease, sent one after the other in one conversation."""

    def __init__(self, messages: Collection[Message], session: Session, now: datetime) -> None:
        self.left = deque(messages)
        self.session = session
        self.now = now
        self.sent = 0

    def send(self) -> None:
        """Raises `Unreachable` when what is left of the batch waits again."""
        while self.left:
            people = recipients({message.recipient_id for message in self.left}, self.now)
            verdicts = look_again(self.left, people, self.now)
            stale_at = monotonic() + FRESH
            while self.left and monotonic() < stale_at:
                message = self.left.popleft()
                self._one(message, people[message.recipient_id], verdicts[message.pk])

    def _one(self, message: Message, recipient: Recipient, verdict: Verdict) -> None:
        if verdict.forgotten:
            Message.objects.filter(**_attempt(message)).delete()
        elif verdict.silenced:
            self._end(message, State.SILENCED, verdict.silenced)
        elif verdict.wait_until:
            self._wait([message], verdict.wait_until)
        else:
            self._try(message, recipient)

    def _try(self, message: Message, recipient: Recipient) -> None:
        try:
            letter = compose(message, recipient)
            self.session.envelope(letter)
            if not fence(message):
                self.left.clear()  # their lease is the same, and over: others may have them by now
                self.session.reset()
                return
            self.session.begin()
        except ValueError:
            self._end(message, State.FAILED, NO_SUCH_ADDRESS)
        except Unreachable as error:
            self._wait([message, *self.left], self.now + PAUSE, reason=str(error))
            raise
        except (Refused, Lost) as error:
            self.session.reset()
            self._not_taken(message, error)
        else:
            self._hand_over(message, letter)

    def _hand_over(self, message: Message, letter: Letter) -> None:
        try:
            self.session.finish(letter)
        except Refused as refused:
            self._not_taken(message, refused)
        except Lost:
            self._end(message, State.UNCERTAIN, CUT_OFF)
        else:
            self.sent += 1
            self._end(message, State.SENT)

    def _not_taken(self, message: Message, error: Refused | Lost) -> None:
        permanent = isinstance(error, Refused) and error.permanent
        if permanent or message.attempts >= len(BACKOFF):
            self._end(message, State.FAILED, str(error))
        else:
            delay = BACKOFF[message.attempts] * uniform(1, 1 + JITTER)  # noqa: S311
            self._wait([message], self.now + delay, reason=str(error), attempts=F("attempts") + 1)

    def _end(self, message: Message, state: State, reason: str = "") -> None:
        """Words that nobody needs any more are forgotten: they may be private."""
        row = _attempt(message) | {
            "state": state,
            "reason": reason,
            "now": self.now,
            "tried": int(state != State.SILENCED),
            "forget": state in (State.SENT, State.SILENCED),
        }
        with connection.cursor() as cursor:
            cursor.execute(END, row)

    def _wait(self, messages: Sequence[Message], until: datetime, **more: Any) -> None:
        ids = [message.pk for message in messages]
        ours = Message.objects.filter(pk__in=ids, token=messages[0].token)
        ours.filter(state__in=[State.SENDING, State.UNCERTAIN]).update(
            state=State.WAITING,
            send_after=until,
            lease_until=None,
            token=None,
            data_at=None,
            settled_at=None,
            **more,
        )
