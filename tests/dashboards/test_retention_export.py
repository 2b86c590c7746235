"""What HR takes along: the same figures in spreadsheets and on paper, and no cell that calculates."""

from __future__ import annotations

import csv
import re
from dataclasses import replace
from datetime import date, datetime
from html import unescape
from io import BytesIO, StringIO
from itertools import pairwise

import pytest
import time_machine
from django.core.management import call_command
from django.utils import timezone
from openpyxl import load_workbook
from pypdf import PdfReader

from alliance_site.dashboards import paper
from alliance_site.dashboards.retention import export, report, sheets
from alliance_site.dashboards.retention.report import Report
from alliance_site.dashboards.retention.sheets import Cell, Head, Share, Sheet
from alliance_site.dashboards.retention.view import View
from alliance_site.dashboards.spreadsheets import as_csv, as_xlsx
from feedback.figures.publishing import publish_quarters
from people.departments import Departments
from people.measures.periods import Period
from people.measures.whom import Service
from people.models import Department
from tests.factories import make_person, make_position, make_signed_tour
from tests.feedback.companies import FIRST, ask, build, crowd, day_after
from tours.pdf import CannotBeSet

IN_2025 = {"from": "2025-01-01", "to": "2025-12-31"}
HARMFUL = {
    "=1+1": "'=1+1",
    "+1": "'+1",
    "-1": "'-1",
    "@SUM(A1)": "'@SUM(A1)",
    "\t=1": "'\t'=1",
    "\r=1": "'\r'=1",
    "\x00\x0b=1": "'=1",
    " =1": "' =1",
    "\u200b\u202e=1": "'\u200b\u202e=1",
    "＝1": "'＝1",
    "=cmd|' /C calc'!A0": "'=cmd|' /C calc'!A0",
}


@pytest.fixture(autouse=True)
def _in_march_2026():
    with time_machine.travel("2026-03-16 09:00:00Z", tick=False):
        yield


@pytest.fixture
def heidi(cast, as_):
    make_signed_tour(cast.alice, cast.bob, starts_on=date(2024, 1, 1), ends_on=date(2025, 6, 30))
    make_signed_tour(cast.alice, cast.bob, starts_on=date(2025, 7, 1), ends_on=date(2026, 4, 30))
    return as_(cast.heidi)


@pytest.fixture
def marks(heidi):
    """Of one side enough for a figure, and of the other none."""
    company = crowd(("Sales", "rotational", 6))
    build(replace(company, said=[replace(said, marks=(4, None)) for said in company.said]), ask())
    publish_quarters(day_after(FIRST))


def url(kind: str) -> str:
    return f"/retention/export/{kind}/"


def rows_of(response) -> list[list[str]]:
    return list(csv.reader(StringIO(response.content.decode().removeprefix("\ufeff"))))


def test_others_get_nothing(cast, as_):
    for kind in ("csv", "xlsx", "pdf"):
        assert as_(cast.carol).get(url(kind), IN_2025).status_code == 404


def test_a_table_that_does_not_exist_is_not_found(heidi):
    assert heidi.get(url("csv"), {**IN_2025, "table": "salaries"}).status_code == 404
    assert heidi.get(url("csv"), {**IN_2025, "of": "salaries"}).status_code == 404
    assert heidi.get(url("csv"), {"from": "nonsense"}).url.startswith("/retention/?")


@pytest.mark.parametrize("table", report.TABLES)
def test_each_table_has_the_same_cells_in_both_spreadsheets(heidi, marks, table):
    lines = rows_of(heidi.get(url("csv"), {**IN_2025, "table": table}))
    book = load_workbook(BytesIO(heidi.get(url("xlsx"), {**IN_2025, "table": table}).content))
    *tables, _about = book
    cells = [[_plain(cell.value) for cell in row] for sheet in tables for row in sheet.iter_rows()]
    below_titles = [line for before, line in pairwise([[], *lines]) if before and line]
    assert len(below_titles) >= 2
    for line, row in zip(below_titles, cells, strict=True):
        for told, cell in zip(line, row, strict=True):
            number = isinstance(cell, int | float)
            assert float(told) == pytest.approx(cell) if number else told == str("" if cell is None else cell)


def _plain(value):
    """A workbook has no days without a time."""
    return value.date() if isinstance(value, datetime) else value


def test_a_mark_is_a_number_and_a_hidden_one_says_why(heidi, marks):
    book = load_workbook(BytesIO(heidi.get(url("xlsx"), {**IN_2025, "table": "said"}).content))
    _heads, row = book["What people say"].iter_rows()
    assert [cell.value for cell in row[1:]] == [4, 6, None, None]
    assert row[1].number_format == "0.0"
    why = "Not shown, so that nobody is singled out."
    assert why in {which.value for _what, which in book["About these figures"]}
    page = heidi.get("/retention/", IN_2025).text
    assert ">4.0<" in page
    assert page.count(why) == 1


def test_what_people_say_is_said_to_be_of_all_types_of_tour_whatever_is_asked_for(heidi, marks):
    whole = "For the whole company and all types of tour, in the newest published quarter"
    asked = {**IN_2025, "type": "rotational", "table": "said"}
    assert any(each.startswith(whole) for each in rows_of(heidi.get(url("csv"), asked))[0])
    about = load_workbook(BytesIO(heidi.get(url("xlsx"), asked).content))["About these figures"]
    assert any((which.value or "").startswith(whole) for _what, which in about)
    assert heidi.get("/retention/", IN_2025).text.count(whole) == 1


@pytest.mark.parametrize(
    ("first", "last", "why"),
    [
        ("2021-01-01", "2021-12-31", "A year earlier: –. The opening headcount is 0."),
        ("2024-01-01", "2025-12-31", "A year earlier: –. The period is longer than a year."),
    ],
)
def test_why_there_is_nothing_a_year_earlier_is_not_said_of_the_period_asked_for(heidi, first, last, why):
    (remarks, *_rows) = rows_of(heidi.get(url("csv"), {"from": first, "to": last, "table": "figures"}))
    assert why in remarks
    assert "The opening headcount is 0." not in remarks


def test_a_beginning_within_the_period_is_said_in_every_form(heidi):
    newcomer = make_person(hired_on=date(2025, 12, 1), left_on=date(2025, 12, 15))
    make_position(newcomer, "Born", since=date(2025, 12, 1))
    make_position(make_person(hired_on=date(2025, 12, 1)), "Born", since=date(2025, 12, 1))
    late = "the average headcount includes days before there was anybody"
    asked = {**IN_2025, "department": "Born", "table": "figures"}
    rows = rows_of(heidi.get(url("csv"), asked))
    assert any(late in each for each in rows[0])
    turnover = next(row for row in rows if row[0] == "Turnover")
    assert turnover[1] == turnover[2] == ""
    assert "The opening headcount is 0." in turnover[-1]
    about = load_workbook(BytesIO(heidi.get(url("xlsx"), asked).content))["About these figures"]
    assert any(late in (which.value or "") for _what, which in about)
    pages = PdfReader(BytesIO(heidi.get(url("pdf"), asked).content)).pages
    assert late in " ".join(" ".join(page.extract_text() for page in pages).split())
    printed = StringIO()
    call_command(
        "retention", "--from", "2025-01-01", "--to", "2025-12-31", "--department", "Born", stdout=printed
    )
    assert " ".join(printed.getvalue().split()).count(late) == 1


def test_the_figures_are_those_of_the_page(heidi):
    shown = {f.words.name: f.cell.value for f in heidi.get("/retention/", IN_2025).context["figures"]}
    book = load_workbook(BytesIO(heidi.get(url("xlsx"), IN_2025).content))
    found = {row[0].value: row[1].value for row in book["Figures of the period"].iter_rows(min_row=2)}
    assert found == pytest.approx({str(name): value for name, value in shown.items()})
    assert set(book.sheetnames) >= {
        "Headcount and turnover by month", "By department", "Median by hiring year",
        "How tours go", "What ends soon", "Failing today",
    }  # fmt: skip


def test_a_tab_is_called_as_its_table_is_as_far_as_a_workbook_allows():
    titles = ("a/b: [c]?*\\", "A B C", "x" * 40, "x" * 50, "", "'quoted'", "\x00\u202e🧨", "…" * 31)
    book = load_workbook(BytesIO(as_xlsx(Sheet("key", title, [Head("One")]) for title in titles)))
    assert book.sheetnames[:6] == ["a b c", "A B C 2", "x" * 30 + "…", "x" * 28 + "… 2", "key", "quoted"]
    assert all(len(name) <= 31 for name in book.sheetnames)


def test_a_tab_too_long_ends_after_a_whole_word():
    titles = ["Median der Verbleibdauer nach Abteilung"] * 2
    book = load_workbook(BytesIO(as_xlsx(Sheet("key", title, [Head("One")]) for title in titles)))
    assert book.sheetnames == ["Median der Verbleibdauer nach…", "Median der Verbleibdauer… 2"]


def test_where_there_is_nothing_to_take_along_a_workbook_says_of_whom(cast, as_):
    book = load_workbook(BytesIO(as_(cast.heidi).get(url("xlsx"), {"table": "said"}).content))
    assert book.sheetnames == ["About these figures"]


NARROWED = [
    "Sales",
    "Length of service: Five years and more",
    "Type of tour: Foundational",
    "1 Jan 2025 to 31 Dec 2025",
    "Counted on 16 Mar 2026, 09:00 from what was recorded by then.",
]


def test_what_is_taken_along_says_of_whom_it_is_of_which_days_and_as_of_when(heidi):
    asked = {**IN_2025, "department": "sales", "service": "5_on", "type": "foundational"}
    assert rows_of(heidi.get(url("csv"), asked))[0][1:6] == NARROWED
    about = load_workbook(BytesIO(heidi.get(url("xlsx"), asked).content)).worksheets[-1]
    told = [": ".join(filter(None, (what.value, which.value))) for what, which in about]
    assert told[1:6] == [f"Of whom: {NARROWED[0]}", *NARROWED[1:3], f"Period: {NARROWED[3]}", NARROWED[4]]
    paper = PdfReader(BytesIO(heidi.get(url("pdf"), asked).content)).pages[0].extract_text()
    assert all(told in " ".join(paper.split()) for told in NARROWED)
    ((_title, *of_list), *_rows) = rows_of(heidi.get(url("csv"), {**asked, "of": "closing"}))
    assert of_list == [*NARROWED[:2], *NARROWED[3:]]  # people are of no type of tour


def remarks(heidi, kind: str, table: str, **asked: str) -> str:
    """What a file says beside a table, before its numbers."""
    response = heidi.get(url(kind), {**IN_2025, **asked, "table": table})
    if kind == "csv":
        return "\n".join(each for row in rows_of(response) if len(row) > 3 for each in row if " " in each)
    about = load_workbook(BytesIO(response.content))["About these figures"]
    return "\n".join(cell.value or "" for row in about for cell in row)


@pytest.mark.parametrize("kind", ["csv", "xlsx"])
def test_a_table_has_the_sentences_of_its_page(heidi, kind):
    """Who moved, what does not add up, what curves are of, how they are estimated and where they are cut."""
    moved = make_person(hired_on=date(2020, 1, 1))
    make_position(moved, "Sales", since=date(2020, 1, 1), until=date(2025, 5, 31))
    make_position(moved, "Engineering", since=date(2025, 6, 1))
    flow = "2 at the start, 0 joined and 0 moved in, 0 left and 1 moved out: 1 at the end."
    assert flow in remarks(heidi, kind, "figures", department="Sales")
    for table in ("figures", "departments"):
        assert "do not add up to the end" in remarks(heidi, kind, table, service="5_on")
    assert "where they worked on the day in question: at the start" in remarks(heidi, kind, "departments")
    for by, of_what in (("type", "are of tours, not of people"), ("department", "of those hired into it")):
        told = remarks(heidi, kind, f"staying_{by}")
        for said in (
            of_what,
            "A Kaplan–Meier estimate",
            "still employed on 31 Dec 2025",
            "Up to 10 years.",
        ):
            assert said in told


@pytest.mark.parametrize("kind", ["csv", "xlsx"])
def test_a_table_of_how_long_people_stay_is_of_no_period(heidi, kind):
    up_to = "Followed from the first day, however long before the period, up to 31 Dec 2025."
    told = remarks(heidi, kind, "staying_year")
    assert "followed up to 31 Dec 2025" in told
    assert "1 Jan 2025" not in told
    assert up_to in told
    alone = heidi.get(url(kind), {**IN_2025, "table": "staying_year"})
    assert 'filename="retention-staying_year-2025-12-31.' in alone["Content-Disposition"]
    paper = heidi.get(url("pdf"), IN_2025)
    words = " ".join(
        " ".join(page.extract_text() for page in PdfReader(BytesIO(paper.content)).pages).split()
    )
    assert "The whole company, 1 Jan 2025 to 31 Dec 2025" in words
    assert words.count(up_to) >= 2


def test_that_the_tree_is_of_today_is_said_where_a_department_is_taken_with_those_below_it(heidi):
    of_today = "Departments below it: as they are today, whatever period is shown"
    for page in ("", "tours/", "staying/", "departments/", "list/closing/"):
        assert of_today not in heidi.get(f"/retention/{page}", {**IN_2025, "department": "Sales"}).text
    Department.objects.create(name="Field", parent=Department.objects.get(name="Sales"))
    asked = {**IN_2025, "department": "Sales"}
    for page in ("", "tours/", "staying/", "departments/", "list/closing/"):
        assert of_today in heidi.get(f"/retention/{page}", asked).text
    assert of_today not in heidi.get("/retention/list/closing/", {**asked, "alone": "on"}).text
    assert of_today in rows_of(heidi.get(url("csv"), asked))[0]
    paper = PdfReader(BytesIO(heidi.get(url("pdf"), asked).content)).pages[0].extract_text()
    assert of_today in " ".join(paper.split())
    of_all = "Each with the departments that are below it today, whatever period is shown."
    assert of_all in heidi.get("/retention/departments/", IN_2025).text
    assert of_all in remarks(heidi, "csv", "departments")


def test_a_company_of_nobody_can_be_taken_along_too(cast, as_):
    for kind in ("csv", "xlsx", "pdf"):
        asked = {"from": "1999-01-01", "to": "1999-12-31"}
        assert as_(cast.heidi).get(url(kind), asked).status_code == 200


def test_a_list_can_be_taken_along(heidi):
    lines = rows_of(heidi.get(url("csv"), {**IN_2025, "of": "closing"}))
    assert {line[0] for line in lines[2:]} >= {"Alice Ames", "Bob Brand"}


def test_what_is_of_today_says_so_and_not_of_which_period(heidi):
    now, asked = "as things stand on 16 Mar 2026", {**IN_2025, "of": "ending_60"}
    response = heidi.get(url("csv"), asked)
    assert rows_of(response)[0][:3] == ["Tours ending within 60 days", "The whole company", now]
    assert "retention-ending_60-2026-03-16.csv" in response["Content-Disposition"]
    about = load_workbook(BytesIO(heidi.get(url("xlsx"), asked).content)).worksheets[-1]
    assert now in {what.value for what, _which in about}
    titles = {line[0]: line for line in rows_of(heidi.get(url("csv"), {**IN_2025, "table": "tours"})) if line}
    stands = "As things stand on 16 Mar 2026, whatever period is shown."
    assert [title for title, line in titles.items() if stands in line] == [
        "Where the alliance is failing today",
        "What ends soon",
    ]
    assert any(each.startswith("Nothing agreed: ") for each in titles["What ends soon"])
    assert any(each.startswith("The columns say how HR recorded") for each in titles["How tours ended"])


def test_a_list_of_today_that_is_too_long_is_not_made_shorter_by_another_period(heidi, monkeypatch):
    monkeypatch.setattr(export, "MOST", 0)
    page = heidi.get(url("csv"), {**IN_2025, "of": "ending_60"}, follow=True).text
    assert "This list has 1 lines, too many for a file. Choose a department." in page


def test_a_list_too_long_for_a_file_is_narrowed_first(heidi, monkeypatch):
    monkeypatch.setattr(export, "MOST", 5)
    response = heidi.get(url("xlsx"), {**IN_2025, "of": "closing"}, follow=True)
    assert response.redirect_chain[0][0].startswith("/retention/list/closing/?from=2025-01-01")
    assert "This list has 6 lines, too many for a file." in response.content.decode()


@pytest.mark.parametrize("text", HARMFUL)
def test_what_a_spreadsheet_would_calculate_is_text(text):
    sheet = Sheet("names", text, [Head(text), Head("n")], [[Cell(text), Cell(-1)]])
    shown = HARMFUL[text]
    assert list(csv.reader(StringIO(as_csv([sheet]).removeprefix("\ufeff"), newline=""))) == [
        [shown],
        [shown, "n"],
        [shown, "-1"],
    ]
    (head, _n), (cell, number) = load_workbook(BytesIO(as_xlsx([sheet]))).worksheets[0].iter_rows()
    assert {head.data_type, cell.data_type} == {"s"}
    assert cell.value.startswith("'")
    assert number.value == -1


@pytest.mark.parametrize(
    ("text", "shown"),
    [
        ("Ann;=1+1;", "Ann;'=1+1;"),
        ("Ann\t+1", "Ann\t'+1"),
        ("Ann\n @A1", "Ann\n' @A1"),
        ("Ann-Marie; R&D", "Ann-Marie; R&D"),
    ],
)
def test_what_another_separator_would_make_a_cell_of_is_text_as_well(text, shown):
    sheet = Sheet("names", "Names", [Head("Name")], [[Cell(text)]])
    (*_heads, row) = csv.reader(StringIO(as_csv([sheet]), newline=""))
    assert row == [shown]


def test_why_something_is_undefined_is_said_once_with_its_table_in_every_form(heidi):
    make_position(make_person(hired_on=date(2025, 6, 1)), "New")
    asked, why = {**IN_2025, "table": "departments"}, "The opening headcount is 0."
    assert heidi.get("/retention/departments/", IN_2025).text.count(why) == 1
    (title, *_rows) = rows_of(heidi.get(url("csv"), asked))
    assert title.count(why) == 1
    about = load_workbook(BytesIO(heidi.get(url("xlsx"), asked).content)).worksheets[-1]
    assert [what.value for what, which in about if which.value == why] == ["By department"]
    pages = PdfReader(BytesIO(heidi.get(url("pdf"), IN_2025).content)).pages
    assert why in " ".join(" ".join(page.extract_text() for page in pages).split())


def test_no_two_links_to_take_something_along_are_called_alike(heidi):
    for page, many in (("staying", 6), ("departments", 6), ("list/closing", 5)):
        said = heidi.get(f"/retention/{page}/", IN_2025).text
        links = re.findall(r'<a href="/retention/export/[^"]*"(?: aria-label="([^"]*)")?>([^<]*)</a>', said)
        names = [label or words for label, words in links]
        assert len(names) == many
        assert said.count("Download:") == 1
        assert len(set(names)) == many
        assert all(label.endswith(words) for label, words in links if label), "as one hears it, one reads it"
    assert heidi.get("/retention/", IN_2025).text.count("the whole report as PDF") == 1


def test_each_dash_has_the_mark_of_its_reason_where_there_are_several():
    two = [Cell(why="None left."), Cell(why="None came."), Cell(why="None left."), Cell()]
    sheet = Sheet("names", "Names", [Head(n) for n in "abcde"], [[Cell("Ames"), *two]])
    assert re.findall(r">([^<]+)</t", sheet.body) == ["Ames", "–¹", "–²", "–¹", "–"]
    assert sheet.marks == {"None left.": "–¹", "None came.": "–²"}
    sheet = Sheet("names", "Names", [Head("a"), Head("b")], [[Cell("Ames"), two[0]]])
    assert re.findall(r">([^<]+)</t", sheet.body) == ["Ames", "–"]
    assert sheet.marks == {"None left.": "–"}


def test_departments_are_taken_along_in_the_order_in_which_they_stand(heidi):
    for sort, first in (("name", "Engineering"), ("-name", "Sales"), ("nonsense", "Engineering")):
        asked = {**IN_2025, "sort": sort}
        taken = re.search(
            r'href="(/retention/export/csv/[^"]*)"', heidi.get("/retention/departments/", asked).text
        )
        _title, _heads, row, *_rows = rows_of(heidi.get(unescape(taken[1])))
        assert row[0] == first


def test_names_are_made_harmless_too(heidi):
    name = "=HYPERLINK(A1)"
    make_position(make_person("=1+1"), name)
    lines = rows_of(heidi.get(url("csv"), {**IN_2025, "table": "departments"}))
    assert f"'{name}" in {line[0] for line in lines if line}
    lines = rows_of(heidi.get(url("csv"), {**IN_2025, "of": "closing"}))
    assert "'=1+1" in {line[0] for line in lines}


def test_a_share_is_a_number_in_per_cent():
    book = load_workbook(BytesIO(as_xlsx([Sheet("s", "S", [Head("a")], [[Cell(Share(0.25))]])])))
    cell = book["S"]["A2"]
    assert (cell.value, cell.number_format) == (0.25, "0.0%")


def test_each_table_says_what_was_asked_for_and_does_not_narrow_it(cast):
    make_signed_tour(cast.alice, cast.bob, type="rotational", starts_on=date(2025, 1, 1))
    now = timezone.now()
    period, asked = Period(date(2025, 1, 1), date(2025, 12, 31)), (Service(0, 365), "rotational")
    view = View(period, None, Departments(), *asked, now=now, today=now.date(), kept={})
    notes = {sheet.key: str(sheet.note) for sheet in report.sheets(Report(replace(view, service=Service())))}
    of_any_type = "The type of tour makes no difference here."
    by_employment = {"figures", "months", "departments"} | {
        f"{what}_{by}" for what in ("staying", "medians") for by in ("year", "department")
    }
    assert {name for name, note in notes.items() if note == of_any_type} == by_employment
    (_medians, by_year) = report.sheets(Report(view), ["staying_year"])
    assert "Length of service makes no difference here" in by_year.note
    assert of_any_type in by_year.note


def test_the_report_on_paper_says_what_the_pages_say(heidi):
    name = "#heading[x] 😀 \\ $ مرحبا \u202e" + "w" * 90
    make_position(make_person(), name)
    response = heidi.get(url("pdf"), IN_2025)
    assert response["Content-Type"] == "application/pdf"
    reader = PdfReader(BytesIO(response.content))
    words = " ".join(" ".join(page.extract_text() for page in reader.pages).split())
    for part in ("Retention", "The whole company, 1 Jan 2025 to 31 Dec 2025", "Counted on", "By department"):
        assert part in words
    assert "#heading[x]" in words
    assert reader.trailer["/Root"]["/MarkInfo"]["/Marked"]


def test_every_curve_of_the_pages_is_drawn_on_paper_too(heidi):
    words = "".join(
        page.extract_text() for page in PdfReader(BytesIO(heidi.get(url("pdf"), IN_2025).content)).pages
    )
    for by in ("type", "year", "department"):
        for chart in heidi.get("/retention/staying/", {**IN_2025, "by": by}).context["charts"]:
            assert "".join(chart.title.split()) in "".join(words.split())


def test_a_table_of_too_many_lines_to_be_read_says_where_they_are(heidi, monkeypatch):
    monkeypatch.setattr(sheets, "MOST_TO_READ", 20)
    pages = PdfReader(BytesIO(heidi.get(url("pdf"), IN_2025).content)).pages
    words = " ".join(" ".join(page.extract_text() for page in pages).split())
    printed = StringIO()
    call_command("retention", "--from", "2025-01-01", "--to", "2025-12-31", stdout=printed)
    for told in (words, " ".join(printed.getvalue().split())):
        assert "It has 36 lines, too many to be read here: they are in the spreadsheets." in told
        assert "August 2024" not in told


def test_what_becomes_a_cell_where_semicolons_part_them_is_text(db):
    sheet = Sheet("names", "Names", [Head("n")], [[Cell('Ames; "=1+1";=2+2; +3;A=4;-5;')]])
    assert """'=2+2;' +3;A=4;'-5;""" in as_csv([sheet])


@pytest.mark.parametrize("page", ["/retention/", "/team/", "/opinions/"])
def test_what_cannot_be_set_is_to_be_printed(heidi, marks, cast, as_, monkeypatch, page):
    def never(*_told):
        raise CannotBeSet

    monkeypatch.setattr(paper, "typeset", never)
    client = as_(cast.bob) if page == "/team/" else heidi
    reply = client.get(f"{page}export/pdf/", follow=True)
    assert reply.redirect_chain[0][0].startswith(page)
    assert "This cannot be set as a PDF. Print the pages instead." in reply.text
