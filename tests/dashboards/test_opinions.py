"""HR's page of what people say: who may see it, what it says, what it refuses, and what it costs."""

from __future__ import annotations

import csv
import json
import re
from dataclasses import replace
from datetime import date, datetime
from html import unescape
from io import BytesIO, StringIO
from itertools import groupby
from urllib.parse import parse_qsl

import pytest
import time_machine
from django.core.management import call_command
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from openpyxl import load_workbook
from pypdf import PdfReader

from alliance_site.dashboards.spreadsheets import harmless
from feedback.figures.publishing import publish_quarters
from people import uniting
from people.models import Department
from tests.factories import make_policy
from tests.feedback.companies import FIRST, SINCE, Company, Said, ask, build, crowd, day_after
from tours.models import Side

URL, EXPORT = "/opinions/", "/opinions/export/csv/"
A, B, C = ("A", "rotational"), ("B", "rotational"), ("C", "rotational")

pytestmark = pytest.mark.usefixtures("no_missing_words")


@pytest.fixture(autouse=True)
def _after_the_quarter():
    with time_machine.travel(day_after(FIRST), tick=False):
        yield


@pytest.fixture
def question(db):
    return ask()


def publish(question, *groups: tuple[str, str, int], mark: int = 4) -> None:
    build(crowd(*groups, mark=mark), question)
    publish_quarters(day_after(FIRST))


def words(reply) -> str:
    return " ".join(reply.text.split())


def exported(client: Client, **asked: str) -> list[list[list[str]]]:
    """The lines of each table, its title first."""
    lines = csv.reader(StringIO(client.get(EXPORT, asked).content.decode("utf-8-sig")))
    return [list(table) for some, table in groupby(lines, bool) if some]


def test_an_empty_company_is_told_when_there_will_be_something(heidi):
    assert "the current quarter is published on 4 Jul 2025" in words(heidi.get(URL))
    assert heidi.get(EXPORT).status_code == 302


def test_it_shows_the_mean_the_number_the_question_and_the_quarter(heidi, question):
    publish(question, (*A, 7))
    page = words(heidi.get(URL))
    for said in (
        "How does it go?",
        "January 2025 – March 2025",
        '<dd class="headline">3.4</dd>',
        "mean of n = 7 employees",
        "mean of marks about n = 7 employees",
        "How does it go for the employee?",
        "1 means “Badly”, 5 means “Well”.",
        'aria-label="these tables with all departments as XLSX">as XLSX',
        'aria-label="these tables with all departments as PDF">as PDF',
        "Only HR sees this page",
    ):
        assert said in page


def test_a_department_and_a_type_can_be_asked_for(heidi, question):
    publish(question, (*A, 6), (*B, 6), ("B", "foundational", 5), mark=5)
    page = words(heidi.get(URL, {"department": "b", "type": "foundational"}))
    assert "mean of n = 5 employees" in page
    assert "B, Foundational, January 2025" in page


def test_one_that_was_united_since_leads_to_no_figure_of_another_and_the_one_that_stays_says_so(
    heidi, question
):
    publish(question, (*A, 9), (*B, 6))
    keys = dict(Department.objects.values_list("name", "pk"))
    assert "Since united" not in words(heidi.get(URL, {"department": "B"}))
    uniting.unite(keys["A"], keys["B"])
    page = words(heidi.get(URL))
    assert page.count('<th scope="row">A (now part of B)</th>') == len(Side)
    assert "department=A" not in page
    assert "department=B" in page
    told = "Since united with it: A. Quarters published before that are of B by itself."
    page = words(heidi.get(URL, {"department": "a"}))
    assert "mean of n = 6 employees" in page
    assert told in page
    by_department, *_quarters = exported(heidi, department="B")
    assert {line[4] for line in by_department} >= {"A (now part of B)", "B"}
    assert told in by_department[0]
    days = ("--from", "2025-01-01", "--to", "2025-03-31")
    call_command("retention", *days, "--format", "json", stdout=(out := StringIO()))
    (asked,) = json.loads(out.getvalue())["opinions"]["by_department"]
    assert {row["department"]: row["now_part_of"] for row in asked["departments"]} == {"A": "B", "B": None}
    assert "\nA (now part of B)," in heidi.get("/retention/export/csv/").content.decode().replace("\r", "")


@pytest.mark.parametrize("asked", [{"department": "C"}, {"department": "B"}, {"type": "foundational"}])
def test_a_view_that_would_single_somebody_out_is_refused_with_the_reason(heidi, question, asked):
    publish(question, (*A, 9), (*B, 6), (*C, 1), ("A", "foundational", 2))
    page = words(heidi.get(URL, asked))
    assert "This view is refused. Fewer than 5 people answered here, or" in page
    assert "headline" not in page


def test_every_hidden_cell_says_so_and_each_table_why_and_not_how_many(heidi, question):
    publish(question, (*A, 9), (*B, 6), (*C, 1))
    page = words(heidi.get(URL))
    why = "“–” stands where a figure would single out fewer than 5 people."
    assert page.count(why) == len(("over time", "by department"))
    assert 'data-label="All types">– <span class="visually-hidden">hidden</span>' in page
    assert "n = 16" in page
    assert "n = 6" not in page
    assert "n = 1<" not in page


def test_the_reason_names_the_number_that_held(cast, heidi, question):
    make_policy(cast.heidi, holds_from=FIRST.first, figure_people=7)
    publish(question, (*A, 9), (*B, 6), (*C, 1))
    assert "would single out fewer than 7" in words(heidi.get(URL))


def test_where_all_are_too_few_another_quarter_is_not_touched(cast, as_, question):
    publish(question, (*A, 6))
    few = [Said(n, n, "rotational", FIRST.next.first, (3, 3)) for n in range(4)]
    build(Company([[(SINCE, "A")]] * 4, few), question)
    now = day_after(FIRST.next)
    publish_quarters(now)
    with time_machine.travel(now, tick=False):
        page = words(as_(cast.heidi).get(URL))
    assert "no figure is made of fewer than 5 people" in page
    assert "No group of at least 5 people answered this question" in page
    assert "Employees: from 3.5 in the quarter from January 2025" in page


def test_what_is_asked_is_in_the_address_and_kept_in_the_form(heidi, question):
    publish(question, (*A, 6))
    page = heidi.get(URL, {"department": "A", "type": "rotational"}).text
    assert '<option value="A" selected>' in page
    assert '<option value="rotational" selected>' in page


@pytest.mark.parametrize(
    ("of_retention", "many"),
    [({"period": "last_year", "service": "5_on"}, 2), ({"period": "last_year", "sort": "name"}, 3)],
)
def test_what_is_asked_on_the_pages_about_retention_is_kept_for_the_way_back(
    heidi, question, of_retention, many
):
    publish(question, (*A, 6))
    leads = re.findall(r'href="(/opinions/\?[^"]*)"', heidi.get("/retention/", of_retention).text)
    assert len(leads) == many, "the menu, and below what is shown or why nothing is; of all also the line"
    for each in leads:
        page = heidi.get(unescape(each)).text
        back = re.search(r'<a href="/retention/\?([^"]*)"', page)[1]
        assert of_retention.items() <= dict(parse_qsl(unescape(back))).items()
    shown = page.partition('class="filter')[2].partition("</form>")[0]
    for name, said in of_retention.items():
        assert f'<input type="hidden" name="{name}" value="{said}">' in shown


def test_from_what_is_told_of_all_types_each_link_but_the_menu_asks_for_all_of_them(heidi, question):
    """Or a figure just seen would be refused behind it, since of one type it singles out too few."""
    publish(question, (*A, 6))
    page = heidi.get("/retention/", {"type": "transformational", "sort": "name"}).text
    leads = re.findall(r'href="(/opinions/\?[^"]*)"', page.partition('id="said"')[2])
    assert len(leads) == 2
    assert not any("type=" in each for each in leads)
    assert all("sort=name" in each for each in leads)


@pytest.mark.parametrize(
    ("asked", "sentence"),
    [
        ({"quarter": "2025-02-01"}, "2025-02-01 is not one of the available choices"),
        ({"quarter": "2030-01-01"}, "2030-01-01 is not one of the available choices"),
        ({"question": "0"}, "0 is not one of the available choices"),
        ({"type": "any"}, "any is not one of the available choices"),
        ({"department": "Nowhere"}, "There is no department called “Nowhere”."),
    ],
)
def test_bad_input_is_shown_again_with_a_sentence(heidi, question, asked, sentence):
    publish(question, (*A, 6))
    reply = heidi.get(URL, asked)
    assert reply.status_code == 400
    assert sentence in reply.text
    assert "n = " not in reply.text
    assert heidi.get(EXPORT, asked).status_code == 302


@pytest.mark.parametrize("form", ["csv", "json"])
def test_a_report_asks_for_what_is_out_once(question, form):
    publish(question, (*A, 9), (*B, 6))
    with CaptureQueriesContext(connection) as asked:
        call_command(
            "retention", "--from=2025-01-01", "--to=2025-03-31", f"--format={form}", stdout=StringIO()
        )
    for table in ("feedback_grouppart", "feedback_question"):
        assert sum(f'FROM "{table}"' in query["sql"].partition(" WHERE ")[0] for query in asked) == 1
    statements = [query["sql"] for query in asked]
    assert sorted(set(statements)) == sorted(statements)


@pytest.mark.parametrize("page", [URL, "/signals/", "/retention/"])
def test_a_department_is_found_by_one_rule_on_every_page(heidi, question, page):
    publish(question, ("Straße", "rotational", 6))
    assert heidi.get(page, {"department": "STRASSE"}).status_code == 200


def test_retention_leads_to_it(heidi):
    assert f'href="{URL}"' in heidi.get("/retention/").text


class TestExport:
    def test_it_has_the_cells_of_both_tables_and_no_other_number(self, heidi, question):
        publish(question, (*A, 9), (*B, 6), (*C, 1))
        title, head, *lines = exported(heidi)[0]
        assert title[0] == "By department and type of tour"
        assert "Published on 4 Apr 2025; it never changes." in title
        assert "n is the number of employees who answered, or about whom their managers did." in title
        assert head[-3:] == ["n", "Mean", "Hidden because"]
        told = {tuple(line[3:6]): line[6:] for line in lines}
        assert told["Employee", "All departments", "All types"] == ["16", "3.5", ""]
        assert told["Employee", "A", "Rotational"][0] == "9"
        assert told["Employee", "C", "All types"] == ["", "", "would single out fewer than 5"]
        assert {line[6] for line in lines} == {"", "16", "9"}

    def test_a_department_of_which_one_side_alone_answered_is_hidden_on_the_other_and_not_missing(
        self, heidi, question
    ):
        company = crowd((*A, 9), (*B, 6), (*C, 6))
        of_c = slice(15, None)
        company.said[of_c] = [replace(said, marks=(said.marks[0], None)) for said in company.said[of_c]]
        build(company, question)
        publish_quarters(day_after(FIRST))
        told = {tuple(line[3:6]): line[6:] for line in exported(heidi)[0][2:]}
        assert told["Employee", "C", "Rotational"][0] == "6"
        assert told["Manager", "C", "Rotational"] == ["", "", "would single out fewer than 5"]

    def test_a_name_that_a_spreadsheet_would_calculate_is_text(self, heidi, question):
        publish(question, (*A, 6))
        Department.objects.filter(name="A").update(name='=HYPERLINK("http://x","y")')
        assert '\'=HYPERLINK("http://x","y")' in {line[4] for line in exported(heidi)[0][2:]}

    def test_it_has_the_quarters_of_whom_the_page_is_asked_about_and_what_is_hidden_there(
        self, heidi, question
    ):
        publish(question, (*A, 9), (*B, 6), (*C, 1))
        told = {tuple(line[3:6]): line[6:] for line in exported(heidi)[1][2:]}
        assert told["Employee", "All departments", "All types"] == ["16", "3.5", ""]
        (_title, _head, *lines) = exported(heidi, department="C", type="rotational")[1]
        hidden = ["", "", "would single out fewer than 5"]
        assert [line[4:] for line in lines] == [["C", "Rotational", *hidden]] * 2

    def test_a_workbook_has_the_same_cells_as_numbers_and_says_as_of_when(self, heidi, question):
        publish(question, (*A, 9), (*B, 6), (*C, 1))
        book = load_workbook(BytesIO(heidi.get("/opinions/export/xlsx/").content))
        *tables, about = book
        for sheet, (_title, *lines) in zip(tables, exported(heidi), strict=True):
            cells = [[cell.value for cell in row] for row in sheet.iter_rows()]
            plain = [[cell.removesuffix(".0") for cell in line] for line in lines]
            assert [[_as_text(cell) for cell in row] for row in cells] == plain
        assert isinstance(book["By quarter"]["G2"].value, int)
        assert "Published on 4 Apr 2025; it never changes." in {row[0].value for row in about}

    def test_on_paper_it_has_the_same_numbers_with_what_is_hidden_and_the_chart(self, heidi, question):
        publish(question, (*A, 9), (*B, 6), (*C, 1))
        asked = {"department": "A", "type": "rotational"}
        told = {cell for line in exported(heidi)[0][2:] for cell in line[6:8] if cell}
        pages = PdfReader(BytesIO(heidi.get("/opinions/export/pdf/", asked).content)).pages
        paper = " ".join(" ".join(page.extract_text() for page in pages).split())
        for said in (
            "What people say How does it go? All departments, All types, January 2025 – March 2025 "
            "By quarter: A, Rotational Published on 4 Apr 2025; it never changes.",
            "Mean mark by quarter, from 1 to 5",
            "What employees say",
            "A 3.4 9 3.4 9 – – – –",
            "C – – – – – – – –",
            "Departments shown 3.4 9 3.4 9 – – – – All departments 3.5 16",
            "– would single out fewer than 5",
            "January 2025 – March 2025 3.4 9 3.0 9 A, Rotational",
        ):
            assert said in paper
        rows = re.findall(r"(?:A|B|C|shown|departments)((?: (?:[\d.]+|–)){8})", paper)
        assert len(rows) == 2 * 5
        assert {cell for row in rows for cell in row.split()} == told | {"–"}

    @pytest.mark.parametrize("kind", ["csv", "xlsx", "pdf"])
    def test_it_is_for_hr_alone(self, cast, as_, question, kind):
        publish(question, (*A, 6))
        for person in (cast.alice, cast.carol):
            assert as_(person).get(f"/opinions/export/{kind}/").status_code == 404

    @pytest.mark.parametrize("cell", ["=1", "+1", "-1", "@x"])
    def test_every_beginning_that_does_harm_is_known(self, cell):
        assert harmless(cell) == f"'{cell}"
        assert harmless(f"x{cell}") == f"x{cell}"


def _as_text(cell) -> str:
    return cell.date().isoformat() if isinstance(cell, datetime) else str("" if cell is None else cell)


def many(question, people: int, departments: int) -> None:
    said = [Said(n, n, "rotational", FIRST.first, (3, 4)) for n in range(people)]
    places: list = [[(date(2020, 1, 1), f"Department {n % departments:04}")] for n in range(people)]
    build(Company(places, said), question)
    with connection.cursor() as cursor:  # else the planner may believe what autovacuum saw: empty tables
        cursor.execute("ANALYZE feedback_checkin, feedback_sheet, feedback_answer, people_position")
    publish_quarters(day_after(FIRST))


@pytest.mark.parametrize("asked", [{}, {"department": "Department 0001", "type": "rotational"}])
def test_it_takes_ten_queries_and_60_kb_whatever_the_size(
    heidi, question, django_assert_max_num_queries, asked
):
    many(question, people=1200, departments=120)
    with django_assert_max_num_queries(10):
        reply = heidi.get(URL, asked)
    assert reply.status_code == 200
    assert len(reply.content) <= 60_000
    assert "Department 0024" in reply.text
    assert "Department 0025<" not in reply.text
    assert "Department 0119" in heidi.get(URL, {**asked, "page": 5}).text
    assert "<select" in reply.text
    with django_assert_max_num_queries(10):
        tables = exported(heidi)
    assert len(tables[0]) == 2 + 2 * 4 * (120 + 2)


@pytest.mark.parametrize(
    ("asked", "shown"), [({}, True), ({"department": "A"}, False), ({"service": "under_1"}, False)]
)
def test_the_first_page_of_hr_has_the_newest_sums_of_the_whole_company(
    heidi, question, django_assert_max_num_queries, asked, shown
):
    company = crowd((*A, 6), (*B, 7))
    company.said[-1] = replace(company.said[-1], marks=(3, None))  # so that each side has a number of its own
    build(company, question)
    publish_quarters(day_after(FIRST))
    with django_assert_max_num_queries(10):
        reply = heidi.get("/retention/", asked)
    assert bool(reply.context["said"]) is shown
    assert ("What people say is told here of the whole company alone" in words(reply)) is not shown
    if not shown:
        way = reply.text.partition('<h2 id="said">')[2].partition('href="')[2].partition('"')[0]
        department = heidi.get(way.replace("&amp;", "&")).context["department"]
        assert (department.name if department else None) == asked.get("department")
    if shown:
        [[asked_what, *cells]] = reply.context["said"].rows
        there = [figure for _side, figure in heidi.get(asked_what.url).context["now"]]
        assert [cell.shown for cell in cells] == [x for each in there for x in (each["mean"], str(each["n"]))]
        export = heidi.get("/retention/export/csv/", {"table": "said"}).content.decode("utf-8-sig")
        assert [figure["n"] for figure in there] == [13, 12]
        head, row = list(csv.reader(StringIO(export)))[1:3]
        assert [cell.shown for cell in cells] == row[1:]
        assert head[1:] == ["Employees", "n", "Their managers", "about n employees"]


def test_the_number_beside_a_hidden_mean_is_a_dash_with_the_same_reason(heidi, question):
    company = crowd((*A, 6))
    company.said[:] = [replace(each, marks=(3, None)) for each in company.said]
    build(company, question)
    publish_quarters(day_after(FIRST))
    [[_asked, *employees, mean, number]] = heidi.get("/retention/").context["said"].rows
    assert [cell.why for cell in employees] == ["", ""]
    assert [cell.why for cell in (mean, number)] == ["Not shown, so that nobody is singled out."] * 2


def test_the_whole_report_has_the_quarters_and_departments_that_the_page_has(heidi, question):
    publish(question, (*A, 9), (*B, 6), (*C, 1))
    lines = list(csv.reader(StringIO(heidi.get("/retention/export/csv/").content.decode("utf-8-sig"))))
    (title,) = (line for line in lines if line and line[0] == "What people said, by quarter")
    assert title[-1] == "For the whole company and all types of tour. A published quarter never changes."
    (of_quarter,) = (line for line in lines if line[1:2] == ["2025-01-01"])
    assert of_quarter[2:] == ["3.5", "16", "3.0", "16"]
    (start,) = (n for n, line in enumerate(lines) if line and line[0].startswith("By department: "))
    below = lines[start:]
    assert below[2][:3] == ["A", "3.4", "9"]
    assert {"B", "C"}.isdisjoint({line[0] for line in below if line})  # of them nothing can be shown
    narrowed = heidi.get("/retention/export/csv/", {"department": "A"}).content.decode()
    assert "What people said" not in narrowed


@pytest.mark.parametrize("name", ["<b>&'", "\u202eright to left", "🧨" * 100])
def test_what_a_department_is_called_is_shown_as_text(heidi, question, name):
    publish(question, (*A, 6))
    Department.objects.filter(name="A").update(name=name)
    reply = heidi.get(URL, {"department": name})
    assert reply.status_code == 200
    assert "<b>&" not in reply.text


def test_it_stands_among_the_pages_about_retention_and_keeps_what_is_asked_there(cast, as_):
    page = as_(cast.heidi).get("/opinions/", {"department": "Sales", "quarter": "2025-01-01"}).text
    assert '<a href="/opinions/?department=Sales" aria-current="page">' in page
    assert '<a href="/retention/departments/?department=Sales">' in page
