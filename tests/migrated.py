"""A migrated, empty database that every test database is a copy of: to migrate takes many times as long.

It is made once for each state of the migrations, by whichever test process comes first.
"""

from __future__ import annotations

import contextlib
import fcntl
import hashlib
import os
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path
from urllib.parse import urlsplit

import psycopg2
from psycopg2 import sql

from alliance_site.local.folder import BASE_DIR, data_dir
from alliance_site.local.postgres import Postgres

PREFIX = "migrated_"
ROOMS = ("alliance_site", "people", "tours", "feedback")


def template() -> str:
    """The name of that database."""
    return _at(os.environ["DATABASE_URL"], _migrate_and_note)


def copied_to(url: str) -> str:
    """The name of the same on another server."""
    template()
    return _at(url, _copy)


def fill(url: str) -> None:
    """An empty database, so that it is the same."""
    template()
    _copy(url)


def _at(url: str, fill: Callable[[str], None]) -> str:
    name = PREFIX + _fingerprint()
    data_dir().mkdir(parents=True, exist_ok=True)  # with somebody else's servers, nothing made it
    with (data_dir() / "migrated.lock").open("w") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)
        connection = psycopg2.connect(url)
        connection.autocommit = True
        try:
            with connection.cursor() as cursor:
                if name not in _databases(cursor):
                    _make(cursor, name, url, fill)
        finally:
            connection.close()
    return name


def _fingerprint() -> str:
    """Of our migrations, of the packages that bring more of them, and of the way it is made."""
    digest = hashlib.sha256((BASE_DIR / "requirements.txt").read_bytes() + Path(__file__).read_bytes())
    for room in ROOMS:
        for path in sorted((BASE_DIR / room).rglob("migrations/*.py")):
            digest.update(path.read_bytes())
    return digest.hexdigest()[:16]


def _databases(cursor: psycopg2.extensions.cursor) -> list[str]:
    cursor.execute("SELECT datname FROM pg_database WHERE datname LIKE %s", [f"{PREFIX}%"])
    return [name for (name,) in cursor.fetchall()]


def _make(cursor: psycopg2.extensions.cursor, name: str, url: str, fill: Callable[[str], None]) -> None:
    """Made under another name first, so that a making that was cut short is not taken for the whole."""
    making = f"{PREFIX}making"
    for old in _databases(cursor):
        cursor.execute(sql.SQL("DROP DATABASE {}").format(sql.Identifier(old)))
    cursor.execute(sql.SQL("CREATE DATABASE {}").format(sql.Identifier(making)))
    fill(urlsplit(url)._replace(path=f"/{making}").geturl())
    rename = sql.SQL("ALTER DATABASE {} RENAME TO {}")
    cursor.execute(rename.format(sql.Identifier(making), sql.Identifier(name)))


def _migrate_and_note(url: str) -> None:
    """Noted now, for nobody may read a database while it is a template. Another's server may be too new."""
    _migrate(url)
    for old in data_dir().glob(f"{PREFIX}*.sql"):
        old.unlink()
    making = _note().with_suffix(".making")
    with contextlib.suppress(subprocess.CalledProcessError):
        _program("pg_dump", "--no-owner", f"--file={making}", url)
        making.rename(_note())


def _copy(url: str) -> None:
    """What was noted of the first one is read in a tenth of the time that it takes to migrate again."""
    if not _note().exists():
        _migrate(url)
        return
    words = ["--quiet", "--no-psqlrc", "--single-transaction", "--set=ON_ERROR_STOP=1"]
    _program("psql", *words, f"--file={_note()}", url)


def _migrate(url: str) -> None:
    subprocess.run(
        [sys.executable, "manage.py", "migrate", "--verbosity=0"],
        env={**os.environ, "DATABASE_URL": url},
        cwd=BASE_DIR,
        check=True,
    )


def _note() -> Path:
    """Of this state: a server may have the database of another one still, or already."""
    return data_dir() / f"{PREFIX}{_fingerprint()}.sql"


def _program(name: str, *words: str) -> None:
    """One of Postgres' own; what it says of what it does is of no use here, but for a mistake."""
    subprocess.run([Postgres(Path()).programs / name, *words], stdout=subprocess.DEVNULL, check=True)
