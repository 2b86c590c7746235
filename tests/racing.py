"""For tests in which several act at once, or one has to wait for another."""

from __future__ import annotations

from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from threading import Barrier
from time import monotonic
from typing import Any

from django.db import connection, transaction

from people.models import Person
from people.services import Refused as RefusedInPeople
from tests.factories import make_line, make_person
from tours.services import Refused

PATIENCE = 10  #: seconds
REFUSED = (Refused, RefusedInPeople)

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


def at_once(*acts: Callable[[], Any], refusals: tuple[type[Exception], ...] = REFUSED) -> list[Any]:
    """What comes of acts in threads that start together, each on a connection of its own; a refusal is a
    result, too, and whatever else goes wrong is raised."""
    barrier = Barrier(len(acts))

    def run(act: Callable[[], Any]) -> Any:
        try:
            barrier.wait()
            return act()
        except refusals as refusal:
            return refusal
        finally:
            connection.close()

    with ThreadPoolExecutor(len(acts)) as pool:
        return list(pool.map(run, acts))


def meanwhile(first: Callable[[], Any], second: Callable[[], Any], lock: str = "transactionid") -> Any:
    """The second act begins while the first is done, and not yet to be seen; what comes of it."""

    def act() -> Any:
        try:
            return second()
        finally:
            connection.close()

    with ThreadPoolExecutor(1) as pool:
        with transaction.atomic():
            first()
            waiting = pool.submit(act)
            until_somebody_waits(lock)
        return waiting.result(PATIENCE)


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
