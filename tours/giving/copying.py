"""What a programme's texts become for one person."""

from __future__ import annotations

from collections.abc import Collection
from datetime import date, timedelta

from django.utils.formats import date_format

from people.days import add_months
from people.models import Person
from tours.models import Pledge, Promise, Revision, Terms
from tours.placeholders import fill, used
from tours.policy import KNOWN_BY_LIMIT


def last_day(starts_on: date, months: int) -> date:
    return add_months(starts_on, months) - timedelta(days=1)


def placeholders_used(revision: Revision, pledges: Collection[Pledge]) -> set[str]:
    texts = [getattr(revision, name) for name in Terms.TEXTS]
    return set().union(*map(used, texts), *(used(p.what) | used(p.known_by) for p in pledges))


def placeholders(
    employee: Person, manager: Person | None, department: str, title: str, days: tuple[date, date]
) -> dict[str, str]:
    """In the language that is active."""
    start, end = days
    return {
        "employee": employee.name,
        "employee_first_name": employee.get_short_name(),
        "manager": manager.name if manager else "…",
        "start": date_format(start),
        "end": date_format(end),
        "department": department or "…",
        "title": title or "…",
    }


def words(revision: Revision, values: dict[str, str]) -> dict[str, str]:
    return {name: fill(getattr(revision, name), values) for name in Terms.TEXTS}


def promises(pledges: Collection[Pledge], values: dict[str, str], days: tuple[date, date]) -> list[Promise]:
    """Not saved, and of no terms yet."""
    return [
        Promise(
            owed_by=pledge.owed_by,
            what=fill(pledge.what, values),
            due_on=due_on(pledge, *days),
            known_by=fill(pledge.known_by, values)[:KNOWN_BY_LIMIT],
        )
        for pledge in pledges
    ]


def due_on(pledge: Pledge, starts_on: date, ends_on: date) -> date:
    """Three months after the start of three months is their last day, not the one after; and not every month
    has 31 days."""
    if pledge.due_unit == Pledge.Unit.DAYS:
        return min(starts_on + timedelta(days=pledge.due_after), ends_on)
    return min(add_months(starts_on, pledge.due_after), ends_on)
