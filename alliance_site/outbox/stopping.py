"""A sender that is asked to stop puts down what it has in hand, rather than being cut off in mid-letter."""

from __future__ import annotations

import os
import signal
import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager


@contextmanager
def asked_to_stop() -> Iterator[Callable[[], bool]]:
    """Whether SIGTERM came meanwhile; its usual consequence follows at the end.

    Systemd sends it to every process of a service, and a worker's children would die of it at once.
    """
    if threading.current_thread() is not threading.main_thread():
        yield lambda: False
        return
    asked = threading.Event()
    before = signal.signal(signal.SIGTERM, lambda *_: asked.set())
    try:
        yield asked.is_set
    finally:
        signal.signal(signal.SIGTERM, before or signal.SIG_DFL)
        if asked.is_set():
            os.kill(os.getpid(), signal.SIGTERM)
