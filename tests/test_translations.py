"""Every text that a person reads can be read in every language we ship, with nothing left out of it."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterator
from datetime import UTC, datetime
from functools import cache
from io import BytesIO
from pathlib import Path

import pytest
from babel.messages.extract import extract
from babel.messages.pofile import read_po
from django.conf import settings
from django.template import Context, Template
from django.utils.formats import date_format
from django.utils.translation import override
from django.utils.translation.template import templatize

ROOT = settings.BASE_DIR
ROOMS = ("alliance_site", "people", "tours", "feedback", "templates")
KEYWORDS = {
    "_": None,
    "gettext": None,
    "gettext_lazy": None,
    "gettext_noop": None,
    "ngettext": (1, 2),
    "ngettext_lazy": (1, 2),
    "pgettext": ((1, "c"), 2),
    "npgettext": ((1, "c"), 2, 3),
}
LANGUAGES = [code for code, _ in settings.LANGUAGES if code != "en"]
PLACEHOLDER = re.compile(r"%\(\w+\)[sd]|\{\w+\}")

Text = str | tuple[str, str]


def texts_in(path: Path) -> Iterator[Text]:
    source = path.read_text()
    if path.suffix != ".py":
        source = f"({templatize(source, origin=str(path))})"  # in brackets, indentation does not matter
    for _line, found, _comments, _context in extract("python", BytesIO(source.encode()), KEYWORDS):
        if found:
            yield (found[0], found[1]) if isinstance(found, list | tuple) else found


@cache
def all_texts() -> frozenset[Text]:
    files = [f for room in ROOMS for f in (ROOT / room).rglob("*") if f.suffix in {".py", ".html", ".txt"}]
    return frozenset(text for path in files if "migrations" not in path.parts for text in texts_in(path))


def catalogue(language: str):
    with (ROOT / "locale" / language / "LC_MESSAGES" / "django.po").open("rb") as file:
        return read_po(file, locale=language)


def placeholders(text: str) -> set[str]:
    return set(PLACEHOLDER.findall(text))


def test_texts_are_found_in_code_and_templates():
    texts = all_texts()
    assert "Statement of alliance" in texts
    assert len(texts) > 300


def test_no_text_hides_inside_an_f_string():
    hidden = re.compile(r"""\{[^{}]*\b(_|n?gettext)\(["']""")
    files = [path for room in ROOMS for path in (ROOT / room).rglob("*.py")]
    lines = [line for path in files for line in path.read_text().splitlines() if 'f"' in line]
    assert [line for line in lines if hidden.search(line)] == []


def test_the_pages_of_figures_write_one_apostrophe():
    rooms = (
        "alliance_site/dashboards",
        "people/measures",
        "templates/dashboards",
        "templates/emails/dashboards",
    )
    files = [f for room in rooms for f in (ROOT / room).rglob("*") if f.suffix in {".py", ".html", ".txt"}]
    texts = [text for path in files if path.name != "models.py" for text in texts_in(path)]
    assert [
        text for text in texts if re.search("[a-z]'", " ".join(text) if isinstance(text, tuple) else text)
    ] == []


@pytest.mark.parametrize("language", LANGUAGES)
def test_every_text_is_translated(language):
    done = {m.id for m in catalogue(language) if m.string and not m.fuzzy and all(_forms(m))}
    assert sorted(map(str, all_texts() - done)) == []


@pytest.mark.parametrize("language", LANGUAGES)
def test_no_placeholder_is_lost_or_invented(language):
    wrong = []
    for message in catalogue(language):
        for form in _forms(message):
            known = placeholders(" ".join(message.id) if isinstance(message.id, tuple) else message.id)
            # A plural form may say "one" in words; nothing may name what the code does not give.
            if placeholders(form) - known or (message.id == str(message.id) and placeholders(form) != known):
                wrong.append((message.id, form))
    assert wrong == []


@pytest.mark.parametrize("language", LANGUAGES)
def test_a_catalogue_holds_nothing_that_is_no_longer_said(language):
    said = all_texts()
    assert [m.id for m in catalogue(language) if m.id and m.id not in said] == []


@pytest.mark.parametrize("language", LANGUAGES)
def test_a_catalogue_says_nothing_twice(language):
    """Babel would take one of the two, and gettext refuses the file."""
    keys = _keys((ROOT / "locale" / language / "LC_MESSAGES" / "django.po").read_text())
    assert len(keys) > 300
    assert [key for key, times in Counter(keys).items() if times > 1] == []


def _keys(said: str) -> list[str]:
    return re.findall(r"^(?:msgctxt .*\n)?msgid .*", said.replace('"\n"', ""), re.MULTILINE)


def test_a_text_that_is_said_twice_is_found_however_its_lines_are_broken():
    said = ['msgid "Write it down."\nmsgstr ""\n', 'msgid ""\n"Write "\n"it down."\nmsgstr ""\n']
    assert len(set(_keys("\n".join(said)))) == 1
    assert len(set(_keys("\n".join([said[0], 'msgctxt "of a note"\n' + said[1]])))) == 2


def _forms(message) -> tuple[str, ...]:
    return message.string if isinstance(message.string, tuple) else (message.string,)


@pytest.mark.parametrize("language", dict(settings.LANGUAGES))
def test_a_key_stands_plain_in_a_page_of_every_language(language: str):
    """Else an address, or a field that is hidden, would name "1.234.567": then each needs `|unlocalize`."""
    with override(language):
        assert Template("{{ key }}").render(Context({"key": 1234567})) == "1234567"


@pytest.mark.parametrize("length", ["", "SHORT_"])
@pytest.mark.parametrize("language", dict(settings.LANGUAGES))
def test_a_moment_begins_with_its_day_as_days_are_written_in_the_language(language: str, length: str):
    """Where Django has no such format for a language, it writes the month first, as in America."""
    at = datetime(2026, 3, 12, 21, 5, tzinfo=UTC)
    with override(language):
        day, moment = (date_format(at, f"{length}{kind}_FORMAT") for kind in ("DATE", "DATETIME"))
        assert moment.startswith(day)
        assert moment.endswith(date_format(at, "TIME_FORMAT"))
