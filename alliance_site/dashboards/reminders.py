"""The month's report, by mail to whoever in HR asked for it.

The letter says that a month can be looked at, and leads there; it holds no figure. A letter is forwarded,
stays in mailboxes and in the outbox, and is read by who is HR no more; a page asks each time who reads it.
"""

from __future__ import annotations

from collections.abc import Collection, Iterator, Mapping, Sequence
from datetime import date, datetime
from typing import Any
from urllib.parse import urlencode

from django.db.models import CharField, DateField, Exists, F, IntegerField, OuterRef, QuerySet, Value
from django.db.models.functions import Cast, TruncMonth
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from alliance_site.dashboards.models import MonthlyReport
from alliance_site.outbox.occasions import Due, Occasion
from people.days import local_day
from people.measures.periods import ONE_DAY
from people.models import Person
from people.recipients import still_here


def _asked(now: datetime, about: Collection[str] | None) -> Sequence[QuerySet[MonthlyReport]]:
    """On the first of the month where the reader is, or as soon after as it can be said; of the latest month
    alone, and of none that was over before they asked."""
    hr = Person.objects.with_duties(now).filter(pk=OuterRef("reader"), is_hr=True)
    found = MonthlyReport.objects.filter(Exists(hr), still_here(now, "reader"))
    if about is not None:
        found = found.filter(pk__in=about)
    return [
        found.annotate(
            recipient_id=F("reader_id"),
            about=Cast("pk", CharField()),
            due_on=Cast(TruncMonth(local_day(now, "reader")), DateField()),
            step=Value(0, IntegerField()),
        ).filter(since__lt=F("due_on"))
    ]


def _in_words(dues: Sequence[Due]) -> Iterator[Mapping[str, Any]]:
    for due in dues:
        first, last = month_before(due.due_on)
        days = urlencode({"from": first.isoformat(), "to": last.isoformat()})
        yield {"month": last, "who_sees": _who_sees, "path": f"{reverse('retention')}?{days}"}


def month_before(day: date) -> tuple[date, date]:
    """The first and the last day of the month that was over when the one of this day began."""
    last = day.replace(day=1) - ONE_DAY
    return last.replace(day=1), last


def _who_sees() -> str:
    return _("The letter holds no figure. Only HR sees the page.")


monthly_report = Occasion(
    key="dashboards.monthly_report",
    title=gettext_lazy("The month's report on retention"),
    template="dashboards/monthly_report",
    to=gettext_lazy("whoever in HR has asked for it"),
    steps=gettext_lazy("on the first of each month"),
    until=gettext_lazy("the month is over, or it is asked for no more"),
    due=_asked,
    context=_in_words,
    for_hr=True,
)
