"""What a file says of how employments ended, HR sorts in the browser as a mapping does on the server."""

from __future__ import annotations

import os
import tomllib
from datetime import date
from pathlib import Path

import pytest

from people.importing import endings
from people.models import Employment, Person, Position, ReportingLine
from tests.people.importing import AS_OF, HRDATASET, MAPPINGS, QUIRKS, brought, run
from tests.people.test_import_page import upload

pytestmark = pytest.mark.django_db

HEADING = "number,name,hired_on,left_on,reason\n"


def asked(page) -> dict[str, tuple[str, str]]:
    """What each is called on the page → its field's name, and what is chosen."""
    form = page.context["form"]
    return {word.text: (word.key, form[word.key].value()) for word in form.words}


def filled_in(page) -> dict[str, str]:
    return {field.html_name: field.value() or "" for field in page.context["form"]}


@pytest.fixture
def export(tmp_path) -> Path:
    """An invented one; or the one that ALLIANCE_EXPORT names, if the mapping is for such."""
    if "ALLIANCE_EXPORT" in os.environ:
        return Path(os.environ["ALLIANCE_EXPORT"])
    path = tmp_path / "export.csv"
    path.write_text(QUIRKS, encoding="utf-8")
    return path


def test_an_export_that_a_mapping_knows_comes_in_by_the_browser_as_by_the_mapping(hr, export):
    run(export, HRDATASET)
    by_the_mapping = brought()
    for model in (ReportingLine, Position, Employment):
        model.objects.filter(person__number__isnull=False).delete()
    Person.objects.exclude(number=None).delete()
    url = upload(hr, export.read_bytes())
    hr.post(url, filled_in(hr.get(url)) | {"as_of": AS_OF.isoformat()})
    assert brought() == by_the_mapping


def test_what_we_know_is_preselected_and_a_reason_may_be_left_to_the_type_of_departure(hr):
    page = hr.get(upload(hr, QUIRKS))
    assert {text: value for text, (_key, value) in asked(page).items()} == {
        "Voluntarily Terminated": "resignation",
        "Terminated for Cause": "dismissal",
        "return to school": "",
        "retiring": "retirement",
        "attendance": "",
    }
    assert page.text.count("as the type of departure says") == 3
    assert page.text.count(">not sorted<") == 2
    assert "Say what the reasons" not in page.text
    assert '<details class="group">' in page.text  # there is nothing to be done
    page = hr.get(upload(hr, QUIRKS.replace("Terminated for Cause", "Involuntary")))
    assert '<details class="group">' not in page.text


def test_what_no_word_of_ours_is_hr_sorts_and_the_address_keeps_it(hr):
    lines = (
        "1,Ann,2020-01-01,2021-01-31,moved away\n2,Bo,2020-01-01,2021-01-31,Moved  Away\n"
        "3,Cy,2020-01-01,2021-01-31,resignation\n4,Di,2020-01-01,,on leave\n"
    )
    url = upload(hr, HEADING + lines)
    first = hr.get(url)
    words = asked(first)
    assert {text: value for text, (_key, value) in words.items()} == {
        "moved away": "",
        "resignation": "resignation",
    }
    assert "“moved away” (1)" in first.text
    assert '<a href="#read">Say what the reasons for leaving mean</a>' in first.text
    key, other = words["moved away"][0], words["resignation"][0]
    chosen = filled_in(first)
    look = hr.get(url, chosen | {key: "resignation", other: ""})
    assert {text: value for text, (_key, value) in asked(look).items()} == {
        "moved away": "resignation",
        "resignation": "",
    }
    assert "“resignation” (1)" in look.text  # HR said that it is not sorted
    confirmed = filled_in(look)
    hr.post(url, confirmed)
    sorted_ = Employment.objects.exclude(left_on=None).order_by("person__number")
    assert list(sorted_.values_list("ending", flat=True)) == ["resignation", "resignation", "other"]


def test_a_page_asks_about_forty_words_and_says_that_there_are_more(hr):
    lines = "".join(f"{n},P {n},2020-01-01,2021-01-31,why {n % 45}\n" for n in range(80))
    page = hr.get(upload(hr, HEADING + lines + "99,Z,2020-01-01,2021-01-31,resignation\n"))
    assert len(page.context["form"].words) == 40
    assert "46 different values for how and why people left; the 40 most frequent are asked" in page.text
    assert "resignation" not in asked(page)
    assert "Resignation: 1" in page.text


def test_words_of_a_file_are_never_markup_and_a_meaning_that_is_none_is_refused(hr):
    url = upload(hr, HEADING + f"1,Ann,2020-01-01,2021-01-31,<b>{'x' * 90}\n")
    page = hr.get(url)
    assert "<b>x" not in page.text
    ((key, _value),) = asked(page).values()
    chosen = filled_in(page)
    assert hr.post(url, chosen | {key: "magic"}).status_code == 400
    assert not Employment.objects.filter(left_on=date(2021, 1, 31)).exists()


def test_a_file_of_which_nobody_has_left_is_asked_nothing(hr):
    page = hr.get(upload(hr, HEADING + "1,Ann,2020-01-01,,\n"))
    assert not page.context["form"].words
    assert "What is not sorted" not in page.text


def test_what_the_mappings_that_come_along_know_is_preselected():
    known = endings.known()
    for path in MAPPINGS.glob("*.toml"):
        tables = tomllib.loads(path.read_text()).get("endings", {})
        for word, ending in [pair for table in tables.values() for pair in table.items()]:
            assert known[word.casefold()] == ending, (path.name, word)


def test_a_column_without_a_name_is_none_that_is_not_in_the_file(hr):
    """The numbers of its rows, as some programs write them first, are no types of departure."""
    rows = (HEADING, "1,Ann Ames,2020-01-01,2024-01-31,moved\n", "2,Ben Bell,2020-01-01,,\n")
    url = upload(hr, "".join(f"{place},{row}" for place, row in zip(("", "0", "1"), rows, strict=True)))
    again = hr.get(url, filled_in(hr.get(url)))
    assert set(asked(again)) == {"moved"}
    assert "not sorted" in again.text
