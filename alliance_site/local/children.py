"""The processes under the launcher: started, watched, started again when they die, ended together."""

from __future__ import annotations

import contextlib
import ctypes
import os
import shutil
import signal
import subprocess
import sys
import time
from collections.abc import Callable, Iterable
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import psutil

from alliance_site.local.ending import end
from alliance_site.local.folder import BASE_DIR, writing

FIRST_PAUSE, LONGEST_PAUSE = 0.5, 15.0  #: seconds before a child that died is started again
CALM = 30.0  #: seconds after which a child counts as healthy again
LOG_LIMIT = 5_000_000  #: bytes
PR_SET_PDEATHSIG = 1


@dataclass
class Child:
    """One process, leader of its own group, so that Ctrl-C reaches the launcher alone."""

    name: str
    command: list[str]
    logs: Path
    process: subprocess.Popen[bytes] | None = None
    started: float = 0.0
    start_at: float = 0.0
    pause: float = field(default=FIRST_PAUSE)

    @property
    def log(self) -> Path:
        return self.logs / f"{self.name}.log"

    def start(self) -> None:
        with writing(self.logs):
            self.logs.mkdir(mode=0o700, exist_ok=True)
            with self.log.open("ab") as log:
                self.process = subprocess.Popen(
                    self.command,
                    stdin=subprocess.DEVNULL,
                    stdout=log,
                    stderr=log,
                    cwd=BASE_DIR,
                    start_new_session=True,
                    preexec_fn=dying_with(os.getpid()),
                )
        self.started = time.monotonic()

    def trim_log(self) -> None:
        """The process goes on writing to the same file, at its end, wherever that is now."""
        if self.log.exists() and self.log.stat().st_size > LOG_LIMIT:
            with contextlib.suppress(OSError):  # on a full disk there is only one thing to be done
                shutil.copyfile(self.log, self.log.with_suffix(".log.1"))
            os.truncate(self.log, 0)

    def died(self) -> str | None:
        """How it ended, told once; None while it runs or waits for its next start."""
        if self.process is None or self.process.poll() is None:
            return None
        code = self.process.returncode
        end_group(self.process.pid, signal.SIGKILL)  # its own children, if any were left
        self.process = None
        self.pause = (
            FIRST_PAUSE
            if time.monotonic() - self.started > CALM
            else min(self.pause * 2, LONGEST_PAUSE)
        )  # fmt: skip
        self.start_at = time.monotonic() + self.pause
        return f"was ended by signal {-code}" if code < 0 else f"ended with exit code {code}"

    def last_words(self) -> str:
        lines = self.log.read_text(errors="replace").strip().splitlines()[-12:] if self.log.exists() else []
        return "\n".join(f"    {line}" for line in lines)


def stop(children: Iterable[Child], patience: float) -> None:
    """Ask all of them at once, and end what has not ended after `patience` seconds."""
    running = [child.process for child in children if child.process and child.process.poll() is None]
    for process in running:
        end_group(process.pid, signal.SIGTERM, leader_only=True)
    until = time.monotonic() + patience
    for process in running:
        with contextlib.suppress(subprocess.TimeoutExpired):
            process.wait(max(0.0, until - time.monotonic()))
        end_group(process.pid, signal.SIGKILL)
        process.wait()


def end_group(leader: int, number: int, *, leader_only: bool = False) -> None:
    with contextlib.suppress(ProcessLookupError, PermissionError):
        if leader_only:
            os.kill(leader, number)
        else:
            os.killpg(leader, number)


def end_leftovers(rows: list[dict[str, Any]]) -> int:
    """End what a launcher that was killed left running; returns how many processes that were.

    A number is no proof: a process is ended only if it is in the recorded group and was started by
    the recorded command.
    """
    left = [process for row in rows for process in _group(row)]
    end(left, signal.SIGTERM, 5.0)
    return len(left)


def _group(row: dict[str, Any]) -> list[psutil.Process]:
    found = []
    for process in psutil.process_iter(["cmdline"]):
        with contextlib.suppress(psutil.Error, OSError):
            if process.info["cmdline"] == row["command"] and os.getpgid(process.pid) == row["pid"]:
                found.append(process)
    return found


def dying_with(parent: int) -> Callable[[], None] | None:
    """What a child does before it becomes its program: on Linux, ask to be ended when its parent dies."""
    if sys.platform != "linux":
        return None
    prctl = ctypes.CDLL(None).prctl

    def ask() -> None:
        prctl(PR_SET_PDEATHSIG, signal.SIGTERM)
        if os.getppid() != parent:
            os._exit(1)

    return ask
