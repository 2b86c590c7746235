"""Being asked to stop, noticed at once and without a busy loop."""

from __future__ import annotations

import contextlib
import os
import select
import signal

STOP = (signal.SIGINT, signal.SIGTERM, signal.SIGHUP)


class Signals:
    """Handlers only take a note; what must be done is done where `wait` is called."""

    def __init__(self) -> None:
        self.stop_asked = False
        self._readable, writable = os.pipe()
        for end in (self._readable, writable):
            os.set_blocking(end, False)
        signal.set_wakeup_fd(writable, warn_on_full_buffer=False)
        for number in STOP:
            signal.signal(number, self._note)
        signal.signal(signal.SIGCHLD, lambda *_: None)  # a child's end wakes `wait` too

    def _note(self, *_: object) -> None:
        self.stop_asked = True

    def wait(self, seconds: float) -> bool:
        """Until a signal comes, at most so long; whether to stop."""
        if not self.stop_asked:
            select.select([self._readable], [], [], seconds)
            with contextlib.suppress(BlockingIOError):
                os.read(self._readable, 1024)
        return self.stop_asked
