"""Planning of all reminders, beside the raw queries of what is due; nothing of it is kept."""

from __future__ import annotations

import time
from dataclasses import dataclass
from datetime import datetime

from django.db import connection, transaction
from django.test.utils import CaptureQueriesContext

from alliance_site.outbox.occasions import occasions
from alliance_site.outbox.planning import plan_occasion, unplanned


@dataclass(frozen=True)
class Planned:
    raw: float  #: seconds
    seconds: float
    messages: int
    statements: int


def planning(now: datetime) -> Planned:
    said = [occasion for occasion in occasions().values() if occasion.due]
    with transaction.atomic():
        begun = time.perf_counter()
        for occasion in said:
            for _due in unplanned(occasion, now):
                pass
        raw = time.perf_counter() - begun
        begun = time.perf_counter()
        with CaptureQueriesContext(connection) as statements:
            messages = sum(plan_occasion(occasion, now) for occasion in said)
        seconds = time.perf_counter() - begun
        transaction.set_rollback(True)
    return Planned(raw, seconds, messages, len(statements))
