"""The numbered versions of what is agreed, with their promises, signatures and comments."""

from __future__ import annotations

import pghistory
import pgtrigger
from django.db import models
from django.db.models import Case, F, Q, When
from django.urls import reverse
from django.utils.formats import date_format
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from people.models import Person
from tours.models.sides import Side


class TermsQuerySet(models.QuerySet["Terms"]):
    def proposed(self) -> TermsQuerySet:
        return self.filter(proposed_at__isnull=False)


@pghistory.track()
class Terms(models.Model):
    """One numbered version of what is agreed. Once proposed it never changes: a change is a new version."""

    class Rhythm(models.IntegerChoices):
        """Months between two check-ins."""

        MONTHLY = 1, _("every month")
        TWO_MONTHS = 2, _("every two months")
        QUARTERLY = 3, _("every three months")
        HALF_YEARLY = 6, _("every six months")

    tour = models.ForeignKey("tours.Tour", models.PROTECT, related_name="versions")
    number = models.PositiveIntegerField()
    employee = models.ForeignKey(Person, models.PROTECT, related_name="+")
    manager = models.ForeignKey(Person, models.PROTECT, related_name="+")
    mission = models.TextField(_("mission"), blank=True, default="")
    company_gain = models.TextField(_("what the company gains"), blank=True, default="")
    employee_gain = models.TextField(_("what the employee gains"), blank=True, default="")
    starts_on = models.DateField(_("starts on"))
    ends_on = models.DateField(_("ends on"), null=True, blank=True)
    review_on = models.DateField(_("reviewed on"), null=True, blank=True)
    rhythm = models.PositiveSmallIntegerField(_("check-ins"), choices=Rhythm, default=Rhythm.QUARTERLY)
    created_by = models.ForeignKey(Person, models.PROTECT, related_name="+")
    created_at = models.DateTimeField()
    revision = models.PositiveIntegerField(default=0)  #: counts saves, so that a stale tab is noticed
    proposed_by = models.ForeignKey(Person, models.PROTECT, null=True, related_name="+")
    proposed_at = models.DateTimeField(null=True)

    objects = TermsQuerySet.as_manager()

    class Meta:
        verbose_name = _("terms")
        verbose_name_plural = _("terms")
        ordering = ["tour", "number"]
        constraints = [
            models.UniqueConstraint(fields=["tour", "number"], name="terms_number_in_tour"),
            models.UniqueConstraint(
                fields=["tour"], condition=Q(proposed_at__isnull=True), name="terms_one_draft_a_tour"
            ),
            # What the composite foreign keys of migration 0002 point to.
            models.UniqueConstraint(fields=["id", "employee"], name="terms_employee_key"),
            models.UniqueConstraint(fields=["id", "manager"], name="terms_manager_key"),
            models.UniqueConstraint(fields=["id", "tour"], name="terms_tour_key"),
            models.CheckConstraint(condition=~Q(employee=F("manager")), name="terms_two_people"),
            models.CheckConstraint(
                condition=Q(ends_on__isnull=True) | Q(ends_on__gt=F("starts_on")),
                name="terms_end_after_start",
            ),
            models.CheckConstraint(
                condition=Q(review_on__isnull=True) | Q(review_on__gt=F("starts_on")),
                name="terms_review_after_start",
            ),
            models.CheckConstraint(
                condition=Q(proposed_at__isnull=True)
                | (
                    Q(proposed_by__isnull=False)
                    & ~Q(mission__regex=r"^\s*$")
                    & ~Q(company_gain__regex=r"^\s*$")
                    & ~Q(employee_gain__regex=r"^\s*$")
                    & (Q(ends_on__isnull=False) | Q(review_on__isnull=False))
                ),
                name="terms_proposed_are_whole",
            ),
        ]
        triggers = [
            pgtrigger.Protect(
                name="proposed_terms_never_change",
                operation=pgtrigger.Update | pgtrigger.Delete,
                condition=pgtrigger.Q(old__proposed_at__isnull=False),
            )
        ]

    def __str__(self) -> str:
        return f"{self.tour_id} v{self.number}"

    def get_absolute_url(self) -> str:
        return reverse("terms_version", args=[self.tour_id, self.number])

    def signature_of(self, side: Side) -> Signature | None:
        return next((s for s in self.signatures.all() if s.side == side), None)

    def party(self, side: Side) -> Person:
        return self.employee if side is Side.EMPLOYEE else self.manager


class Promise(models.Model):
    """What one side owes the other by a day, as part of a version of the terms."""

    terms = models.ForeignKey(Terms, models.CASCADE, related_name="promises")
    owed_by = models.CharField(_("who owes it"), max_length=10, choices=Side)
    what = models.TextField(_("what"))
    due_on = models.DateField(_("by when"))
    known_by = models.CharField(_("how both will know"), max_length=500, blank=True, default="")

    class Meta:
        verbose_name = _("promise")
        ordering = ["due_on", "id"]
        triggers = [
            pgtrigger.Trigger(
                name="promises_of_proposed_terms",
                operation=pgtrigger.Insert | pgtrigger.Update | pgtrigger.Delete,
                when=pgtrigger.Before,
                func="""
                IF EXISTS (
                    SELECT 1 FROM tours_terms
                    WHERE id IN (OLD.terms_id, NEW.terms_id) AND proposed_at IS NOT NULL
                ) THEN
                    RAISE EXCEPTION 'pgtrigger: the promises of proposed terms never change';
                END IF;
                IF TG_OP = 'DELETE' THEN RETURN OLD; END IF;
                RETURN NEW;
                """,
            )
        ]

    def __str__(self) -> str:
        by = date_format(self.due_on, "DATE_FORMAT")
        return gettext("%(side)s: %(what)s (by %(day)s)") % {
            "side": self.get_owed_by_display(),
            "what": self.what,
            "day": by,
        }


@pghistory.track()
class Signature(models.Model):
    """One side's acceptance of one version."""

    terms = models.ForeignKey(Terms, models.PROTECT, related_name="signatures")
    side = models.CharField(max_length=10, choices=Side)
    signer = models.ForeignKey(Person, models.PROTECT, related_name="+")
    signed_at = models.DateTimeField()

    # Null for the other side, so that each foreign key of migration 0002 binds only its own side.
    employee_signer = models.GeneratedField(
        expression=Case(When(side="employee", then=F("signer"))),
        output_field=models.BigIntegerField(),
        db_persist=True,
    )
    manager_signer = models.GeneratedField(
        expression=Case(When(side="manager", then=F("signer"))),
        output_field=models.BigIntegerField(),
        db_persist=True,
    )

    class Meta:
        verbose_name = _("signature")
        ordering = ["signed_at"]
        constraints = [models.UniqueConstraint(fields=["terms", "side"], name="signature_one_a_side")]
        triggers = [
            pgtrigger.Protect(name="signatures_never_change", operation=pgtrigger.Update | pgtrigger.Delete)
        ]

    def __str__(self) -> str:
        return f"{self.terms_id}: {self.side}"


class Comment(models.Model):
    """What one side said about a version: the change it asks for, or why it went no further."""

    class Kind(models.TextChoices):
        CHANGE = "change", _("asked for a change")
        DECLINED = "declined", _("declined")
        WITHDRAWN = "withdrawn", _("withdrew the proposal")

    kind = models.CharField(max_length=10, choices=Kind)
    terms = models.ForeignKey(Terms, models.PROTECT, related_name="comments")
    author = models.ForeignKey(Person, models.PROTECT, related_name="+")
    words = models.TextField()
    at = models.DateTimeField()

    class Meta:
        verbose_name = _("comment")
        ordering = ["at"]

    def __str__(self) -> str:
        return self.words[:40]
