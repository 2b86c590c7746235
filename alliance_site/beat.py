"""The clock of the ticks, which keeps nothing: what a tick finds to do is in the database."""

from __future__ import annotations

from typing import Any

from celery.beat import Scheduler


class Clock(Scheduler):
    """Celery's own notes in a file when each tick went last. Where the machine's clock was ahead and is put
    right, it would wait for that moment to come again, also after a restart, and say nothing for hours."""

    def tick(self, *args: Any, **kwargs: Any) -> float:
        now = self.app.now()
        if any(entry.last_run_at and entry.last_run_at > now for entry in self.schedule.values()):
            for entry in self.schedule.values():
                entry.last_run_at = now
            self._heap = None  # to be filled anew
        return float(super().tick(*args, **kwargs))
