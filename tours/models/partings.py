"""What each side says about a tour that ended early."""

from __future__ import annotations

from datetime import UTC

import pgtrigger
from django.db import models
from django.db.models import OuterRef, Q, Subquery
from django.db.models.functions import TruncDate
from django.utils.translation import gettext_lazy as _

from people.models import Person
from tours.models.sides import Side, only_if
from tours.models.terms import Terms


class Parting(models.Model):
    """One side's words; the side that ended the tour always has some, the other may add its own.

    That each side's words are its own is kept as with signatures: see migration 0003.
    """

    tour = models.ForeignKey("tours.Tour", models.PROTECT, related_name="partings")
    terms = models.ForeignKey(Terms, models.PROTECT, related_name="+")
    side = models.CharField(max_length=10, choices=Side)
    author = models.ForeignKey(Person, models.PROTECT, related_name="+")
    reason = models.TextField(_("why"))
    learnt = models.TextField(_("what was learnt"), blank=True, default="")
    at = models.DateTimeField()

    employee_author = only_if(Side.EMPLOYEE)
    manager_author = only_if(Side.MANAGER)

    class Meta:
        verbose_name = _("words on an early end")
        ordering = ["at"]
        indexes = [models.Index(fields=["at"], name="parting_at")]
        constraints = [
            models.UniqueConstraint(fields=["tour", "side"], name="parting_one_a_side"),
            models.CheckConstraint(condition=~Q(reason__regex=r"^\s*$"), name="parting_says_why"),
        ]
        triggers = [
            pgtrigger.Protect(name="partings_never_change", operation=pgtrigger.Update | pgtrigger.Delete)
        ]

    def __str__(self) -> str:
        return f"{self.tour_id}: {self.side}"


def end_said_on(tour: str = "") -> Subquery:
    """In SQL, of the tour under that path: the day on which one side ended it early; null if none did."""
    path = f"{tour}__" if tour else ""
    said = Parting.objects.filter(tour=OuterRef(f"{path}pk"), side=OuterRef(f"{path}ended_by"))
    return Subquery(said.values(day=TruncDate("at", tzinfo=UTC))[:1])
