"""Bad input: one clear sentence a problem, exit code 1, and nothing half-written."""

import os
import subprocess
import sys
from random import Random

import pytest

from people.importing import mapping, reading
from people.importing.problems import Unreadable
from people.models import Employment
from tests.factories import make_person
from tests.people.importing import HRDATASET, QUIRKS, SIMPLE, Export, refused, run

pytestmark = pytest.mark.django_db

ANN = "2,Ann Ames,ann@example.com,2015-06-01,,,Sales,Seller,"
BEN = "3,Ben Bell,ben@example.com,2016-01-01,,,Sales,Seller,"


@pytest.fixture
def export(tmp_path):
    return Export(tmp_path)


@pytest.mark.parametrize(
    ("row", "sentence"),
    [
        ("3,Ben Bell,,31.12.2016,,,,,", "Line 3, hired_on: “31.12.2016” is no date of the form 2026-03-31."),
        ("3,Ben Bell,,2016-02-30,,,,,", "Line 3, hired_on: “2016-02-30” is no date"),
        (
            "3,Ben Bell,,0016-02-20,,,,,",
            "Line 3, hired_on: “0016-02-20” is not between the years 1900 and 2100.",
        ),
        ("3,Ben Bell,,2999-01-01,,,,,", "Line 3, hired_on: “2999-01-01” is not between the years"),
        ("3,Ben Bell,,,,,,,", "Line 3, hired_on: This must not be empty."),
        (
            "3,Ben Bell,,2016-01-02,2016-01-01,,,,",
            "Line 3, left_on: The last day, 2016-01-01, is before the day of hiring, 2016-01-02.",
        ),
        ("3,Ben Bell,,2016-01-02,,death,,,", "Line 3, left_on: They have left (death), but the last day is"),
        (",Ben Bell,,2016-01-01,,,,,", "Line 3, number: This must not be empty."),
        ("3,  ,,2016-01-01,,,,,", "Line 3, name: This must not be empty."),
        ("3,Ben Bell,,2016-01-01,,,,,3", "Line 3, manager_number: Ben Bell would manage themselves."),
        (
            "2,Ben Bell,,2016-01-01,,,,,",
            "Line 3, number: “2” is on line 2 already, and the days of the two overlap",
        ),
        ("3,Ben,ANN@example.com,2016-01-01,,,,,", "Line 3, email: “ann@example.com” is on line 2 already."),
        (
            "3,Ben Bell,not an address,2016-01-01,,,,,",
            "Line 3, email: “not an address” is no e-mail address.",
        ),
        (f"3,{'x' * 201},,2016-01-01,,,,,", "Line 3, name: “xxx"),
        (f"3,{'x' * 201},,2016-01-01,,,,,", "is too long: 201 characters, at most 200 are kept."),
        (f"3,Ben,,2016-01-01,,,{'d' * 201},,", "Line 3, department: “ddd"),
        (f"3,Ben,,2016-01-01,2016-01-02,{'d' * 501},,,", "Line 3, reason: “ddd"),
        (f"3,Ben,{'e' * 260}@example.com,2016-01-01,,,,,", "Line 3, email: “eee"),
        (f"{'9' * 65},Ben,,2016-01-01,,,,,", "Line 3, number: “999"),
        ("3,Ben\0 Bell,,2016-01-01,,,,,", "Line 3, name: “Ben� Bell” has a NUL or control character."),
        ("3,Ben Bell,,2016-01-01", "Line 3: The line has 4 fields, the heading 9."),
        ("3,Ben Bell,,2016-01-01,,,,,,,", "Line 3: The line has 11 fields, the heading 9."),
        ('3,"Ben Bell,,2016-01-01,,,,,', "Line 3: The line cannot be read: unexpected end of data."),
        (f"3,{'x' * 140_000},,2016-01-01,,,,,", "Line 3: The line cannot be read: field larger than field"),
    ],
)
def test_a_bad_row_is_named_with_its_line_field_and_reason(export, row, sentence):
    assert sentence in refused(export.write(ANN, row))


def test_several_problems_are_told_at_once(export):
    told = refused(export.write(ANN, "3,,,x,,,,,", "4,Carl,,2016-01-01,2015-01-01,,,,"))
    assert told.splitlines()[0] == "nothing was imported."
    assert [line.split(":")[0] for line in told.splitlines()[1:]] == [
        "Line 3, hired_on",
        "Line 4, left_on",
    ]


def test_after_twenty_problems_the_rest_is_counted(export):
    told = refused(export.write(*(f"{n},Person,,x,,,,," for n in range(30))))
    assert len(told.splitlines()) == 22
    assert told.splitlines()[-1] == "… and 10 more problems."


class TestTheCompany:
    def test_an_email_of_somebody_else_here_is_refused(self, export):
        make_person("Heidi Hart", email="ann@example.com", number="17")
        told = refused(export.write(ANN))
        assert "Line 2, email: “ann@example.com” belongs to Heidi Hart already (employee number 17)." in told

    def test_a_circle_names_the_people_in_it(self, export):
        told = refused(
            export.write(ANN + "4", BEN + "2", "4,Cat Cole,,2014-01-01,,,,,3", "5,Dan Drew,,2014-01-01,,,,,2")
        )
        assert "Line 2, manager_number: That would make a circle of managers from 2016-01-01 on" in told
        assert "Dan Drew" not in told
        for name in ("Ann Ames", "Ben Bell", "Cat Cole"):
            assert name in told

    def test_days_that_meet_two_spells_are_refused(self, export):
        run(export.write(ANN.replace("06-01,,", "06-01,2016-01-01,death")))
        run(export.write(ANN.replace("2015-06-01", "2018-01-01")))
        told = refused(export.write(ANN.replace("2015-06", "2015-12")))
        assert "Line 2, hired_on: These days overlap two spells of employment already recorded." in told


class TestTheFile:
    def test_a_missing_file(self, tmp_path):
        assert "No such file or directory" in refused(tmp_path / "none.csv")

    def test_a_folder(self, tmp_path):
        assert "Is a directory" in refused(tmp_path)

    def test_an_empty_file(self, tmp_path):
        path = tmp_path / "empty.csv"
        for nothing in ("", "\n", "\ufeff", " , ,\n"):
            path.write_text(nothing, encoding="utf-8")
            assert "The file is empty." in refused(path)

    def test_a_heading_without_people(self, export):
        assert "has a heading but no people" in refused(export.write())

    def test_a_wrong_delimiter(self, export):
        path = export.write(ANN.replace(",", ";"), heading=Export.HEADING.replace(",", ";"))
        told = refused(path)
        assert "The heading is one column when split at “,”" in told
        assert "The delimiter seems to be “;”." in told

    def test_a_wrong_encoding(self, export):
        path = export.write(ANN, BEN)
        path.write_bytes(path.read_bytes().replace(b"Ben", "Bén".encode("latin-1")))
        assert "Line 3: This is not utf-8-sig text" in refused(path)
        path.write_text("number,name", encoding="utf-16")
        assert "Line 1: This is not utf-8-sig text" in refused(path)

    def test_missing_columns_are_each_named(self, export):
        heading = Export.HEADING.replace("hired_on", "hired").replace("title", "job")
        told = refused(export.write(ANN, heading=heading))
        assert "Line 1, hired_on: The file has no such column. It has: “number”, “name”" in told
        assert "Line 1, title: The file has no such column." in told

    def test_a_column_that_is_there_twice(self, export):
        told = refused(export.write(ANN + ",x", heading=Export.HEADING + ",name"))
        assert "Line 1, name: The file has this column more than once." in told

    def test_a_value_that_would_spoil_a_terminal_is_shown_safely(self, export):
        told = refused(export.write("2,\x1b[31mRed,,2016-01-01,,,,,"))
        assert "\x1b" not in told


class TestTheMapping:
    @pytest.mark.parametrize(
        ("change", "sentence"),
        [
            (("[columns]", "[colums]"), "Mapping, [colums]: There is no such section."),
            (('title = "title"', 'job = "title"'), "Mapping, columns.job: There is no such setting."),
            (('title = "title"', "title = 3"), "Mapping, columns.title: This has to be a text."),
            (('number = "number"\n', "", 1), "Mapping, columns.number: This column has to be named"),
            (('left_on = "left_on"', ""), "Mapping, columns.reason: This needs columns.left_on too."),
            (
                ('"death" = "death"', '"death" = "dead"'),
                "Mapping, endings.by_reason.death: “dead” is none of: resignation, dismissal",
            ),
            (
                ("[columns]", '[file]\ndelimiter = "--"\n[columns]'),
                "Mapping, file.delimiter: The delimiter has",
            ),
            (("[columns]", '[file]\nencoding = "x"\n[columns]'), "There is no encoding “x”."),
            (("[columns]", "[file]\nempty = [1]\n[columns]"), "Mapping, file.empty: Each value has to be a"),
            (("[columns]", '[dates]\nformats = ["%m/%y"]\n[columns]'), "Mapping, dates.formats: Each format"),
            (("[columns]", '[names]\norder = "odd"\n[columns]'), "Mapping, names.order: This has to be one"),
            (("[columns]", '[file]\nencoding = "hex"\n[columns]'), "There is no encoding “hex”."),
            (("[columns]", '[file]\nencoding = "\\u0000"\n[columns]'), "There is no encoding “�”."),
            (("[columns]", '[dates]\nformats = ["%d.%m.%Y %d"]\n[columns]'), "Mapping, dates.formats: Each"),
            (
                ("[columns]", "[dates]\ntwo_digit_years_from = 99999999999\n[columns]"),
                "year from 1900 to 2000",
            ),
            (('email = "email"', 'email = " "'), "Mapping, columns.email: This must not be empty."),
            (("[columns]", "[columns"), "is not valid TOML"),
        ],
    )
    def test_a_bad_setting_is_named(self, export, tmp_path, change, sentence):
        bad = tmp_path / "mapping.toml"
        bad.write_text(SIMPLE.read_text().replace(*change))
        assert sentence in refused(export.write(ANN), bad)

    def test_a_missing_mapping(self, export, tmp_path):
        told = refused(export.write(ANN), tmp_path / "none.toml")
        assert "none.toml cannot be read: No such file or directory." in told


@pytest.mark.parametrize("seed", range(60))
def test_whatever_comes_is_read_or_refused_in_words(seed, tmp_path):
    random = Random(seed)
    content = bytearray(QUIRKS.encode())
    for _ in range(random.randrange(1, 12)):
        place = random.randrange(len(content))
        content[place : place + random.randrange(3)] = random.choice(
            [b'"', b",", b"\n", b"\r", b"\0", b"\xff", b"'", b"99", b"", b"\xe2\x80\xa8", b"\x1b"]
        )
    path = tmp_path / "mutated.csv"
    path.write_bytes(content)
    told = ""
    try:
        sheet = reading.read(path, mapping.load(HRDATASET))
    except Unreadable as refused:
        told = str(refused)
    assert told or sheet.rows or sheet.problems


def test_a_two_digit_year_falls_into_the_years_of_the_mapping(tmp_path):
    path, other = tmp_path / "quirks.csv", tmp_path / "mapping.toml"
    path.write_text(QUIRKS.replace("07/02/08", "07/02/71"), encoding="utf-8")
    run(path, HRDATASET, dry_run=True)
    other.write_text(HRDATASET.read_text().replace("= 1970", "= 2000"))
    run(path, other)
    assert Employment.objects.get(person__number="10001").hired_on.year == 2071


def test_the_command_ends_with_code_1_and_no_traceback(tmp_path):
    done = subprocess.run(
        [sys.executable, "manage.py", "import_people", tmp_path / "none.csv", "--mapping", SIMPLE],
        capture_output=True,
        text=True,
        env={**os.environ},
    )
    assert done.returncode == 1
    assert "The file" in done.stderr
    assert "Traceback" not in done.stderr
