"""`manage.py retention`: the dashboard's figures, for people and for programs."""

from __future__ import annotations

import json
import re
from datetime import date
from io import StringIO

import pytest
from django.core.management import CommandError, call_command
from django.utils.translation import override

from alliance_site.dashboards.words import TOURS, WORDS
from people.models import Department
from tests.factories import make_person, make_position

DAYS = ("--from", "2015-01-01", "--to", "2015-12-31")


def run(*args: str) -> str:
    out = StringIO()
    call_command("retention", *args, stdout=out)
    return out.getvalue()


@pytest.fixture
def people(db):
    for left_on in (date(2015, 6, 30), None, None):
        person = make_person(hired_on=date(2014, 1, 1), left_on=left_on)
        make_position(person, "Sales" if left_on else "Research", since=date(2014, 1, 1))


def test_it_prints_figures_under_their_names(people):
    found = json.loads(run(*DAYS, "--format", "json"))
    assert found["opening_headcount"] == 3
    assert found["leavers"] == 1
    assert found["turnover_rate"] == pytest.approx(1 / (32 / 13))
    assert found["retention_rate"] == pytest.approx(2 / 3)
    assert found["boomerang_share"] is None
    assert found["undefined"]["boomerang_share"] == "Nobody joined in the period."
    assert [step["days"] for step in found["tenure_survival"]] == [545]
    assert "departments" not in found


def test_it_prints_each_department(people):
    found = json.loads(run(*DAYS, "--by", "department", "--format", "json"))
    assert {row["department"]: row["leavers"] for row in found["departments"]} == {"Research": 0, "Sales": 1}


def test_a_table_fits_100_columns(people):
    lines = run(*DAYS, "--by", "department").splitlines()
    assert max(map(len, lines)) <= 100
    assert any(line.startswith("Sales") and line.endswith("0.0%") for line in lines)


@pytest.mark.parametrize(
    ("args", "sentence"),
    [
        ((), "Give both days"),
        (("--from", "2015-12-31", "--to", "2015-01-01"), "is after"),
        (("--from", "last spring", "--to", "2015-01-01"), "“last spring” is not a day"),
        (("--from", "2015-02-29", "--to", "2015-03-01"), "“2015-02-29” is not a day"),
        (("--from", "0015-01-01", "--to", "2015-03-01"), "before 1900"),
        (("--from", "2015-01-01", "--to", "9999-12-31"), "still to come"),
        ((*DAYS, "--by", "team"), "--by takes department"),
        ((*DAYS, "--format", "xml"), "--format is table, json, csv, xlsx, pdf"),
    ],
)
def test_bad_input_gets_a_sentence(db, args, sentence):
    with pytest.raises(CommandError, match=sentence):
        run(*args)


def test_it_tells_how_tours_go_and_as_of_when(people):
    found = json.loads(run(*DAYS, "--format", "json"))
    assert found["as_of"]
    assert found["tours"]["rates"]["coverage"] == 0
    assert found["tours"]["rates"]["completion"] is None
    assert found["tours"]["undefined"]["completion"] == "No tour ended in the period."
    assert [each["ending"] for each in found["tours"]["ending_within"]] == [0, 0, 0, 0]
    assert "How tours go" in run(*DAYS)


@pytest.mark.parametrize("language", ["en", "de"])
def test_figures_are_called_as_on_the_pages(people, language):
    with override(language):
        table = run(*DAYS)
        assert all(str(words.name) in table for words in (WORDS | TOURS).values())


def test_it_can_be_of_a_department_and_of_a_length_of_service(people):
    assert json.loads(run(*DAYS, "--department", "sales", "--format", "json"))["leavers"] == 1
    young = json.loads(run(*DAYS, "--service", "under_1", "--format", "json"))
    assert (young["of"], young["narrowed"]) == ("The whole company", {"Length of service": "Under a year"})
    assert (young["opening_headcount"], young["closing_headcount"]) == (3, 0)
    assert any("followed from their first day" in note for note in young["notes"])
    by_type = json.loads(run(*DAYS, "--type", "rotational", "--format", "json"))
    assert by_type["notes"] == ["The type of tour does not narrow this."]
    assert by_type["tours"]["notes"] == [
        "The type of tour does not narrow “On a tour”.",
        "The type of tour narrows neither who is employed today nor who has no tour.",
    ]


def test_it_says_beside_the_period_what_the_pages_say(people):
    found = json.loads(run("--from", "2016-01-01", "--to", "2016-12-31", "--format", "json"))
    earlier = found["a_year_earlier"]
    assert (earlier["from"], earlier["to"], earlier["leavers"]) == ("2015-01-01", "2015-12-31", 1)
    assert earlier["turnover_rate"] == pytest.approx(1 / (32 / 13))
    assert earlier["undefined"]["boomerang_share"] == "Nobody joined in the period."
    assert (len(found["months"]), found["months"][-1]["end"]) == (36, "2016-12-31")
    july = next(month for month in found["months"] if month["end"] == "2015-07-31")
    assert (july["headcount"], july["turnover_rate"]) == (2, pytest.approx(1 / (37 / 13)))
    by_year = {curve["hired_in"]: curve["employments"] for curve in found["staying_by_hiring_year"]}
    assert by_year == {2014: 3, None: 3}
    of_two_years = json.loads(run("--from", "2014-01-01", "--to", "2015-12-31", "--format", "json"))
    assert of_two_years["a_year_earlier"] is None


def test_departments_are_told_by_themselves_and_with_those_below_them(people):
    sales, research = (Department.objects.get(name=name) for name in ("Sales", "Research"))
    Department.objects.filter(pk=research.pk).update(parent=sales)
    found = json.loads(run(*DAYS, "--by", "department", "--format", "json"))
    assert {row["department"]: row["opening_headcount"] for row in found["departments"]} == {
        "Research": 2,
        "Sales": 1,
    }
    assert [(row["path"], row["opening_headcount"]) for row in found["departments_with_those_below"]] == [
        (["Sales"], 3),
        (["Sales", "Sales itself"], 1),
        (["Sales", "Research"], 2),
    ]
    of_sales, of_research = (
        json.loads(run(*DAYS, "--department", name, "--format", "json")) for name in ("Sales", "Research")
    )
    assert of_sales["departments_with_those_below"] == found["departments_with_those_below"]
    (alone,) = of_research["departments_with_those_below"]
    assert (alone["path"], alone["alone"], alone["opening_headcount"]) == (["Sales", "Research"], False, 2)
    csv_of_sales = run(*DAYS, "--department", "Sales", "--format", "csv")
    assert "All departments, each with those below it" not in csv_of_sales  # one level is all there is
    table = run(*DAYS, "--by", "department")
    assert "All departments, each with those below it" in table
    assert "By department, each by itself, without those below it" in table
    assert "Sales › Research" in run(*DAYS, "--format", "csv")


def test_a_table_says_as_of_when_it_is_why_there_are_dashes_and_what_is_not_narrowed(people):
    table = " ".join(run(*DAYS, "--type", "rotational").split())
    assert "Type of tour: Rotational Counted on" in table
    assert table.count("– The type of tour does not narrow this.") > 1
    assert "– Tours completed: No tour ended in the period." in table
    assert "– Boomerangs: Nobody joined in the period." in table
    for title in ("Headcount and turnover by month", "Median stay by hiring year", "What ends soon"):
        assert title in table


def test_a_company_of_nobody_and_names_that_a_terminal_would_obey_are_printed_too(db):
    assert "Nobody was employed when the period began." in run(*DAYS, "--by", "department")
    name = "\x1b[2J" + "🧨 مرحبا " * 20
    make_position(make_person(hired_on=date(2014, 1, 1)), name, since=date(2014, 1, 1))
    table = run(*DAYS, "--by", "department")
    assert "\x1b" not in table
    assert table.count("🧨") >= 40


def test_it_writes_spreadsheets_and_paper(people, tmp_path):
    make_position(make_person("=1+1", hired_on=date(2014, 1, 1)), "=1+1", since=date(2014, 1, 1))
    assert "'=1+1" in run(*DAYS, "--format", "csv")
    for form, begins in (("xlsx", b"PK"), ("pdf", b"%PDF")):
        path = tmp_path / f"report.{form}"
        run(*DAYS, "--format", form, "--output", str(path))
        assert path.read_bytes().startswith(begins)


@pytest.mark.parametrize(
    ("args", "sentence"),
    [
        (("--format", "pdf"), "Say with --output where the file goes."),
        (("--department", "Nowhere"), "There is no department called “Nowhere”."),
        (("--service", "long"), "--service is under_1, 1_to_2, 2_to_5, 5_on, not “long”."),
        (("--type", "long"), "--type is rotational, transformational, foundational, not “long”."),
        (("--service", "5_on", "--by", "department"), "--by department cannot be combined"),
        (("--format", "csv", "--by", "department"), "--by department goes with table and json alone."),
    ],
)
def test_what_cannot_be_asked_is_said(people, args, sentence):
    with pytest.raises(CommandError, match=re.escape(sentence)):
        run(*DAYS, *args)
