"""The exercise of one person: kept as it is typed, shared as it then stands, answered by the manager."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from django.db import IntegrityError, transaction
from django.utils.translation import gettext as _

from alliance_site.outbox.services import nudge
from feedback.models import Alignment
from people.days import today_for
from people.models import Person
from tours.models import Policy
from tours.services import Refused


@dataclass(frozen=True)
class Said:
    """What the exercise holds: three names, nine qualities, the value beside each, and words."""

    admired: list[str]
    qualities: list[str]
    meets: list[str]
    words: str


class Stale(Exception):
    """Another window has saved something else since this one was opened; `row` is what is saved."""

    def __init__(self, row: Alignment) -> None:
        super().__init__("saved since")
        self.row = row


def said(row: Alignment) -> Said:
    return Said(row.admired, row.qualities, row.meets, row.words)


def in_the_making(employee: Person) -> Alignment | None:
    return Alignment.objects.filter(employee=employee, shared_at__isnull=True).first()


def latest(employee: Person) -> Alignment | None:
    """What the page starts with: what is in the making, or a copy of what was shared last."""
    row = Alignment.objects.filter(employee=employee).order_by("-shared_at").first()
    if row and row.shared_at:
        return Alignment(admired=row.admired, qualities=row.qualities, meets=row.meets, words=row.words)
    return row


def save_alignment(employee: Person, typed: Said, *, basis: int, now: datetime) -> Alignment:
    """Keeps it. `basis` is the version that was changed. Raises Stale, not when the same is said twice."""
    try:
        with transaction.atomic():
            return _save(employee, typed, basis, now)
    except IntegrityError:  # two windows made the first row at once: the second looks again
        with transaction.atomic():
            return _save(employee, typed, basis, now)


def _save(employee: Person, typed: Said, basis: int, now: datetime) -> Alignment:
    rows = Alignment.objects.select_for_update().filter(employee=employee, shared_at__isnull=True)
    row = rows.first() or Alignment(employee=employee)
    if row.pk and said(row) == typed:
        return row
    if row.version != basis:
        raise Stale(row)
    row.admired, row.qualities, row.meets, row.words = (
        typed.admired,
        typed.qualities,
        typed.meets,
        typed.words,
    )
    row.version, row.saved_at = basis + 1, now
    written = ("admired", "qualities", "meets", "words", "version", "saved_at")
    row.save(update_fields=written if row.pk else None)
    return row


@transaction.atomic
def share_alignment(employee: Person, *, to: int, basis: int, now: datetime) -> Alignment:
    """The words that the employee has read, with today's manager, and the company's values as they are
    published at that moment. From here on it stays as it is."""
    today = today_for(employee, now)
    shared = Alignment.objects.filter(employee=employee, manager=to, version=basis, shared_at__isnull=False)
    row = Alignment.objects.select_for_update().filter(employee=employee, shared_at__isnull=True).first()
    if row is None:
        if again := shared.first():
            return again  # a double click
        raise Refused(_("There is nothing to share yet."))
    manager = employee.manager_on(today)
    if manager is None or manager.pk != to:
        raise Refused(_("Your manager has changed in the meantime. Check who it is now."))
    if row.version != basis:
        raise Refused(_("You have changed it in another window since. Read it again before you share it."))
    if not any(row.qualities):
        raise Refused(_("Write down at least one quality first."))
    row.shared_at, row.manager = now, manager
    row.values = Policy.objects.on(today).value_list
    row.save(update_fields=["shared_at", "manager", "values"])
    nudge()
    return row


@transaction.atomic
def answer_alignment(alignment: Alignment, *, actor: Person, words: str, now: datetime) -> bool:
    """Once. False if it was answered before."""
    rows = Alignment.objects.filter(pk=alignment.pk, manager=actor, answered_at__isnull=True)
    nudge()
    return bool(rows.update(manager_words=words, answered_at=now))
