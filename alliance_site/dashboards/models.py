"""What this room itself has to remember: who asked for the month's report."""

from __future__ import annotations

from django.conf import settings
from django.db import models
from django.utils.translation import gettext_lazy as _


class MonthlyReport(models.Model):
    """That somebody in HR wants a letter when a month is over."""

    reader = models.OneToOneField(
        settings.AUTH_USER_MODEL, models.PROTECT, related_name="monthly_report", verbose_name=_("reader")
    )
    since = models.DateField(_("since"))

    class Meta:
        verbose_name = _("wish for the month's report")

    def __str__(self) -> str:
        return f"{self.reader_id}: {self.since}"
