"""Which pages are measured, and who reads them."""

from __future__ import annotations

from collections.abc import Iterator

from feedback.models import CheckIn
from tests.bench.load import Asked


def asked(people: dict[str, int], cookies: dict[str, str]) -> list[Asked]:
    checkin = CheckIn.objects.select_related("tour").get(pk=people["checkin"])
    rows = (
        ("minimal page", "/bench/minimal/", "employee"),
        ("minimal list", "/bench/list/", "employee"),
        ("people", "/people/", "hr"),
        ("tours", "/tours/", "hr"),
        ("home of a manager", "/", "manager"),
        ("home of HR", "/", "hr"),
        ("person", f"/people/{people['employee']}/", "manager"),
        ("tour", checkin.tour.get_absolute_url(), "employee"),
        ("check-in", checkin.get_absolute_url(), "employee"),
    )
    return [Asked(name, path, cookies[who]) for name, path, who in rows]


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
    }.items():
        yield name, path, people["hr"]
    yield "team", "/team/", people["manager"]
