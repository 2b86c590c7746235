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
    assert by_type["notes"] == []
    assert by_type["tours"]["notes"] == ["The type of tour does not narrow “On a tour”."]


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
