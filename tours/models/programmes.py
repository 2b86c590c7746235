"""Programmes: templates of terms for rotational tours, their revisions, and to whom they were given."""

from __future__ import annotations

import pghistory
import pgtrigger
from django.core.validators import MaxValueValidator, MinValueValidator
from django.db import models
from django.db.models import Q
from django.utils.translation import gettext, ngettext
from django.utils.translation import gettext_lazy as _

from alliance_site.addresses import address
from people.models import Person
from tours.models.policy import LONGEST_MONTHS
from tours.models.rhythm import Rhythm
from tours.models.sides import Side
from tours.models.terms import Terms

LATEST_DUE_DAYS = LONGEST_MONTHS * 31


@pghistory.track()
class Programme(models.Model):
    """What stays the same through all revisions. Retired, it is given to nobody any more."""

    current = models.ForeignKey("Revision", models.PROTECT, null=True, related_name="+")
    retired_at = models.DateTimeField(null=True)

    class Meta:
        verbose_name = _("programme")

    def __str__(self) -> str:
        return str(self.current)

    def get_absolute_url(self) -> str:
        return address("programme", self.pk)

    @property
    def newest(self) -> Revision:
        assert self.current, "a programme is saved together with its first revision"
        return self.current


class Revision(models.Model):
    """A programme's words at one time. Tours copy them, so a newer revision moves nobody's terms.

    The texts may hold placeholders: see `tours.placeholders`.
    """

    WRITTEN = ("name", *Terms.TEXTS, "months", "rhythm")

    programme = models.ForeignKey(Programme, models.PROTECT, related_name="revisions")
    number = models.PositiveIntegerField()
    name = models.CharField(_("name"), max_length=100)
    mission = models.TextField(_("mission"))
    company_gain = models.TextField(_("what the company gains"))
    employee_gain = models.TextField(_("what the employee gains"))
    values = models.TextField(_("values and aspirations both share"), blank=True, default="")
    months = models.PositiveSmallIntegerField(
        _("length in months"), validators=[MinValueValidator(1), MaxValueValidator(LONGEST_MONTHS)]
    )
    rhythm = models.PositiveSmallIntegerField(_("check-ins"), choices=Rhythm, default=Rhythm.TWO_MONTHS)
    made_by = models.ForeignKey(Person, models.PROTECT, related_name="+")
    made_at = models.DateTimeField()

    class Meta:
        verbose_name = _("revision")
        ordering = ["programme", "number"]
        constraints = [
            models.UniqueConstraint(fields=["programme", "number"], name="revision_number_in_programme"),
            # What the composite foreign key of tours points to, see the migration.
            models.UniqueConstraint(fields=["id", "programme"], name="revision_programme_key"),
            models.CheckConstraint(
                condition=~Q(name__regex=r"^\s*$")
                & ~Q(mission__regex=r"^\s*$")
                & ~Q(company_gain__regex=r"^\s*$")
                & ~Q(employee_gain__regex=r"^\s*$")
                & Q(months__gte=1),
                name="revision_is_whole",
            ),
        ]
        triggers = [
            pgtrigger.Protect(name="revisions_never_change", operation=pgtrigger.Update | pgtrigger.Delete)
        ]

    def __str__(self) -> str:
        return self.name

    def get_absolute_url(self) -> str:
        return address("programme_revision", self.programme_id, self.number)


class Pledge(models.Model):
    """What a programme has a side promise, due so long after the start."""

    class Unit(models.TextChoices):
        DAYS = "days", _("days after the start")
        MONTHS = "months", _("months after the start")

    revision = models.ForeignKey(Revision, models.PROTECT, related_name="pledges")
    owed_by = models.CharField(_("who owes it"), max_length=10, choices=Side)
    what = models.TextField(_("what"))
    due_after = models.PositiveSmallIntegerField(_("due"), validators=[MaxValueValidator(LATEST_DUE_DAYS)])
    due_unit = models.CharField(_("counted in"), max_length=10, choices=Unit, default=Unit.MONTHS)
    known_by = models.CharField(_("how both will know"), max_length=200, blank=True, default="")

    class Meta:
        verbose_name = _("promise of a programme")
        ordering = ["pk"]
        triggers = [
            pgtrigger.Protect(name="pledges_never_change", operation=pgtrigger.Update | pgtrigger.Delete)
        ]

    def __str__(self) -> str:
        return self.what

    @property
    def due(self) -> str:
        if self.due_unit == Pledge.Unit.DAYS:
            words = ngettext(
                "%(count)s day after the start", "%(count)s days after the start", self.due_after
            )
        else:
            words = ngettext(
                "%(count)s month after the start", "%(count)s months after the start", self.due_after
            )
        return words % {"count": self.due_after}

    @property
    def in_words(self) -> str:
        words = {"side": self.get_owed_by_display(), "what": self.what, "due": self.due}
        told = gettext("%(side)s: %(what)s (%(due)s).") % words
        known = gettext("Both will know by: %(how)s") % {"how": self.known_by} if self.known_by else ""
        return f"{told} {known}".strip()


class Giving(models.Model):
    """That somebody gives a programme to a number of people, all with the same start."""

    key = models.UUIDField(unique=True)  #: of the form, so that a double click gives once
    revision = models.ForeignKey(Revision, models.PROTECT, related_name="givings")
    starts_on = models.DateField(_("starts on"))
    language = models.CharField(max_length=10)  #: in which days are written into the texts
    given_by = models.ForeignKey(Person, models.PROTECT, related_name="+")
    as_hr = models.BooleanField()  #: to anybody, as HR's duty; else to one's own reports alone
    given_at = models.DateTimeField()
    stopped_by = models.ForeignKey(Person, models.PROTECT, null=True, related_name="+")
    stopped_at = models.DateTimeField(null=True)

    class Meta:
        verbose_name = _("giving of a programme")
        ordering = ["-given_at", "-pk"]
        indexes = [models.Index(fields=["-given_at", "-id"], name="giving_newest")]

    def __str__(self) -> str:
        return f"{self.revision_id}: {self.starts_on}"

    def get_absolute_url(self) -> str:
        return address("giving", self.pk)


class GivenQuerySet(models.QuerySet["Given"]):
    def waiting(self) -> GivenQuerySet:
        return self.filter(outcome=Given.Outcome.WAITING)

    def reached(self) -> GivenQuerySet:
        """Who has it, or still may get it."""
        return self.filter(outcome__in=[Given.Outcome.WAITING, Given.Outcome.GIVEN])

    def refused(self) -> GivenQuerySet:
        return self.exclude(outcome__in=[Given.Outcome.WAITING, Given.Outcome.GIVEN])


class Given(models.Model):
    """One person of a giving, and what came of it. Their tour, once there is one, is `tour`."""

    class Outcome(models.TextChoices):
        WAITING = "waiting", _("waiting")
        GIVEN = "given", _("given")
        # Why somebody cannot get it
        NO_MANAGER = "no_manager", _("Has no manager to agree with.")
        LEFT = "left", _("Has left the company.")
        NOT_EMPLOYED = "not_employed", _("Is not employed on the day of the start.")
        OWN = "own", _("Nobody gives a programme to themselves.")
        NOT_YOURS = "not_yours", _("Does not report to whoever gave it.")
        NOT_ALLOWED = "not_allowed", _("Whoever gave it may not do so any more.")
        OVERLAPS = "overlaps", _("Has a tour in that time already.")
        AGAIN = "again", _("Was given this programme already.")
        UNNAMED = "unnamed", _("The text names a department or job title, and none is recorded.")
        FAILED = "failed", _("Could not be written; the administrator finds the cause in the log.")
        STOPPED = "stopped", _("The giving was stopped before.")

    giving = models.ForeignKey(Giving, models.PROTECT, related_name="given")
    person = models.ForeignKey(Person, models.PROTECT, related_name="+")
    outcome = models.CharField(max_length=20, choices=Outcome, default=Outcome.WAITING)

    objects = GivenQuerySet.as_manager()

    class Meta:
        verbose_name = _("person given a programme")
        constraints = [
            models.UniqueConstraint(fields=["giving", "person"], name="given_once"),
            # What the composite foreign key of tours points to, see the migration.
            models.UniqueConstraint(fields=["id", "person"], name="given_person_key"),
        ]
        indexes = [
            models.Index(fields=["giving", "id"], condition=Q(outcome="waiting"), name="given_waiting")
        ]

    def __str__(self) -> str:
        return f"{self.giving_id}: {self.person_id}"
