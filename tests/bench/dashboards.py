"""What a page costs beyond its own statements, and how the database goes about these."""

from __future__ import annotations

import time
from dataclasses import dataclass
from functools import partial
from pathlib import Path
from statistics import median, quantiles
from typing import Any

from django.core.cache import cache
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext

from people.models import Person
from tests.bench.clock import timed

FEW, MANY = 9, 60  #: rounds at least, and at most
SECONDS = 15  #: of asking for a page afresh: what is quick is asked for often enough for a 95th percentile
READS = ("SELECT", "(", "WITH", "EXECUTE")


@dataclass(frozen=True)
class Cost:
    """Seconds of the page afresh (p50, p95) and of its statements run raw; how many, and the page's bytes."""

    name: str
    p50: float
    p95: float
    raw: float
    statements: int
    bytes: int

    @property
    def ratio(self) -> float:
        return self.p95 / self.raw


@dataclass(frozen=True)
class Again:
    """Seconds of a page whose figures were counted shortly before, and how long that had taken."""

    name: str
    p50: float
    p95: float
    counted: float


def again(name: str, path: str, reader: int) -> Again:
    """Asked for as often as is worth a 95th percentile."""
    client = _signed_in(reader)
    cache.clear()
    counted = timed(lambda: client.get(path))
    took = [timed(lambda: client.get(path)) for _round in range(MANY)]
    return Again(name, median(took), quantiles(took, n=20, method="inclusive")[-1], counted)


def cost(name: str, path: str, reader: int, plans: Path) -> Cost:
    """Once Postgres has kept what is prepared: a fresh page of a process that has been up for a while."""
    client = _signed_in(reader)
    client.get(path)
    cache.clear()
    begun = time.perf_counter()
    reply, asked = _read(client, path)
    took = time.perf_counter() - begun
    statements, many = [sql for sql in asked if sql.startswith(READS)], len(asked)
    pages, raws = [], []
    for _round in range(max(FEW, min(MANY, int(SECONDS / took)))):
        cache.clear()  # or its figures are those of the round before
        pages.append(timed(lambda: client.get(path)))
        raws.append(sum(timed(partial(_run, sql)) for sql in statements))
    _keep(name, statements, plans)
    p95 = quantiles(pages, n=20, method="inclusive")[-1]
    return Cost(name, median(pages), p95, median(raws), many, len(reply.content))


def keep_plans(name: str, path: str, reader: int, plans: Path) -> None:
    """Of a page that is asked for again, when Postgres has kept what is prepared."""
    client = _signed_in(reader)
    client.get(path)
    _reply, asked = _read(client, path)
    _keep(name, [sql for sql in asked if sql.startswith(READS)], plans)


def _signed_in(reader: int) -> Client:
    client = Client()
    client.force_login(Person.objects.get(pk=reader))
    return client


def _read(client: Client, path: str) -> tuple[Any, list[str]]:
    with CaptureQueriesContext(connection) as captured:
        reply = client.get(path)
    if reply.status_code != 200:
        raise RuntimeError(f"{path} answered {reply.status_code}")
    return reply, [_asks(query["sql"]) for query in captured]


def _keep(name: str, statements: list[str], plans: Path) -> None:
    told = [_plan(sql) for sql in statements if "django_session" not in sql]  # whose key is a password
    (plans / f"{name}.txt").write_text("\n\n".join(told))


def _asks(sql: str) -> str:
    """Without what the history writes before a statement that it takes for a change."""
    return sql.split("; ", 1)[1] if sql.startswith("SELECT set_config('pghistory.") else sql


def _run(sql: str) -> None:
    with connection.cursor() as cursor:
        cursor.execute(sql)
        cursor.fetchall()


def _plan(sql: str) -> str:
    with connection.cursor() as cursor:
        cursor.execute(f"EXPLAIN (ANALYZE, BUFFERS, COSTS OFF) {sql}")
        lines = "\n".join(str(row[0]) for row in cursor.fetchall())
        kept = sql.removeprefix("EXECUTE ").split(" ", 1)[0]
        cursor.execute("SELECT statement FROM pg_prepared_statements WHERE name = %s", [kept])
        words = "".join(f"{row[0]}\n\n" for row in cursor.fetchall())
    return f"{words}{sql}\n\n{lines}\n"
