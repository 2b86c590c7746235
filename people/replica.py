"""Figures are counted by a replica of the database, where there is one (`REPLICA_URL`): to count a large
company then takes nothing from whoever works in it.

Only a page that counts asks for it, and only for what it counts: who may see that, and everything else, is
read where it is written. A replica that is away, refuses, or is further behind than `BEHIND` does nothing
worse than leave the counting to the database itself.
"""

from __future__ import annotations

import logging
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from contextvars import ContextVar
from datetime import datetime, timedelta
from typing import Any, TypeVar

from django.db import DEFAULT_DB_ALIAS, InterfaceError, OperationalError, connections

REPLICA = "replica"
BEHIND = timedelta(minutes=5)  #: planning writes each minute, so a replica that keeps up is never so old

Counted = TypeVar("Counted")

_logger = logging.getLogger(__name__)
_reads: ContextVar[str] = ContextVar("reads", default=DEFAULT_DB_ALIAS)


def reads() -> str:
    """The alias of the database that is read from now."""
    return _reads.get()


def counted(count: Callable[[datetime], Counted], now: datetime) -> Counted:
    """What `count` returns. It is given the moment up to which everything that was recorded is counted:
    `now`, or, where a replica counts, what that has come to."""
    if REPLICA not in connections.settings:
        return count(now)
    try:
        at = min(_replayed(), now)
        if now - at <= BEHIND:
            with _from_replica():
                return count(at)
        _logger.warning("The replica has come to %s only, and is not asked.", at.isoformat())
    except (OperationalError, InterfaceError):
        _logger.warning("The replica does not answer, and is not asked.", exc_info=True)
    return count(now)


def _replayed() -> datetime:
    """When the last transaction that it has was committed; long ago where it has none."""
    with connections[REPLICA].cursor() as cursor:
        cursor.execute("SELECT COALESCE(pg_last_xact_replay_timestamp(), '-infinity'::timestamptz)")
        at: datetime = cursor.fetchone()[0]
        return at


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
