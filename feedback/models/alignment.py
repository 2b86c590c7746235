"""Whom somebody admires, for what, and where that meets what the company says it values."""

from __future__ import annotations

from collections.abc import Iterable
from functools import reduce
from operator import or_

import pgtrigger
from django.contrib.postgres.fields import ArrayField
from django.db import models
from django.db.models import F, Q
from django.utils.translation import gettext_lazy as _

from people.models import Person

ADMIRED, QUALITIES = 3, 3  #: three people, and three qualities of each


#: What a manager has read, and must still find there tomorrow.
SHARED = ("employee", "admired", "qualities", "meets", "words", "shared_at", "manager", "values")


def _changed(fields: Iterable[str]) -> pgtrigger.Q:
    changes = (pgtrigger.Q(**{f"old__{name}__df": pgtrigger.F(f"new__{name}")}) for name in fields)
    return reduce(or_, changes)


def nobody() -> list[str]:
    return [""] * ADMIRED


def nothing() -> list[str]:
    return [""] * (ADMIRED * QUALITIES)


class AlignmentQuerySet(models.QuerySet["Alignment"]):
    def visible_to(self, person: Person) -> AlignmentQuerySet:
        """The employee's own, and what was shared with this very manager. Nobody else's, HR's neither."""
        return self.filter(Q(employee=person) | Q(manager=person, shared_at__isnull=False))


class Alignment(models.Model):
    """One person's exercise. Each has at most one in the making; what was shared stays as it was then."""

    employee = models.ForeignKey(Person, models.PROTECT, related_name="alignments")
    #: Three names, nine qualities in their order, and beside each the company's value it meets, or nothing.
    admired = ArrayField(models.CharField(max_length=100, blank=True), size=ADMIRED, default=nobody)
    qualities = ArrayField(
        models.CharField(max_length=100, blank=True), size=ADMIRED * QUALITIES, default=nothing
    )
    meets = ArrayField(
        models.CharField(max_length=300, blank=True), size=ADMIRED * QUALITIES, default=nothing
    )
    words = models.TextField(blank=True, default="")
    #: Rises with every save, so that a window that has fallen behind can be told.
    version = models.PositiveIntegerField(default=0)
    saved_at = models.DateTimeField()
    #: With the manager of that day, and the company's values as they were published then.
    shared_at = models.DateTimeField(null=True)
    manager = models.ForeignKey(Person, models.PROTECT, null=True, related_name="+")
    values = ArrayField(models.CharField(max_length=300), default=list)
    manager_words = models.TextField(blank=True, default="")
    answered_at = models.DateTimeField(null=True)

    objects = AlignmentQuerySet.as_manager()

    class Meta:
        verbose_name = _("alignment exercise")
        ordering = ["-shared_at", "-pk"]
        constraints = [
            models.UniqueConstraint(
                fields=["employee"], condition=Q(shared_at__isnull=True), name="alignment_one_in_the_making"
            ),
            models.CheckConstraint(
                condition=Q(admired__len=ADMIRED, qualities__len=ADMIRED * QUALITIES)
                & Q(meets__len=ADMIRED * QUALITIES),
                name="alignment_three_by_three",
            ),
            models.CheckConstraint(
                condition=Q(shared_at__isnull=True, manager__isnull=True)
                | Q(shared_at__isnull=False, manager__isnull=False),
                name="alignment_shared_with_somebody",
            ),
            models.CheckConstraint(condition=~Q(employee=F("manager")), name="alignment_two_people"),
            models.CheckConstraint(
                condition=Q(answered_at__isnull=True, manager_words="")
                | Q(answered_at__isnull=False, shared_at__isnull=False) & ~Q(manager_words__regex=r"^\s*$"),
                name="alignment_answered_in_words",
            ),
        ]
        triggers = [
            pgtrigger.Protect(
                name="shared_alignments_stay",
                operation=pgtrigger.Update,
                condition=pgtrigger.Q(old__shared_at__isnull=False) & _changed(SHARED),
            ),
            pgtrigger.Protect(
                name="answered_alignments_stay",
                operation=pgtrigger.Update,
                condition=pgtrigger.Q(old__answered_at__isnull=False),
            ),
        ]

    def __str__(self) -> str:
        return f"{self.employee_id}: {self.pk}"
