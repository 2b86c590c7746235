"""An import of so many people into an empty database beside the company's, and of the same file once more."""

from __future__ import annotations

import csv
import os
import subprocess
import sys
import time
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date, timedelta
from pathlib import Path
from urllib.parse import urlsplit, urlunsplit

from django.db import connection

from alliance_site.local.folder import BASE_DIR

MAPPING = BASE_DIR / "people" / "mappings" / "simple.toml"
HEADING = (
    "number",
    "name",
    "email",
    "hired_on",
    "left_on",
    "reason",
    "department",
    "title",
    "manager_number",
)
BELOW = 9  #: whom a manager manages
IN_DEPARTMENT = 33
DATABASE = "import_bench"


@dataclass(frozen=True)
class Imported:
    """Of one run of the command as a process of its own."""

    people: int
    seconds: float
    peak: int  #: bytes of memory, at most


def importing(people: int, folder: Path) -> tuple[Imported, Imported]:
    """The first import, and the second, which finds nothing changed."""
    file = folder / "people.csv"
    with file.open("w", newline="") as written:
        csv.writer(written).writerows((HEADING, *_rows(people)))
    try:
        with connection.cursor() as cursor:
            cursor.execute(f"DROP DATABASE IF EXISTS {DATABASE}")
            cursor.execute(f"CREATE DATABASE {DATABASE}")
        _run("migrate", "--verbosity", "0")
        words = ("import_people", str(file), "--mapping", str(MAPPING))
        first, again = (Imported(people, *_run(*words)) for _n in range(2))
        return first, again
    finally:
        file.unlink()
        with connection.cursor() as cursor:
            cursor.execute(f"DROP DATABASE IF EXISTS {DATABASE} WITH (FORCE)")


def _rows(people: int) -> Iterator[tuple[str, ...]]:
    """One in five has left; who manages whom is a tree of those who stay at its top."""
    for n in range(people):
        hired = date(2010, 1, 4) + timedelta(days=n * 13 % 5000)
        has_left = n % 5 == 4 and n * BELOW >= people
        yield (
            f"E{n:06}",
            f"Given{n % 997} Family{n}",
            f"p{n}@import.example",
            hired.isoformat(),
            (hired + timedelta(days=400)).isoformat() if has_left else "",
            "resignation" if has_left else "",
            f"Department {n // IN_DEPARTMENT}",
            f"Title {n % 200}",
            f"E{(n - 1) // BELOW:06}" if n else "",
        )


def _run(*words: str) -> tuple[float, int]:
    """Seconds and peak bytes of one of manage.py's commands on the empty database. Raises if it fails."""
    address = urlsplit(os.environ["DATABASE_URL"])._replace(path=f"/{DATABASE}")
    begun = time.perf_counter()
    process = subprocess.Popen(
        [sys.executable, "manage.py", *words],
        cwd=BASE_DIR,
        env=os.environ | {"DATABASE_URL": urlunsplit(address)},
        stdout=subprocess.DEVNULL,
    )
    _pid, status, usage = os.wait4(process.pid, 0)
    process.returncode = os.waitstatus_to_exitcode(status)
    if process.returncode:
        raise subprocess.CalledProcessError(process.returncode, words)
    return time.perf_counter() - begun, usage.ru_maxrss * 1024
