"""A tour of duty: one mission of one person with one manager."""

from __future__ import annotations

from datetime import date, timedelta

import pghistory
from django.db import models
from django.db.models import Exists, F, OuterRef, Prefetch, Q, Subquery, Value
from django.db.models.functions import Coalesce
from django.db.models.lookups import GreaterThanOrEqual, IsNull, LessThanOrEqual
from django.urls import reverse
from django.utils.translation import gettext_lazy as _

from people import tree
from people.models import Person
from tours import policy
from tours.models.sides import Side
from tours.models.terms import Signature, Terms

#: The last day in force; null while open-ended.
LAST_DAY = Coalesce("ended_on", "in_force__ends_on")


class TourQuerySet(models.QuerySet["Tour"]):
    def agreed(self) -> TourQuerySet:
        return self.filter(state=Tour.State.AGREED)

    def active(self, on: date) -> TourQuerySet:
        """In force on that day."""
        return self.filter(_lasts(on), in_force__starts_on__lte=on)

    def alive(self, on: date) -> TourQuerySet:
        """In force or still to come, or on the way to being agreed."""
        on_the_way = Q(state__in=[Tour.State.DRAFT, Tour.State.PROPOSED])
        return self.filter(on_the_way | Q(_lasts(on), in_force__isnull=False))

    def of(self, person: Person) -> TourQuerySet:
        """Those that the person is a party to."""
        return self.filter(Q(employee=person) | Q(manager=person))

    def known_to(self, person: Person, on: date) -> TourQuerySet:
        """Those of whose existence, type, dates and state the person may know: see `access.py`."""
        shown = Exists(Terms.objects.proposed().filter(tour=OuterRef("pk")))
        if person.is_hr:
            return self.filter(Q(manager=person) | shown)
        # Two lists put together, each found by its key: an OR of the two reads the whole table.
        own = self.filter(manager=person).values("pk")
        theirs = self.filter(shown, employee__in=tree.self_and_below(person.pk, on)).values("pk")
        return self.filter(pk__in=own.union(theirs, all=True))

    def with_versions(self) -> TourQuerySet:
        """With both parties, and every version with its signatures: three queries for any number of them."""
        signatures = Prefetch("signatures", Signature.objects.select_related("signer"))
        versions = Terms.objects.select_related("employee", "manager", "proposed_by")
        return self.select_related("employee", "manager").prefetch_related(
            Prefetch("versions", versions.prefetch_related(signatures))
        )

    def waiting_for(self, person: Person) -> TourQuerySet:
        """Drafts that the person is to finish, and proposals whose newest version they have not signed."""
        newest = Terms.objects.filter(tour=OuterRef("pk")).order_by("-number").values("pk")[:1]
        signed = Signature.objects.filter(terms=OuterRef("newest"), signer=person)
        waits = Q(state=Tour.State.DRAFT, manager=person) | Q(~Exists(signed), state=Tour.State.PROPOSED)
        return self.of(person).alias(newest=Subquery(newest)).filter(waits)

    def with_nothing_agreed_beyond(self) -> TourQuerySet:
        """No other tour of that employee is agreed that begins later and lasts longer.

        Annotates `comes_to`: the last day, or while open-ended the day on which it is reviewed.
        """
        further = Tour.objects.agreed().filter(
            Q(in_force__ends_on=None) | Q(in_force__ends_on__gt=OuterRef("comes_to")),
            employee=OuterRef("employee"),
            in_force__starts_on__gt=OuterRef("in_force__starts_on"),
        )
        return self.annotate(comes_to=Coalesce(LAST_DAY, "in_force__review_on")).filter(~Exists(further))

    def ending_with_nothing_agreed(self, on: date) -> TourQuerySet:
        """Active, inside the next-tour window, and nothing is agreed beyond."""
        window = on + timedelta(days=policy.LEAD_TIME_DAYS)
        return self.active(on).filter(LessThanOrEqual(LAST_DAY, window)).with_nothing_agreed_beyond()


def _lasts(on: date) -> Q:
    """Not over by that day. Where no terms are in force there is no last day either."""
    return Q(IsNull(LAST_DAY, True)) | Q(GreaterThanOrEqual(LAST_DAY, on))


@pghistory.track()
class Tour(models.Model):
    """One mission of one person with one manager."""

    class Type(models.TextChoices):
        ROTATIONAL = "rotational", _("Rotational")
        TRANSFORMATIONAL = "transformational", _("Transformational")
        FOUNDATIONAL = "foundational", _("Foundational")

    class State(models.TextChoices):
        """What somebody decided. Begun and completed are facts of dates: see `status`."""

        DRAFT = "draft", _("Draft")
        PROPOSED = "proposed", _("Proposed")
        AGREED = "agreed", _("Agreed")
        DECLINED = "declined", _("Declined")
        WITHDRAWN = "withdrawn", _("Withdrawn")
        ENDED_EARLY = "ended_early", _("Ended early")

    class Status(models.TextChoices):
        DRAFT = "draft", _("Draft")
        PROPOSED = "proposed", _("Proposed")
        AGREED = "agreed", _("Agreed")
        ACTIVE = "active", _("Active")
        COMPLETED = "completed", _("Completed")
        DECLINED = "declined", _("Declined")
        WITHDRAWN = "withdrawn", _("Withdrawn")
        ENDED_EARLY = "ended_early", _("Ended early")

    employee = models.ForeignKey(Person, models.PROTECT, related_name="tours")
    manager = models.ForeignKey(Person, models.PROTECT, related_name="tours_managed")
    type = models.CharField(_("type"), max_length=20, choices=Type)
    state = models.CharField(max_length=20, choices=State, default=State.DRAFT)
    in_force = models.ForeignKey("Terms", models.PROTECT, null=True, blank=True, related_name="+")
    previous = models.ForeignKey("self", models.PROTECT, null=True, blank=True, related_name="followups")
    ended_on = models.DateField(null=True, blank=True)
    ended_by = models.CharField(max_length=10, choices=Side, null=True, blank=True)
    ended_reason = models.TextField(blank=True, default="")
    created_at = models.DateTimeField()

    # The two constants that let a foreign key say "signed by this side too", see migration 0002.
    employee_side = models.GeneratedField(
        expression=Value("employee"), output_field=models.CharField(max_length=10), db_persist=True
    )
    manager_side = models.GeneratedField(
        expression=Value("manager"), output_field=models.CharField(max_length=10), db_persist=True
    )

    objects = TourQuerySet.as_manager()

    class Meta:
        verbose_name = _("tour of duty")
        verbose_name_plural = _("tours of duty")
        constraints = [
            models.CheckConstraint(condition=~Q(employee=F("manager")), name="tour_two_people"),
            models.CheckConstraint(
                condition=Q(state__in=["agreed", "ended_early"], in_force__isnull=False)
                | Q(~Q(state__in=["agreed", "ended_early"]), in_force__isnull=True),
                name="tour_force_when_agreed",
            ),
            models.CheckConstraint(
                condition=Q(state="ended_early", ended_on__isnull=False, ended_by__isnull=False)
                | Q(~Q(state="ended_early"), ended_on__isnull=True, ended_by__isnull=True),
                name="tour_early_end_says_who_and_when",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.get_type_display()} {self.pk}"

    def get_absolute_url(self) -> str:
        return reverse("tour", args=[self.pk])

    @property
    def starts_on(self) -> date | None:
        return self.in_force.starts_on if self.in_force else None

    @property
    def ends_on(self) -> date | None:
        """The last day in force; None while open-ended, or before anything is in force."""
        return self.ended_on or (self.in_force.ends_on if self.in_force else None)

    @property
    def latest(self) -> Terms:
        """The newest version, drafted or proposed."""
        return max(self.versions.all(), key=lambda terms: terms.number)

    @property
    def on_table(self) -> Terms | None:
        """The newest version that was proposed: what both are asked to sign."""
        proposed = (terms for terms in self.versions.all() if terms.proposed_at)
        return max(proposed, key=lambda terms: terms.number, default=None)

    def proposed_version(self, number: int) -> Terms | None:
        return next((t for t in self.versions.all() if t.number == number and t.proposed_at), None)

    @property
    def draft(self) -> Terms | None:
        return next((terms for terms in self.versions.all() if not terms.proposed_at), None)

    def whose_turn(self) -> list[Person]:
        """Who must act for the agreement to come about; nobody once it has, or came to nothing."""
        if self.state == Tour.State.DRAFT:
            return [self.manager]
        if self.state != Tour.State.PROPOSED or self.on_table is None:
            return []
        return [self.party(side) for side in Side if not self.on_table.signature_of(side)]

    def party(self, side: Side) -> Person:
        return self.employee if side is Side.EMPLOYEE else self.manager

    def side_of(self, person: object) -> Side | None:
        """Which side the person is on; None for everybody else."""
        pk = getattr(person, "pk", None)
        if pk is None:
            return None
        return {self.employee_id: Side.EMPLOYEE, self.manager_id: Side.MANAGER}.get(pk)

    def status(self, on: date) -> Status:
        """The state in the words of people: whether it has begun or is over follows from the dates."""
        if self.state != Tour.State.AGREED or self.in_force is None:
            return Tour.Status(self.state)
        if on < self.in_force.starts_on:
            return Tour.Status.AGREED
        if self.in_force.ends_on and on > self.in_force.ends_on:
            return Tour.Status.COMPLETED
        return Tour.Status.ACTIVE
