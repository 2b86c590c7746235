"""Servers that may be killed, and at the end the table of what became of the letters."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from datetime import timedelta

import pytest

from tests.faults import ground as grounds
from tests.faults.ground import Ground
from tests.faults.verdict import ROWS, Fault, table
from tests.outbox.post_office import post_office


@pytest.fixture(scope="package")
def servers(tmp_path_factory, django_db_blocker) -> Iterator[Ground]:
    """No test of this folder uses the database that all others do."""
    with post_office() as office:
        laid = grounds.lay(office, tmp_path_factory.mktemp("faults"))
        try:
            laid.start()
            with django_db_blocker.unblock(), grounds.pointed_at(laid):
                yield laid
        finally:
            laid.stop()


@pytest.fixture
def ground(servers, settings) -> Iterator[Ground]:
    """Also for what this process itself sends."""
    settings.EMAIL_URL, settings.OUTBOX_LEASE = servers.office.url, timedelta(seconds=grounds.LEASE)
    settings.OUTBOX_QUIET = False
    for what in (servers.office.script, servers.office.usual, servers.office.taken):
        what.clear()
    servers.renew()
    try:
        yield servers
    finally:
        servers.end_all()


@pytest.fixture
def fault(ground) -> Callable[[str], Fault]:
    return lambda name: Fault(name, ground.office)


def pytest_terminal_summary(terminalreporter) -> None:
    if ROWS:
        terminalreporter.section("faults")
        for line in table():
            terminalreporter.write_line(line)
