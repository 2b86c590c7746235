"""PgBouncer before the tests' Postgres, as a company with several machines has it: `make faults POOLED=1`.

What is set beside the mode is what keeps a page from waiting while Postgres is away: by its own defaults
PgBouncer tries again after 15 seconds, and lets whoever asks wait for two minutes.
"""

from __future__ import annotations

import shutil
import socket
import subprocess
import time
from dataclasses import dataclass, field
from itertools import cycle
from pathlib import Path

import pytest

from alliance_site.local.postgres import Postgres
from alliance_site.local.postgres_user import as_user

MACHINES = ("127.0.0.1", "127.0.0.2")  #: what is started goes to these by turns
SAID = """
[databases]
* = host={sockets} user=postgres

[pgbouncer]
listen_addr = {addresses}
listen_port = {port}
unix_socket_dir =
auth_type = any
pool_mode = transaction
server_login_retry = 1
query_wait_timeout = 5
logfile = {log}
"""


@dataclass
class Pooler:
    postgres: Postgres
    folder: Path
    port: int = field(default_factory=lambda: _free_port())
    running: subprocess.Popen[bytes] | None = None

    def __post_init__(self) -> None:
        self.machines, self.program = cycle(MACHINES), shutil.which("pgbouncer") or ""
        if not self.program:
            pytest.fail("There is no PgBouncer here; Debian has it as: apt-get install pgbouncer")

    def url(self, database: str) -> str:
        """Of the next machine."""
        return f"postgresql://postgres@{next(self.machines)}:{self.port}/{database}"

    def start(self) -> None:
        user, said, log = self.postgres.user, self.folder / "pgbouncer.ini", self.folder / "pgbouncer.log"
        told = {
            "sockets": self.postgres.sockets,
            "addresses": ",".join(MACHINES),
            "port": self.port,
            "log": log,
        }
        said.write_text(SAID.format(**told))
        log.touch()
        if user:
            for file in (said, log):
                shutil.chown(file, user.pw_uid, user.pw_gid)
        self.running = subprocess.Popen([self.program, "--quiet", said], cwd="/", **as_user(user))
        _wait_for(self.port)

    def stop(self) -> None:
        if self.running:
            self.running.kill()
            self.running.wait()


def _free_port() -> int:
    with socket.socket() as probe:
        probe.bind((MACHINES[0], 0))
        port: int = probe.getsockname()[1]
        return port


def _wait_for(port: int, seconds: float = 10) -> None:
    begun = time.monotonic()
    while True:
        try:
            socket.create_connection((MACHINES[0], port), 1).close()
        except OSError:
            assert time.monotonic() - begun < seconds, f"PgBouncer did not listen within {seconds} s"
            time.sleep(0.05)
        else:
            return
