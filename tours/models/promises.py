"""What one side owes the other by a day."""

from __future__ import annotations

from django.contrib.postgres.functions import RandomUUID
from django.db import models
from django.db.models import Q
from django.utils.formats import date_format
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from tours.models.sides import Side
from tours.models.terms import Terms
from tours.models.word import NEVER_CHANGES, TAKE_THE_WORD
from tours.policy import KNOWN_BY_LIMIT


class Promise(models.Model):
    """What one side owes the other by a day, as part of a version of the terms."""

    terms = models.ForeignKey(Terms, models.CASCADE, related_name="promises")
    #: The same through all versions of the terms that carry this promise on.
    key = models.UUIDField(db_default=RandomUUID(), editable=False)
    owed_by = models.CharField(_("who owes it"), max_length=10, choices=Side)
    what = models.TextField(_("what"))
    due_on = models.DateField(_("by when"))
    known_by = models.CharField(_("how both will know"), max_length=KNOWN_BY_LIMIT, blank=True, default="")
    #: What has become of it: the kind of the newest entry that settles these words in this tour; null while
    #: none does. Written by the database alone, see `word.py`.
    word = models.CharField(max_length=10, null=True, editable=False)

    class Meta:
        verbose_name = _("promise")
        ordering = ["due_on", "id"]
        constraints = [
            models.UniqueConstraint(fields=["terms", "key"], name="promise_once_in_terms"),
            # What the composite foreign keys of the ledger point to.
            models.UniqueConstraint(fields=["id", "terms", "key", "owed_by"], name="promise_ledger_key"),
        ]
        indexes = [
            models.Index(fields=["due_on"], name="promise_due"),
            models.Index(fields=["due_on"], condition=Q(word=None), name="promise_unsettled"),
        ]
        triggers = [NEVER_CHANGES, TAKE_THE_WORD]

    def __str__(self) -> str:
        by = date_format(self.due_on, "DATE_FORMAT")
        return gettext("%(side)s: %(what)s (by %(day)s)") % {
            "side": self.get_owed_by_display(),
            "what": self.what,
            "day": by,
        }
