"""Whether anything may be sent at all: HR can hold everything, and a restored database holds itself.

What was sent after a backup was taken is not in the backup, and would be sent again. So the outbox
remembers where it last sent from: the database cluster, its timeline, the database, and its own table, as
Postgres numbers them. A dump that is loaded anywhere, its old place too, makes the table anew; recovery
to a point in time begins a new timeline, and so does a standby that takes over, which may lack the last
commits as well; `pg_upgrade` makes another cluster. In each case sending waits until HR says go. A disk that
is put back as it was looks the same from inside; after that, `manage.py hold_messages` is for whoever put it
back.
"""

from __future__ import annotations

import logging
from datetime import datetime
from typing import NamedTuple

from django.conf import settings
from django.contrib.auth.base_user import AbstractBaseUser
from django.db import connection, transaction
from django.utils.translation import gettext_noop

from alliance_site.outbox.models import Gate

log = logging.getLogger(__name__)

RESTORED = gettext_noop(
    "The database is not where letters last left from: it was restored from a backup, or moved. Letters that "
    "wait here may have gone out since the backup was made."
)
LOOK = """
SELECT held_at IS NOT NULL, place, concat_ws('/', (SELECT system_identifier FROM pg_control_system()),
    left(pg_walfile_name(pg_current_wal_lsn()), 8),
    (SELECT oid FROM pg_database WHERE datname = current_database()), 'outbox_message'::regclass::oid)
FROM (SELECT 1) AS one LEFT JOIN outbox_gate ON outbox_gate.id = 1
"""
# A bucket that holds a tenth of the limit and fills at nine tenths of it a minute: so no minute has more.
TAKE = """
INSERT INTO outbox_pace AS pace (id, allowance, at) VALUES (1, greatest(%(most)s, 1), clock_timestamp())
ON CONFLICT (id) DO UPDATE SET at = excluded.at, allowance = least(greatest(%(most)s, 1),
    pace.allowance + %(rate)s * extract(epoch FROM greatest(excluded.at - pace.at, interval '0')))
RETURNING floor(allowance)::int
"""
# The transaction lock that every fence shares and a hold has alone: when HR is told that all is held, what
# was at its fence is past it, and whatever comes to it later finds it shut.
DOOR = 5321


class Rule(NamedTuple):
    """After so many minutes in doubt, as what; None: never."""

    minutes: int | None
    verdict: str


def is_open(now: datetime) -> bool:
    """One statement, but for the first time ever and the first after a restore."""
    with connection.cursor() as cursor:
        cursor.execute(LOOK)
        held, place, here = cursor.fetchone()
    if not place:
        the_gate()
        Gate.objects.filter(pk=1, place="").update(place=here)
    elif place != here:
        found = Gate.objects.filter(pk=1, place=place)
        found.update(place=here, held_at=now, held_by=None, because=RESTORED)
        log.warning("letters last left from %s, and this is %s: sending waits for HR", place, here)
        return False
    return not held


def is_held() -> bool:
    """As far as is known: whether the database is where letters last left from, senders find out."""
    return Gate.objects.filter(held_at__isnull=False).exists()


def the_gate() -> Gate:
    return Gate.objects.get_or_create(pk=1)[0]


@transaction.atomic
def hold(now: datetime, *, actor: AbstractBaseUser | None, because: str = "") -> bool:
    """Nothing leaves any more, but for what is past its fence. False if it was held before."""
    the_gate()
    with connection.cursor() as cursor:
        cursor.execute("SELECT pg_advisory_xact_lock(%s)", [DOOR])
    by = actor.pk if actor else None
    held = Gate.objects.filter(pk=1, held_at__isnull=True)
    return bool(held.update(held_at=now, held_by=by, because=because))


def release(since: datetime | None) -> bool:
    """Go. False if it was released, or held anew, meanwhile."""
    held = Gate.objects.filter(pk=1, held_at=since, held_at__isnull=False)
    return bool(held.update(held_at=None, held_by=None, because=""))


def rule_of(gate: Gate) -> Rule:
    return Rule(gate.doubt_minutes, gate.doubt_verdict)


def settle_doubts(before: Rule, after: Rule) -> bool:
    """By which rule doubts end from now on. False if another one than that holds by now."""
    found = Gate.objects.filter(pk=the_gate().pk, doubt_minutes=before.minutes, doubt_verdict=before.verdict)
    return bool(found.update(doubt_minutes=after.minutes, doubt_verdict=after.verdict))


def allowed(most: int) -> int:
    """How many letters may leave now. Part of a transaction in which `spend` says how many do."""
    limit = settings.OUTBOX_PER_MINUTE
    if not limit:
        return most
    with connection.cursor() as cursor:
        cursor.execute(TAKE, {"most": limit / 10, "rate": limit * 0.9 / 60})
        return min(most, int(cursor.fetchone()[0]))


def spend(number: int) -> None:
    if settings.OUTBOX_PER_MINUTE and number:
        with connection.cursor() as cursor:
            cursor.execute("UPDATE outbox_pace SET allowance = allowance - %s WHERE id = 1", [number])
