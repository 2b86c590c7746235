"""The words of a version as they were put on the table, with the names of that day."""

from __future__ import annotations

import pgtrigger
from django.db import models
from django.utils.translation import gettext_lazy as _

from tours.models.terms import Terms


class Seal(models.Model):
    """What exactly was proposed, as one text, and its fingerprint.

    The text is kept, and not made anew from the terms, so that it can be proven for ever: names change,
    a later release may write the text otherwise, and put better the wordings that Alliance ships.
    """

    terms = models.OneToOneField(Terms, models.PROTECT, related_name="seal")
    employee_name = models.CharField(max_length=200)
    manager_name = models.CharField(max_length=200)
    text = models.TextField()
    fingerprint = models.CharField(max_length=64)

    class Meta:
        verbose_name = _("seal")
        constraints = [
            # What the foreign key of signatures points to. The same migration has the database check the
            # fingerprint against the text.
            models.UniqueConstraint(fields=["terms", "fingerprint"], name="seal_fingerprint_key"),
        ]
        triggers = [
            pgtrigger.Protect(name="seals_never_change", operation=pgtrigger.Update | pgtrigger.Delete)
        ]

    def __str__(self) -> str:
        return self.fingerprint
