"""One import from the file to the last word, in one transaction."""

from __future__ import annotations

from datetime import date, datetime
from pathlib import Path

import pghistory
from django.db import IntegrityError, transaction
from django.utils.translation import gettext as _

from people import services
from people.importing import applying, company, mapping, reading, summary
from people.importing.planning import Plan, Planner
from people.importing.problems import Problem, Unreadable
from people.importing.reading import Sheet
from people.models import Import


def import_people(
    file: Path, mapping_file: Path, *, as_of: date, now: datetime, dry_run: bool = False
) -> str:
    """What was done, in words. Raises Unreadable, and then nothing has been written.

    `as_of` is the day from which a changed department, title or manager holds.
    """
    sheet = reading.read(file, mapping.load(mapping_file))
    with transaction.atomic(), pghistory.context(import_of=file.name):
        services.lock_lines()
        known = company.load()
        plan = Planner(sheet, known, as_of).make()
        if plan.problems:
            raise Unreadable(plan.problems)
        columns = sheet.mapping.columns
        column = columns.get("manager_number") or columns.get("manager_name", "")
        try:
            departments = applying.apply(plan, known, column, _record(file, sheet, plan, now))
        except IntegrityError as error:
            reason = _("Somebody changed the same people meanwhile; run the import again (%(why)s).")
            raise Unreadable(Problem(reason % {"why": str(error).splitlines()[0]})) from error
        transaction.set_rollback(dry_run)
    return summary.tell(sheet, plan, departments, dry_run=dry_run)


def _record(file: Path, sheet: Sheet, plan: Plan, now: datetime) -> Import:
    """So that those who came with it can be found together later."""
    return Import.objects.create(
        at=now,
        file=file.name[-255:],
        rows=len(sheet.rows),
        created=len(plan.new_people),
        changed=summary.touched(plan),
    )
