"""Workers that die and workers that race: each of 300 people gets one tour, none two, none is forgotten."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
import time
from collections import Counter
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from pathlib import Path
from urllib.parse import urlsplit

import psycopg2
import pytest
from django.db import connection

from alliance_site.outbox.services import nudge
from tests.factories import NOW, make_giving, make_hr, make_line, make_person, make_pledge, make_programme
from tours.giving.working import CHUNK
from tours.models import Given, Promise, Terms, Tour
from tours.services.programmes import GIVE

pytestmark = [pytest.mark.processes, pytest.mark.django_db(transaction=True)]

BASE_DIR = Path(__file__).resolve().parents[2]
PEOPLE = 300
WORKERS = 2
HELD = "SELECT count(*) FROM pg_locks WHERE NOT granted AND relation = 'tours_promise'::regclass"


def database() -> str:
    return urlsplit(os.environ["DATABASE_URL"])._replace(path=f"/{connection.settings_dict['NAME']}").geturl()


@contextmanager
def workers() -> Iterator[subprocess.Popen[bytes]]:
    """A real Celery worker with two processes, in a process group of its own."""
    environment = {**os.environ, "DATABASE_URL": database()}
    command = [sys.executable, "-m", "celery", "-A", "alliance_site", "worker", "--pool", "prefork"]
    options = ["--concurrency", str(WORKERS), "--without-gossip", "--without-mingle", "--loglevel", "WARNING"]
    process = subprocess.Popen([*command, *options], cwd=BASE_DIR, env=environment, start_new_session=True)
    try:
        yield process
    finally:
        kill(process)


def kill(process: subprocess.Popen[bytes]) -> None:
    """As the power would: the whole group at once, with no time to say anything."""
    with suppress(ProcessLookupError):
        os.killpg(process.pid, signal.SIGKILL)
    process.wait()


@contextmanager
def promises_held() -> Iterator[None]:
    """Whoever writes promises waits in the middle of it, until this is over."""
    own = psycopg2.connect(database())
    try:
        with own.cursor() as cursor:
            cursor.execute("LOCK TABLE tours_promise IN EXCLUSIVE MODE")
        yield
    finally:
        own.close()


def in_the_middle() -> int:
    with connection.cursor() as cursor:
        cursor.execute(HELD)
        return int(cursor.fetchone()[0])


def wait_until(true: Callable[[], bool], seconds: float = 60) -> None:
    """Meanwhile stands for Celery beat, on as many hosts as there are workers."""
    deadline, nudged_at = time.monotonic() + seconds, 0.0
    while not true():
        assert time.monotonic() < deadline, outcomes()
        if time.monotonic() > nudged_at + 0.5:
            nudged_at = time.monotonic()
            for _ in range(WORKERS):
                nudge(GIVE)
        time.sleep(0.05)


def outcomes() -> Counter:
    return Counter(Given.objects.values_list("outcome", flat=True))


@pytest.fixture(scope="module")
def morning() -> None:
    """The workers have the real clock."""


@pytest.fixture
def giving():
    hr, boss = make_person(), make_person()
    make_hr(hr)
    people = [make_person() for _ in range(PEOPLE)]
    for person in people:
        make_line(person, boss)
    programme = make_programme(hr)
    make_pledge(programme.newest)
    return make_giving(programme, people, hr)


def test_workers_that_race_and_die_give_to_each_exactly_once(giving):
    with promises_held(), workers() as running:
        wait_until(lambda: in_the_middle() == WORKERS)
        kill(running)
    wait_until(lambda: in_the_middle() == 0)
    assert outcomes() == {"waiting": PEOPLE}
    assert Tour.objects.count() == 0, "what was begun was undone"

    with workers():
        with promises_held():  # both at once, each with a chunk of its own
            wait_until(lambda: in_the_middle() == WORKERS)
        wait_until(lambda: outcomes()["waiting"] <= PEOPLE - WORKERS * CHUNK)
        wait_until(lambda: outcomes() == {"given": PEOPLE})

    assert Tour.objects.values("employee").distinct().count() == Tour.objects.count() == PEOPLE
    assert Terms.objects.filter(proposed_at__isnull=False).count() == Promise.objects.count() == PEOPLE
    assert set(Tour.objects.values_list("given__giving", flat=True)) == {giving.pk}


def test_a_second_tour_for_the_same_row_is_refused_by_the_database(giving):
    from django.db import IntegrityError

    row = giving.given.first()
    fields = {
        "employee": row.person,
        "manager": giving.given_by,
        "type": Tour.Type.ROTATIONAL,
        "programme_id": giving.revision.programme_id,
        "programme_revision": giving.revision,
        "created_at": NOW,
    }
    Tour.objects.create(given=row, **fields)
    with pytest.raises(IntegrityError):
        Tour.objects.create(given=row, **fields)
    with pytest.raises(IntegrityError):
        Tour.objects.create(given=giving.given.last(), **fields)
