"""Exports as they are: first and last name apart, and a row for each employment of whoever came back."""

from __future__ import annotations

from datetime import date

import pytest
from django.urls import reverse

from people.importing.guessing import guess
from people.models import Import, Person, Position, ReportingLine
from tests.people.importing import AS_OF, Export, brought, everything, refused, run
from tests.people.test_import_page import confirm, upload

pytestmark = pytest.mark.django_db

D = date
BOSS = "1,Bo Boss,bo@example.com,2010-01-01,,,Board,Head,"
FIRST = "2,Ann Ames,old@example.com,2015-06-01,2020-01-31,resignation,Sales,Seller,1"
AGAIN = "2,Ann Bell,ann@example.com,2024-02-01,,,Marketing,Lead,1"
APART = """\
Employee #,First Name,Last Name,Hire Date,Termination Date,Department
1,Bo,Boss,2010-01-01,,Board
2,Ann Mary,van Ames,2015-06-01,2020-01-31,Sales
2,Ann Mary,van Ames,2024-02-01,,Sales
3,Cher,,2015-06-01,,Sales
"""


@pytest.fixture
def export(tmp_path):
    return Export(tmp_path)


def spells() -> list:
    rows = Person.objects.get(number="2").employments.order_by("hired_on")
    return list(rows.values_list("hired_on", "left_on", "ending"))


BOTH = [(D(2015, 6, 1), D(2020, 1, 31), "resignation"), (D(2024, 2, 1), None, None)]


@pytest.mark.parametrize("rows", [(FIRST, AGAIN), (AGAIN, FIRST)])
def test_two_rows_of_a_number_are_two_employments_of_one_person_who_is_as_the_latest_says(export, rows):
    told = run(export.write(BOSS, *rows))
    assert "People: 2 new, 0 changed, 0 as before." in told
    assert "In the file 1 have left" in told
    ann = Person.objects.get(number="2")
    assert (ann.name, ann.email) == ("Ann Bell", "ann@example.com")
    assert spells() == BOTH
    positions = Position.objects.filter(person=ann).order_by("since")
    assert list(positions.values_list("department__name", "title", "since", "until")) == [
        ("Sales", "Seller", D(2015, 6, 1), D(2020, 1, 31)),
        ("Marketing", "Lead", D(2024, 2, 1), None),
    ]
    assert [line.since for line in ReportingLine.objects.filter(person=ann)] == [D(2024, 2, 1)]
    assert Import.objects.get().rows == 2


def test_the_same_file_again_changes_nothing_at_all(export):
    run(export.write(BOSS, FIRST, AGAIN))
    before = everything()
    assert "Nothing changed: 2 people are as the file says." in run(export.write(BOSS, FIRST, AGAIN))
    assert everything() == before


@pytest.mark.parametrize("known", [FIRST, AGAIN])
def test_an_employment_that_was_here_is_found_among_the_rows(export, known):
    run(export.write(BOSS, known), as_of=D(2019, 1, 1) if known == FIRST else AS_OF)
    run(export.write(BOSS, FIRST, AGAIN))
    assert spells() == BOTH
    after = everything()
    run(export.write(BOSS, FIRST, AGAIN))
    assert everything() == after


def test_days_that_pass_from_one_employment_to_the_other_are_written_in_turn(export):
    """Before the first has become shorter, the second would overlap it, and the database refuse that."""
    soon = AGAIN.replace("2024-02-01", "2020-02-01")
    run(export.write(BOSS, soon))  # so that it lies before the first
    run(export.write(BOSS, FIRST, soon))
    shorter, longer = FIRST.replace("2020-01-31", "2018-12-31"), AGAIN.replace("2024-02-01", "2019-01-01")
    run(export.write(BOSS, shorter, longer))
    assert [spell[:2] for spell in spells()] == [
        (D(2015, 6, 1), D(2018, 12, 31)),
        (D(2019, 1, 1), None),
    ]


def test_days_that_pass_from_the_later_employment_to_the_earlier_one_do_too(export):
    """With what somebody was in each, and whoever managed them."""
    first, again = FIRST.replace("2020-01-31", "2018-12-31"), AGAIN.replace("2024-02-01", "2019-01-01")
    run(export.write(BOSS, again), as_of=D(2019, 2, 1))
    run(export.write(BOSS, first, again))
    right = first.replace("2018-12-31", "2019-03-31"), again.replace("2019-01-01", "2019-04-01")
    assert "People: 0 new, 1 changed, 1 as before." in run(export.write(BOSS, *right))
    assert [spell[:2] for spell in spells()] == [(D(2015, 6, 1), D(2019, 3, 31)), (D(2019, 4, 1), None)]
    positions = Position.objects.filter(person__number="2").order_by("since")
    assert list(positions.values_list("title", "since", "until")) == [
        ("Seller", D(2015, 6, 1), D(2019, 3, 31)),
        ("Lead", D(2019, 4, 1), None),
    ]
    assert managed() == [("1", D(2019, 4, 1), None)]
    before = everything()
    run(export.write(BOSS, *right))
    assert everything() == before


@pytest.mark.parametrize(
    ("first", "again"),
    [
        (FIRST, AGAIN.replace("2024-02-01", "2020-01-31")),
        (FIRST.replace("2020-01-31,resignation", ","), AGAIN),
        (AGAIN, FIRST.replace("2020-01-31,resignation", ",")),
        (FIRST, FIRST),
    ],
)
def test_days_that_overlap_or_two_without_an_end_are_refused_with_both_lines(export, first, again):
    told = refused(export.write(BOSS, first, again))
    assert "Line 4, number: “2” is on line 3 already, and the days of the two overlap" in told


@pytest.mark.parametrize("recorded", [False, True])
def test_that_is_said_once_and_not_of_what_is_recorded(export, recorded):
    if recorded:
        run(export.write(BOSS, FIRST, AGAIN))
    told = refused(export.write(BOSS, AGAIN, AGAIN.replace("2024-02-01", "2024-03-01")))
    assert told.splitlines()[1:] == [told.splitlines()[-1]]
    assert "recorded" not in told


def managed() -> list:
    lines = ReportingLine.objects.filter(person__number="2").order_by("since")
    return list(lines.values_list("manager__number", "since", "until"))


def test_who_has_a_contract_to_come_has_the_manager_of_today_until_then(export):
    now = "2,Ann Ames,ann@example.com,2020-01-01,2026-12-31,end_of_contract,Sales,Seller,1"
    then = "2,Ann Ames,ann@example.com,2027-01-01,,,Sales,Seller,3"
    cy = "3,Cy Cole,cy@example.com,2016-01-01,,,Sales,Lead,1"
    run(export.write(BOSS, cy, now, then))
    assert managed() == [("1", D(2020, 1, 1), D(2026, 12, 31)), ("3", D(2027, 1, 1), None)]
    before = everything()
    run(export.write(BOSS, cy, now, then))
    assert everything() == before
    run(export.write(BOSS, cy, now.removesuffix("1") + "3", then))
    assert managed()[:2] == [("1", D(2020, 1, 1), D(2026, 3, 15)), ("3", AS_OF, D(2026, 12, 31))]


def test_an_open_row_of_the_first_employment_changes_nothing_of_it(export):
    """Many exports have one row a person, with the day of first hiring, whatever came since."""
    run(export.write(BOSS, FIRST, AGAIN))
    before = everything()
    row = AGAIN.replace("2024-02-01", "2015-06-01").replace("Marketing,Lead", "Board,Seller")
    told = run(export.write(BOSS, row))
    assert "With the first day of an earlier employment" in told
    assert "Recorded here as leaving, but without a last day in the file" not in told
    assert everything() == before


def test_one_of_an_employment_that_still_runs_says_what_is_today_though_another_is_to_come(export):
    now = "2,Ann Ames,ann@example.com,2020-01-01,2026-12-31,end_of_contract,Sales,Seller,1"
    run(export.write(BOSS, now, now.replace("2020-01-01,2026-12-31,end_of_contract", "2027-01-01,,")))
    row = now.replace("2026-12-31,end_of_contract,Sales", ",,Marketing")
    assert "Recorded here as leaving, but without a last day in the file" in run(export.write(BOSS, row))
    held = Position.objects.current(AS_OF).get(person__number="2")
    assert held.department.name == "Marketing"


def test_a_former_address_may_be_somebody_elses_by_now(export):
    run(export.write(BOSS, FIRST, AGAIN, "3,Cy,old@example.com,2016-01-01,,,Sales,Seller,1"))
    assert Person.objects.get(number="3").email == "old@example.com"


def test_a_first_and_a_last_name_make_one_in_the_browser(hr):
    url = upload(hr, APART.replace("Employee #", "Employee ID"))
    form = hr.get(url).context["form"]
    assert (form["first_name"].value(), form["last_name"].value()) == ("First Name", "Last Name")
    confirm(hr, url)
    names = Person.objects.exclude(number=None).order_by("number").values_list("name", flat=True)
    assert list(names) == ["Bo Boss", "Ann Mary van Ames", "Cher"]
    assert [spell[0] for spell in spells()] == [D(2015, 6, 1), D(2024, 2, 1)]
    assert "So there is nothing to import." in hr.get(upload(hr, APART.replace("#", "ID"))).text


def test_a_mapping_names_them_too(tmp_path, hr):
    file, mapping = tmp_path / "people.csv", tmp_path / "mapping.toml"
    file.write_text(APART)
    columns = (
        'number="Employee #"\nhired_on="Hire Date"\nleft_on="Termination Date"\ndepartment="Department"\n'
    )
    mapping.write_text(f'[columns]\n{columns}first_name="First Name"\nlast_name="Last Name"\n')
    run(file, mapping)
    assert brought()[0][1] == "('2', 'Ann Mary van Ames', None)"
    mapping.write_text(f'[columns]\n{columns}first_name="First Name"\n')
    told = refused(file, mapping)
    assert "columns.first_name: This needs columns.last_name too." in told
    mapping.write_text(f"[columns]\n{columns}")
    assert "columns.name: Name either this alone, or first_name and last_name" in refused(file, mapping)


def test_a_row_without_any_name_and_a_form_with_none_or_two_kinds_are_refused(hr):
    url = upload(hr, APART.replace("Employee #", "Employee ID").replace("Cher", ""))
    page = hr.get(url)
    assert "Line 5, Last Name: This must not be empty." in page.text
    chosen = {field.html_name: field.value() or "" for field in page.context["form"]}
    for wrong in ({"first_name": "", "last_name": ""}, {"name": "Last Name"}):
        assert "Choose either the name alone" in hr.get(url, chosen | wrong).text
    assert "This is needed where “First name” is read." in hr.get(url, chosen | {"last_name": ""}).text


def test_where_first_and_last_name_are_there_another_name_is_not_guessed():
    found = guess([["ID", "Name", "First name", "Surname", "Hired"]])
    assert "name" not in found
    assert (found["first_name"], found["last_name"]) == ("First name", "Surname")
    assert guess([["ID", "Name", "Surname", "Hired"]])["name"] == "Name"


def test_the_page_says_what_a_row_may_be(hr):
    page = hr.get(reverse("import_people")).text
    assert "Whoever came back may have a row for each employment." in page
    assert "whole or as first and last name" in page
