"""HR brings people in by the browser: looks first, confirms once, and reads what came of it."""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor
from datetime import UTC, date, datetime
from io import BytesIO
from zipfile import ZIP_DEFLATED, ZipFile

import pytest
from django.core.cache import cache
from django.core.files.uploadedfile import SimpleUploadedFile
from django.db import OperationalError, connection
from django.test import Client
from django.urls import reverse
from openpyxl import Workbook
from redis.exceptions import RedisError

from alliance_site.outbox.models import Message
from people import services
from people.importing import table, uploads
from people.importing.guessing import guess
from people.importing.run import import_sheet
from people.importing.table import tabled
from people.models import Access, Department, Employment, Import, Person
from tests.conftest import make_cast
from tests.factories import DAY, make_department, make_hr
from tests.people.importing import QUIRKS, everything

pytestmark = pytest.mark.django_db

CSV = """\
Employee ID;Full name;Hire date;Department;Job title;Supervisor ID;Salary
1;Bo Boss;01.01.2010;Board;Head;;9
2;Ann Ames;15.06.2015;Sales;Seller;1;9
"""


def upload(client: Client, content: str | bytes, name: str = "people.csv") -> str:
    """Where its look is."""
    content = content.encode() if isinstance(content, str) else content
    reply = client.post(reverse("import_people"), {"file": SimpleUploadedFile(name, content)})
    assert reply.status_code == 302, reply.content.decode()
    return reply["Location"]


def refused(client: Client, content: bytes) -> str:
    reply = client.post(reverse("import_people"), {"file": SimpleUploadedFile("people.csv", content)})
    assert reply.status_code == 400
    return reply.content.decode()


def confirm(client: Client, url: str):
    """With what the page's own form holds."""
    form = client.get(url).context["form"]
    return client.post(url, {field.html_name: field.value() or "" for field in form})


def workbook(*rows: tuple) -> bytes:
    book, out = Workbook(), BytesIO()
    for row in rows:
        book.active.append(row)
    book.save(out)
    return out.getvalue()


def test_a_look_guesses_the_columns_and_writes_nothing(hr):
    before = everything()
    reply = hr.get(upload(hr, CSV))
    assert everything() == before
    assert not Import.objects.exists()
    told = reply.context["told"]
    assert told.outcome == "People: 2 new, 0 changed, 0 as before."
    mapping = reply.context["form"].mapping
    assert mapping.columns == {
        "number": "Employee ID",
        "name": "Full name",
        "hired_on": "Hire date",
        "department": "Department",
        "title": "Job title",
        "manager_number": "Supervisor ID",
    }
    assert [row.hired_on for row in reply.context["read"]] == [date(2010, 1, 1), date(2015, 6, 15)]


def test_confirmed_it_is_imported_once_and_told(hr):
    url = upload(hr, CSV)
    assert confirm(hr, url).url == url
    assert Person.objects.get(number="2").manager_on(DAY).name == "Bo Boss"
    assert list(Import.objects.values_list("file", "created")) == [("people.csv", 2)]
    told = hr.get(url)
    assert "People: 2 new" in told.content.decode()
    assert told.templates[0].name == "people/import_done.html"
    hr.post(url, {})
    assert Import.objects.count() == 1


def test_after_an_error_of_any_kind_it_can_be_confirmed_again(hr, monkeypatch):
    """As when the database ends the connection: nothing was written, so nobody has it."""
    url, broken = upload(hr, CSV), iter([True])

    def failing(*args, **kw):
        if not kw["dry_run"] and next(broken, False):
            raise OperationalError("gone")
        return import_sheet(*args, **kw)

    monkeypatch.setattr("people.imports.import_sheet", failing)
    with pytest.raises(OperationalError):
        confirm(hr, url)
    assert confirm(hr, url).url == url
    assert Import.objects.count() == 1


def test_whose_address_it_changes_reads_who_brought_the_file(cast, hr):
    Person.objects.filter(pk=cast.alice.pk).update(number="2")
    csv = "Employee ID;Full name;Email;Hire date\n2;Alice Ames;heidis.other@example.com;01.01.2020\n"
    url = upload(hr, csv)
    hr.get(url)
    assert not Access.objects.exists()
    confirm(hr, url)
    noted = [(cast.heidi.pk, cast.alice.pk, "address")]
    assert list(Access.objects.values_list("viewer", "person", "what")) == noted


@pytest.mark.parametrize("away", ["get", "add", "delete"])
def test_without_redis_hr_is_told_to_try_again(hr, monkeypatch, away):
    url = upload(hr, CSV.replace("15.06.2015", "soon") if away == "delete" else CSV)
    asked = {field.html_name: field.value() or "" for field in hr.get(url).context["form"]}

    def fail(*_, **__):
        raise RedisError("away")

    monkeypatch.setattr(cache, away, fail)
    for path in (reverse("import_look", args=["unknown"]), url) if away == "get" else (url,):
        page = hr.post(path, asked, follow=True)
        assert page.redirect_chain == [(reverse("import_people"), 302)]
        assert "Try again in a minute." in page.content.decode()
    assert not Import.objects.exists()


def test_a_workbook_is_read_like_a_file_of_text(hr):
    hired = datetime(2020, 1, 31, tzinfo=UTC).replace(tzinfo=None)  # as workbooks have days
    rows = (("number", "name", "hired_on", "left_on", "reason"),
            (7, "Eve Elm", hired, date(2024, 2, 29), "Resignation"),
            (8.0, "Fay Fern", "2021-05-01", None, None))  # fmt: skip
    confirm(hr, upload(hr, workbook(*rows), "people.xlsx"))
    spell = Employment.objects.get(person__number="7")
    assert (spell.hired_on, spell.left_on, spell.ending) == (
        date(2020, 1, 31),
        date(2024, 2, 29),
        "resignation",
    )
    assert Person.objects.filter(number="8").exists()


def test_another_system_is_read_by_choosing_its_columns(hr):
    url = upload(hr, QUIRKS)
    form = hr.get(url).context["form"]
    chosen = {field.html_name: field.value() or "" for field in form}
    assert (chosen["name"], chosen["names"], chosen["dates"]) == ("Employee_Name", "last, first", "%m/%d/%y")
    reply = hr.get(url, chosen | {"manager_number": "", "status": ""})
    assert reply.context["told"].outcome.startswith("People: 5 new")
    assert reply.context["read"][0].name == "Janet King"


def test_what_is_wrong_is_told_line_by_line_and_nothing_is_written(hr):
    before = everything()
    bad = (
        CSV + "2;Twice;15.06.2015;Sales;;1;9\n;Nobody;15.06.2015;Sales;;1;9\n5;<b>Wrong</b>;soon;Sales;;1;9\n"
    )
    url = upload(hr, bad)
    page = hr.get(url).content.decode()
    for line in (
        "Line 4, Employee ID: “2” is on line 3 already, and the days of the two overlap",
        "Line 5, Employee ID: This must not be empty.",
    ):
        assert line in page
    assert "<b>Wrong" not in page
    assert "“soon” is no date of the form 31.03.2026, 2026-03-31." in page
    assert "Import</button>" not in page
    assert confirm(hr, url).status_code == 400
    assert everything() == before
    letter = Message.objects.get(occasion="people.import_failed")  # that one was meant
    assert letter.subject == "The import of people.csv has failed"


def test_the_same_file_again_changes_nothing(hr):
    for _time in range(2):
        confirm(hr, upload(hr, CSV))
    assert "Import</button>" not in hr.get(upload(hr, CSV)).content.decode()
    assert list(Import.objects.order_by("pk").values_list("created", "changed")) == [(2, 0), (0, 0)]


def test_it_is_for_whoever_uploaded_it_and_for_hr_alone(hr, cast):
    url = upload(hr, CSV)
    mallory = Client()
    mallory.force_login(cast.mallory)
    assert mallory.get(url).status_code == mallory.post(url).status_code == 404
    assert mallory.post(reverse("import_people"), {}).status_code == 404
    make_hr(cast.carol)
    carol = Client()
    carol.force_login(cast.carol)
    for reply in (carol.get(url), carol.post(url, {})):
        assert reply.url == reverse("import_people")
    assert hr.get(reverse("import_look", args=["another-token"])).url == reverse("import_people")
    assert not Import.objects.exists()


@pytest.mark.parametrize(
    ("content", "told"),
    [
        (b"", "The file is empty."),
        (b"PK\x03\x04 no workbook", "This workbook cannot be read."),
        (b"\xff\xfe\x00", "neither a CSV nor an XLSX"),
        (b'number,name\n1,"open', "The line cannot be read"),
        (b"a," * 201 + b"a\n", "more than 200 columns"),
        (b"number\n" + b"1\n" * 10_001, "more than 10,000 people"),
    ],
)
def test_a_file_that_is_none_is_refused_in_words(hr, content, told):
    assert told in refused(hr, content)


def test_a_file_too_large_for_a_page_is_sent_to_the_server(hr, monkeypatch):
    monkeypatch.setattr("people.import_forms.MOST_BYTES", 1024 * 1024)
    assert "larger than 1 MB" in refused(hr, b"x" * (1024 * 1024 + 1))
    monkeypatch.setattr(table, "UNPACKED", 10)
    assert "This workbook cannot be read." in refused(hr, workbook(("number",)))


def test_a_file_of_three_megabytes_is_read_where_it_belongs_and_nowhere_else(hr):
    wide = "number,name,hired_on,note\n" + "".join(f"{n},P {n},2020-01-01,{'x' * 300}\n" for n in range(9999))
    assert 3_000_000 < len(wide) < table.MOST_BYTES
    upload(hr, wide)
    elsewhere = hr.post(reverse("my_settings"), {"file": SimpleUploadedFile("people.csv", wide.encode())})
    assert elsewhere.status_code == 400
    assert "larger than 4 MB" in refused(hr, b"x" * (table.MOST_BYTES + 1))


@pytest.mark.parametrize(
    ("limit", "value"), [("LONGEST_CELL", 30), ("MOST_TEXT", 300), ("UNPACKED", 300), (None, None)]
)
def test_a_workbook_of_one_text_many_times_is_refused_before_it_fills_the_memory(
    hr, monkeypatch, limit, value
):
    """Such a text stands in the file once, so the file is small."""
    bomb = workbook(("number",), *[["x" * 31] * 4] * 3)
    if limit:
        monkeypatch.setattr(table, limit, value)
        assert "This workbook cannot be read." in refused(hr, bomb)
    else:
        assert hr.get(upload(hr, bomb)).status_code == 200


@pytest.mark.parametrize(
    ("part", "place", "bomb"),
    [
        ("xl/worksheets/sheet1.xml", b"</row>", b"<c/>" * 100_001),
        ("xl/worksheets/sheet1.xml", b"</row>", b"<row/>" * 100_001),
        ("xl/worksheets/sheet1.xml", b"<sheetData>", b"<cols/>" * 100_001),
        ("xl/styles.xml", b"</cellXfs>", b"<xf/>" * 100_001),
        ("xl/styles.xml", b"</cellXfs>", b"<row/>" * 100_001),
        ("xl/sharedStrings.xml", b"</si>", b"<t/>" * 100_001),
        ("xl/_rels/workbook.xml.rels", b"</Relationships>", b"<a/>" * 100_001),
        ("xl/workbook.xml", b"<workbook ", b"<!DOCTYPE workbook [<!ENTITY a 'aaaa'>]>"),
    ],
)
def test_a_workbook_that_its_reader_could_not_hold_is_not_read(hr, monkeypatch, part, place, bomb):
    """Zipped, each of these is a few kilobytes; a million styles take a minute, and half a gigabyte."""
    monkeypatch.setattr(table, "load_workbook", lambda *_, **__: pytest.fail("it was read"))
    out = BytesIO()
    with ZipFile(BytesIO(workbook(("number",)))) as whole, ZipFile(out, "w", ZIP_DEFLATED) as packed:
        parts = {"xl/sharedStrings.xml": b"<sst><si></si></sst>"}
        parts |= {name: whole.read(name) for name in whole.namelist()}
        assert place in parts[part]
        parts[part] = parts[part].replace(place, bomb + place, 1)
        for name, words in parts.items():
            packed.writestr(name, words)
    assert len(out.getvalue()) < 20_000
    assert "This workbook cannot be read." in refused(hr, out.getvalue())


def test_a_workbook_of_as_many_as_there_may_be_is_read():
    """With what lies beside the rows, such as a link for each address."""
    book, out = Workbook(), BytesIO()
    for number in range(10_001):
        book.active.append([f"n{number}", "a"])
        book.active.cell(number + 1, 2).hyperlink = "mailto:a@example.com"
    book.save(out)
    assert len(tabled(out.getvalue())) == 10_001


def test_a_cell_far_to_the_right_makes_no_wide_table(hr):
    book, out = Workbook(), BytesIO()
    book.active.append(["number", "name"])
    book.active.cell(2, 16_000, "far")
    book.save(out)
    assert tabled(out.getvalue()) == [["number", "name"], ["", ""]]


def test_hostile_cells_are_problems_or_words_and_never_markup(hr):
    nasty = "1;a\x00b;01.01.2010;;;;\n2;" + "x" * 20_000 + ";01.01.2010;;;;\n3;\u202e<i>🧨;01.01.2010;;;;\n"
    reply = hr.get(upload(hr, CSV.splitlines()[0] + "\n" + nasty))
    page = reply.content.decode()
    assert "NUL or control character" in page
    assert "is too long: 20000 characters" in page
    assert "<i>🧨" not in page
    assert len(page) < 60_000


def test_many_columns_are_typed_and_many_problems_cut_short(hr):
    heading = ",".join(["number", "name", "hired_on", *(f"column {n}" for n in range(150))])
    lines = "\n".join(",".join(["", "x", "soon", *[""] * 150]) for _ in range(400))
    page = hr.get(upload(hr, f"{heading}\n{lines}\n")).content.decode()
    assert "… and 300 more problems." in page
    assert len(page) < 60_000


def test_days_and_names_are_guessed_from_most_of_them():
    american = [
        ["id", "employee", "start date"],
        ["1", "Ames, Ann", "12/31/2020"],
        ["2", "Bo, B", "01/02/2020"],
    ]
    found = guess(american)
    assert (found["dates"], found["names"], found["number"]) == ("%m/%d/%Y", "last, first", "id")
    assert guess([["x"]])["dates"] == "%Y-%m-%d"
    assert tabled("ä;b\n1;2\n".encode("cp1252")) == [["ä", "b"], ["1", "2"]]
    assert tabled("ä\tb\n".encode("utf-16")) == [["ä", "b"]]


def test_a_new_department_may_be_renamed_here_first_and_then_the_look_says_so_no_more(hr):
    aid, link = make_department("Aid"), "Rename a department first"
    both = CSV.replace("Board", "Aid").replace("Sales", "Aid")
    assert link not in hr.get(upload(hr, both)).text
    url = upload(hr, both.replace("Aid", "Success"))
    assert link in hr.get(url).text
    services.change_department(aid, name="Success", above=None)
    assert link not in hr.get(url).text


def test_where_only_the_tree_would_change_that_can_be_imported(hr):
    confirm(hr, upload(hr, CSV))
    below = CSV.replace("Department;", "Parent department;Department;").replace(";Sales", ";Field;Sales")
    url = upload(hr, below.replace(";Board", ";;Board"))
    told = hr.get(url).context["told"]
    assert told.outcome == "People: 0 new, 0 changed, 2 as before."
    assert told.is_new
    confirm(hr, url)
    assert Department.objects.get(name="Sales").parent.name == "Field"


def test_a_division_is_not_taken_for_the_department_above():
    """It may as well be the department once more, or one below."""
    assert "department_above" not in guess([["number", "name", "department", "division"]])


def test_a_column_that_means_nothing_without_another_is_not_guessed():
    found = guess([["id", "name", "hired", "status", "reason", "job", "position"]])
    assert not {"status", "reason", "title"} & found.keys()
    whole = guess([["id", "name", "hired", "status", "left", "job", "team"]])
    assert (whole["status"], whole["title"]) == ("status", "job")


def test_what_a_killed_import_had_taken_is_free_again_after_minutes(hr, cast, monkeypatch):
    assert uploads.TAKEN == 10 * 60
    monkeypatch.setattr(uploads, "TAKEN", 0)  # they are over
    url = upload(hr, CSV)
    assert uploads.claim(cast.heidi, url.rstrip("/").rpartition("/")[2])
    confirm(hr, url)
    assert Import.objects.count() == 1


@pytest.mark.django_db(transaction=True)
def test_two_tabs_that_confirm_at_once_import_once():
    hr = make_cast().heidi
    token = uploads.keep(hr, "people.csv", tabled(CSV.encode()))
    url = reverse("import_look", args=[token])
    asked = guess(tabled(CSV.encode())) | {"as_of": "2026-03-16"}

    def press(_tab: int) -> int:
        client = Client()
        client.force_login(hr)
        try:
            return client.post(url, asked).status_code
        finally:
            connection.close()

    with ThreadPoolExecutor(2) as tabs:
        assert set(tabs.map(press, range(2))) <= {200, 302}  # the later may find it done
    assert Import.objects.count() == 1
