"""HR's retention page: who may see it, what it says, and what it costs."""

from __future__ import annotations

import re
from datetime import date, timedelta

import pytest
import time_machine
from django.db import connection
from django.test.utils import CaptureQueriesContext

from alliance_site.dashboards import words
from alliance_site.dashboards.retention.departments import Line, added, in_order
from people.departments import Node
from people.models import Department, Employment, Person, Position
from tests.dashboards.conftest import show
from tests.factories import (
    make_person,
    make_position,
    make_signed_tour,
)

URL = "/retention/"
IN_2025 = {"from": "2025-01-01", "to": "2025-12-31"}


@pytest.fixture(autouse=True)
def _in_march_2026():
    with time_machine.travel("2026-03-16 09:00:00Z", tick=False):
        yield


def figures(response) -> dict[str, str]:
    return {figure.key: figure.value for figure in response.context["figures"]}


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


def test_a_named_period_still_moves_with_the_calendar_when_something_else_is_chosen(heidi):
    asked = show(heidi.get(URL, {"period": "this_year"}), department="Sales")
    with time_machine.travel("2026-03-17 09:00:00Z", tick=False):
        response = heidi.get(URL, asked)
    period, view = response.context["period"], response.context["view"]
    assert (period.first, period.last) == (date(2026, 1, 1), date(2026, 3, 17))
    assert view.kept == {"period": "this_year", "department": "Sales"}
    assert response.context["form"]["period"].value() == "this_year"


def test_a_day_typed_over_makes_fixed_days_of_a_named_period(heidi):
    asked = show(heidi.get(URL, {"period": "this_year"}), **{"from": "2026-02-01"})
    response = heidi.get(URL, asked)
    assert response.context["view"].kept == {"from": "2026-02-01", "to": "2026-03-16"}
    assert response.context["form"]["period"].value() == ""


IN_A_MONTH = "In 31 days, not scaled to a year."
OF_A_MONTH = "Turnover and retention are of 31 days, not scaled to a year."


def test_beside_rates_of_other_than_a_year_it_says_of_how_many_days_they_are(heidi):
    """Nothing is annualised: a month's 1 % reads as a year's else. What always is of a year says nothing."""
    make_person(hired_on=date(2024, 6, 1), left_on=date(2025, 10, 9))
    october = {"from": "2025-10-01", "to": "2025-10-31"}
    told = heidi.get(URL, october).context
    of_days = {figure.key for figure in told["figures"] if figure.length == IN_A_MONTH}
    assert of_days == {"turnover_rate", "resignation_rate", "retention_rate", "internal_mobility_rate"}
    assert next(each for each in told["figures"] if each.key == "regretted_turnover").reason
    page = heidi.get(URL, october).text
    assert page.count(IN_A_MONTH) == 2 + 4  # of the headlines, and of all
    assert OF_A_MONTH in heidi.get(f"{URL}departments/", october).text
    for table, said in (("figures", IN_A_MONTH), ("departments", OF_A_MONTH)):
        for asked, times in (
            (october, True),
            (IN_2025, False),
            ({"from": "2023-11-01", "to": "2024-10-31"}, False),
        ):
            assert (said in heidi.get(f"{URL}export/csv/", {**asked, "table": table}).text) == times
    assert "not scaled" not in heidi.get(URL, IN_2025).text + heidi.get(f"{URL}departments/", IN_2025).text


def test_what_was_asked_for_stays_on_the_way_to_other_pages_but_for_what_was_a_mistake(heidi):
    page = heidi.get(URL, {"period": "last_year", "department": "Sales", "type": "rotational"}).text
    assert "/opinions/?period=last_year&amp;department=Sales&amp;type=rotational" in page
    for mistake in ({"department": "Nowhere"}, {"service": "ever"}):
        page = heidi.get(URL, {"period": "last_year", **mistake}).text
        assert '/retention/departments/?period=last_year"' in page
    assert '/retention/departments/?"' in heidi.get(URL, {"from": "2025-02-30", "to": "2025-12-31"}).text


@pytest.mark.parametrize("page", ["", "departments/", "staying/", "tours/", "list/closing/"])
def test_the_order_and_the_way_of_another_page_stay_when_something_is_asked_here(heidi, page):
    asked = show(heidi.get(URL + page, {"sort": "name", "by": "year"}), department="Sales")
    assert (asked["sort"], asked["by"]) == ("name", "year")
    assert "sort=name&amp;by=year" in heidi.get(URL + page, asked).text


def test_figures_are_those_of_the_days_asked_for(heidi):
    make_person(hired_on=date(2020, 1, 1), left_on=date(2025, 6, 30))
    response = heidi.get(URL, IN_2025)
    shown = figures(response)
    assert (shown["opening_headcount"], shown["leavers"], shown["closing_headcount"]) == ("7", "1", "6")
    assert shown["retention_rate"] == "85.7%"
    flow = re.sub("<[^>]+>", "", response.text)
    assert "7 at the start, 0 joined, 1 left: 6 at the end." in flow


def test_a_rate_is_rounded_not_cut(heidi):
    make_person(hired_on=date(2020, 1, 1), left_on=date(2025, 1, 31))
    assert figures(heidi.get(URL, IN_2025))["turnover_rate"] == "16.5%"  # 1 ÷ (79 ÷ 13) = 16.46 %


def test_one_department_can_be_asked_for(heidi):
    response = heidi.get(URL, {**IN_2025, "department": "sales"})
    assert response.context["department"].name == "Sales"
    assert figures(response)["closing_headcount"] == "1"


def test_a_department_stands_for_those_below_it(heidi):
    Department.objects.create(name="Field", parent=Department.objects.get(name="Sales"))
    make_position(make_person(), "Field")
    assert figures(heidi.get(URL, {**IN_2025, "department": "Sales"}))["closing_headcount"] == "2"
    assert figures(heidi.get(URL, {**IN_2025, "department": "Field"}))["closing_headcount"] == "1"


def test_only_a_department_that_has_others_below_it_is_named_with_them(heidi):
    Department.objects.create(name="Field", parent=Department.objects.get(name="Sales"))
    for name, of in (("Sales", "Sales with the departments below it"), ("Field", "Field")):
        assert heidi.get(URL, {"department": name}).context["view"].of == of


def test_a_length_of_service_can_be_asked_for_and_then_nothing_is_said_to_add_up(heidi):
    make_person(hired_on=date(2025, 6, 1))
    response = heidi.get(URL, {**IN_2025, "service": "under_1"})
    assert figures(response)["closing_headcount"] == "1"
    page = response.content.decode()
    assert "do not add up" in page
    assert "at the start" not in page


@pytest.mark.parametrize(("page", "shown"), [("", False), ("tours/", True), ("list/ended/", True)])
def test_what_narrows_a_page_stands_at_its_head_where_it_narrows_it(heidi, page, shown):
    asked = {**IN_2025, "department": "Sales", "service": "5_on", "type": "foundational"}
    response = heidi.get(f"{URL}{page}", asked)
    assert response.context["view"].of == "Sales"
    assert "Length of service: Five years and more" in response.text
    assert ("Type of tour: Foundational" in response.text) is shown


def test_departments_are_compared_with_all_of_them_together(heidi):
    def first(**asked: str) -> list[str]:
        all_of_them = heidi.get(f"{URL}departments/", {**IN_2025, **asked}).context["sheet"].all
        return [cell.shown for cell in all_of_them]

    company = figures(heidi.get(URL, IN_2025))
    for sort in ("name", "-closing"):
        found = first(sort=sort)
        assert (found[0], found[5], found[6]) == (
            "The whole company",
            company["closing_headcount"],
            company["turnover_rate"],
        )
    assert first(department="Sales") == []  # one line, which would stand there twice
    Department.objects.create(name="Field", parent=Department.objects.get(name="Sales"))
    make_position(make_person(), "Field")
    found = first(department="Sales")
    assert (found[0], found[5]) == ("Sales with the departments below it", "2")


def test_a_file_of_departments_has_no_row_of_all_that_would_count_everybody_twice(heidi):
    told = heidi.get(f"{URL}export/csv/", {**IN_2025, "table": "departments"}).content.decode()
    assert not any(line.startswith("The whole company") for line in told.splitlines())


def test_departments_with_the_same_number_stand_in_the_order_of_their_names_whichever_way():
    names = ["Data", "Sales", "Web"]
    lines = [Line(Node(n, name, None, ()), added([]), 0) for n, name in enumerate(names)]
    for sort in ("closing", "-closing"):
        assert [line.name for line in in_order(lines[::-1], sort)] == names


def test_whoever_looks_at_days_before_anybody_was_here_is_not_asked_to_bring_in_who_is_here(cast, heidi):
    before = {"from": "1990-01-01", "to": "1990-02-01"}
    asks = "Hardly anybody was here in this period."
    assert asks not in heidi.get(URL, before).text
    Employment.objects.exclude(person=cast.heidi).delete()
    empty = heidi.get(URL, before).text
    assert asks in empty
    assert "/people/import/" in empty


def test_tours_that_ended_are_listed_the_last_to_end_first(cast, heidi):
    for person, first, last in (
        (cast.alice, date(2020, 1, 1), date(2025, 6, 30)),
        (cast.dan, date(2023, 1, 1), date(2025, 1, 31)),
    ):
        make_signed_tour(person, cast.bob, starts_on=first, ends_on=last)
    rows = heidi.get(f"{URL}list/ended/", IN_2025).context["sheet"].rows
    assert [row[0].value for row in rows] == ["Alice Ames", "Dan Drew"]


def test_the_table_of_departments_begins_below_the_one_that_is_the_whole_company(heidi):
    def names() -> list[str]:
        page = heidi.get(f"{URL}departments/", {**IN_2025, "sort": "name"})
        return [row[0].value for row in page.context["sheet"].rows]

    assert names() == ["Engineering", "People", "Sales"]
    top = Department.objects.create(name="Everybody")
    Department.objects.exclude(pk=top.pk).update(parent=top)
    assert names() == ["Engineering", "People", "Sales"]
    make_position(make_person(hired_on=date(2025, 1, 1)), "Everybody", since=date(2025, 1, 1))
    assert names() == ["Engineering", "Everybody itself", "People", "Sales"]
    make_person(hired_on=date(2025, 1, 1))
    assert names() == ["Everybody", "No department"]


@pytest.mark.parametrize(
    ("page", "narrows"), [("", 0), ("departments/", 0), ("list/closing/", 0), ("tours/", 1)]
)
def test_a_type_that_was_chosen_elsewhere_and_narrows_nothing_says_so(heidi, page, narrows):
    """It stays in every address, and narrows what is taken along as a whole."""
    aside = (
        "The type of tour that you chose, Rotational, makes no difference on this page; in the whole report"
    )
    assert (aside in heidi.get(f"{URL}{page}", {**IN_2025, "type": "rotational"}).text) is not bool(narrows)
    assert "The type of tour that you chose" not in heidi.get(f"{URL}{page}", IN_2025).text


def test_departments_differing_in_case_are_told_apart(heidi):
    Department.objects.create(name="sales")
    for name in ("sales", "Sales"):
        assert heidi.get(URL, {"department": name}).context["department"].name == name


def test_every_figure_is_explained(heidi):
    page = heidi.get(URL, IN_2025).content.decode()
    assert "It is not 100% less turnover" in page
    assert "/retention/list/retained/" in page
    assert "A mean of several days: nobody in particular is behind it." in page


def test_of_every_figure_it_is_said_what_it_is_not():
    told = {**words.WORDS, **words.TOURS, **words.TEAM, **words.FAILING, **words.FAILING_IN_TEAM}
    assert [name for name, said in told.items() if not said.beware] == []


def test_of_a_department_it_is_said_whose_tours_count_as_its_own(heidi):
    of_whom = "For those chosen, by their department and length of service on the day on which the tour ended"
    assert of_whom not in heidi.get(f"{URL}tours/", IN_2025).text
    assert of_whom in heidi.get(f"{URL}tours/", {**IN_2025, "department": "Sales"}).text


def test_what_is_undefined_is_a_dash_with_its_reason(heidi):
    response = heidi.get(URL, {"from": "1999-01-01", "to": "1999-12-31"})
    shown = figures(response)
    assert shown["turnover_rate"] == shown["retention_rate"] == shown["stability_index"] == "–"
    page = response.content.decode()
    assert "The opening headcount is 0." in page
    assert "Nobody was employed here in the three years up to the period’s end." in page
    assert "/people/import/" not in heidi.get(URL, IN_2025).text
    assert "0.0%" not in page


def test_one_reason_for_this_period_and_a_year_earlier_is_said_once(heidi):
    page = heidi.get(URL, {"from": "1999-01-01", "to": "1999-12-31"}).text
    why = "The opening headcount is 0."
    assert f"{why} A year earlier: –. For the same reason." in " ".join(page.split())
    assert f": –. {why}" not in page
    assert "1 Jan 1998 to 31 Dec 1998: –. For the same reason." in " ".join(page.split())


def test_a_year_that_began_with_nobody_is_not_compared(heidi):
    response = heidi.get(URL, {"from": "2021-01-01", "to": "2021-12-31"})
    assert "A year earlier: –. The opening headcount is 0." in response.content.decode()
    compared = {figure.key for figure in response.context["figures"] if figure.earlier.value is not None}
    assert not compared & {"turnover_rate", "internal_mobility_rate", "retention_rate"}
    assert compared > {"coverage", "boomerang_share", "early_attrition_1_year"}


def test_a_department_born_in_the_period_has_a_turnover_on_no_page(heidi):
    """Nor as a year earlier a year later, nor in the month in which the period ends."""
    for name, since in (("Born", date(2025, 12, 1)), ("Older", date(2024, 12, 1))):
        for left_on in (None, None, since + timedelta(days=14)):
            make_position(make_person(hired_on=since, left_on=left_on), name, since=since)
    asked, why = {**IN_2025, "department": "Born"}, "The opening headcount is 0."
    response = heidi.get(URL, asked)
    over_average = ("turnover_rate", "resignation_rate", "regretted_turnover", "internal_mobility_rate")
    assert {figures(response)[name] for name in over_average} == {"–"}
    assert "the average headcount includes days before there was anybody" in response.text
    assert [cell.shown for cell in response.context["months"].rows[0]] == ["December 2025", "2", *"–––––"]
    turnover = heidi.get(URL, {**asked, "department": "Older"}).context["headlines"][1]
    assert (turnover.value, turnover.a_year_earlier) == ("0.0%", f"A year earlier: –. {why}")
    table = heidi.get(f"{URL}departments/", {**IN_2025, "sort": "-turnover_rate"})
    assert [cell.shown for cell in table.context["sheet"].rows[-1][6:11]] == ["–", "–", "–", "1", "–"]
    assert table.context["sheet"].rows[-1][0].shown == "Born"
    assert table.text.count(why) == 1


def test_what_it_was_a_year_earlier_is_said_beside_why_there_is_none_now(heidi):
    make_person(hired_on=date(2020, 1, 1), left_on=date(2025, 6, 30))
    response = heidi.get(URL, IN_2025)
    assert figures(response)["regretted_turnover"] == "–"
    said = "For none of the leavers has HR said whether the loss was regretted. A year earlier: 0.0%"
    assert said in " ".join(response.text.split())


def test_the_numbers_of_a_year_earlier_are_behind_a_link_to_its_days(heidi):
    page = heidi.get(URL, {"period": "last_year", "department": "Sales"}).text
    assert '"?department=Sales&amp;from=2024-01-01&amp;to=2024-12-31"' in page


def test_of_the_rates_of_a_month_it_is_told_what_they_divide(heidi):
    for ending in ("resignation", "dismissal"):
        gone = make_person(hired_on=date(2020, 1, 1), left_on=date(2025, 6, 30))
        gone.employments.update(ending=ending)
    sheet = heidi.get(URL, IN_2025).context["months"]
    row = dict(zip([str(head.label) for head in sheet.heads], sheet.rows[0], strict=True))
    heads = ("Left, 12 months", "Of whom resigned", "Average headcount, 12 months")
    left, resigned, average = (row[head].value for head in heads)
    assert (left, resigned) == (2, 1)
    assert row["Turnover, 12 months"].value == left / average
    assert row["Resignations, 12 months"].value == resigned / average


def test_a_period_longer_than_a_year_is_not_compared(heidi):
    page = heidi.get(URL, {"from": "2024-01-01", "to": "2025-12-31"}).content.decode()
    assert "A year earlier: –. The period is longer than a year." in page


def test_a_department_without_people_then_says_so(heidi):
    Department.objects.create(name="To come")
    response = heidi.get(URL, {**IN_2025, "department": "To come"})
    assert figures(response)["turnover_rate"] == "–"
    assert response.status_code == 200


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


def test_a_slip_in_the_name_of_a_department_is_answered_with_names_like_it(heidi):
    page = heidi.get(URL, {"department": "enginering"}).text
    assert "There is no department called “enginering”. Similar names: Engineering." in page


def test_where_departments_are_too_many_for_a_list_an_empty_field_says_what_it_stands_for(heidi, monkeypatch):
    monkeypatch.setattr("alliance_site.dashboards.forms.MOST_TO_CHOOSE", 2)
    assert 'placeholder="The whole company"' in heidi.get(URL).text


@pytest.mark.parametrize(
    ("page", "why"),
    [
        (
            "departments/",
            "Neither these nor the rates lead to a list here: the overview of a department shows",
        ),
        ("staying/?by=year", "No list stands behind a curve"),
        ("", "Each rate covers the twelve months up to that month’s end: choose those days as the period"),
    ],
)
def test_where_a_number_leads_to_no_list_the_page_says_why(heidi, page, why):
    assert why in heidi.get(f"{URL}{page}").text


@pytest.mark.parametrize(
    ("language", "said"),
    [
        ("en", ("655,302 employments", "Page 1 of 13,107")),
        ("de", ("655.302 Beschäftigungen", "Seite 1 von 13.107")),
        ("es", ("655\xa0302 relaciones laborales", "Página 1 de 13\xa0107")),
        ("ar", ("655.302 فترة توظيف", "الصفحة 1 من 13.107")),
    ],
)
def test_a_list_says_how_many_of_what_with_thousands_apart(cast, heidi, monkeypatch, language, said):
    Person.objects.filter(pk=cast.heidi.pk).update(language=language)
    monkeypatch.setattr("django.core.paginator.Paginator.count", 655_302)
    page = heidi.get(f"{URL}list/closing/").text
    assert [each for each in said if each not in page] == []


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
        cursor.execute("ANALYZE people_person, people_tenure, people_position, people_department")


PAGES = [
    URL,
    f"{URL}departments/",
    f"{URL}staying/?by=type",
    f"{URL}staying/?by=year",
    f"{URL}staying/?by=department",
    f"{URL}tours/",
    f"{URL}list/closing/",
]


def statements(heidi, page: str, asked: dict[str, str]) -> int:
    path, _mark, more = page.partition("?")
    with CaptureQueriesContext(connection) as queries:
        response = heidi.get(path, asked | dict([more.split("=")] if more else []))
    assert response.status_code == 200
    assert len(response.content) <= 60_000
    return len(queries)


@pytest.mark.parametrize("asked", [IN_2025, {**IN_2025, "department": "Sales", "service": "5_on"}])
def test_more_people_take_no_more_queries_and_no_more_than_ten(cast, heidi, asked):
    make_signed_tour(cast.alice, cast.bob, starts_on=date(2025, 1, 1), ends_on=date(2026, 4, 1))
    before = {page: statements(heidi, page, asked) for page in PAGES}
    assert max(before.values()) <= 10
    many(people=300, departments=150)
    assert all(statements(heidi, page, asked) <= before[page] for page in PAGES)


def test_a_large_company_fits_in_60_kb_and_departments_turn_pages(heidi):
    many(people=3000, departments=3000)
    response = heidi.get(URL, IN_2025)
    assert len(response.content) <= 60_000
    assert '<select name="department"' not in response.content.decode()
    response = heidi.get(f"{URL}departments/", {**IN_2025, "page": "2"})
    assert len(response.content) <= 60_000
    assert len(response.context["sheet"].rows) == 50
    assert heidi.get(URL, {**IN_2025, "department": "Department 2999"}).status_code == 200


class TestDepartments:
    URL = f"{URL}departments/"

    def names(self, heidi, **asked) -> list[str]:
        response = heidi.get(self.URL, {**IN_2025, **asked})
        return [row[0].shown for row in response.context["sheet"].rows]

    def test_the_largest_come_first_and_who_has_no_position_is_shown(self, heidi):
        make_person(hired_on=date(2020, 1, 1))
        sheet = heidi.get(self.URL, IN_2025).context["sheet"]
        closing = [head.sort for head in sheet.heads].index("closing")
        found = [(row[0].shown, row[closing].value) for row in sheet.rows]
        assert found[0] == ("Engineering", 4)
        assert set(found[1:]) == {("People", 1), ("Sales", 1), ("No department", 1)}

    def test_beside_the_regretted_it_is_told_of_how_many_leavers_hr_has_not_said_it(self, heidi):
        for regretted in (True, None, None):
            gone = make_person(hired_on=date(2020, 1, 1), left_on=date(2025, 6, 30))
            gone.employments.update(regretted=regretted)
            make_position(gone, "Sales", since=date(2020, 1, 1))
        sheet = heidi.get(self.URL, {**IN_2025, "sort": "-regret_unsaid"}).context["sheet"]
        column = [head.sort for head in sheet.heads].index("regret_unsaid")
        assert (sheet.rows[0][0].shown, sheet.rows[0][column].value) == ("Sales", 2)
        assert sheet.heads[column - 1].sort == "regretted_turnover"
        assert heidi.get(sheet.rows[0][column].url).text.count("/people/") >= 2

    def test_it_says_of_each_rate_what_it_is_and_what_it_is_not(self, heidi):
        page = heidi.get(self.URL, IN_2025).context["sheet"].means
        for name in ("turnover_rate", "resignation_rate", "regretted_turnover", "retention_rate", "coverage"):
            said = words.WORDS[name]
            assert f"{said.name}: {said.means} {said.beware}" in page

    def test_they_stand_in_the_order_the_address_asks_for(self, heidi):
        assert self.names(heidi, sort="name") == ["Engineering", "People", "Sales"]
        assert self.names(heidi, sort="-name") == ["Sales", "People", "Engineering"]
        assert self.names(heidi, sort="closing")[-1] == "Engineering"
        assert self.names(heidi, sort="drop table")[0] == "Engineering"

    def test_in_whichever_order_they_stand_those_below_one_stand_in_it_too(self, heidi):
        make_position(make_person(), Department.objects.create(name="Field", parent_id=self.sales()).name)
        sheet = heidi.get(self.URL, {**IN_2025, "sort": "name"}).context["sheet"]
        down = next(row[0].url for row in sheet.rows if row[0].shown == "Sales")
        assert heidi.get(down).context["sort"] == "name"

    def test_what_is_undefined_comes_last_whichever_way(self, heidi):
        newcomer = make_person(hired_on=date(2025, 6, 1))
        make_position(newcomer, "Born in June", since=date(2025, 6, 1))
        for sort in ("retention_rate", "-retention_rate"):
            assert self.names(heidi, sort=sort)[-1] == "Born in June"

    def test_each_has_those_below_it_and_leads_down_to_them(self, heidi):
        sales = Department.objects.get(name="Sales")
        Department.objects.create(name="Field", parent=sales)
        make_position(make_person(), "Field")
        sheet = heidi.get(self.URL, {**IN_2025, "sort": "name"}).context["sheet"]
        row = next(row for row in sheet.rows if row[0].shown == "Sales")
        assert [cell.value for cell in row[1:6]] == [2, 0, 0, 0, 2]
        assert "department=Sales" in row[0].url
        assert set(self.names(heidi, department="Sales")) == {"Field", "Sales itself"}

    def test_those_of_a_department_itself_are_listed_without_those_below_it(self, heidi):
        make_position(make_person(), Department.objects.create(name="Field", parent_id=self.sales()).name)
        sheet = heidi.get(self.URL, {**IN_2025, "department": "Sales"}).context["sheet"]
        row = next(row for row in sheet.rows if row[0].shown == "Sales itself")
        for cell in (row[1], row[5]):
            page = heidi.get(cell.url)
            assert page.context["page"].paginator.count == cell.value == 1
            assert "Sales itself" in page.content.decode()
        assert heidi.get(row[1].url.replace("alone=on", "")).context["page"].paginator.count == 2

    def test_who_grows_into_a_length_of_service_is_there_and_has_neither_joined_nor_moved(self, heidi):
        make_position(make_person(hired_on=date(2024, 2, 1)), "Sales", since=date(2024, 2, 1))
        asked = {**IN_2025, "service": "1_to_2"}
        page = heidi.get(self.URL, asked)
        assert "do not add up" in page.text
        (row,) = page.context["sheet"].rows
        assert [cell.value for cell in row[:6]] == ["Sales", 0, 0, 0, 0, 1]
        assert figures(heidi.get(URL, asked))["closing_headcount"] == "1"

    def sales(self) -> int:
        return Department.objects.get(name="Sales").pk

    def test_the_parts_add_up_to_the_company(self, cast, heidi):
        make_signed_tour(cast.alice, cast.bob, starts_on=date(2025, 1, 1))
        make_person(hired_on=date(2020, 1, 1), left_on=date(2025, 6, 30))
        sheet = heidi.get(self.URL, IN_2025).context["sheet"]
        total = heidi.get(URL, IN_2025).context["flow"]
        for column, name in ((1, "opening"), (3, "leavers"), (5, "closing")):
            assert sum(row[column].value for row in sheet.rows) == total[name].value
