"""What a page costs beyond its own statements, and how the database goes about these."""

from __future__ import annotations

from dataclasses import dataclass
from functools import partial
from pathlib import Path
from statistics import median, quantiles

from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext

from people.models import Person
from tests.bench.clock import timed

ROUNDS = 9


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


def cost(name: str, path: str, reader: int, plans: Path) -> Cost:
    client = Client()
    client.force_login(Person.objects.get(pk=reader))
    with CaptureQueriesContext(connection) as captured:
        reply = client.get(path)
    if reply.status_code != 200:
        raise RuntimeError(f"{path} answered {reply.status_code}")
    asked = (_asks(query["sql"]) for query in captured)
    statements = [sql for sql in asked if sql.startswith(("SELECT", "(", "WITH"))]
    many = len(captured)  # before another page clears the log
    pages, raws = [], []
    for _round in range(ROUNDS):
        pages.append(timed(lambda: client.get(path)))
        raws.append(sum(timed(partial(_run, sql)) for sql in statements))
    told = [_plan(sql) for sql in statements if "django_session" not in sql]  # whose key is a password
    (plans / f"{name}.txt").write_text("\n\n".join(told))
    p95 = quantiles(pages, n=20, method="inclusive")[-1]
    return Cost(name, median(pages), p95, median(raws), many, len(reply.content))


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
    return f"{sql}\n\n{lines}\n"
