"""One import from the file to the last word, in one transaction."""

from __future__ import annotations

import logging
from collections.abc import Callable
from datetime import UTC, date, datetime
from pathlib import Path

import pghistory
from django.db import DatabaseError, IntegrityError, transaction
from django.urls import reverse
from django.utils.translation import gettext as _

from alliance_site.outbox import services as outbox
from people import services
from people.days import today_for
from people.importing import applying, company, mapping, reading, summary
from people.importing.planning import Plan, Planner
from people.importing.problems import Problem, Unreadable
from people.importing.reading import Sheet
from people.importing.summary import Told
from people.models import Import, Person
from people.reminders import hr_on_duty, import_failed

log = logging.getLogger(__name__)


def import_people(
    file: Path, mapping_file: Path, *, as_of: date, now: datetime, dry_run: bool = False
) -> str:
    """As `import_sheet`, of a file on this machine; what was done, in words."""

    def read() -> Sheet:
        return reading.read(file, mapping.load(mapping_file))

    told = import_sheet(file.name, read, as_of=as_of, now=now, actor=None, dry_run=dry_run)
    return summary.in_words(told, dry_run=dry_run)


def import_sheet(
    name: str,
    read: Callable[[], Sheet],
    *,
    as_of: date,
    now: datetime,
    actor: Person | None,
    dry_run: bool = False,
) -> Told:
    """What was done. Raises Unreadable, and then nothing has been written but that HR hears of it.

    `as_of` is the day from which a changed department, title or manager holds; `actor` is whoever is signed
    in: people can read who changed their e-mail address.
    """
    try:
        return _import(name, read, as_of=as_of, now=now, actor=actor, dry_run=dry_run)
    except Unreadable as failure:
        if not dry_run:  # whoever tries a file out is there to read what is wrong
            _try_to_tell_hr(name, failure, now)
        raise


def _try_to_tell_hr(name: str, failure: Unreadable, now: datetime) -> None:
    try:
        _tell_hr(name, failure, now)
    except DatabaseError as error:  # what is wrong with the file is said all the same
        log.warning("HR could not be told of it: %s", error)


@transaction.atomic
def _tell_hr(name: str, failure: Unreadable, now: datetime) -> None:
    """Who runs it may be a clock that nobody watches."""
    context = {"file": name, "problems": failure.problems, "path": reverse("people")}
    for duty in hr_on_duty(now).select_related("person"):
        today = today_for(duty.person, now)
        outbox.post(duty.person, import_failed, about=name[-100:], due_on=today, context=context, now=now)


def _import(
    name: str, read: Callable[[], Sheet], *, as_of: date, now: datetime, actor: Person | None, dry_run: bool
) -> Told:
    sheet = read()
    with transaction.atomic(), pghistory.context(import_of=name):
        services.lock_lines()
        known = company.load()
        plan = Planner(sheet, known, as_of, now.astimezone(UTC).date()).make()
        if plan.problems:
            raise Unreadable(plan.problems)
        columns = sheet.mapping.columns
        column = columns.get("manager_number") or columns.get("manager_name", "")
        try:
            applying.apply(plan, known, column, _record(name, sheet, plan, now))
        except IntegrityError as error:
            reason = _("Somebody changed the same people meanwhile; run the import again (%(why)s).")
            raise Unreadable(Problem(reason % {"why": str(error).splitlines()[0]})) from error
        services.note_new_addresses(actor, sorted(member.key for member in plan.readdressed), now)
        transaction.set_rollback(dry_run)
    return summary.sum_up(sheet, plan)


def _record(name: str, sheet: Sheet, plan: Plan, now: datetime) -> Import:
    """So that those who came with it can be found together later."""
    return Import.objects.create(
        at=now,
        file=name[-255:],
        rows=len(sheet.rows),
        created=len(plan.new_people),
        changed=summary.touched(plan),
    )
