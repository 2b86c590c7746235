"""Data folders for tests that start real servers."""

from __future__ import annotations

import contextlib
import os
import re
import shutil
import tempfile
from collections.abc import Iterator
from pathlib import Path

from alliance_site.local.postgres import Postgres
from alliance_site.local.redis_server import RedisServer
from tests import migrated


def bare() -> dict[str, str]:
    """The environment of somebody who has said nothing yet; only the measuring of coverage goes along."""
    return {name: value for name, value in os.environ.items() if re.match("PATH$|HOME$|COVERAGE_", name)}


@contextlib.contextmanager
def data_folder() -> Iterator[Path]:
    """Short, and with a space and a quote, as a person's folders have them.

    Not pytest's own: that one is closed to the user as whom PostgreSQL runs where all is root.
    """
    path = Path(tempfile.mkdtemp(prefix="alliance's test ", dir="/tmp"))
    try:
        yield path
    finally:
        for server in (Postgres(path / "postgres"), RedisServer(path / "redis")):
            server.stop()
        shutil.rmtree(path)


@contextlib.contextmanager
def migrated_folder() -> Iterator[Path]:
    """The same, as a run leaves it that was ended before it founded anything: to migrate takes time."""
    with data_folder() as path:
        postgres = Postgres(path / "postgres")
        postgres.start()
        migrated.fill(postgres.url)
        postgres.stop()
        yield path
