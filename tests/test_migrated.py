"""The copies of the migrated database, on other servers too."""

from __future__ import annotations

import os
import re
import subprocess
from collections.abc import Iterator
from pathlib import Path
from urllib.parse import urlsplit

import psycopg2
import pytest

from alliance_site.local.postgres import Postgres
from tests import migrated

COPY = "copied_by_a_test"


def dumped(url: str) -> list[str]:
    program = Postgres(Path()).programs / "pg_dump"
    said = subprocess.run([program, "--no-owner", url], capture_output=True, text=True, check=True).stdout
    return told(said)


def told(dump: str) -> list[str]:
    """Of what is checked, only that it is: Postgres writes it down otherwise once it has read it.

    And each dump has a word of its own."""
    lines = [re.split(r" CHECK | WHEN |\tpgtrigger", line)[0] for line in dump.splitlines()]
    return [line for line in lines if not line.startswith(("\\restrict", "\\unrestrict"))]


@pytest.fixture
def empty() -> Iterator[str]:
    name = f"{COPY}_{os.environ.get('PYTEST_XDIST_WORKER', 'gw0')}"
    admin = psycopg2.connect(os.environ["DATABASE_URL"])
    admin.autocommit = True
    with admin.cursor() as cursor:
        cursor.execute(f"DROP DATABASE IF EXISTS {name}")
        cursor.execute(f"CREATE DATABASE {name}")
        yield urlsplit(os.environ["DATABASE_URL"])._replace(path=f"/{name}").geturl()
        cursor.execute(f"DROP DATABASE {name}")
    admin.close()


def test_a_copy_is_what_was_migrated(empty):
    migrated.fill(empty)
    if not migrated._note().exists():
        pytest.skip("somebody else's server may be too new to be noted; then it is migrated anew")
    copied = dumped(empty)
    assert copied == told(migrated._note().read_text())
    assert sum(line.startswith("CREATE TRIGGER") for line in copied) > 50
    assert sum(line.startswith("COPY ") for line in copied) > 50


def test_what_was_noted_of_another_state_is_not_copied(monkeypatch, tmp_path):
    """One server may have its database still, when the note on the disk is already of the other."""
    done = []
    monkeypatch.setattr(migrated, "data_dir", lambda: tmp_path)
    monkeypatch.setattr(migrated, "_migrate", lambda url: done.append(f"migrate {url}"))

    def program(name: str, *words: str) -> None:
        done.append(f"{name} {words[-1]}")
        (tmp_path / words[1].rpartition("/")[2]).touch()

    monkeypatch.setattr(migrated, "_program", program)
    migrated._migrate_and_note("one")
    monkeypatch.setattr(migrated, "_fingerprint", lambda: "another")
    migrated._copy("other")
    assert done == ["migrate one", "pg_dump one", "migrate other"]
