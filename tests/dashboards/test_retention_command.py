"""`manage.py retention`: the dashboard's figures, for people and for programs."""

from __future__ import annotations

import csv
import json
import re
from collections.abc import Iterator
from datetime import UTC, date, datetime
from io import StringIO

import pytest
import time_machine
from django.core.management import CommandError, call_command
from django.utils.translation import override

from alliance_site.dashboards.management.commands.retention import Command
from alliance_site.dashboards.plain import as_text
from alliance_site.dashboards.retention import report
from alliance_site.dashboards.retention.sheets import Cell, Head, Sheet
from alliance_site.dashboards.words import TOURS, WORDS
from alliance_site.local.folder import BASE_DIR
from feedback.figures.publishing import publish_quarters
from people.measures.rates import RATES
from people.models import Department
from tests.factories import make_person, make_position
from tests.feedback.companies import FIRST, ask, build, crowd, day_after
from tours.models import Side, Tour

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


def test_what_is_not_seen_takes_no_column_of_a_terminal():
    sheet = Sheet("moves", "Moves", [Head("Name"), Head("n")], [[Cell("Sales"), Cell(n)] for n in (13, -13)])
    with override("ar"):
        *_title, above, below = as_text(sheet)
    assert (above, below) == ("Sales              13", "Sales             \u221213")


@pytest.mark.parametrize(
    ("args", "sentence"),
    [
        (("--from", "2015-01-01"), "Give both days"),
        (("--to", "2015-12-31"), "Give both days"),
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
    assert by_type["notes"] == ["The type of tour makes no difference here."]
    assert by_type["tours"]["notes"] == [
        "The type of tour makes no difference to “On a tour”.",
        "The type of tour makes no difference to who is employed today or who has no tour.",
    ]


def test_it_says_of_how_many_days_its_rates_are_where_they_are_of_no_year(people):
    said, january = "Turnover and retention are of 31 days", ("--from", "2015-01-01", "--to", "2015-01-31")
    assert said in " ".join(json.loads(run(*january, "--format", "json"))["notes"])
    assert run(*january, "--by", "department").count(said) == 2
    assert said not in run(*DAYS, "--by", "department")


def test_a_table_of_how_long_people_stay_says_up_to_when_as_its_page_does(people):
    assert "followed up to 31 Dec 2015" in run(*DAYS, "--table", "staying_year")
    assert "followed up to" not in run(*DAYS, "--table", "figures")


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


def dicts_in(told) -> Iterator[dict]:
    if isinstance(told, dict):
        yield told
    for each in told.values() if isinstance(told, dict) else told if isinstance(told, list) else ():
        yield from dicts_in(each)


def test_every_rate_is_told_with_what_it_divides(people):
    """Of the period, the year earlier, each month, each department either way, and of tours; and what is
    undefined divides nothing."""
    days = ("--from", "2015-03-01", "--to", "2016-02-29", "--by", "department")
    found = json.loads(run(*days, "--format", "json"))
    (of_tours,) = [told for told in dicts_in(found) if "rates" in told]
    of_people = [told for told in dicts_in(found) if "turnover_rate" in told and "undefined" in told]
    assert len(of_people) == 1 + 1 + 36 + 2 + 2
    assert of_tours["made_of"].keys() == of_tours["rates"].keys() > {"completion", "kept_manager"}
    assert {*RATES, "coverage"} == found["a_year_earlier"]["made_of"].keys()
    assert {*RATES} == found["made_of"].keys()
    for told in (*of_people, of_tours):
        assert told["made_of"].keys() >= ({"turnover_rate"} if told is not of_tours else {"coverage"})
        for name, made_of in told["made_of"].items():
            value = told.get("rates", told)[name]
            assert (made_of is None) == (value is None) == (name in told["undefined"])
            assert value is None or made_of["numerator"] / made_of["denominator"] == pytest.approx(value)
    assert found["made_of"]["turnover_rate"] == {"numerator": 1, "denominator": pytest.approx(30 / 13)}
    assert found["made_of"]["regretted_turnover"] is None


def test_it_tells_of_how_many_things_are_who_moved_and_what_is_left_to_say(people):
    moved = make_person(hired_on=date(2014, 1, 1))
    make_position(moved, "Sales", since=date(2014, 1, 1), until=date(2015, 5, 31))
    make_position(moved, "Research", since=date(2015, 6, 1))
    found = json.loads(run(*DAYS, "--department", "Research", "--format", "json"))
    assert (found["transfers_in"], found["transfers_out"], found["closing_headcount"]) == (1, 0, 3)
    (row,) = found["departments_with_those_below"]
    assert (row["transfers_in"], row["transfers_out"], row["moved_in_less_out"]) == (1, 0, 1)
    whole = json.loads(run(*DAYS, "--format", "json"))
    assert whole["regret_unsaid"] == whole["leavers"] == 1
    assert whole["tours"]["today"]["employed"] == 3
    curves = [(curve["of"], curve["employments"]) for curve in whole["staying_by_department"]]
    assert curves == [("The whole company", 4), ("Research", 2), ("Sales", 2)]


def test_opinions_by_department_and_type_are_those_of_their_page_and_hidden_where_it_hides_them(cast, as_):
    question = ask()
    sizes = (
        ("Sales", "rotational", 6),
        ("Sales", "foundational", 5),
        ("New", "rotational", 7),
        ("Few", "", 3),
    )
    build(crowd(*((name, type_ or "rotational", size) for name, type_, size in sizes)), question)
    publish_quarters(day_after(FIRST))
    opinions = json.loads(run(*DAYS, "--format", "json"))["opinions"]
    assert opinions["note"].endswith("about whom their managers did.")
    (told,) = opinions["by_department"]
    named = {each["department"] or "No department": each for each in told["departments"]}
    named |= {"Departments shown": told["departments_shown"], "All departments": told["all_departments"]}
    types = {"all_types": "All types", **dict(Tour.Type.choices)}
    cells = {
        (Side(side).label, name, types[type_]): (figure and figure["n"], figure and figure["mean"])
        for name, each in named.items()
        for type_, sides in each.items()
        if type_ in types
        for side, figure in sides.items()
    }
    address = {"quarter": FIRST.first.isoformat(), "question": question.pk}
    page = as_(cast.heidi).get("/opinions/export/csv/", address).text
    rows = [row for row in csv.reader(StringIO(page)) if row[3:4] and row[3] in [*map(str, Side.labels)]]
    rows = rows[: len(cells)]
    assert cells == {
        (side, name, type_): (int(n), float(mean)) if n else (None, None)
        for _first, _last, _question, side, name, type_, n, mean, _why in rows
    }
    assert None in {n for n, _mean in cells.values()} != {None}
    assert json.loads(run(*DAYS, "--service", "5_on", "--format", "json"))["opinions"] is None


def test_its_help_names_each_table_and_what_else_there_is_instead_of_the_whole():
    told = " ".join(Command().create_parser("manage.py", "retention").format_help().split())
    assert ", ".join(report.TABLES) in told
    for part in ("the lines behind a number", "a manager's own page", "opinions of any quarter"):
        assert part in told


def test_a_table_says_as_of_when_it_is_why_there_are_dashes_and_what_is_not_narrowed(people):
    table = " ".join(run(*DAYS, "--type", "rotational").split())
    assert "Type of tour: Rotational Counted on" in table
    assert table.count("The type of tour makes no difference here.") > 1
    assert "– Tours completed: No tour ended in the period." in table
    assert "– Boomerangs: Nobody joined in the period." in table
    for title in ("Headcount and turnover by month", "Median stay by hiring year", "What ends soon"):
        assert title in table


def test_its_departments_open_and_close_with_headcounts_and_not_with_the_state_of_a_check_in(people):
    with override("de"):
        table = " ".join(run(*DAYS, "--by", "department").split())
    assert "Abteilung Anfang" in table
    assert "Abteilung Offen" not in table


def test_a_company_of_nobody_and_names_that_a_terminal_would_obey_are_printed_too(db):
    assert "The opening headcount is 0." in run(*DAYS, "--by", "department")
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


def test_without_days_it_is_of_the_last_twelve_whole_months_as_the_page_is(people):
    with time_machine.travel(datetime(2016, 3, 9, 12, tzinfo=UTC), tick=False):
        found = json.loads(run("--format", "json"))
    assert (found["from"], found["to"]) == ("2015-03-01", "2016-02-29")


def test_the_example_of_the_readme_is_answered(people):
    (told,) = re.findall(r"`python manage\.py retention ([^`]+)`", (BASE_DIR / "README.md").read_text())
    assert run(*told.split(), "--format", "json")


def test_a_file_that_cannot_be_written_is_said(people, tmp_path):
    with pytest.raises(CommandError, match=r"r\.csv cannot be written: No such file or directory"):
        run(*DAYS, "--format", "csv", "--output", str(tmp_path / "nowhere" / "r.csv"))


@pytest.mark.parametrize(
    ("args", "sentence"),
    [
        (("--format", "pdf"), "Say with --output where the file goes."),
        (("--department", "Nowhere"), "There is no department called “Nowhere”."),
        (("--service", "long"), "--service is under_1, 1_to_2, 2_to_5, 5_on, not “long”."),
        (("--type", "long"), "--type is rotational, transformational, foundational, not “long”."),
        (("--service", "5_on", "--by", "department"), "--by cannot be combined with --service."),
        (("--format", "csv", "--by", "department"), "--by cannot be combined with --format csv."),
    ],
)
def test_what_cannot_be_asked_is_said(people, args, sentence):
    with pytest.raises(CommandError, match=re.escape(sentence)):
        run(*DAYS, *args)


def test_a_terminal_has_the_mark_of_its_reason_at_each_dash_and_before_no_note():
    two = [Cell(why="None left."), Cell(why="None came.")]
    sheet = Sheet("names", "Names", [Head(n) for n in "abc"], [[Cell("Ames"), *two]], note="Of all.")
    assert [*as_text(sheet)][3:] == ["Ames              –¹  –²", "Of all.", "–¹ None left.", "–² None came."]
