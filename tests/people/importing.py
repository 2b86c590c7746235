"""An invented export with the quirks of real ones, and the ways to import it."""

from __future__ import annotations

from datetime import date
from io import StringIO
from pathlib import Path

import pytest
from django.core.management import CommandError, call_command

from people.models import Department, Employment, Person, Position, ReportingLine

MAPPINGS = Path(__file__).parents[2] / "people" / "mappings"
HRDATASET = MAPPINGS / "hrdataset_v14.toml"
SIMPLE = MAPPINGS / "simple.toml"
AS_OF = date(2026, 3, 16)

# A byte order mark, names turned round with stray blanks, two-digit years, a manager's number that is
# nobody's, a manager who is not in the file, and what is none of our business.
# ruff: noqa: E501
QUIRKS = """\
\ufeffEmployee_Name,EmpID,Salary,DOB,Position,DateofHire,DateofTermination,TermReason,EmploymentStatus,Department,ManagerName,ManagerID
"King,  Janet",10001,250000,09/21/54,President & CEO,07/02/08,,N/A-StillEmployed,Active,Executive Office,Board of Directors,9
"LeBlanc, Brandon  R",10002,93046,06/10/84,Shared Services Manager,01/05/10,,N/A-StillEmployed,Active,Admin Offices,Janet King,2
"Stanford,Barbara  M",10003,60340,08/25/82,Accountant I,01/10/11,12/31/14,return to school,Voluntarily Terminated,Admin Offices   ,Brandon R. LeBlanc,1
"Old, Olga",10004,60000,01/01/50,Accountant II,02/01/09,06/30/16,retiring,Voluntarily Terminated,Admin Offices,Brandon R. LeBlanc,1
"Late, Lars",10005,60000,01/01/80,Clerk,03/01/12,02/28/13,attendance,Terminated for Cause,Production       ,Michael Albert,22
"""


def run(file: Path, mapping: Path = SIMPLE, as_of: date = AS_OF, **options) -> str:
    out = StringIO()
    call_command("import_people", file, mapping=mapping, as_of=as_of, stdout=out, **options)
    return out.getvalue()


def everything() -> list:
    """All rows, to see that nothing was written."""
    models = (Person, Employment, Department, Position, ReportingLine)
    return [list(model.objects.order_by("pk").values()) for model in models]


def refused(file: Path, mapping: Path = SIMPLE) -> str:
    """What was said; the exit code is 1 and nothing is written."""
    before = everything()
    with pytest.raises(CommandError) as error:
        run(file, mapping)
    assert error.value.returncode == 1
    assert everything() == before
    return str(error.value)


class Export:
    """A simple export that a test fills row by row."""

    HEADING = "number,name,email,hired_on,left_on,reason,department,title,manager_number"

    def __init__(self, folder: Path) -> None:
        self.path = folder / "people.csv"

    def write(self, *rows: str, heading: str = HEADING) -> Path:
        self.path.write_text("\n".join([heading, *rows, ""]), encoding="utf-8")
        return self.path


def brought() -> list:
    """All that an import of people brings, whatever the keys."""
    employments = Employment.objects.values_list(
        "person__number", "hired_on", "left_on", "ending", "ending_note"
    )
    positions = Position.objects.values_list("person__number", "department__name", "title", "since", "until")
    lines = ReportingLine.objects.values_list("person__number", "manager__number", "since", "until")
    people = Person.objects.exclude(number=None).values_list("number", "name", "email")
    return [sorted(map(str, rows)) for rows in (people, employments, positions, lines)]
