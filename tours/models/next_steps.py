"""What the two sides of a tour agreed on for the time after it."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import datetime
from functools import cached_property
from typing import Any

import pghistory
import pgtrigger
from django.db import models
from django.db.models import Exists, F, OuterRef, Q
from django.utils.translation import gettext_lazy as _

from people.models import Person
from tours.models.sides import Side, only_if
from tours.models.signatures import both_signed
from tours.models.terms import Terms


class NextStepQuerySet(models.QuerySet["NextStep"]):
    def newest(self) -> NextStepQuerySet:
        """In a query of others: the one recorded last under the same terms."""
        return self.filter(terms=OuterRef("terms")).order_by("-pk")[:1]


@pghistory.track()
class NextStep(models.Model):
    """The outcome of the talk about what comes next, as one side recorded it and the other confirmed it.

    Of those under the terms in force the one counts that was confirmed last, until both confirm another;
    as long as none is confirmed, the one recorded last. With newer terms the question is open again, but for
    those that only give the tour the last day that it lacked, see `stood_before`.
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
    employee_recorder = only_if(Side.EMPLOYEE, "recorded_by")
    manager_recorder = only_if(Side.MANAGER, "recorded_by")
    employee_confirmer = only_if(Side.MANAGER, "confirmed_by")
    manager_confirmer = only_if(Side.EMPLOYEE, "confirmed_by")

    objects = NextStepQuerySet.as_manager()

    class Meta:
        verbose_name = _("what comes next")
        ordering = ["pk"]
        indexes = [
            models.Index(fields=["terms", "-id"], name="next_step_newest"),
            models.Index(
                fields=["recorded_at"], condition=Q(confirmed_at__isnull=True), name="next_step_waits"
            ),
            models.Index(
                fields=["confirmed_at"], condition=Q(confirmed_at__isnull=False), name="next_step_agreed"
            ),
        ]
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


NOTHING_TO_SIGN = [NextStep.Outcome.MOVE, NextStep.Outcome.PART_WELL]
#: Of a tour that one side has ended early: nobody extends it, and so nobody has agreed on anything.
IN_VAIN = Q(outcome=NextStep.Outcome.EXTENSION, tour__ended_on__isnull=False)
DECIDED = ~Q(outcome=NextStep.Outcome.UNDECIDED) & ~IN_VAIN


def both_agreed(what: Q) -> Exists:
    """In SQL, of a tour: whether this is true of the outcome that both confirmed last, and that stands.

    Asked as whether there is such a row, which Postgres answers for all tours at once. Where two columns must
    be equal it expects a single row, and would compare each tour with each outcome: so the terms in force
    are asked for as those neither before nor after.
    """
    in_force = F("tour__in_force")
    newer = NextStep.objects.filter(tour=OuterRef("tour"), confirmed_at__isnull=False, pk__gt=OuterRef("pk"))
    under = Q(terms__gte=in_force, terms__lte=in_force) | stood_before()
    said = NextStep.objects.filter(what, under, tour=OuterRef("pk"), confirmed_at__isnull=False)
    return Exists(said.filter(~Exists(newer)))


def stood_before() -> Q:
    """In SQL, of an outcome that both confirmed under the terms before those in force: it stands where these
    give an open-ended tour its last day, unless they are the extension on which both agreed."""
    numbers = {"number__gt": OuterRef("terms__number"), "number__lt": OuterRef("tour__in_force__number")}
    between = Terms.objects.filter(both_signed(), tour=OuterRef("tour"), **numbers)
    agreed = Q(confirmed_at__isnull=False) & ~Q(outcome=NextStep.Outcome.EXTENSION)
    open_ended = Q(terms__ends_on=None, tour__in_force__ends_on__isnull=False)
    return agreed & open_ended & Q(~Exists(between), terms__manager=F("tour__manager"))


#: What `Steps` are read from; see `TourQuerySet.with_newest_step`.
TOLD = ("id", "terms_id", "outcome", "words", "side", "recorded_at", "confirmed_at")


@dataclass(frozen=True)
class Steps:
    """What the two sides of a tour have recorded so far: `rows`, oldest first, of these two people."""

    rows: list[NextStep]
    in_force: int | None  #: the key of the terms that count
    kept: frozenset[int]  #: of what was confirmed under those before, and stands, see `stood_before`
    ended: bool  #: early, as one side has said, see `IN_VAIN`

    @classmethod
    def told(
        cls, rows: Iterable[Mapping[str, Any]], in_force: int | None, kept: Iterable[int], *, ended: bool
    ) -> Steps:
        """Made into rows again out of what a query told of each."""
        days = ("recorded_at", "confirmed_at")
        moments = [{name: row[name] and datetime.fromisoformat(row[name]) for name in days} for row in rows]
        steps = [NextStep(**{**row, **at}) for row, at in zip(rows, moments, strict=True)]
        return cls(steps, in_force, frozenset(kept), ended)

    @cached_property
    def newest(self) -> NextStep | None:
        """Recorded last under the terms in force."""
        return next((step for step in reversed(self.rows) if step.terms_id == self.in_force), None)

    @cached_property
    def counting(self) -> NextStep | None:
        """Confirmed last, if it stands, or recorded last as long as none is confirmed."""
        last = self._if_possible(next((step for step in reversed(self.rows) if step.is_agreed), None))
        stands = last and (last.terms_id == self.in_force or last.pk in self.kept)
        return last if stands else self._if_possible(self.newest)

    @property
    def proposed(self) -> NextStep | None:
        """What would count once the other side has confirmed it."""
        return self._if_possible(self.newest) if self.newest and not self.newest.is_agreed else None

    def _if_possible(self, step: NextStep | None) -> NextStep | None:
        in_vain = self.ended and step and step.outcome == NextStep.Outcome.EXTENSION
        return None if in_vain else step

    @property
    def earlier(self) -> list[NextStep]:
        """The others, newest first."""
        return [step for step in reversed(self.rows) if step not in (self.counting, self.proposed)]
