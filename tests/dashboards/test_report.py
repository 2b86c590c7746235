"""What tables, charts and words of a report are made of is asked for once."""

from __future__ import annotations

from datetime import date
from io import StringIO

import pytest
from django.core.management import call_command
from django.db import connection
from django.test.utils import CaptureQueriesContext

from alliance_site.dashboards.retention import staying
from people.models import Department
from tests.factories import make_person, make_position, make_signed_tour

YEAR = ("--from", "2015-01-01", "--to", "2015-12-31")
TWO_YEARS = ("--from", "2014-01-01", "--to", "2015-12-31")


@pytest.fixture
def company(db):
    """With a department below another, more departments than are drawn, and somebody in none."""
    alice, bob, _nowhere = (make_person(hired_on=date(2014, 1, 1)) for _ in range(3))
    make_position(alice, "Sales", since=date(2014, 1, 1))
    make_position(bob, "Research", since=date(2014, 1, 1))
    Department.objects.filter(name="Research").update(parent=Department.objects.get(name="Sales"))
    for n in range(staying.DEPARTMENTS):
        make_position(make_person(hired_on=date(2014, 1, 1)), f"Branch {n}", since=date(2014, 1, 1))
    make_signed_tour(alice, bob, starts_on=date(2014, 1, 1), ends_on=date(2015, 6, 30))


WHOLE, SALES = (), ("--department", "Sales")


@pytest.mark.parametrize("days", [YEAR, TWO_YEARS])
@pytest.mark.parametrize(
    ("form", "of_whom"),
    [
        *(("table", WHOLE), ("table", SALES), ("table", ("--by", "department"))),
        *(("csv", WHOLE), ("csv", SALES), ("pdf", WHOLE), ("pdf", SALES)),
        *(("json", WHOLE), ("json", SALES), ("json", ("--by", "department"))),
    ],
)
def test_a_report_asks_nothing_twice(company, tmp_path, form, of_whom, days):
    with CaptureQueriesContext(connection) as asked:
        call_command(
            "retention",
            *(*days, *of_whom, "--format", form, "--output", str(tmp_path / "report")),
            stdout=StringIO(),
        )
    statements = [query["sql"] for query in asked]
    assert sorted(set(statements)) == sorted(statements)


@pytest.mark.parametrize("days", [YEAR, TWO_YEARS])
@pytest.mark.parametrize(("of_whom", "curves"), [(WHOLE, 3), (SALES, 4), (("--by", "department"), 4)])
def test_programs_are_told_what_was_counted_and_estimated_once(company, days, of_whom, curves):
    """Also where the period a year earlier is counted along with it, and all hired along with each year's."""
    with CaptureQueriesContext(connection) as asked:
        call_command("retention", *days, *of_whom, "--format", "json", stdout=StringIO())
    counts = [query["sql"] for query in asked if '"p0_opening"' in query["sql"]]
    assert [("GROUP BY" in sql) for sql in counts].count(False) == 1
    assert [("GROUP BY" in sql) for sql in counts].count(True) == 1
    assert sum("ARRAY_AGG(" in query["sql"] for query in asked) == curves
