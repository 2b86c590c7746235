"""Ends processes that are not our children, and knows when they are gone."""

from __future__ import annotations

import contextlib
import signal
import time
from collections.abc import Iterable

import psutil


def end(processes: Iterable[psutil.Process], number: signal.Signals, patience: float) -> None:
    """Ask by the signal given, and after `patience` seconds end what is still there."""
    left = list(processes)
    for sign, seconds in ((number, patience), (signal.SIGKILL, 5.0)):
        for process in left:
            with contextlib.suppress(psutil.Error):
                process.send_signal(sign)
        until = time.monotonic() + seconds
        while (left := [process for process in left if is_alive(process)]) and time.monotonic() < until:
            time.sleep(0.02)


def is_alive(process: psutil.Process) -> bool:
    """A zombie is gone; in a container it may stay in the list for long, as nobody asks how it ended."""
    try:
        return process.is_running() and process.status() != psutil.STATUS_ZOMBIE
    except psutil.NoSuchProcess:
        return False
