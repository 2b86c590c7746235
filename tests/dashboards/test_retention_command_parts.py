"""`manage.py retention` gives each part that the pages give, and the same."""

from __future__ import annotations

import csv
import re
from datetime import date
from io import BytesIO, StringIO

import pytest
import time_machine
from django.core.management import CommandError, call_command
from pypdf import PdfReader

from alliance_site.dashboards.retention import behind, export, report, team
from feedback.figures.publishing import publish_quarters
from feedback.figures.quarters import Quarter
from people.models import Department, Person
from tests.factories import make_checkin, make_line, make_person, make_position, make_signed_tour
from tests.feedback.companies import FIRST, ask, build, crowd, day_after

DAYS = ("--from", "2025-01-01", "--to", "2025-12-31")
IN_2025 = {"from": "2025-01-01", "to": "2025-12-31"}


@pytest.fixture(autouse=True)
def _in_march_2026():
    with time_machine.travel("2026-03-16 09:00:00Z", tick=False):
        yield


def run(*args: str) -> str:
    out = StringIO()
    call_command("retention", *args, stdout=out)
    return out.getvalue().replace("\r\n", "\n").strip("\n")


def words_of(content: bytes) -> str:
    return " ".join(" ".join(page.extract_text() for page in PdfReader(BytesIO(content)).pages).split())


@pytest.fixture
def company(cast):
    make_signed_tour(cast.bob, cast.carol, starts_on=date(2024, 1, 1), ends_on=date(2026, 4, 20))
    tour = make_signed_tour(cast.alice, cast.bob, starts_on=date(2024, 1, 1), ends_on=date(2026, 4, 1))
    make_checkin(tour, date(2025, 10, 1))
    leaver = make_person("Lee Left", hired_on=date(2020, 1, 1), left_on=date(2025, 6, 30))
    make_position(leaver, "Sales", since=date(2020, 1, 1))
    make_line(leaver, cast.bob, until=date(2025, 6, 30))
    make_signed_tour(leaver, cast.bob, starts_on=date(2024, 1, 1), ends_on=date(2025, 10, 31))
    Department.objects.create(name="Field", parent=Department.objects.get(name="Sales"))
    make_position(make_person("Fay Field", hired_on=date(2024, 1, 1)), "Field", since=date(2024, 1, 1))


@pytest.fixture
def opinions(cast):
    """Of two quarters, in the newer of which one department has too few."""
    question = ask()
    build(crowd(("Sales", "rotational", 9), ("New", "rotational", 6), ("Few", "rotational", 1)), question)
    publish_quarters(day_after(FIRST))
    publish_quarters(day_after(FIRST.next))
    return question


def taken(client, path: str, **asked: str) -> str:
    return client.get(path, asked).content.decode().replace("\r\n", "\n").strip("\n")


@pytest.mark.parametrize("table", report.TABLES)
def test_a_table_is_the_one_of_its_page(opinions, company, cast, as_, table):
    page = taken(as_(cast.heidi), "/retention/export/csv/", **IN_2025, table=table)
    assert run(*DAYS, "--table", table, "--format", "csv") == page
    assert len(page.splitlines()) > 2


def test_the_lines_behind_a_number_are_those_of_its_list(company, cast, as_):
    heidi = as_(cast.heidi)
    for name in behind.LISTS:
        page = taken(heidi, "/retention/export/csv/", **IN_2025, of=name)
        assert run(*DAYS, "--list", name, "--format", "csv") == page
    for more in ({}, {"alone": "on"}):
        page = taken(heidi, "/retention/export/csv/", **IN_2025, of="closing", department="Sales", **more)
        options = ["--department", "Sales", *(f"--{name}" for name in more)]
        assert run(*DAYS, "--list", "closing", *options, "--format", "csv") == page
        assert ("Fay Field" in page) is not bool(more)


def test_a_terminal_shows_all_that_a_list_has_and_of_when_it_is(company):
    lines = run(*DAYS, "--list", "leavers").splitlines()
    assert lines[:2] == ["Retention", "The whole company, 1 Jan 2025 to 31 Dec 2025"]
    assert max(map(len, lines)) <= 100
    assert re.search(r"Lee Left +1 Jan 2020 +30 Jun 2025 +", lines[-1])
    assert "as things stand on 16 Mar 2026" in run(*DAYS, "--list", "ending_60")


def test_a_list_too_long_for_a_file_is_too_long_for_the_command(company, monkeypatch):
    monkeypatch.setattr(export, "MOST", 0)
    with pytest.raises(CommandError, match="This list has 1 lines, too many for a file"):
        run(*DAYS, "--list", "leavers", "--format", "csv")


def test_a_table_on_paper_is_that_table_alone_by_the_command_and_by_its_page(company, cast, as_, tmp_path):
    path = tmp_path / "months.pdf"
    run(*DAYS, "--table", "months", "--format", "pdf", "--output", str(path))
    page = as_(cast.heidi).get("/retention/export/pdf/", {**IN_2025, "table": "months"})
    for words in map(words_of, (path.read_bytes(), page.content)):
        assert "Headcount and turnover by month" in words
        assert "By department" not in words
    assert "retention-months-2025-01-01-2025-12-31.pdf" in page["Content-Disposition"]


@pytest.mark.parametrize("manager", ["bob", "carol"])
def test_a_team_is_what_the_page_of_its_manager_shows(company, cast, as_, manager):
    person = getattr(cast, manager)
    Person.objects.filter(pk=person.pk).update(number="B-7")
    page = taken(as_(person), "/team/export/csv/", **IN_2025, type="rotational")
    for told in (person.email, "B-7", person.name):
        assert run(*DAYS, "--team", told, "--type", "rotational", "--format", "csv") == page
    _title, head, *_lines = run(*DAYS, "--team", person.email).splitlines()
    assert head.startswith(f"Everybody who reports to you, {person.name}, directly or through others")


def test_a_list_of_a_team_is_that_of_its_page(company, cast, as_):
    client = as_(cast.carol)
    for name in team.LISTS:
        page = client.get(f"/team/list/{name}/", IN_2025).context["sheet"]
        _title, heads, *rows = csv.reader(
            StringIO(run(*DAYS, "--team", cast.carol.email, "--list", name, "--format", "csv"))
        )
        assert heads == [str(head.label) for head in page.heads]
        assert rows == [[str(cell.value or "") for cell in row] for row in page.rows]


@pytest.mark.parametrize("quarter", [FIRST, FIRST.next])
def test_opinions_are_those_of_their_page_in_every_quarter(opinions, cast, as_, quarter: Quarter):
    asked = {"quarter": quarter.first.isoformat(), "question": str(opinions.pk)}
    options = ["--opinions", asked["question"], "--quarter", asked["quarter"]]
    for of in ({}, {"department": "Sales", "type": "rotational"}):
        page = taken(as_(cast.heidi), "/opinions/export/csv/", **asked, **of)
        narrowed = [each for name, said in of.items() for each in (f"--{name}", said)]
        assert run(*options, *narrowed, "--format", "csv") == page


def test_a_terminal_has_opinions_by_department_with_what_is_hidden(opinions):
    told = run("--opinions", "--quarter", "2025-01-01")
    assert re.search(r"\nSales +3\.4 +9 +3\.4 +9 +– +– +– +–\n", told)
    assert re.search(r"\nFew( +–){8}\n", told)
    assert "– would single out fewer than 5" in told
    assert "Published on 4 Apr 2025; it never changes." in told
    assert max(map(len, told.splitlines())) <= 100


def test_before_a_quarter_is_out_there_are_no_opinions(db):
    with pytest.raises(CommandError, match="No quarter has been published yet"):
        run("--opinions")


@pytest.mark.parametrize(
    ("args", "sentence"),
    [
        (("--table", "salaries"), "--table is figures, months, "),
        (("--list", "salaries"), "--list is opening, joiners, "),
        (("--list", ""), "--list is opening, joiners, "),
        (("--team", "Bob Brand", "--list", "leavers"), "--list is employed, without_tour, "),
        (("--team", "nobody@alliance.example"), "Nobody has this e-mail address, employee number or name."),
        (("--team", ""), "Nobody has this e-mail address, employee number or name."),
        (("--team", "Alice Ames"), "Alice Ames manages nobody today."),
        (("--opinions", "0"), "(How does it go?), not “0”."),
        (("--opinions", "--quarter", "2025-02-01"), "--quarter is 2025-04-01, 2025-01-01, not “2025-02-01”."),
        (("--opinions", "--department", "Nowhere"), "There is no department called “Nowhere”."),
        (("--opinions", "--type", "long"), "--type is rotational, transformational, foundational, not"),
        (("--opinions", "--team", "Bob Brand"), "--opinions cannot be combined with --team."),
        (("--opinions", "--from", "2025-01-01"), "--opinions cannot be combined with --from."),
        (("--team", "Bob Brand", "--department", "Sales"), "--team cannot be combined with --department."),
        (("--team", "Bob Brand", "--format", "json"), "--team cannot be combined with --format json."),
        (("--list", "leavers", "--table", "months"), "--list cannot be combined with --table."),
        (("--list", "leavers", "--type", "rotational"), "--type cannot be combined with --list leavers."),
        (("--table", "months", "--format", "json"), "--table cannot be combined with --format json."),
        (("--quarter", "2025-01-01"), "--quarter goes with --opinions alone."),
        (("--alone",), "--alone goes with --list alone."),
    ],
)
def test_what_cannot_be_asked_is_said_with_what_can(opinions, args, sentence):
    with pytest.raises(CommandError, match=re.escape(sentence)):
        run(*args)
