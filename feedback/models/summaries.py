"""What both sides keep of a check-in, in words that either may write on."""

from __future__ import annotations

from datetime import timedelta

import pgtrigger
from django.db import models
from django.db.models import F, Q, Window
from django.db.models.functions import Lead, Length
from django.db.models.lookups import LessThanOrEqual
from django.utils.translation import gettext_lazy as _

from feedback.limits import TEXT_LIMIT
from feedback.models.releases import released_to
from people.models import Person
from tours.models import Side
from tours.models.sides import only_if

A_SITTING = timedelta(minutes=30)  #: saves of one side, none further apart, are shown as one version


def only_after_the_reveal() -> pgtrigger.Trigger:
    """Of a table whose rows belong to a check-in."""
    return pgtrigger.Trigger(
        name="only_after_the_reveal",
        operation=pgtrigger.Insert,
        when=pgtrigger.Before,
        func="""
        IF NOT EXISTS (
            SELECT FROM feedback_checkin WHERE id = NEW.checkin_id AND revealed_at IS NOT NULL
        ) THEN
            RAISE EXCEPTION 'pgtrigger: only after the reveal';
        END IF;
        RETURN NEW;
        """,
    )


def _next(name: str) -> Window:
    """Of the row that came after it."""
    return Window(Lead(name), order_by=F("number").asc())


class SummaryQuerySet(models.QuerySet["Summary"]):
    def visible_to(self, person: Person) -> SummaryQuerySet:
        """As the answers of its check-in once revealed: to the two sides, and whom it was released to."""
        party = Q(checkin__employee=person) | Q(checkin__manager=person)
        return self.filter(party | Q(released_to(person, checkin="checkin")))

    def versions(self) -> SummaryQuerySet:
        """Of one check-in, the newest first: where each of the two, writing, came to rest. Neither what was
        saved a moment before, nor words as typed that were then put together with the other's.

        Chosen from all of them: what is filtered afterwards must not make another the last one.
        """
        rows = self.annotate(next_side=_next("side"), next_at=_next("at"), next_merges=_next("merges"))
        rests = Q(next_at=None) | ~Q(next_side=F("side")) | Q(next_at__gt=F("at") + A_SITTING)
        rested = Summary.objects.filter(pk__in=rows.filter(rests, next_merges=None).values("pk"))
        return rested.select_related("author").order_by("-number")


class Summary(models.Model):
    """One save: what it said, who saved it when, and over which. No row ever changes; the newest counts.

    A save over an older one is two rows: the words as typed, and one that `merges` them with the newest.
    """

    checkin = models.ForeignKey("feedback.CheckIn", models.PROTECT, related_name="summaries")
    number = models.PositiveIntegerField()
    words = models.TextField(blank=True, default="")
    side = models.CharField(max_length=10, choices=Side)
    author = models.ForeignKey(Person, models.PROTECT, related_name="+")
    at = models.DateTimeField()
    # Numbers of the same check-in: foreign keys of the migration.
    based_on = models.PositiveIntegerField(null=True)
    merges = models.PositiveIntegerField(null=True)

    employee_author = only_if(Side.EMPLOYEE)
    manager_author = only_if(Side.MANAGER)

    objects = SummaryQuerySet.as_manager()

    class Meta:
        verbose_name = _("shared summary")
        ordering = ["checkin", "number"]
        constraints = [
            models.UniqueConstraint(fields=["checkin", "number"], name="summary_number"),
            models.CheckConstraint(condition=Q(side__in=Side.values), name="summary_by_a_side"),
            models.CheckConstraint(
                condition=Q(based_on=None) | Q(based_on__lt=F("number")), name="summary_based_on_an_older"
            ),
            models.CheckConstraint(
                condition=Q(merges=None) | Q(merges__lt=F("number"), based_on__isnull=False),
                name="summary_merges_into_another",
            ),
            models.CheckConstraint(
                condition=LessThanOrEqual(Length("words"), TEXT_LIMIT), name="summary_limit"
            ),
        ]
        triggers = [
            only_after_the_reveal(),
            pgtrigger.Protect(name="summaries_never_change", operation=pgtrigger.Update | pgtrigger.Delete),
        ]

    def __str__(self) -> str:
        return f"{self.checkin_id}: {self.number}"
