"""The servers that Alliance needs, on a machine that has none.

1. `environment.decide()` settles what this process is: the demonstration, or not.
2. For each address that is not given, `provide()` starts a server of its own and puts its address into
   the environment, so that settings, and every child process, find it there.
3. Servers are shared by all processes of one data folder: each holds a shared lock for its life, which
   the system drops even on kill -9. Who can have that lock alone, at its end, was the last, and stops them.
"""

from __future__ import annotations

import atexit
import contextlib
import fcntl
import os
from collections.abc import Iterator
from pathlib import Path
from typing import Protocol

from alliance_site.local import environment, note
from alliance_site.local.folder import data_dir, writing
from alliance_site.local.postgres import Postgres
from alliance_site.local.redis_server import RedisServer


class Server(Protocol):
    name: str

    @property
    def url(self) -> str: ...
    def answers(self) -> bool: ...
    def start(self) -> None: ...
    def stop(self) -> None: ...


def provide(*, durable: bool = True) -> list[Server]:
    """Fill in every address that is missing; returns the servers of our own that this process now shares.

    Raises `Refused`, which ends the process with one clear sentence.
    """
    environment.decide()
    if "SITE_URL" not in os.environ and (launcher := note.read()):
        os.environ["SITE_URL"] = launcher["site_url"]
    folder = data_dir()
    missing = {
        variable: server
        for variable, server in embedded(folder, durable=durable).items()
        if not os.environ.get(variable)
    }  # fmt: skip
    if missing:
        _share(folder, list(missing.values()))
        os.environ.update({variable: server.url for variable, server in missing.items()})
    return list(missing.values())


def embedded(folder: Path, *, durable: bool = True) -> dict[str, Server]:
    return {
        "DATABASE_URL": Postgres(folder / "postgres", durable),
        "REDIS_URL": RedisServer(folder / "redis"),
    }


def ensure(server: Server) -> bool:
    """Start the server unless it answers; whether it had to be started. One process at a time does this."""
    if server.answers():
        return False
    with _locked(data_dir() / "start.lock"):
        if server.answers():
            return False
        server.start()
    return True


def _share(folder: Path, servers: list[Server]) -> None:
    with writing(folder):
        lock = os.open(folder / "in-use.lock", os.O_RDWR | os.O_CREAT, 0o600)
    fcntl.flock(lock, fcntl.LOCK_SH)
    atexit.register(_leave, lock, os.getpid(), servers)
    for server in servers:
        ensure(server)


def _leave(lock: int, owner: int, servers: list[Server]) -> None:
    if os.getpid() != owner:  # a forked child that ends is not this process
        return
    fcntl.flock(lock, fcntl.LOCK_UN)
    try:
        fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except BlockingIOError:
        return
    for server in servers:
        server.stop()
    os.close(lock)


@contextlib.contextmanager
def _locked(path: Path) -> Iterator[None]:
    with writing(path.parent), path.open("w") as file:
        fcntl.flock(file, fcntl.LOCK_EX)
        yield
