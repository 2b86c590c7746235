"""The day and the moment of everything that is made without another."""

from __future__ import annotations

from datetime import UTC, date, datetime

DAY = date(2026, 3, 16)
NOW = datetime(2026, 3, 16, 9, 0, tzinfo=UTC)
