"""Which column is probably what, from how exports call them and how days are written: HR looks it over."""

from __future__ import annotations

import re
from contextlib import suppress
from datetime import datetime

from people.importing.mapping import FIELDS, NAMED, NEEDS, ORDERS
from people.importing.table import Table

#: field → how exports call it, in small letters and digits alone; the first that is there counts
CALLED = {
    "number": ("number", "employeenumber", "employeeid", "empid", "personnelnumber", "staffid", "id"),
    "name": ("name", "fullname", "employeename", "employee", "displayname"),
    "first_name": ("firstname", "givenname", "forename"),
    "last_name": ("lastname", "surname", "familyname"),
    "email": ("email", "emailaddress", "workemail", "mail"),
    "hired_on": ("hiredon", "hiredate", "dateofhire", "hired", "startdate", "joined", "entrydate"),
    "left_on": ("lefton", "lastday", "terminationdate", "dateoftermination", "left", "enddate", "exitdate"),
    "reason": ("reason", "termreason", "terminationreason", "reasonforleaving", "leavingreason"),
    "status": ("status", "employmentstatus"),
    "department": ("department", "departmentname", "dept", "orgunit", "team"),
    "department_above": (
        "departmentabove",
        "parentdepartment",
        "departmentparent",
        "higherdepartment",
        "parentorgunit",
    ),
    "title": ("title", "jobtitle", "position", "role", "job"),
    "manager_number": ("managernumber", "manageremployeenumber", "managerid", "supervisorid"),
    "manager_name": ("managername", "manager", "supervisor", "reportsto"),
    "language": ("language", "preferredlanguage", "locale"),
    "time_zone": ("timezone",),
}
#: How days may be written, and an example to choose by.
DATES = {
    "%Y-%m-%d": "2026-03-31",
    "%d.%m.%Y": "31.03.2026",
    "%d/%m/%Y": "31/03/2026",
    "%m/%d/%Y": "03/31/2026",
    "%d/%m/%y": "31/03/26",
    "%m/%d/%y": "03/31/26",
}
LOOKED_AT = 500  #: lines


def guess(table: Table) -> dict[str, str]:
    """By the names of the form's fields; what is not guessed is not there."""
    heading, lines = table[0], table[1 : LOOKED_AT + 1]
    plain = {re.sub(r"[\W_]+", "", name).lower(): name.strip() for name in reversed(heading)}
    found: dict[str, str] = {}
    for field in FIELDS:
        names = (plain[name] for name in CALLED[field] if name in plain)
        if column := next((name for name in names if name not in found.values()), None):
            found[field] = column
    if "manager_name" in found and not _numbers_somebody(found, table):
        found.pop("manager_number", None)
    if set(NAMED) <= found.keys():  # whatever else is called a name may be half of it
        found.pop("name", None)
    found = {field: column for field, column in found.items() if NEEDS.get(field, field) in found}
    days = [_cells(found.get(field), heading, lines) for field in ("hired_on", "left_on")]
    found["dates"] = _dates([*days[0], *days[1]])
    names_given = _cells(found.get("name", found.get("manager_name")), heading, lines)
    found["names"] = ORDERS[1] if names_given and all("," in name for name in names_given) else ORDERS[0]
    return found


def _numbers_somebody(found: dict[str, str], table: Table) -> bool:
    """Some systems number managers by themselves: then the name says more."""
    fields = ("manager_number", "number")
    given, known = (set(_cells(found.get(field), table[0], table[1:])) for field in fields)
    return not given.isdisjoint(known)


def _cells(column: str | None, heading: list[str], lines: Table) -> list[str]:
    names = [name.strip() for name in heading]
    if column not in names:
        return []
    place = names.index(column)
    return [line[place].strip() for line in lines if len(line) > place and line[place].strip()]


def _dates(days: list[str]) -> str:
    """The first way in which all can be read, else most."""
    return max(DATES, key=lambda form: sum(_reads(day, form) for day in days))


def _reads(day: str, form: str) -> bool:
    with suppress(ValueError):
        datetime.strptime(day, form)  # noqa: DTZ007 (a calendar date)
        return True
    return False
