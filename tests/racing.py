"""For tests in which several act at once, or one has to wait for another."""

from __future__ import annotations

from collections.abc import Callable
from time import monotonic
from typing import Any

from django.db import connection

from people.models import Person
from tests.factories import make_line, make_person

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


def rounds(
    times: int = 5, make: Callable[[Person, Person], Any] | None = None
) -> Callable[[Callable[..., None]], Callable[..., None]]:
    """One test of so many races, each with an employee and her manager of its own, or what is made of them.

    Were each race a test, the whole database would be emptied between them."""

    def repeated(race: Callable[..., None]) -> Callable[..., None]:
        def test(*of_the_class: object) -> None:
            for _ in range(times):
                alice, bob = make_person("Alice Ames"), make_person("Bob Brand")
                make_line(alice, bob)
                race(*of_the_class, *([make(alice, bob)] if make else [alice, bob]))

        return test

    return repeated
