"""HR's retention page: who may see it, what it says, and what it costs."""

from __future__ import annotations

from datetime import date

import pytest
import time_machine
from django.db import connection
from django.test import Client

from people.models import Department, Employment, Person, Position
from tests.factories import make_person

URL = "/retention/"
IN_2025 = {"from": "2025-01-01", "to": "2025-12-31"}


@pytest.fixture(autouse=True)
def _in_march_2026():
    with time_machine.travel("2026-03-16 09:00:00Z", tick=False):
        yield


@pytest.fixture
def heidi(cast, as_) -> Client:
    return as_(cast.heidi)


def figures(response) -> dict[str, str]:
    return {figure.key: figure.value for figure in response.context["figures"]}


@pytest.mark.parametrize("name", ["alice", "bob", "carol", "dan", "mallory"])
def test_it_does_not_exist_for_others(cast, as_, name):
    assert as_(getattr(cast, name)).get(URL).status_code == 404


def test_it_only_reads(heidi):
    assert heidi.post(URL).status_code == 405


def test_it_begins_with_the_last_twelve_whole_months(heidi):
    response = heidi.get(URL)
    assert (response.context["period"].first, response.context["period"].last) == (
        date(2025, 3, 1),
        date(2026, 2, 28),
    )
    assert figures(response)["closing_headcount"] == "6"
    assert "Only HR sees this page" in response.content.decode()


@pytest.mark.parametrize(
    ("name", "first", "last"),
    [
        ("this_year", date(2026, 1, 1), date(2026, 3, 16)),
        ("last_year", date(2025, 1, 1), date(2025, 12, 31)),
    ],
)
def test_a_period_has_a_name(heidi, name, first, last):
    period = heidi.get(URL, {"period": name}).context["period"]
    assert (period.first, period.last) == (first, last)


def test_figures_are_those_of_the_days_asked_for(heidi):
    make_person(hired_on=date(2020, 1, 1), left_on=date(2025, 6, 30))
    response = heidi.get(URL, IN_2025)
    shown = figures(response)
    assert (shown["opening_headcount"], shown["leavers"], shown["closing_headcount"]) == ("7", "1", "6")
    assert shown["retention_rate"] == "85.7%"
    assert "7 at the start, 0 joined, 1 left: 6 at the end." in response.content.decode()


def test_a_rate_is_rounded_not_cut(heidi):
    make_person(hired_on=date(2020, 1, 1), left_on=date(2025, 1, 31))
    assert figures(heidi.get(URL, IN_2025))["turnover_rate"] == "16.5%"  # 1 ÷ (79 ÷ 13) = 16.46 %


def test_one_department_can_be_asked_for(heidi):
    response = heidi.get(URL, {**IN_2025, "department": "sales"})
    assert response.context["department"].name == "Sales"
    assert figures(response)["closing_headcount"] == "1"
    assert [name for name, _curve in response.context["curves"]] == ["Sales", "The whole company"]


def test_departments_differing_in_case_are_told_apart(heidi):
    Department.objects.create(name="sales")
    for name in ("sales", "Sales"):
        assert heidi.get(URL, {"department": name}).context["department"].name == name


def test_every_figure_is_explained(heidi):
    page = heidi.get(URL, IN_2025).content.decode()
    assert "It is not 100% less turnover" in page
    assert "Here: 6 ÷ 6 = 100.0%." in page


def test_what_is_undefined_is_a_dash_with_its_reason(heidi):
    response = heidi.get(URL, {"from": "1999-01-01", "to": "1999-12-31"})
    shown = figures(response)
    assert shown["turnover_rate"] == shown["retention_rate"] == shown["stability_index"] == "–"
    page = response.content.decode()
    assert "Nobody was employed when the period began." in page
    assert "Nobody was employed here in the three years up to then." in page
    assert "Nobody had been hired by the period's last day." in page
    assert "0.0%" not in page


def test_a_year_that_began_with_nobody_is_not_compared(heidi):
    page = heidi.get(URL, {"from": "2021-01-01", "to": "2021-12-31"}).content.decode()
    assert "A year earlier: Nobody was employed when the period began." in page


def test_a_period_longer_than_a_year_is_not_compared(heidi):
    page = heidi.get(URL, {"from": "2024-01-01", "to": "2025-12-31"}).content.decode()
    assert "A year earlier: –. The period is longer than a year." in page


def test_a_department_without_people_then_says_so(heidi):
    Department.objects.create(name="To come")
    response = heidi.get(URL, {**IN_2025, "department": "To come"})
    assert figures(response)["turnover_rate"] == "–"
    assert response.status_code == 200


def test_who_has_no_position_is_shown_where_all_departments_are(heidi):
    make_person(hired_on=date(2020, 1, 1))
    departments = heidi.get(URL, IN_2025).context["departments"]
    assert [(name, c.closing) for name, c, _rates in departments] == [
        ("Engineering", 4),
        ("People", 1),
        ("Sales", 1),
        ("", 1),
    ]


@pytest.mark.parametrize(
    ("asked", "sentence"),
    [
        ({"from": "2025-02-30", "to": "2025-12-31"}, "Give a date."),
        ({"from": "2025-02-01"}, "Give a date."),
        ({"from": "2025-12-31", "to": "2025-01-01"}, "The period must not end before it begins."),
        ({"from": "2025-01-01", "to": "2026-03-17"}, "This day is still to come"),
        ({"from": "0025-01-01", "to": "2025-12-31"}, "Choose a day from 1900 on."),
        ({"department": "Nowhere"}, "There is no department called “Nowhere”."),
        ({"department": "\x00"}, "Null characters are not allowed."),
        ({"period": "next_year"}, "next_year is not one of the available choices"),
    ],
)
def test_bad_input_is_shown_again_with_a_sentence(heidi, asked, sentence):
    response = heidi.get(URL, asked)
    assert response.status_code == 400
    page = response.content.decode()
    assert sentence in page
    assert "figures" not in response.context
    assert all(value in page for value in asked.values() if value.isprintable() and "period" not in asked)


def many(people: int, departments: int) -> None:
    """Written at once, for it is the reading that is of interest."""
    rows = Department.objects.bulk_create(Department(name=f"Department {n:04}") for n in range(departments))
    staff = Person.objects.bulk_create(Person(name=f"Many {n}", number=f"{n}") for n in range(people))
    Employment.objects.bulk_create(
        Employment(
            person=person,
            hired_on=date(2015 + n % 10, 1 + n % 12, 1 + n % 28),
            left_on=date(2025, 1 + n % 12, 1 + n % 28) if n % 5 == 0 else None,
            ending="resignation" if n % 5 == 0 else None,
        )
        for n, person in enumerate(staff)
    )
    Position.objects.bulk_create(
        Position(person=person, department=rows[n % departments], since=date(2015, 1, 1))
        for n, person in enumerate(staff)
    )
    with connection.cursor() as cursor:  # else the planner may believe what autovacuum saw: empty tables
        cursor.execute("ANALYZE people_person, people_employment, people_position, people_department")


@pytest.mark.parametrize("asked", [IN_2025, {**IN_2025, "department": "Sales"}])
def test_more_people_take_no_more_queries_and_no_more_than_ten(heidi, django_assert_max_num_queries, asked):
    with django_assert_max_num_queries(10) as before:
        heidi.get(URL, asked)
    many(people=300, departments=150)
    with django_assert_max_num_queries(10) as after:
        heidi.get(URL, asked)
    assert len(after) - len(before) <= (1 if "department" in asked else 0)


def test_a_large_company_fits_in_60_kb_and_lists_its_largest_departments(heidi):
    many(people=3000, departments=3000)
    response = heidi.get(URL, IN_2025)
    assert len(response.content) <= 60_000
    assert len(response.context["departments"]) == 50
    page = response.content.decode()
    assert "The 50 largest departments." in page
    assert "<select" not in page
    assert heidi.get(URL, {**IN_2025, "department": "Department 2999"}).status_code == 200
