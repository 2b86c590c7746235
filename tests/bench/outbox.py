"""Planning of all reminders, beside the raw queries of what is due; nothing of it is kept."""

from __future__ import annotations

import time
from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from django.db import connection, transaction

from alliance_site.garbage import look_past_what_is_loaded
from alliance_site.outbox.occasions import occasions
from alliance_site.outbox.planning import plan_occasion, unplanned
from feedback.planning import plan_checkins


@dataclass(frozen=True)
class Planned:
    raw: float  #: seconds
    seconds: float
    messages: int
    statements: int
    idle: float  #: seconds of a look that finds nothing new
    asked: int  #: statements of that look


class Counted:
    """Statements, without keeping them: all letters are in these."""

    count = 0

    def __call__(self, execute: Callable[..., Any], *statement: Any) -> Any:
        self.count += 1
        return execute(*statement)


def planning(now: datetime) -> Planned:
    look_past_what_is_loaded()  # as a worker does
    said = [occasion for occasion in occasions().values() if occasion.due]
    with transaction.atomic():
        begun = time.perf_counter()
        for occasion in said:
            for _due in unplanned(occasion, now):
                pass
        raw = time.perf_counter() - begun
        statements = Counted()
        begun = time.perf_counter()
        with connection.execute_wrapper(statements):
            messages = sum(plan_occasion(occasion, now) for occasion in said)
        seconds = time.perf_counter() - begun
        plan_checkins(now)
        looks = Counted()
        begun = time.perf_counter()
        with connection.execute_wrapper(looks):
            plan_checkins(now)
            for occasion in said:
                for _due in unplanned(occasion, now):
                    raise RuntimeError(f"{occasion.key} is not planned to its end")
        idle = time.perf_counter() - begun
        transaction.set_rollback(True)
    return Planned(raw, seconds, messages, statements.count, idle, looks.count)
