"""The day and the moment of everything that is made without another, and those at which it is looked at."""

from __future__ import annotations

from datetime import UTC, date, datetime

DAY = date(2026, 3, 16)
NOW = datetime(2026, 3, 16, 9, 0, tzinfo=UTC)

#: A Monday three months later. What DAY began runs until 2028: tests by the real clock would end with it.
TODAY = date(2026, 6, 15)
MORNING = datetime(2026, 6, 15, 9, 0, tzinfo=UTC)
