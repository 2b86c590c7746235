"""A file may say in which language and time zone somebody lives; what they chose themselves stays."""

from __future__ import annotations

import pghistory
import pytest
from django.urls import reverse

from people import preferences
from people.importing import company, localities, reading
from people.importing.guessing import guess
from people.models import Person
from tests.people.importing import Export, everything, run
from tests.people.test_import_page import confirm, upload

pytestmark = pytest.mark.django_db

HEADING = "number,name,hired_on,language,time_zone"
MARIA = "1,Maria Mora,2020-01-01,es-MX,America/Los_Angeles"
GERD = "2,Gerd Groß,2020-01-01,German,europe/berlin"
COLUMNS = "\n".join(f'{name} = "{name}"' for name in HEADING.split(","))


@pytest.fixture
def export(tmp_path):
    return Export(tmp_path)


@pytest.fixture
def mapping(tmp_path):
    path = tmp_path / "mapping.toml"
    path.write_text(f"[columns]\n{COLUMNS}\n")
    return path


def choose(person: Person, **said: str) -> None:
    """As a page does, whose history has a context of its own."""
    with pghistory.context(user=person.pk):
        preferences.choose(person, wanted=(), **said)


def chosen() -> list:
    people = Person.objects.exclude(number=None).order_by("number")
    return list(people.values_list("language", "time_zone"))


BOTH = [("es", "America/Los_Angeles"), ("de", "Europe/Berlin")]


def test_a_language_and_a_time_zone_come_with_whoever_is_new(export, mapping):
    run(export.write(MARIA, GERD, heading=HEADING), mapping)
    assert chosen() == BOTH
    before = everything()
    assert "Nothing changed" in run(export.write(MARIA, GERD, heading=HEADING), mapping)
    assert everything() == before


def test_whoever_was_here_without_gets_them_and_that_is_a_change(export, mapping):
    bare = [row.rsplit(",", 2)[0] + ",," for row in (MARIA, GERD)]
    run(export.write(*bare, heading=HEADING), mapping)
    assert chosen() == [("", ""), ("", "")]
    told = run(export.write(MARIA, GERD, heading=HEADING), mapping)
    assert "People: 0 new, 2 changed, 0 as before." in told
    assert chosen() == BOTH


def test_what_somebody_chose_stays_and_so_does_that_they_went_back_to_none(export, mapping):
    run(export.write(MARIA, GERD, heading=HEADING), mapping)
    maria, gerd = Person.objects.exclude(number=None).order_by("number")
    choose(maria, language="en", time_zone="Europe/Madrid")
    choose(gerd, language="", time_zone="")
    assert "Nothing changed" in run(export.write(MARIA, GERD, heading=HEADING), mapping)
    assert chosen() == [("en", "Europe/Madrid"), ("", "")]


def test_what_a_file_had_wrong_a_corrected_one_puts_right_but_nothing_that_somebody_chose(export, mapping):
    wrong = [row.rsplit(",", 1)[0] + ",Europe/London" for row in (MARIA, GERD)]
    run(export.write(*wrong, heading=HEADING), mapping)
    maria = Person.objects.get(number="1")
    choose(maria, language="es", time_zone="Europe/Madrid")
    choose(maria, language="es", time_zone="Europe/London")
    told = run(export.write(MARIA, GERD, heading=HEADING), mapping)
    assert "People: 0 new, 1 changed, 1 as before." in told
    assert chosen() == [("es", "Europe/London"), ("de", "Europe/Berlin")]


def test_what_somebody_chooses_while_an_import_runs_stays(export, mapping, monkeypatch):
    bare = [row.rsplit(",", 2)[0] + ",," for row in (MARIA, GERD)]
    run(export.write(*bare, heading=HEADING), mapping)
    maria, gerd = Person.objects.exclude(number=None).order_by("number")
    load = company.load

    def load_and_choose():
        known = load()
        choose(maria, language="en", time_zone="Europe/Madrid")
        preferences.keep(gerd, time_zone="Europe/Vienna")
        return known

    monkeypatch.setattr(company, "load", load_and_choose)
    run(export.write(MARIA.replace("Mora", "Moreno"), GERD, heading=HEADING), mapping)
    assert chosen() == [("en", "Europe/Madrid"), ("de", "Europe/Vienna")]
    assert Person.objects.get(pk=maria.pk).name == "Maria Moreno"


def test_what_is_none_is_passed_over_and_listed_and_keeps_nobody_out(export, mapping):
    odd = MARIA.replace("es-MX", "Klingon").replace("America/Los_Angeles", "CET")
    more = "3,Amélie Anet,2020-01-01,Klingon,Europe/Paris"
    told = run(export.write(odd, GERD, more, heading=HEADING), mapping)
    title = "Languages and time zones that Alliance does not know, ignored (people):"
    assert f"{title}\n  “Klingon” (2)\n  “CET” (1)\n" in told
    assert chosen() == [("", ""), ("de", "Europe/Berlin"), ("", "Europe/Paris")]


def test_who_has_several_rows_counts_once_and_as_the_latest_says(export, mapping):
    heading = f"{HEADING},left_on"
    with mapping.open("a") as file:
        file.write('left_on="left_on"\n')
    odd = ",2010-01-01,Klingon,Mars,2012-01-01"
    rows = "1,Maria Mora,2015-01-01,Klingon,CET,", "2,Gerd Gray,2015-01-01,de,Europe/Berlin,"
    told = run(export.write(rows[0], f"1,Maria{odd}", rows[1], f"2,Gerd{odd}", heading=heading), mapping)
    assert "ignored (people):\n  “Klingon” (1)\n  “CET” (1)\n\n" in told


def test_a_zone_that_the_database_does_not_know_is_passed_over_too(export, mapping, monkeypatch):
    """Python's list may be newer."""
    monkeypatch.setitem(reading.LOCAL, "time_zone", lambda _text: "Mars/Olympus")
    told = run(export.write(MARIA, GERD, heading=HEADING), mapping)
    assert "“Mars/Olympus” (2)" in told
    assert chosen() == [("es", ""), ("de", "")]


def test_in_the_browser_they_are_guessed_and_the_page_says_when_they_count(hr):
    url = upload(
        hr, f"{HEADING}\n{MARIA}\n{GERD}\n".replace("time_zone", "Time zone").replace("lang", "Lang")
    )
    confirm(hr, url)
    assert chosen() == BOTH
    page = hr.get(reverse("import_people")).text
    assert "Language and time zone, if they are there, count only until somebody chooses their own" in page


def test_a_file_without_them_asks_the_history_nothing(export, django_assert_max_num_queries):
    run(export.write("1,Bo,,2020-01-01,,,Board,Head,"))
    with django_assert_max_num_queries(12):
        run(export.write("1,Bo,,2020-01-01,,,Board,Head,"))


def test_codes_and_names_are_read_as_files_have_them():
    assert [localities.language(word) for word in ("DE", "de_AT", "Deutsch", "english (US)", "العربيّة")] == [
        "de", "de", "de", "en", "ar"
    ]  # fmt: skip
    assert [localities.time_zone(word) for word in ("utc", "GMT", "America/New York", "Etc/GMT+5", "")] == [
        "UTC", "UTC", "America/New_York", None, None
    ]  # fmt: skip
    assert "language" not in guess([["number", "name", "hired", "Spoken"]])
