"""What the two sides of a tour agreed on for the time after it."""

from __future__ import annotations

import pghistory
import pgtrigger
from django.db import models
from django.db.models import Case, F, OuterRef, Q, When
from django.utils.translation import gettext_lazy as _

from people.models import Person
from tours.models.sides import Side
from tours.models.terms import Terms


class NextStepQuerySet(models.QuerySet["NextStep"]):
    def newest_of(self, terms: str) -> NextStepQuerySet:
        """In a query of tours: the one that counts, of the terms under that path."""
        return self.filter(terms=OuterRef(terms)).order_by("-pk")[:1]


@pghistory.track()
class NextStep(models.Model):
    """The outcome of the talk about what comes next, as one side recorded it and the other confirmed it.

    The newest of the terms in force counts; when newer terms are signed, the question is open again.
    """

    class Outcome(models.TextChoices):
        NEW_TOUR = "new_tour", _("A new tour")
        EXTENSION = "extension", _("An extension of this one")
        MOVE = "move", _("A move within the company")
        FOUNDATIONAL = "foundational", _("A foundational tour")
        PART_WELL = "part_well", _("To part well")
        UNDECIDED = "undecided", _("Undecided")

    tour = models.ForeignKey("tours.Tour", models.PROTECT, related_name="next_steps")
    terms = models.ForeignKey(Terms, models.PROTECT, related_name="+")
    outcome = models.CharField(max_length=20, choices=Outcome)
    words = models.TextField(blank=True, default="")
    side = models.CharField(max_length=10, choices=Side)
    recorded_by = models.ForeignKey(Person, models.PROTECT, related_name="+")
    recorded_at = models.DateTimeField()
    confirmed_by = models.ForeignKey(Person, models.PROTECT, null=True, related_name="+")
    confirmed_at = models.DateTimeField(null=True)

    # As with signatures: each is by the person whom the terms name for that side, see migration 0007.
    employee_recorder = models.GeneratedField(
        expression=Case(When(side="employee", then=F("recorded_by"))),
        output_field=models.BigIntegerField(),
        db_persist=True,
    )
    manager_recorder = models.GeneratedField(
        expression=Case(When(side="manager", then=F("recorded_by"))),
        output_field=models.BigIntegerField(),
        db_persist=True,
    )
    employee_confirmer = models.GeneratedField(
        expression=Case(When(side="manager", then=F("confirmed_by"))),
        output_field=models.BigIntegerField(),
        db_persist=True,
    )
    manager_confirmer = models.GeneratedField(
        expression=Case(When(side="employee", then=F("confirmed_by"))),
        output_field=models.BigIntegerField(),
        db_persist=True,
    )

    objects = NextStepQuerySet.as_manager()

    class Meta:
        verbose_name = _("what comes next")
        ordering = ["pk"]
        indexes = [models.Index(fields=["terms", "-id"], name="next_step_newest")]
        constraints = [
            models.CheckConstraint(
                condition=Q(
                    outcome__in=["new_tour", "extension", "move", "foundational", "part_well", "undecided"]
                ),
                name="next_step_is_one_of_six",
            ),
            models.CheckConstraint(
                condition=Q(confirmed_by__isnull=True, confirmed_at__isnull=True)
                | Q(confirmed_by__isnull=False, confirmed_at__isnull=False),
                name="next_step_confirmed_by_somebody",
            ),
        ]
        triggers = [
            pgtrigger.Protect(name="next_steps_are_kept", operation=pgtrigger.Delete),
            pgtrigger.Protect(
                name="next_steps_never_change",
                operation=pgtrigger.Update,
                condition=pgtrigger.AnyChange(
                    "tour", "terms", "outcome", "words", "side", "recorded_by", "recorded_at"
                ),
            ),
            pgtrigger.Protect(
                name="next_steps_are_confirmed_once",
                operation=pgtrigger.Update,
                condition=pgtrigger.Q(old__confirmed_at__isnull=False),
            ),
        ]

    def __str__(self) -> str:
        return f"{self.tour_id}: {self.outcome}"

    @property
    def is_agreed(self) -> bool:
        return self.confirmed_at is not None

    @property
    def is_decided(self) -> bool:
        """Both have agreed on something."""
        return self.is_agreed and self.outcome != NextStep.Outcome.UNDECIDED
