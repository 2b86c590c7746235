"""Servers that may be killed: a Postgres, a Redis and a mail server of the test's own, and real workers."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from itertools import count
from pathlib import Path
from urllib.parse import urlsplit

import psutil
import psycopg2
from celery import current_app
from django.db import connection
from django.utils import timezone

from alliance_site.local.folder import BASE_DIR, data_dir
from alliance_site.local.postgres import Postgres
from alliance_site.local.redis_server import RedisServer
from alliance_site.outbox.delivery import deliver
from alliance_site.outbox.models import Message
from alliance_site.outbox.services import DELIVER, PLAN, nudge
from people.reminders import password_reset
from tests import migrated
from tests.factories import make_person, make_signed_tour
from tests.faults.pooler import MACHINES, Pooler
from tests.outbox.post_office import PostOffice
from tours.models import Tour

DATABASE = "faults"
LEASE = 2.0  #: seconds; a sender's death is noticed that soon
PACE = 0.01  #: seconds that the mail server takes for a letter, so that a fault finds some in the air
LETTERS = 600


@dataclass
class Ground:
    postgres: Postgres
    redis: RedisServer
    office: PostOffice
    logs: Path
    pooler: Pooler | None = None
    running: list[Program] = field(default_factory=list)

    @property
    def database_url(self) -> str:
        return urlsplit(self.postgres.url)._replace(path=f"/{DATABASE}").geturl()

    @property
    def environment(self) -> dict[str, str]:
        pooled = {"PGBOUNCER": "1", "DATABASE_URL": self.pooler.url(DATABASE)} if self.pooler else {}
        return {
            **os.environ,
            "DATABASE_URL": self.database_url,
            "REDIS_URL": self.redis.url,
            "EMAIL_URL": self.office.url,
            "OUTBOX_LEASE": str(LEASE),
            "OUTBOX_QUIET": "0",  # the suite runs at night and on Sundays, too
            "LOG_LEVEL": "WARNING",
            **pooled,
        }

    def start(self) -> None:
        """What the tests kill are processes; the machine lives on, so the disk need not be waited for."""
        self.postgres.start()
        self.redis.start()
        with _admin(self.postgres.url) as cursor:
            cursor.execute("ALTER SYSTEM SET fsync = off")
            cursor.execute("SELECT pg_reload_conf()")
        if self.pooler:
            self.pooler.start()

    def stop(self) -> None:
        if self.pooler:
            self.pooler.stop()
        self.redis.stop()
        self.postgres.stop()

    def renew(self) -> None:
        """An empty database, an empty broker, and a mail server that takes its time for each letter."""
        connection.close()
        template = migrated.copied_to(self.postgres.url)
        with suppress(psycopg2.Error), _admin(self.postgres.url) as cursor:
            cursor.execute(f"DROP DATABASE IF EXISTS {DATABASE} WITH (FORCE)")
        with _admin(self.postgres.url) as cursor:
            cursor.execute(f"CREATE DATABASE {DATABASE} TEMPLATE {template} STRATEGY FILE_COPY")
        with self.redis._client() as client:
            client.flushall()
        self.office.usual["DOT"] = slow("250 taken")

    def worker(self, *, senders: int = 2, **environment: str) -> Program:
        """A real Celery worker, in a process group of its own."""
        app = "tests.faults.dying" if "DIES_AT" in environment else "alliance_site"
        words = ["-A", app, "worker", "--pool", "prefork", "--concurrency", str(senders)]
        words += ["--without-mingle", "--without-gossip"]
        return self._start("worker", [*words, "--loglevel", "WARNING"], environment)

    def beat(self, **environment: str) -> Program:
        return self._start("beat", ["-A", "alliance_site", "beat", "--loglevel", "WARNING"], environment)

    def _start(self, name: str, words: list[str], environment: dict[str, str]) -> Program:
        with (self.logs / f"{name}-{len(self.running)}.log").open("ab") as log:
            process = subprocess.Popen(
                [sys.executable, "-m", "celery", *words],
                cwd=BASE_DIR,
                env=self.environment | environment,
                start_new_session=True,
                stdin=subprocess.DEVNULL,
                stdout=log,
                stderr=log,
            )
        program = Program(process)
        self.running.append(program)
        return program

    def end_all(self) -> None:
        for program in self.running:
            program.kill()
        self.running.clear()


@dataclass(frozen=True)
class Program:
    process: subprocess.Popen[bytes]

    def kill(self) -> None:
        """As the power would: the whole group at once, with no time to say anything."""
        self._signal(signal.SIGKILL)
        self.process.wait()

    def freeze(self) -> None:
        self._signal(signal.SIGSTOP)

    def thaw(self) -> None:
        self._signal(signal.SIGCONT)

    def ask_all_to_stop(self) -> None:
        """As systemd does: every process of the group hears SIGTERM."""
        self._signal(signal.SIGTERM)

    def ask_to_stop(self) -> None:
        """As a container does: the first process hears it."""
        self.process.terminate()

    def _signal(self, number: int) -> None:
        with suppress(ProcessLookupError):
            os.killpg(self.process.pid, number)


def slow(answer: str, pace: float = PACE) -> Callable[[], str]:
    def say() -> str:
        time.sleep(pace)
        return answer

    return say


@contextmanager
def pointed_at(ground: Ground) -> Iterator[None]:
    """This process, too, uses the servers that may be killed."""
    before, parts = dict(connection.settings_dict), urlsplit(ground.database_url)
    broker = current_app.conf.broker_write_url
    connection.close()
    connection.settings_dict.update(NAME=DATABASE, HOST=str(ground.postgres.sockets), USER=parts.username)
    if ground.pooler:
        address = {"HOST": MACHINES[0], "PORT": ground.pooler.port}
        connection.settings_dict.update(address, DISABLE_SERVER_SIDE_CURSORS=True, OPTIONS={})
    current_app.conf.update(
        broker_write_url=ground.redis.url.replace("unix://", "redis+socket://").replace(
            "?db=", "?virtual_host="
        )
    )
    try:
        yield
    finally:
        connection.close()
        connection.settings_dict.update(before)
        current_app.conf.update(broker_write_url=broker)


def lay(office: PostOffice, logs: Path) -> Ground:
    """The servers' folders are kept from run to run."""
    folder = data_dir() / f"faults-{os.environ.get('PYTEST_XDIST_WORKER', 'gw0')}"
    folder.mkdir(mode=0o700, parents=True, exist_ok=True)
    postgres = Postgres(folder / "postgres", followed=True)
    pooler = Pooler(postgres, folder) if os.environ.get("POOLED") else None
    return Ground(postgres, RedisServer(folder / "redis"), office, logs, pooler)


def make_letters(number: int = LETTERS, people: int = 20, **kw: object) -> None:
    """Letters that stay true whatever happens, about nothing in particular."""
    now = timezone.now()
    recipients = [make_person() for _ in range(people)]
    fields = {"occasion": password_reset.key, "due_on": now.date(), "language": "en", "subject": "News"}
    fields |= {"text": "News\n", "html": "<p>News</p>", "created_at": now, "send_after": now, **kw}
    Message.objects.bulk_create(
        Message(recipient=recipients[n % people], about=str(n), **fields) for n in range(number)
    )


def noon_somewhere() -> str:
    """A time zone in which it is the middle of the day now, so that letters may go."""
    ahead = 12 - timezone.now().hour
    return f"Etc/GMT{-ahead:+d}" if ahead else "Etc/GMT"


def make_tours(number: int) -> list[Tour]:
    """Each is about to end: that is due to be said to either side, and that they are to talk about more."""
    zone, today = noon_somewhere(), timezone.now().date()
    span = {"starts_on": today - timedelta(days=10), "ends_on": today + timedelta(days=20)}
    return [
        make_signed_tour(make_person(time_zone=zone), make_person(time_zone=zone), **span)
        for _ in range(number)
    ]


def open_letters() -> int:
    return Message.objects.filter(state__in=[Message.State.WAITING, Message.State.SENDING]).count()


def wait_until(true: Callable[[], bool], seconds: float = 120, *, nudging: bool = True) -> float:
    """How many seconds it took. Nudging stands for Celery beat."""
    begun = time.monotonic()
    for glance in count():
        if true():
            return time.monotonic() - begun
        assert time.monotonic() - begun < seconds, f"not within {seconds} s"
        if nudging and glance % 10 == 0:
            nudge(PLAN)
            nudge(DELIVER)
        time.sleep(0.05)
    raise AssertionError


def send_all(now: datetime) -> int:
    """Run after run, until one finds nothing; says how many went."""
    sent = 0
    while more := deliver(now):
        sent += more
    return sent


def drained() -> bool:
    return open_letters() == 0


def processes_of(folder: Path, name: str) -> list[psutil.Process]:
    """The servers' own, found by their folder; no number in a file is trusted."""
    found = []
    for process in psutil.process_iter(["name", "cmdline"]):
        with suppress(psutil.Error):
            here = str(folder) in " ".join(process.info["cmdline"] or []) or process.cwd() == str(folder)
            if name in (process.info["name"] or "") and here:
                found.append(process)
    return found


@contextmanager
def _admin(url: str) -> Iterator[psycopg2.extensions.cursor]:
    admin = psycopg2.connect(url)
    admin.autocommit = True
    try:
        with admin.cursor() as cursor:
            yield cursor
    finally:
        admin.close()
