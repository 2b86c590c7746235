"""200 letters, three workers killed in the middle of it: none comes twice, none is lost in silence."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
import time
from collections import Counter
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from datetime import timedelta
from itertools import count
from pathlib import Path
from urllib.parse import urlsplit

import pytest
from django.db import connection
from django.utils import timezone

from alliance_site.outbox.letters import message_id
from alliance_site.outbox.models import Message
from alliance_site.outbox.services import DELIVER, PLAN, nudge
from tests.factories import make_person, make_signed_tour
from tests.outbox.post_office import PostOffice, post_office

pytestmark = [pytest.mark.processes, pytest.mark.django_db(transaction=True)]

State = Message.State
TOURS = 50
LETTERS_EACH = 4  # to each side: that the tour ends, and that what comes next is asked
MESSAGES = TOURS * LETTERS_EACH
SENDERS = 2
KILLS = 3
PACE = 0.02  # seconds that the mail server takes for a letter, so that a kill finds some in the air
LEASE = 2.0
BASE_DIR = Path(__file__).resolve().parents[2]


@pytest.fixture
def slow_office() -> Iterator[PostOffice]:
    def answer() -> str:
        time.sleep(PACE)
        return "250 taken"

    with post_office() as office:
        office.usual["DOT"] = answer
        yield office


@contextmanager
def worker(office: PostOffice) -> Iterator[subprocess.Popen[bytes]]:
    """A real Celery worker, with two processes that send, in a process group of its own."""
    database = urlsplit(os.environ["DATABASE_URL"])._replace(path=f"/{connection.settings_dict['NAME']}")
    environment = {
        **os.environ,
        "DATABASE_URL": database.geturl(),
        "EMAIL_URL": office.url,
        "OUTBOX_LEASE": str(LEASE),
        "OUTBOX_QUIET": "0",  # the suite runs at night and on Sundays, too
    }
    command = [sys.executable, "-m", "celery", "-A", "alliance_site", "worker", "--pool", "prefork"]
    options = ["--concurrency", str(SENDERS), "--without-gossip", "--without-mingle", "--loglevel", "WARNING"]
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


def wait_until(true: Callable[[], bool], seconds: float) -> None:
    """Meanwhile stands for Celery beat."""
    deadline = time.monotonic() + seconds
    for glance in count():
        if true():
            return
        assert time.monotonic() < deadline, Counter(Message.objects.values_list("state", flat=True))
        if glance % 10 == 0:
            nudge(PLAN)
            nudge(DELIVER)
        time.sleep(0.05)


def settled() -> int:
    return Message.objects.filter(state__in=[State.SENT, State.UNCERTAIN]).count()


def test_killed_workers_neither_double_nor_lose(slow_office):
    today = timezone.now().date()
    for _ in range(TOURS):
        alice, bob = make_person(), make_person()
        starts_on, ends_on = today - timedelta(days=10), today + timedelta(days=20)  # too short for check-ins
        make_signed_tour(alice, bob, starts_on=starts_on, ends_on=ends_on)

    for kills in range(1, KILLS + 1):
        with worker(slow_office) as running:
            wait_until(lambda n=kills: len(slow_office.taken) >= n * MESSAGES // (KILLS + 1), 60)
            kill(running)
        assert len(slow_office.taken) < MESSAGES
    with worker(slow_office):
        wait_until(lambda: settled() >= MESSAGES, 60)

    states = Counter(Message.objects.values_list("state", flat=True))
    sent = {message_id(pk) for pk in Message.objects.filter(state=State.SENT).values_list("pk", flat=True)}
    assert [letter for letter, times in slow_office.ids.items() if times > 1] == []
    assert sent <= set(slow_office.ids)
    assert states[State.SENT] + states[State.UNCERTAIN] == states.total() == MESSAGES
    assert states[State.UNCERTAIN] <= KILLS * SENDERS
