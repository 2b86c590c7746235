"""For tests in which one has to wait for another."""

from __future__ import annotations

from time import monotonic

from django.db import connection

PATIENCE = 10  #: seconds

#: In this database alone: beside it the other test processes wait for locks of their own.
WAITING = """
SELECT FROM pg_stat_activity
WHERE datname = current_database() AND wait_event_type = 'Lock' AND wait_event = %s
"""


def until_somebody_waits(lock: str) -> None:
    """Until another connection stands before a lock of that kind: "advisory", or "transactionid" for the end
    of a transaction."""
    until = monotonic() + PATIENCE
    with connection.cursor() as cursor:
        while monotonic() < until:
            cursor.execute("SELECT pg_stat_clear_snapshot()")  # which lasts as long as a transaction
            cursor.execute(WAITING, [lock])
            if cursor.rowcount:
                return
    raise AssertionError(f"nobody waits for {lock}")
