"""A migrated, empty database that every test database is a copy of: to migrate takes many times as long.

It is made once for each state of the migrations, by whichever test process comes first.
"""

from __future__ import annotations

import fcntl
import hashlib
import os
import subprocess
import sys
from urllib.parse import urlsplit

import psycopg2
from psycopg2 import sql

from alliance_site.local.folder import BASE_DIR, data_dir

PREFIX = "migrated_"
ROOMS = ("alliance_site", "people", "tours", "feedback")


def template() -> str:
    """The name of that database."""
    name = PREFIX + _fingerprint()
    data_dir().mkdir(parents=True, exist_ok=True)  # with somebody else's servers, nothing made it
    with (data_dir() / "migrated.lock").open("w") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)
        connection = psycopg2.connect(os.environ["DATABASE_URL"])
        connection.autocommit = True
        try:
            with connection.cursor() as cursor:
                if name not in _databases(cursor):
                    _make(cursor, name)
        finally:
            connection.close()
    return name


def _fingerprint() -> str:
    """Of our migrations, and of the packages that bring more of them."""
    digest = hashlib.sha256((BASE_DIR / "requirements.txt").read_bytes())
    for room in ROOMS:
        for path in sorted((BASE_DIR / room).rglob("migrations/*.py")):
            digest.update(path.read_bytes())
    return digest.hexdigest()[:16]


def _databases(cursor: psycopg2.extensions.cursor) -> list[str]:
    cursor.execute("SELECT datname FROM pg_database WHERE datname LIKE %s", [f"{PREFIX}%"])
    return [name for (name,) in cursor.fetchall()]


def _make(cursor: psycopg2.extensions.cursor, name: str) -> None:
    """Made under another name first, so that a making that was cut short is not taken for the whole."""
    making = f"{PREFIX}making"
    for old in _databases(cursor):
        cursor.execute(sql.SQL("DROP DATABASE {}").format(sql.Identifier(old)))
    cursor.execute(sql.SQL("CREATE DATABASE {}").format(sql.Identifier(making)))
    url = urlsplit(os.environ["DATABASE_URL"])._replace(path=f"/{making}").geturl()
    subprocess.run(
        [sys.executable, "manage.py", "migrate", "--verbosity=0"],
        env={**os.environ, "DATABASE_URL": url},
        cwd=BASE_DIR,
        check=True,
    )
    rename = sql.SQL("ALTER DATABASE {} RENAME TO {}")
    cursor.execute(rename.format(sql.Identifier(making), sql.Identifier(name)))
