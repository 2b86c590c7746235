"""A file of comma-separated values, made into rows with the mapping's eyes. No database here."""

from __future__ import annotations

import csv
import re
from collections import defaultdict
from collections.abc import Iterator
from contextlib import suppress
from dataclasses import dataclass, field
from datetime import date, datetime
from functools import lru_cache
from itertools import pairwise
from pathlib import Path
from sys import intern
from typing import Protocol

from django.core.exceptions import ValidationError
from django.core.validators import validate_email
from django.utils.translation import gettext as _

from people.importing import localities
from people.importing.mapping import NAMED, Mapping, fold
from people.importing.problems import Problem, Unreadable, quoted
from people.models import Employment, Person, Position

LONGEST = {
    "number": Person._meta.get_field("number").max_length,
    "name": Person._meta.get_field("name").max_length,
    "first_name": 99,  # with a blank between them as long as a name may be
    "last_name": 99,
    "email": Person._meta.get_field("email").max_length,
    "department": 200,
    "department_above": 200,
    "title": Position._meta.get_field("title").max_length,
    "reason": Employment._meta.get_field("ending_note").max_length,
    "manager_name": 400,
}
YEARS = range(1900, 2101)
AN_EXAMPLE = date(2026, 3, 31)  #: of how a day is to be written
LOCAL = {"language": localities.language, "time_zone": localities.time_zone}
DELIMITERS = {",": ",", ";": ";", "\t": "tab", "|": "|"}
CONTROL = re.compile(r"[\x00-\x08\x0e-\x1f\x7f]")
#: No letter, and of no width: they turn all round that follows, or make two names look like one. Not the two
#: that join letters or keep them apart, which languages need.
UNSEEN = re.compile("[\u00ad\u061c\u200b\u200e\u200f\u202a-\u202e\u2060-\u2069\ufeff]")
OF_PEOPLE = ("name", *NAMED, "manager_name")


class Lines(Protocol):
    """What `csv.reader` gives."""

    line_num: int

    def __next__(self) -> list[str]: ...


@dataclass(slots=True, eq=False)
class Row:
    """One person, as the row for their latest employment says. An empty text means that the file says
    nothing; of the manager, that there is none any more where an import had named one."""

    line: int
    number: str
    name: str
    email: str
    hired_on: date
    left_on: date | None
    ending: str | None
    reason: str
    department: str
    department_above: str
    title: str
    manager_number: str
    manager_name: str
    language: str
    time_zone: str
    earlier: tuple[Row, ...] = ()  #: of the same person, one for each employment before, in order


@dataclass
class Sheet:
    mapping: Mapping
    rows: list[Row] = field(default_factory=list)
    columns: int = 0
    problems: list[Problem] = field(default_factory=list)
    #: languages and zones that are none here → the lines that have them
    unknown: defaultdict[str, set[int]] = field(default_factory=lambda: defaultdict(set))
    overlapping: set[str] = field(default_factory=set)  #: numbers whose own rows overlap, which is said

    def problem(self, line: int, name: str, reason: str) -> None:
        self.problems.append(Problem(reason, line, self.mapping.columns.get(name, name)))


def read(path: Path, mapping: Mapping) -> Sheet:
    """Raises Unreadable when the file as a whole is no such export; else its rows and their problems."""
    sheet = Sheet(mapping)
    try:
        with path.open(encoding=mapping.encoding, newline="") as file:
            _read_rows(csv.reader(file, delimiter=mapping.delimiter, strict=True), sheet)
    except OSError as error:
        reason = _("The file %(path)s cannot be read: %(why)s.") % {"path": path, "why": error.strerror}
        raise Unreadable(Problem(reason)) from None
    except UnicodeError:
        reason = _("This is not %(encoding)s text: the mapping's file.encoding or the file is wrong.")
        line = _undecodable_line(path, mapping.encoding)
        raise Unreadable(Problem(reason % {"encoding": mapping.encoding}, line)) from None
    return _checked(sheet, path)


def read_table(name: str, table: list[list[str]], mapping: Mapping) -> Sheet:
    """The same of lines that are split already, the first of them the heading."""
    sheet = Sheet(mapping)
    _read_rows(_Numbered(table), sheet)
    return _checked(sheet, name)


class _Numbered:
    def __init__(self, table: list[list[str]]) -> None:
        self.table, self.line_num = table, 0

    def __next__(self) -> list[str]:
        if self.line_num == len(self.table):
            raise StopIteration
        self.line_num += 1
        return self.table[self.line_num - 1]


def _checked(sheet: Sheet, path: Path | str) -> Sheet:
    if not sheet.rows and not sheet.problems:
        raise Unreadable(Problem(_("The file %(path)s has a heading but no people.") % {"path": path}))
    _gather(sheet)
    _refuse_doubles(sheet)
    return sheet


def _read_rows(reader: Lines, sheet: Sheet) -> None:
    lines = _lines(reader)
    _first, heading = next(lines, (1, []))
    places = _places([name.strip() for name in heading], sheet.mapping)
    sheet.columns = len(heading)
    for line, cells in lines:
        if not any(cell.strip() for cell in cells):
            continue
        if len(cells) != len(heading):
            reason = _("The line has %(cells)d fields, the heading %(columns)d.")
            sheet.problem(line, "", reason % {"cells": len(cells), "columns": len(heading)})
            continue
        row = _row(line, {name: cells[place] for name, place in places.items()}, sheet)
        if row:
            sheet.rows.append(row)


def _lines(reader: Lines) -> Iterator[tuple[int, list[str]]]:
    while True:
        line = reader.line_num + 1
        try:
            cells = next(reader)
        except StopIteration:
            return
        except csv.Error as error:
            reason = _("The line cannot be read: %(why)s.") % {"why": error}
            raise Unreadable(Problem(reason, line)) from None
        yield line, cells


def _places(heading: list[str], mapping: Mapping) -> dict[str, int]:
    if not any(heading):
        raise Unreadable(Problem(_("The file is empty.")))
    missing = [column for column in mapping.columns.values() if column not in heading]
    if missing and len(heading) == 1:
        raise Unreadable(Problem(_wrong_delimiter(heading[0], mapping.delimiter), 1))
    problems = [
        Problem(_("The file has no such column. It has: %(names)s.") % {"names": _short(heading)}, 1, column)
        for column in missing
    ]
    problems += [
        Problem(_("The file has this column more than once."), 1, column)
        for column in mapping.columns.values()
        if heading.count(column) > 1
    ]
    if problems:
        raise Unreadable(problems)
    return {name: heading.index(column) for name, column in mapping.columns.items()}


def _wrong_delimiter(heading: str, delimiter: str) -> str:
    others = [sign for sign in DELIMITERS if sign != delimiter and sign in heading]
    told = _("The heading is one column when split at %(delimiter)s: %(heading)s.") % {
        "delimiter": quoted(DELIMITERS.get(delimiter, delimiter)),
        "heading": quoted(heading),
    }
    if not others:
        return told
    likely = max(others, key=heading.count)
    return f"{told} " + _("The delimiter seems to be %(likely)s.") % {"likely": quoted(DELIMITERS[likely])}


def _short(heading: list[str]) -> str:
    return ", ".join(quoted(name) for name in heading[:40]) + (" …" if len(heading) > 40 else "")


def _row(line: int, cells: dict[str, str], sheet: Sheet) -> Row | None:
    """The row, or None when one of its fields cannot be: then the sheet says why."""
    known = len(sheet.problems)
    text = {name: _clean(line, name, cells[name], sheet) for name in cells}
    get = text.get
    hired_on, left_on = (_day(line, name, get(name, ""), sheet) for name in ("hired_on", "left_on"))
    called = _name(get("name", ""), sheet.mapping) or " ".join(filter(None, map(get, NAMED)))
    named = "name" if "name" in sheet.mapping.columns else NAMED[-1]
    for name, value in (("number", get("number")), (named, called), ("hired_on", get("hired_on"))):
        if not value and len(sheet.problems) == known:
            sheet.problem(line, name, _("This must not be empty."))
    if hired_on and left_on and left_on < hired_on:
        reason = _("The last day, %(left)s, is before the day of hiring, %(hired)s.")
        sheet.problem(line, "left_on", reason % {"left": left_on, "hired": hired_on})
    email = _email(line, get("email", ""), sheet)
    language, time_zone = (_local(line, name, get(name, ""), sheet) for name in LOCAL)
    ending = _ending(get("reason", ""), get("status", ""), sheet.mapping)
    if ending and not left_on and "left_on" in sheet.mapping.columns and not get("left_on"):
        reason = _("They have left (%(why)s), but the last day is not given.")
        sheet.problem(line, "left_on", reason % {"why": get("reason") or get("status")})
    if len(sheet.problems) > known or hired_on is None:
        return None
    return Row(
        line, text["number"], called, email, hired_on, left_on,
        ending if left_on else None, intern(get("reason", "")) if left_on else "",
        intern(get("department", "")), intern(get("department_above", "")), intern(get("title", "")),
        intern(get("manager_number", "")), intern(_name(get("manager_name", ""), sheet.mapping)),
        language, time_zone,
    )  # fmt: skip


def _clean(line: int, name: str, cell: str, sheet: Sheet) -> str:
    """Without stray blanks, and in a name without what nobody sees; nothing where the mapping says that it
    means nothing."""
    if name in OF_PEOPLE and not cell.isascii():
        cell = UNSEEN.sub("", cell)
    value = " ".join(cell.split())
    if value.casefold() in sheet.mapping.empty:
        return ""
    if CONTROL.search(value):
        sheet.problem(line, name, _("%(value)s has a NUL or control character.") % {"value": quoted(value)})
    longest = LONGEST.get(name) or 200
    if len(value) > longest:
        reason = _("%(value)s is too long: %(length)d characters, at most %(longest)d are kept.")
        values = {"value": quoted(value), "length": len(value), "longest": longest}
        sheet.problem(line, name, reason % values)
    return value


def _day(line: int, name: str, value: str, sheet: Sheet) -> date | None:
    if not value:
        return None
    day = _parsed(value, sheet.mapping.date_formats, sheet.mapping.two_digit_years_from)
    if day and day.year in YEARS:
        return day
    formats = ", ".join(AN_EXAMPLE.strftime(form) for form in sheet.mapping.date_formats)
    reason = _("%(value)s is no date of the form %(formats)s.")
    if day:
        reason = _("%(value)s is not between the years %(first)d and %(last)d.")
    years = {"first": YEARS[0], "last": YEARS[-1]}
    sheet.problem(line, name, reason % {"value": quoted(value), "formats": formats, **years})
    return None


@lru_cache(maxsize=50_000)
def _parsed(value: str, formats: tuple[str, ...], two_digit_years_from: int) -> date | None:
    """One of the years that can be, if it is a date in any of these forms."""
    found: date | None = None
    for form in formats:
        with suppress(ValueError):
            day = datetime.strptime(value, form).date()  # noqa: DTZ007 (a calendar date)
            if "%y" in form:
                years = (day.year - two_digit_years_from) % 100
                day = day.replace(year=two_digit_years_from + years)
            if day.year in YEARS:
                return day
            found = day
    return found


def _name(value: str, mapping: Mapping) -> str:
    """“Last, First” turned round, if the mapping says that names are written so."""
    if not mapping.last_name_first or "," not in value:
        return value
    last, first, *more = (part.strip() for part in value.split(","))
    return " ".join(part for part in (first, last, *more) if part)


def _email(line: int, value: str, sheet: Sheet) -> str:
    if value:
        try:
            validate_email(value)
        except ValidationError:
            sheet.problem(line, "email", _("%(value)s is no e-mail address.") % {"value": quoted(value)})
    return value.lower()


def _local(line: int, name: str, value: str, sheet: Sheet) -> str:
    """What is none here keeps nobody out: it is said, of how many people."""
    found = LOCAL[name](value) if value else ""
    if found is None:
        sheet.unknown[value].add(line)
    return found or ""


def _ending(reason: str, status: str, mapping: Mapping) -> str | None:
    return mapping.by_reason.get(fold(reason)) or mapping.by_status.get(fold(status))


def _gather(sheet: Sheet) -> None:
    """Rows of one number are employments of one person, who is as the latest of them says."""
    rows: dict[str, list[Row]] = {}
    for row in sheet.rows:
        rows.setdefault(row.number, []).append(row)
    if len(rows) < len(sheet.rows):
        sheet.rows = [_one_person(each, sheet) for each in rows.values()]


def _one_person(rows: list[Row], sheet: Sheet) -> Row:
    rows.sort(key=lambda row: row.hired_on)
    for before, row in pairwise(rows):
        if before.left_on is None or before.left_on >= row.hired_on:
            first, line = sorted((before.line, row.line))
            sheet.overlapping.add(row.number)
            reason = _(
                "%(value)s is on line %(line)d already, and the days of the two overlap: "
                "a person’s rows have to be one employment each."
            )
            sheet.problem(line, "number", reason % {"value": quoted(row.number), "line": first})
    *earlier, latest = rows
    latest.earlier = tuple(earlier)
    return latest


def _refuse_doubles(sheet: Sheet) -> None:
    first: dict[str, int] = {}
    for row in sheet.rows:
        if row.email and first.setdefault(row.email, row.line) != row.line:
            reason = _("%(value)s is on line %(line)d already.")
            sheet.problem(row.line, "email", reason % {"value": quoted(row.email), "line": first[row.email]})


def _undecodable_line(path: Path, encoding: str) -> int | None:
    if encoding.lower().startswith(("utf-16", "utf-32", "utf16", "utf32")):
        return None
    with path.open("rb") as file:
        for number, line in enumerate(file, 1):
            try:
                line.decode(encoding)
            except UnicodeError:
                return number
    return None
