"""How one system's export is to be read: a TOML file, checked wholly before anything else is done."""

from __future__ import annotations

import re
import tomllib
from collections.abc import Mapping as Table
from dataclasses import dataclass
from datetime import date, datetime
from pathlib import Path
from typing import Any

from django.utils.translation import gettext as _

from people.importing.problems import Problem, Unreadable, quoted
from people.models import Employment

REQUIRED = ("number", "hired_on")
NAMED = ("first_name", "last_name")  #: both, or else "name"
FIELDS = (
    "number",
    "name",
    *NAMED,
    "hired_on",
    "email",
    "left_on",
    "reason",
    "status",
    "department",
    "department_above",
    "title",
    "manager_number",
    "manager_name",
    "language",
    "time_zone",
)
NEEDS = {
    "first_name": "last_name",
    "last_name": "first_name",
    "title": "department",
    "department_above": "department",
    "reason": "left_on",
    "status": "left_on",
}
ORDERS = ("as written", "last, first")
SETTINGS: dict[str, dict[str, type]] = {
    "file": {"delimiter": str, "encoding": str, "empty": list},
    "columns": dict.fromkeys(FIELDS, str),
    "names": {"order": str},
    "dates": {"formats": list, "two_digit_years_from": int},
    "endings": {"by_reason": dict, "by_status": dict},
}


@dataclass(frozen=True)
class Mapping:
    columns: dict[str, str]  #: our field → the file's column
    delimiter: str
    encoding: str
    empty: frozenset[str]
    last_name_first: bool
    date_formats: tuple[str, ...]
    two_digit_years_from: int
    by_reason: dict[str, str]  #: folded reason → Employment.Ending
    by_status: dict[str, str]


def fold(text: str) -> str:
    """Small letters, single blanks: as people compare words."""
    return " ".join(text.split()).casefold()


def load(path: Path) -> Mapping:
    """Raises Unreadable with all that is wrong with the mapping."""
    try:
        tables = tomllib.loads(path.read_text("utf-8"))
    except OSError as error:
        reason = _("The mapping %(path)s cannot be read: %(why)s.")
        raise Unreadable(Problem(reason % {"path": path, "why": error.strerror})) from None
    except (UnicodeDecodeError, tomllib.TOMLDecodeError) as error:
        reason = _("The mapping %(path)s is not valid TOML: %(why)s.")
        raise Unreadable(Problem(reason % {"path": path, "why": error})) from None
    problems = [*_unknown(tables)]
    if not problems:
        problems = [*_columns(tables), *_file(tables), *_dates(tables), *_endings(tables), *_names(tables)]
    if problems:
        raise Unreadable(problems)
    return _mapping(tables)


def _mapping(tables: Table[str, Any]) -> Mapping:
    file, dates, endings = (tables.get(name, {}) for name in ("file", "dates", "endings"))
    return Mapping(
        columns={field: column.strip() for field, column in tables["columns"].items()},
        delimiter=file.get("delimiter", ","),
        encoding=file.get("encoding", "utf-8-sig"),
        empty=frozenset(fold(value) for value in file.get("empty", [])),
        last_name_first=tables.get("names", {}).get("order") == "last, first",
        date_formats=tuple(dates.get("formats", ["%Y-%m-%d"])),
        two_digit_years_from=dates.get("two_digit_years_from", 1970),
        by_reason={fold(key): value for key, value in endings.get("by_reason", {}).items()},
        by_status={fold(key): value for key, value in endings.get("by_status", {}).items()},
    )


def _problem(setting: str, reason: str, **values: object) -> Problem:
    return Problem(reason % values, field=_("mapping, %(setting)s") % {"setting": setting})


def _unknown(tables: Table[str, Any]) -> list[Problem]:
    problems = []
    for section, settings in tables.items():
        known = SETTINGS.get(section)
        if known is None or not isinstance(settings, dict):
            problems.append(_problem(f"[{section}]", _("There is no such section.")))
            continue
        for key, value in settings.items():
            if key not in known:
                problems.append(_problem(f"{section}.{key}", _("There is no such setting.")))
            elif type(value) is not known[key]:
                kinds = {str: _("a text"), list: _("a list"), int: _("a number"), dict: _("a table")}
                reason = _("This has to be %(kind)s.")
                problems.append(_problem(f"{section}.{key}", reason, kind=kinds[known[key]]))
    return problems


def _columns(tables: Table[str, Any]) -> list[Problem]:
    columns = tables.get("columns", {})
    problems = [
        _problem(f"columns.{field}", _("This column has to be named: without it nobody can be imported."))
        for field in REQUIRED
        if not columns.get(field, "").strip()
    ]
    if ("name" in columns) == any(field in columns for field in NAMED):
        reason = _("Name either this alone, or first_name and last_name together.")
        problems.append(_problem("columns.name", reason))
    problems += [
        _problem(f"columns.{field}", _("This must not be empty."))
        for field, column in columns.items()
        if not column.strip() and field not in REQUIRED
    ]
    problems += [
        _problem(f"columns.{field}", _("This needs columns.%(other)s too."), other=other)
        for field, other in NEEDS.items()
        if field in columns and other not in columns
    ]
    return problems


def _file(tables: Table[str, Any]) -> list[Problem]:
    file = tables.get("file", {})
    problems = []
    delimiter = file.get("delimiter", ",")
    if len(delimiter) != 1 or delimiter in '"\r\n\0 ':
        problems.append(_problem("file.delimiter", _("The delimiter has to be one character.")))
    if not _is_encoding(file.get("encoding", "utf-8")):
        reason = _("There is no encoding %(name)s.")
        problems.append(_problem("file.encoding", reason, name=quoted(file["encoding"])))
    if not all(isinstance(value, str) for value in file.get("empty", [])):
        problems.append(_problem("file.empty", _("Each value has to be a text.")))
    return problems


def _is_encoding(name: str) -> bool:
    try:
        b"a".decode(name)
    except UnicodeError:
        return True  # one of more than a byte a letter
    except (LookupError, ValueError):
        return False
    return True


def _dates(tables: Table[str, Any]) -> list[Problem]:
    dates = tables.get("dates", {})
    problems = []
    formats = dates.get("formats", ["%Y-%m-%d"])
    if not formats or not all(isinstance(value, str) and _names_a_day(value) for value in formats):
        reason = _("Each format has to name a day, a month and a year, such as %(example)s.")
        problems.append(_problem("dates.formats", reason, example="%Y-%m-%d"))
    if dates.get("two_digit_years_from", 1970) not in range(1900, 2001):
        reason = _("This has to be a year from 1900 to 2000.")
        problems.append(_problem("dates.two_digit_years_from", reason))
    return problems


def _names_a_day(value: str) -> bool:
    """What is written in that form reads as the same day again."""
    day = date(2003, 12, 31)
    try:
        return datetime.strptime(day.strftime(value), value).date() == day  # noqa: DTZ007
    except (ValueError, re.error):
        return False


def _names(tables: Table[str, Any]) -> list[Problem]:
    order = tables.get("names", {}).get("order", ORDERS[0])
    if order in ORDERS:
        return []
    return [_problem("names.order", _("This has to be one of: %(orders)s."), orders="; ".join(ORDERS))]


def _endings(tables: Table[str, Any]) -> list[Problem]:
    return [
        _problem(
            f"endings.{table}.{key}",
            _("%(value)s is none of: %(endings)s."),
            value=quoted(str(value)),
            endings=", ".join(Employment.Ending.values),
        )
        for table in ("by_reason", "by_status")
        for key, value in tables.get("endings", {}).get(table, {}).items()
        if value not in Employment.Ending.values
    ]
