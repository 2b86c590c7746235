"""HR's figures are counted by a replica of the database, where there is one (`REPLICA_URL`): to count a large
company then takes nothing from whoever works in it.

Only a page or a file of figures asks for it, and only for what it counts: who may see that, and everything
else, is read where it is written. It is asked once it has all that was recorded by then; one that is away,
refuses, or does not come to that within `PATIENCE` leaves the counting to the database itself for a while.
"""

from __future__ import annotations

import logging
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from contextvars import ContextVar
from time import monotonic, sleep
from typing import Any, TypeVar

from django.db import DEFAULT_DB_ALIAS, Error, OperationalError, connections

from alliance_site import remembered

REPLICA = "replica"
AWAY = "replica:away"  #: what is remembered of one that failed
PATIENCE = 1.0  #: seconds
PAUSE = 30.0  #: seconds in which one that failed is not asked again

Counted = TypeVar("Counted")

log = logging.getLogger(__name__)
#: What is being counted asks by Django's managers, deep in other rooms: only a router can lead it elsewhere.
_reads: ContextVar[str] = ContextVar("reads", default=DEFAULT_DB_ALIAS)


def reads() -> str:
    """The alias of the database that is read from now."""
    return _reads.get()


def counted(count: Callable[[], Counted]) -> Counted:
    """What `count` returns, of all that was recorded by now."""
    if REPLICA in connections.settings and not remembered.recall(AWAY):
        try:
            _wait_for_it()
            with _from_replica():
                return count()
        except Error as error:  # a mistake of ours is one for the database itself, too
            log.warning("The replica is not asked for %.0f s: %s", PAUSE, error)
            remembered.remember(AWAY, True, PAUSE, times=1, longest=PAUSE)
    return count()


def _wait_for_it() -> None:
    with connections[DEFAULT_DB_ALIAS].cursor() as cursor:
        cursor.execute("SELECT pg_current_wal_lsn()")
        recorded = cursor.fetchone()
    until = monotonic() + PATIENCE
    with connections[REPLICA].cursor() as cursor:
        while True:
            cursor.execute("SELECT pg_last_wal_replay_lsn() >= %s", recorded)
            if cursor.fetchone()[0]:
                return
            if monotonic() > until:
                raise OperationalError("it is behind, or no replica")
            sleep(0.02)


@contextmanager
def _from_replica() -> Iterator[None]:
    token = _reads.set(REPLICA)
    try:
        yield
    finally:
        _reads.reset(token)


class Router:
    """Nothing is ever written to a replica, nor asked of it beyond what is being counted."""

    def db_for_read(self, _model: Any, **_hints: Any) -> str:
        return reads()

    def db_for_write(self, _model: Any, **_hints: Any) -> str:
        return DEFAULT_DB_ALIAS

    def allow_relation(self, _one: Any, _other: Any, **_hints: Any) -> bool:
        return True

    def allow_migrate(self, db: str, _app_label: str, **_hints: Any) -> bool:
        return db == DEFAULT_DB_ALIAS
