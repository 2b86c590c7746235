"""Days and moments of a history that is told relative to today."""

from __future__ import annotations

from datetime import UTC, date, datetime, timedelta
from random import Random

from people.days import add_months

DAY = timedelta(days=1)
SATURDAY = 5


def month_start(today: date, months_ago: int) -> date:
    """Most of what happens in a company happens on the first of a month."""
    return add_months(today.replace(day=1), -months_ago)


def working_day(day: date) -> date:
    """The day itself, or the Monday after."""
    return day + timedelta(days=7 - day.weekday()) if day.weekday() >= SATURDAY else day


def checkin_days(starts_on: date, rhythm: int, last: date) -> list[date]:
    """The days on which check-ins are due, as `feedback` plans them: whole rhythms from the start."""
    days: list[date] = []
    while (due := working_day(add_months(starts_on, rhythm * (len(days) + 1)))) <= last:
        days.append(due)
    return days


def start_for_checkin(window: range, today: date, months: int) -> date:
    """A start that brings a check-in due within `window` days of today, after that many months."""
    for offset in window:
        start = add_months(today + timedelta(days=offset), -months)
        due = working_day(add_months(start, months))
        if today + timedelta(days=window[0]) <= due <= today + timedelta(days=window[-1] + 2):
            return start
    raise ValueError(f"no start leads to a check-in within {window} days of {today}")


class Clock:
    """Moments within working hours, none of them later than two days before today.

    Wherever on earth today is, such a moment is past.
    """

    def __init__(self, rng: Random, today: date) -> None:
        self.rng = rng
        self.latest = today - timedelta(days=2)

    def at(self, day: date) -> datetime:
        if day > self.latest:
            day = self.latest
        hour, second = divmod(int(self.rng.random() * 32400), 3600)  # one chance, for there are millions
        return datetime(day.year, day.month, day.day, 7 + hour, second // 60, second % 60, tzinfo=UTC)

    def after(self, moment: datetime, most_days: int) -> datetime:
        """Some days later, at least an hour; what would be too late is soon after instead."""
        later = self.at(working_day(moment.date() + timedelta(days=1 + int(self.rng.random() * most_days))))
        return max(later, moment + timedelta(minutes=60 + int(self.rng.random() * 180)))
