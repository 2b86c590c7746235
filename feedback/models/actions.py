"""What one side will do, as both agreed in a check-in; open until it is done or dropped."""

from __future__ import annotations

from datetime import date

import pgtrigger
from django.db import models
from django.db.models import Case, Exists, F, OuterRef, Q, When
from django.utils.translation import gettext_lazy as _

from feedback.models.releases import released_to
from feedback.models.summaries import only_after_the_reveal
from people.models import Person
from tours.models import Comment, Side, Terms
from tours.models.dates import employment_lasts
from tours.models.sides import only_if
from tours.models.signatures import both_signed


class ActionQuerySet(models.QuerySet["Action"]):
    def visible_to(self, person: Person) -> ActionQuerySet:
        """As the answers of its check-in once revealed: to the two sides, and whom it was released to."""
        return self.filter(_agreed_by(person) | Q(released_to(person, checkin="checkin")))

    def of(self, person: Person) -> ActionQuerySet:
        """Those that the person agreed on, as either side."""
        return self.filter(_agreed_by(person))

    def still_of(self, person: Person, on: date) -> ActionQuerySet:
        """Of these, not what they left with an earlier employment."""
        lasts = employment_lasts(on, "checkin__employee", "checkin__tour__first_day")
        return self.filter(Q(checkin__manager=person) | Q(lasts, checkin__employee=person))

    def owed_by(self, person: Person) -> ActionQuerySet:
        return self.filter(
            Q(owner=Side.EMPLOYEE, checkin__employee=person) | Q(owner=Side.MANAGER, checkin__manager=person)
        )

    def open(self) -> ActionQuerySet:
        return self.filter(outcome=None)

    def standing_at(
        self, checkin: int, due_on: date, tour: int, employee: int, manager: int
    ) -> ActionQuerySet:
        """Those agreed in this check-in of the tour, and what is still open from those before it: of the same
        tour, and of earlier ones of the same two people that were over by then."""
        of_tour = Q(checkin__tour=tour)
        between_them = Q(checkin__employee=employee, checkin__manager=manager)
        over = Q(checkin__tour__last_day__lt=due_on)
        lasts = employment_lasts(due_on, "checkin__employee", "checkin__tour__first_day")
        earlier = Q(checkin__due_on__lt=due_on) | Q(checkin__due_on=due_on, checkin__lt=checkin)
        carried = Q(earlier, of_tour | Q(over, lasts), outcome=None)
        # Those of the tour and of the two first, by which indexes find the few.
        found = self.filter(of_tour | between_them)
        return found.filter(Q(checkin=checkin) | carried).with_what_pages_say()

    def with_what_pages_say(self) -> ActionQuerySet:
        """The first due first, and what has no day last."""
        people = ("checkin__employee", "checkin__manager", "proposed_in")
        found = self.select_related(*people).annotate(proposal_stands=proposal_stands())  # type: ignore[no-redef]
        return found.order_by(F("due_on").asc(nulls_last=True), "pk")


def proposal_stands() -> Case:
    """In SQL: whether the version in which it was proposed as a promise, or one that came in its place, is
    being agreed on or was signed; of what was declined or withdrawn it can be proposed again."""
    closed = Comment.objects.filter(terms=OuterRef("proposed_in"), kind__in=Comment.CLOSING)
    since = {"tour": OuterRef("checkin__tour"), "number__gte": OuterRef("proposed_in__number")}
    signed = Terms.objects.filter(both_signed(), **since)
    return Case(
        When(Q(proposed_in=None) | Q(Exists(closed)), then=False),
        When(Q(Exists(signed)) | Q(Exists(Terms.objects.negotiated().filter(**since))), then=True),
        default=False,
        output_field=models.BooleanField(),
    )


def _agreed_by(person: Person) -> Q:
    return Q(checkin__employee=person) | Q(checkin__manager=person)


class Action(models.Model):
    """Its words never change: other words are another action. Either side may settle it, or open it again."""

    class Outcome(models.TextChoices):
        DONE = "done", _("Done")
        DROPPED = "dropped", _("Dropped")

    checkin = models.ForeignKey("feedback.CheckIn", models.PROTECT, related_name="actions")
    owner = models.CharField(max_length=10, choices=Side)
    what = models.TextField()
    due_on = models.DateField(null=True)
    side = models.CharField(max_length=10, choices=Side)  #: that wrote it down
    author = models.ForeignKey(Person, models.PROTECT, related_name="+")
    at = models.DateTimeField()
    outcome = models.CharField(max_length=10, choices=Outcome, null=True)
    settled_by = models.CharField(max_length=10, choices=Side, null=True)
    settled_at = models.DateTimeField(null=True)
    why = models.TextField(blank=True, default="")  #: it was dropped
    reopened_by = models.CharField(max_length=10, choices=Side, null=True)
    reopened_at = models.DateTimeField(null=True)
    #: The version that would make it a promise of the tour, if one was proposed.
    proposed_in = models.ForeignKey(Terms, models.PROTECT, null=True, related_name="+")

    proposal_stands: bool  # of a row that came by `with_what_pages_say`, or of `CheckIn.open_actions`

    employee_author = only_if(Side.EMPLOYEE)
    manager_author = only_if(Side.MANAGER)

    objects = ActionQuerySet.as_manager()

    class Meta:
        verbose_name = _("action")
        ordering = ["pk"]
        constraints = [
            models.CheckConstraint(
                condition=Q(owner__in=Side.values, side__in=Side.values)
                & (Q(settled_by=None) | Q(settled_by__in=Side.values))
                & (Q(reopened_by=None) | Q(reopened_by__in=Side.values)),
                name="action_by_a_side",
            ),
            models.CheckConstraint(condition=~Q(what__regex=r"^\s*$"), name="action_says_what"),
            models.CheckConstraint(
                condition=Q(outcome=None, settled_by=None, settled_at=None, why="")
                | Q(outcome="done", settled_by__isnull=False, settled_at__isnull=False, why="")
                | Q(outcome="dropped", settled_by__isnull=False, settled_at__isnull=False)
                & ~Q(why__regex=r"^\s*$"),
                name="action_settled_whole",
            ),
            models.CheckConstraint(
                condition=Q(reopened_by=None, reopened_at=None)
                | Q(reopened_by__isnull=False, reopened_at__isnull=False),
                name="action_reopened_whole",
            ),
        ]
        indexes = [
            models.Index(fields=["due_on"], condition=Q(outcome=None), name="action_open"),
            # By which those of somebody's check-ins are found: few of all that were ever agreed are open.
            models.Index(fields=["checkin"], condition=Q(outcome=None), name="action_open_checkin"),
        ]
        triggers = [
            only_after_the_reveal(),
            pgtrigger.Protect(name="actions_are_kept", operation=pgtrigger.Delete),
            pgtrigger.Protect(
                name="what_was_agreed_stays",
                operation=pgtrigger.Update,
                condition=pgtrigger.AnyChange("checkin", "owner", "what", "due_on", "side", "author", "at"),
            ),
        ]

    def __str__(self) -> str:
        return f"{self.checkin_id}: {self.pk}"

    @property
    def owed_by(self) -> Person:
        return self.checkin.party(Side(self.owner))

    @property
    def settler(self) -> Person | None:
        return self.checkin.party(Side(self.settled_by)) if self.settled_by else None

    @property
    def reopener(self) -> Person | None:
        return self.checkin.party(Side(self.reopened_by)) if self.reopened_by else None

    def is_overdue(self, on: date) -> bool:
        return self.outcome is None and self.due_on is not None and self.due_on < on
