"""The days that a figure is about."""

from __future__ import annotations

from calendar import monthrange
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date

from people.days import ONE_DAY, add_months

EARLIEST = date(1900, 1, 1)  #: nobody now employed was hired before; a year such as 15 or 215 is a slip


@dataclass(frozen=True)
class Period:
    """The days `first` … `last`, both inclusive."""

    first: date
    last: date

    def __post_init__(self) -> None:
        if self.first > self.last:
            raise ValueError(f"A period cannot begin on {self.first} and end on {self.last}.")

    @property
    def eve(self) -> date:
        """The day before: who is there at its close makes the opening headcount."""
        return self.first - ONE_DAY

    @property
    def days(self) -> int:
        return (self.last - self.eve).days

    def points(self) -> list[date]:
        """The days at whose close heads are counted for the average: 13 for twelve whole months.

        The eve, the end of each month that ends within the period, and the period's last day where that
        is not the end of a month.
        """
        ends = [self.eve, *month_ends(self.first, self.last)]
        return ends if ends[-1] == self.last else [*ends, self.last]

    def a_year_earlier(self) -> Period | None:
        """The same days of the year before; whole months stay whole. None where the two would overlap."""
        earlier = Period(_year_before(self.first), _year_before(self.last))
        if self.first.day == 1 and is_month_end(self.last):
            earlier = Period(earlier.first, month_end(earlier.last))
        return earlier if earlier.last < self.first else None


def month_end(day: date) -> date:
    return day.replace(day=monthrange(day.year, day.month)[1])


def is_month_end(day: date) -> bool:
    return day == month_end(day)


def month_ends(first: date, last: date) -> Iterator[date]:
    end = month_end(first)
    while end <= last:
        yield end
        end = month_end(end + ONE_DAY)


def months_before(end: date, months: int) -> date:
    """The end of the month that lies so many months before the month of `end`."""
    return month_end(add_months(end, -months))


def _year_before(day: date) -> date:
    return day.replace(year=day.year - 1, day=min(day.day, monthrange(day.year - 1, day.month)[1]))
