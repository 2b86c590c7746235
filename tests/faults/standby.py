"""A replica of the tests' own Postgres, as a company would have one for its figures."""

from __future__ import annotations

import shutil
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from typing import Any

from django.db import connection, connections
from django.test import override_settings

from alliance_site import remembered
from alliance_site.local.postgres import Postgres
from alliance_site.replica import AWAY, REPLICA
from tests.faults.ground import Ground


@dataclass
class Standby(Postgres):
    of: str = ""  #: the address of the server that it follows

    def _make(self) -> None:
        self.folder.mkdir(mode=0o700)
        self._own(self.folder)
        words = ["--write-recovery-conf", "--checkpoint=fast", "--no-sync", f"--dbname={self.of}"]
        if (made := self._run("pg_basebackup", *words)).returncode:
            self._refuse("could not be copied", made.stdout)


@contextmanager
def following(ground: Ground) -> Iterator[Standby]:
    """Made anew each time, and known to Django."""
    folder = ground.postgres.folder.with_name("replica")
    Standby(folder / "postgres").stop()
    shutil.rmtree(folder, ignore_errors=True)
    folder.mkdir(mode=0o700)
    standby = Standby(folder / "postgres", followed=True, of=ground.postgres.url)
    standby.start()
    remembered.forget(AWAY)
    connections.settings[REPLICA] = connection.settings_dict | {"HOST": str(standby.sockets), "PORT": ""}
    try:
        with override_settings(DATABASE_ROUTERS=["alliance_site.replica.Router"]):
            yield standby
    finally:
        connections[REPLICA].close()
        del connections[REPLICA], connections.settings[REPLICA]
        standby.stop()


def catch_up(seconds: float = 30) -> None:
    """Wait until the replica has what is committed by now."""
    here = _asked("default", "SELECT pg_current_wal_lsn()")
    begun = time.monotonic()
    while not _asked(REPLICA, "SELECT pg_last_wal_replay_lsn() >= %s", here):
        assert time.monotonic() - begun < seconds, f"not within {seconds} s"
        time.sleep(0.01)


def stand_still() -> None:
    """What is committed from now on is sent to the replica, and does not show."""
    catch_up()
    _asked(REPLICA, "SELECT pg_wal_replay_pause()")
    while _asked(REPLICA, "SELECT pg_get_wal_replay_pause_state()") != "paused":
        time.sleep(0.01)


def _asked(alias: str, words: str, *values: Any) -> Any:
    with connections[alias].cursor() as cursor:
        cursor.execute(words, values)
        return cursor.fetchone()[0]
