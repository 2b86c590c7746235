"""The calendar's quarters: the only periods that group figures are of."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta

from people.days import add_months

#: The last answers of a quarter come from where its last day lasts longest; their day is over by then.
WAIT = timedelta(days=3)


@dataclass(frozen=True, order=True)
class Quarter:
    first: date

    @classmethod
    def of(cls, day: date) -> Quarter:
        return cls(date(day.year, day.month - (day.month - 1) % 3, 1))

    @property
    def next(self) -> Quarter:
        return Quarter(add_months(self.first, 3))

    @property
    def last(self) -> date:
        return self.next.first - timedelta(days=1)

    @property
    def days(self) -> tuple[date, date]:
        return self.first, self.last

    def is_over(self, now: datetime) -> bool:
        """Wherever people are, and for good."""
        return self.last < (now.astimezone(UTC) - WAIT).date()
