"""Earlier check-ins that the employee lets a new manager read."""

from __future__ import annotations

import pgtrigger
from django.db import models
from django.db.models import Exists, F, OuterRef, Q
from django.utils.translation import gettext_lazy as _

from people.models import Person


class ReleaseQuerySet(models.QuerySet["Release"]):
    def standing(self) -> ReleaseQuerySet:
        return self.filter(taken_back_at__isnull=True)


def released_to(person: Person, checkin: str = "pk") -> Exists:
    """Whether the employee lets that person read a check-in, or what belongs to one."""
    return Exists(Release.objects.standing().filter(checkin=OuterRef(checkin), reader=person))


class Release(models.Model):
    """One check-in, let to one reader by its employee, until the employee takes it back.

    By nobody else (a foreign key of its migration), and only what both sides have revealed (a trigger).
    """

    checkin = models.ForeignKey("feedback.CheckIn", models.PROTECT, related_name="releases")
    reader = models.ForeignKey(Person, models.PROTECT, related_name="+")
    released_by = models.ForeignKey(Person, models.PROTECT, related_name="+")
    released_at = models.DateTimeField()
    taken_back_at = models.DateTimeField(null=True)

    objects = ReleaseQuerySet.as_manager()

    class Meta:
        verbose_name = _("release")
        ordering = ["released_at", "id"]
        constraints = [
            models.UniqueConstraint(
                fields=["checkin", "reader"], condition=Q(taken_back_at__isnull=True), name="release_once"
            ),
            models.CheckConstraint(condition=~Q(reader=F("released_by")), name="release_to_another"),
        ]
        triggers = [
            pgtrigger.Protect(name="releases_are_kept", operation=pgtrigger.Delete),
            pgtrigger.Protect(
                name="releases_never_change",
                operation=pgtrigger.Update,
                condition=pgtrigger.AnyChange("checkin", "reader", "released_by", "released_at"),
            ),
            pgtrigger.Protect(
                name="releases_are_taken_back_once",
                operation=pgtrigger.Update,
                condition=pgtrigger.Q(old__taken_back_at__isnull=False),
            ),
            pgtrigger.Trigger(
                name="only_the_revealed_is_released",
                operation=pgtrigger.Insert,
                when=pgtrigger.Before,
                func="""
                IF NOT EXISTS (
                    SELECT FROM feedback_checkin WHERE id = NEW.checkin_id AND revealed_at IS NOT NULL
                ) THEN
                    RAISE EXCEPTION 'pgtrigger: only a revealed check-in can be released';
                END IF;
                RETURN NEW;
                """,
            ),
        ]

    def __str__(self) -> str:
        return f"{self.checkin_id}: {self.reader_id}"
