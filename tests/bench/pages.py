"""Which pages are measured, and who reads them."""

from __future__ import annotations

from collections.abc import Iterator

from feedback.models import CheckIn
from tests.bench.load import Asked


def asked(people: dict[str, int], cookies: dict[str, str]) -> list[Asked]:
    tour, open_, revealed = _single(people)
    rows = (
        ("minimal page", "/bench/minimal/", "employee"),
        ("minimal list", "/bench/list/", "employee"),
        ("people", "/people/", "hr"),
        ("tours", "/tours/", "hr"),
        ("home of a manager", "/", "manager"),
        ("home of HR", "/", "hr"),
        ("person", f"/people/{people['employee']}/", "manager"),
        ("tour", tour, "employee"),
        ("tour, along the way", f"{tour}along-the-way/", "employee"),
        ("check-in, open", open_, "employee"),
        ("check-in, revealed", revealed, "employee"),
    )
    return [Asked(name, path, cookies[who]) for name, path, who in rows]


def _single(people: dict[str, int]) -> tuple[str, str, str]:
    """Where a tour is, and an open and a revealed check-in of it."""
    open_, revealed = (CheckIn.objects.get(pk=people[state]) for state in ("open", "revealed"))
    return revealed.tour.get_absolute_url(), open_.get_absolute_url(), revealed.get_absolute_url()


def prepared(people: dict[str, int]) -> Iterator[tuple[str, str, int]]:
    """Those of which nearly every statement is prepared, and how Postgres goes about it is to be kept."""
    tour, open_, revealed = _single(people)
    yield "person", f"/people/{people['employee']}/", people["manager"]
    yield "tour", tour, people["employee"]
    yield "tour-along", f"{tour}along-the-way/", people["employee"]
    yield "checkin-open", open_, people["employee"]
    yield "checkin-revealed", revealed, people["employee"]


def dashboards(people: dict[str, int]) -> Iterator[tuple[str, str, int]]:
    for name, path in {
        "overview": "/retention/",
        "departments": "/retention/departments/",
        "staying-by-type": "/retention/staying/?by=type",
        "staying-by-year": "/retention/staying/?by=year",
        "staying-by-department": "/retention/staying/?by=department",
        "tours": "/retention/tours/",
        "list-of-leavers": "/retention/list/leavers/",
        "list-of-ended": "/retention/list/ended/",
        "home-of-hr": "/",
    }.items():
        yield name, path, people["hr"]
    yield "team", "/team/", people["manager"]
