"""What both sides say about a promise once it is signed."""

from __future__ import annotations

import pgtrigger
from django.db import models
from django.db.models import Case, F, Q, Value, When
from django.utils import timezone
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from people.days import written
from people.models import Person
from tours.models.promises import Promise
from tours.models.sides import Side
from tours.models.terms import Terms
from tours.models.word import GIVE_THE_WORD


class LedgerEntry(models.Model):
    """One line of the ledger. Nothing in it is ever changed: what is thought better of is said again.

    Whose word counts is kept by the database (migration `promise_ledger`): an entry is by whoever signed
    those terms for that side; only the side it is owed to judges; only the other side answers a wish to
    drop it.
    """

    class Kind(models.TextChoices):
        DONE = "done", _("says that it is done")
        KEPT = "kept", _("judged it kept")
        NOT_KEPT = "not_kept", _("judged it not kept")
        ASKED = "asked", _("asked to drop it")
        AGREED = "agreed", _("agreed to drop it")
        REFUSED = "refused", _("did not agree to drop it")
        TAKEN_BACK = "taken_back", _("took the wish to drop it back")

    VERDICTS = (Kind.KEPT, Kind.NOT_KEPT)
    SETTLING = (*VERDICTS, Kind.AGREED)  #: after one of these nobody owes it any more

    promise = models.ForeignKey(Promise, models.PROTECT, related_name="entries")
    # Three facts of the promise, which foreign keys then compare: see that migration.
    terms = models.ForeignKey(Terms, models.PROTECT, related_name="+")
    key = models.UUIDField()
    owed_by = models.CharField(max_length=10, choices=Side)

    kind = models.CharField(max_length=10, choices=Kind)
    side = models.CharField(max_length=10, choices=Side)  #: for which the author speaks
    author = models.ForeignKey(Person, models.PROTECT, related_name="+")
    words = models.TextField(blank=True, default="")
    at = models.DateTimeField()
    answers = models.OneToOneField("self", models.PROTECT, null=True, blank=True, related_name="answered_by")

    #: Of a wish to drop it: the side that has it. Of an answer: the side whose wish it can answer.
    asked_by = models.GeneratedField(
        expression=Case(When(kind="asked", then=F("side"))),
        output_field=models.CharField(max_length=10),
        db_persist=True,
    )
    answers_side = models.GeneratedField(
        expression=Case(
            When(kind="taken_back", then=F("side")),
            When(kind__in=["agreed", "refused"], side="employee", then=Value("manager")),
            When(kind__in=["agreed", "refused"], side="manager", then=Value("employee")),
        ),
        output_field=models.CharField(max_length=10),
        db_persist=True,
    )

    class Meta:
        verbose_name = _("entry in the promise ledger")
        verbose_name_plural = _("entries in the promise ledger")
        ordering = ["at", "pk"]
        indexes = [
            models.Index(fields=["key"], name="ledger_by_promise"),
            models.Index(fields=["key"], condition=Q(kind="done"), name="ledger_done"),
            models.Index(fields=["at"], name="ledger_at"),
        ]
        constraints = [
            models.CheckConstraint(
                condition=Q(kind="done", side=F("owed_by"))
                | Q(Q(kind__in=["kept", "not_kept"]), ~Q(side=F("owed_by")))
                | Q(kind__in=["asked", "agreed", "refused", "taken_back"]),
                name="ledger_each_side_its_own",
            ),
            models.CheckConstraint(
                condition=Q(kind__in=["agreed", "refused", "taken_back"], answers__isnull=False)
                | Q(Q(answers__isnull=True), ~Q(kind__in=["agreed", "refused", "taken_back"])),
                name="ledger_answers_a_wish",
            ),
            models.CheckConstraint(
                condition=Q(kind__in=["kept", "agreed", "taken_back"]) | ~Q(words__regex=r"^\s*$"),
                name="ledger_says_why",
            ),
            models.UniqueConstraint(fields=["id", "key", "asked_by"], name="ledger_wish_key"),
        ]
        triggers = [
            pgtrigger.Protect(name="ledger_never_changes", operation=pgtrigger.Update | pgtrigger.Delete),
            GIVE_THE_WORD,
        ]

    def __str__(self) -> str:
        return f"{self.promise_id}: {self.kind}"

    @property
    def sentence(self) -> str:
        """Who said it, and when; whatever they wrote stands behind it."""
        day = written(timezone.localtime(self.at).date())
        said = {"name": self.author.name, "what": LedgerEntry.Kind(self.kind).label, "day": day}
        return gettext("%(name)s %(what)s, %(day)s") % said
