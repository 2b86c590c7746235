"""From waiting to sent, never twice and never lost in silence.

SMTP cannot promise both: between the final dot and the answer nobody knows who has the message. So
the moment before DATA is written down first, in a commit that only the holder of an unexpired lease
can make. Whatever happens later is then either known, or known to be unknown.
"""

from __future__ import annotations

import logging
from collections import deque
from collections.abc import Callable, Collection, Sequence
from datetime import datetime, timedelta
from random import uniform
from time import monotonic
from typing import Any
from uuid import UUID, uuid4

from django.conf import settings
from django.db import connection, transaction
from django.db.models import DateTimeField, F, Func, Q, QuerySet
from django.utils.translation import gettext_noop

from alliance_site.outbox import bounces, chat, gate
from alliance_site.outbox.carriers import Carrier, Carriers
from alliance_site.outbox.facts import Verdict, look_again
from alliance_site.outbox.letters import Letter, NoAddress
from alliance_site.outbox.models import Message
from alliance_site.outbox.occasions import Recipient, recipients
from alliance_site.outbox.parcels import Parcel, compose, gathered, sent_together
from alliance_site.outbox.planning import beat
from alliance_site.outbox.smtp import Lost, NoSuchMailbox, Refused, Unreachable
from alliance_site.outbox.stopping import asked_to_stop

log = logging.getLogger(__name__)

BATCH = 100
MOST_IN_A_POST = 1000  # so that a Monday morning is no flood of posts in the chat
BUDGET = timedelta(seconds=5)  # one run, so that nobody who wants to stop it waits longer; another follows
FRESH = 5.0  # seconds for which what was looked up about a batch is taken as true
PAUSE = timedelta(minutes=1)  # before a mail server that could not be reached is tried again
BACKOFF = [timedelta(minutes=m) for m in (1, 5, 15, 60, 3 * 60, 6 * 60, 12 * 60)]
JITTER = 0.2  # up to a fifth more, so that what failed together does not come back together

NO_SUCH_ADDRESS = gettext_noop("The e-mail address cannot be used.")
CUT_OFF = gettext_noop("The connection ended after the message was handed over and before the answer.")
TROUBLE = gettext_noop("Alliance itself could not prepare this letter; its log says why.")
DIED = gettext_noop("The sender stopped after the message was handed over and before the answer.")

# Of a lease outlasts the mail server's slowest answers; it is renewed when there is less,
# and only then, for that moves an index.
ENOUGH = 0.75

State = Message.State

# What every letter takes is plain SQL: through the ORM it costs more than the letter itself.
# Two statements in one transaction, so that the second sees what HR has done to the gate by then.
FENCE = """
SELECT pg_advisory_xact_lock_shared(%(door)s); UPDATE outbox_message SET data_at = clock_timestamp(),
    lease_until = CASE WHEN lease_until > clock_timestamp() + %(enough)s THEN lease_until
        ELSE clock_timestamp() + %(lease)s END, letter = %(letter)s,
    went_to = CASE WHEN %(address)s = '' THEN went_to
        ELSE array_append(array_remove(went_to, %(address)s), %(address)s) END
WHERE id = ANY(%(ids)s) AND token = %(token)s AND state = 'sending' AND lease_until > clock_timestamp()
    AND NOT EXISTS (SELECT FROM outbox_gate WHERE held_at IS NOT NULL)
"""
# A late answer settles an uncertain message, too: the doubt was about that very answer. The disk is not
# waited for: the next fence brings this to it as well, and where the database dies before, the fence of
# this message has been kept and leaves it uncertain.
END = """
UPDATE outbox_message SET state = %(state)s, reason = %(reason)s, lease_until = NULL, settled_at = %(now)s,
    attempts = attempts + %(tried)s,
    text = CASE WHEN %(forget)s THEN '' ELSE text END, html = CASE WHEN %(forget)s THEN '' ELSE html END
FROM (SELECT set_config('synchronous_commit', 'off', true)) AS without_waiting
WHERE id = ANY(%(ids)s) AND token = %(token)s AND state IN ('sending', 'uncertain')
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
    sent, stop_at, carriers = 0, monotonic() + budget.total_seconds(), Carriers()
    with asked_to_stop() as asked:

        def stop() -> bool:
            return asked() or monotonic() >= stop_at

        try:
            while not stop() and gate.is_open(now) and (messages := claim(now)):
                batch = Batch(messages, carriers, now, stop)
                try:
                    batch.send()
                finally:
                    sent += batch.sent
            if carriers.mail.is_open or not _no_server_for(now).exists():
                beat("deliver", now)
        except Unreachable as error:
            log.warning("the mail server cannot be reached: %s", error)
        finally:
            carriers.quit()
    return sent


def _no_server_for(now: datetime) -> QuerySet[Message]:
    """Letters that were put off before, until within the next minute or in another sender's hands by now: a
    run that found nothing to send cannot say that the mail server is there."""
    soon = Q(state=State.WAITING, send_after__gt=now, send_after__lte=now + PAUSE)
    return Message.objects.filter(soon | Q(state=State.SENDING), channel=None).exclude(reason="")


@transaction.atomic
def expire_leases(now: datetime) -> None:
    """What a dead sender held waits again, unless the mail server may have it already."""
    expired = Message.objects.filter(state=State.SENDING, lease_until__lte=ClockTimestamp())
    ids = list(expired.select_for_update(skip_locked=True).values_list("pk", flat=True))
    held = Message.objects.filter(pk__in=ids)
    held.filter(data_at__isnull=False).update(
        state=State.UNCERTAIN, lease_until=None, reason=DIED, settled_at=now, attempts=F("attempts") + 1
    )
    held.filter(data_at__isnull=True).update(state=State.WAITING, lease_until=None, token=None)


@transaction.atomic
def claim(now: datetime) -> list[Message]:
    """The next batch, ours alone until the lease ends. One person's lie side by side in it."""
    waiting = Message.objects.due(now).order_by("send_after", "recipient_id")
    messages = list(waiting.select_for_update(skip_locked=True)[: gate.allowed(BATCH)])
    gate.spend(len(messages))
    return _lease(messages, uuid4())


@transaction.atomic
def claim_for_digests(people: Collection[int], token: UUID | None, now: datetime) -> list[Message]:
    """What else waits for those who want one letter, to go with what we have. Two senders that claim one
    person's at the same moment make two digests; nothing is said twice."""
    waiting = Message.objects.due(now).filter(recipient__in=people, channel__isnull=True)
    return _lease(list(waiting.select_for_update(skip_locked=True)), token)


@transaction.atomic
def claim_for_channels(channels: Collection[int], token: UUID | None, now: datetime) -> list[Message]:
    """What else waits for these channels of the chat."""
    waiting = Message.objects.due(now).filter(channel__in=channels)
    return _lease(list(waiting.select_for_update(skip_locked=True)[:MOST_IN_A_POST]), token)


def _lease(messages: list[Message], token: UUID | None) -> list[Message]:
    Message.objects.filter(pk__in=[message.pk for message in messages]).update(
        state=State.SENDING, token=token, lease_until=ClockTimestamp() + settings.OUTBOX_LEASE, data_at=None
    )
    for message in messages:
        message.token = token
    return messages


def fence(parcel: Parcel, address: str) -> bool:
    """Writes down that these are about to be handed over, for that address ("" in the chat).

    False if our lease has ended, one of them is gone or unwanted by now, or HR holds everything.
    The lease is renewed with it, to outlast the mail server's slowest answer.
    """
    letter = None if parcel.single else parcel.key
    row = _attempt(parcel.messages) | {"letter": letter, "address": address}
    row |= {"lease": settings.OUTBOX_LEASE, "enough": settings.OUTBOX_LEASE * ENOUGH, "door": gate.DOOR}
    if parcel.single:
        return _execute(FENCE, row) == 1
    with transaction.atomic():
        whole = _execute(FENCE, row) == len(parcel.messages)
        transaction.set_rollback(not whole)
        return whole


def _attempt(messages: Sequence[Message]) -> dict[str, Any]:
    return {"ids": [message.pk for message in messages], "token": messages[0].token}


def _execute(sql: str, row: dict[str, Any]) -> int:
    with connection.cursor() as cursor:
        cursor.execute(sql, row)
        return int(cursor.rowcount)


class Batch:
    """Messages under one lease, sent one after the other in one conversation."""

    def __init__(
        self, messages: Sequence[Message], carriers: Carriers, now: datetime, stop: Callable[[], bool]
    ) -> None:
        self.left = list(messages)
        self.carriers = carriers
        self.now = now
        self.stop = stop
        self.tried = False
        self.sent = 0

    def send(self) -> None:
        """At least the first goes, or a slow machine would never send. Raises `Unreachable` when what is left
        of the batch waits again."""
        while self.left and not (self.tried and self.stop()):
            self._add_to_posts()
            people = self._that_may_go()
            parcels = deque(gathered(self.left, people))
            stale_at = monotonic() + FRESH
            while parcels and not (self.tried and self.stop()) and monotonic() < stale_at:
                parcel, self.tried = parcels.popleft(), True
                self.left = [message for rest in parcels for message in rest.messages]
                if not self._try(parcel, people[parcel.recipient_id]):
                    return
        give_back(self.left)

    def _add_to_posts(self) -> None:
        channels = {message.channel_id for message in self.left if message.channel_id}
        if channels:
            self.left += claim_for_channels(channels, self.left[0].token, self.now)

    def _that_may_go(self) -> dict[int, Recipient]:
        """The others come to their end here, or wait. Says who gets these."""
        people, verdicts = self._look(self.left)
        judged = [message for message in self.left if message.pk in verdicts]
        if wanting := {m.recipient_id for m in judged if sent_together(m, people[m.recipient_id])}:
            more = claim_for_digests(wanting, judged[0].token, self.now)
            verdicts |= self._look(more)[1]
            judged += [message for message in more if message.pk in verdicts]
        self.left = [message for message in judged if self._may_go(message, verdicts[message.pk])]
        return people

    def _look(self, messages: Sequence[Message]) -> tuple[dict[int, Recipient], dict[UUID, Verdict]]:
        """What cannot be looked at is put off by itself: one occasion's trouble is no other's."""
        try:
            people = recipients({message.recipient_id for message in messages}, self.now)
            return people, look_again(messages, people, self.now)
        except Exception:  # a room's own trouble
            if len(messages) == 1:
                log.exception("message %s cannot be looked at", messages[0].pk)
                self._put_off(messages, TROUBLE)
                return {}, {}
        looks = [self._look([message]) for message in messages]
        people = {pk: person for found, _verdicts in looks for pk, person in found.items()}
        return people, {pk: verdict for _people, found in looks for pk, verdict in found.items()}

    def _may_go(self, message: Message, verdict: Verdict) -> bool:
        if verdict.forgotten:
            Message.objects.filter(pk=message.pk, token=message.token).delete()
        elif verdict.silenced:
            self._end([message], State.SILENCED, verdict.silenced)
        elif verdict.wait_until:
            self._wait([message], verdict.wait_until)
        else:
            return True
        return False

    def _try(self, parcel: Parcel, recipient: Recipient) -> bool:
        """Whether there is any use in going on with the rest of the batch."""
        carrier = self.carriers.of(parcel)
        try:
            letter = compose(parcel, recipient)
            carrier.envelope(letter)
            if not fence(parcel, "" if parcel.channel_id else recipient.address):
                # If our lease is over, so is that of all others, and this changes nothing.
                give_back([*parcel.messages, *self.left])
                carrier.reset()
                return False
            carrier.begin()
        except NoAddress:
            self._end(parcel.messages, State.FAILED, NO_SUCH_ADDRESS)
        except Unreachable as error:
            self._nobody_there(parcel, error)
        except (Refused, Lost) as error:
            carrier.reset()
            self._not_taken(parcel.messages, error, recipient)
        except Exception:  # the letter's own trouble
            log.exception("message %s cannot be sent", parcel.key)
            carrier.close()
            self._put_off(parcel.messages, TROUBLE)
        else:
            self._hand_over(parcel, recipient, carrier, letter)
        return True

    def _nobody_there(self, parcel: Parcel, error: Unreachable) -> None:
        """No chat keeps the mail from going; without a mail server all that is left waits."""
        if parcel.channel_id:
            chat.put_off(parcel.channel_id, self.now + PAUSE)
            return self._wait(parcel.messages, self.now + PAUSE, reason=str(error))
        self._wait([*parcel.messages, *self.left], self.now + PAUSE, reason=str(error))
        raise error

    def _hand_over(self, parcel: Parcel, recipient: Recipient, carrier: Carrier, letter: Letter) -> None:
        try:
            carrier.finish(letter)
        except Refused as refused:
            self._not_taken(parcel.messages, refused, recipient)
        except Lost:
            self._end(parcel.messages, State.UNCERTAIN, CUT_OFF)
        except Exception:  # whatever it was, the mail server may have the letter
            log.exception("nobody knows whether message %s was sent", parcel.key)
            carrier.close()
            self._end(parcel.messages, State.UNCERTAIN, CUT_OFF)
        else:
            self.sent += len(parcel.messages)
            self._end(parcel.messages, State.SENT)

    def _not_taken(self, messages: Sequence[Message], error: Refused | Lost, recipient: Recipient) -> None:
        if isinstance(error, NoSuchMailbox):
            bounces.note(messages[0].recipient_id, recipient.address, str(error), self.now)
        self._put_off(messages, str(error), for_good=isinstance(error, Refused) and error.permanent)

    def _put_off(self, messages: Sequence[Message], reason: str, *, for_good: bool = False) -> None:
        """Until later, each time longer, and not for ever."""
        tries = max(message.attempts for message in messages)
        if for_good or tries >= len(BACKOFF):
            self._end(messages, State.FAILED, reason)
        else:
            delay = BACKOFF[tries] * uniform(1, 1 + JITTER)  # noqa: S311
            self._wait(messages, self.now + delay, reason=reason, attempts=F("attempts") + 1)

    def _end(self, messages: Sequence[Message], state: State, reason: str = "") -> None:
        """Words that nobody needs any more are forgotten: they may be private."""
        row = _attempt(messages) | {
            "state": state,
            "reason": reason,
            "now": self.now,
            "tried": int(state != State.SILENCED),
            "forget": state in (State.SENT, State.SILENCED),
        }
        _execute(END, row)

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


def give_back(messages: Sequence[Message]) -> None:
    """Nothing was tried with these, and the next sender may have them at once."""
    if messages:
        ours = Message.objects.filter(pk__in=[message.pk for message in messages], token=messages[0].token)
        held = ours.filter(state=State.SENDING, data_at__isnull=True, lease_until__gt=ClockTimestamp())
        held.update(state=State.WAITING, lease_until=None, token=None)
