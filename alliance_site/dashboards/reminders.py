"""The month's report, by mail to whoever in HR asked for it.

The letter has the headline of HR's first page, of the whole company and of nobody in particular, and leads to
everything else. What it says was true when it was written, and says when that was: a letter stays as it is,
while the page counts anew and asks each time who reads it.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from datetime import date, datetime
from functools import partial
from typing import Any
from urllib.parse import urlencode

from django.db.models import DateField, Exists, F, OuterRef, QuerySet, Value
from django.db.models.functions import Cast, TruncMonth
from django.urls import reverse
from django.utils import timezone
from django.utils.timezone import localdate
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from alliance_site.dashboards.models import MonthlyReport
from alliance_site.dashboards.retention import figures
from alliance_site.dashboards.retention.figures import Counted, Figure
from alliance_site.dashboards.retention.overview import HEADLINES
from alliance_site.dashboards.retention.sheets import Cell
from alliance_site.dashboards.retention.view import View
from alliance_site.outbox.occasions import About, Due, Occasion, as_text
from people.days import local_day
from people.departments import Departments
from people.measures.periods import Period, months_before
from people.measures.whom import Service
from people.models import Person
from people.presence import still_here


def _asked(now: datetime, about: About) -> Sequence[QuerySet[MonthlyReport]]:
    """On the first of the month where the reader is, or as soon after as it can be said; of the latest month
    alone, and of none that was over before they asked."""
    hr = Person.objects.with_duties(now).filter(pk=OuterRef("reader"), is_hr=True)
    found = MonthlyReport.objects.filter(Exists(hr), still_here(now, "reader"))
    found = found.filter(about.under("pk"))
    return [
        found.annotate(
            recipient_id=F("reader_id"),
            about=as_text("pk"),
            due_on=Cast(TruncMonth(local_day(now, "reader")), DateField()),
            step=Value(0),
        ).filter(since__lt=F("due_on"))
    ]


def _in_words(dues: Sequence[Due]) -> Iterator[Mapping[str, Any]]:
    """Counted once a month for all of its readers, and told in the language of each."""
    now = timezone.now()
    views = {day: _month(day, now) for day in {due.due_on for due in dues}}
    found = {day: figures.counted(asked) for day, asked in views.items()}
    for due in dues:
        asked = views[due.due_on]
        days = urlencode({"from": asked.period.first.isoformat(), "to": asked.period.last.isoformat()})
        yield {
            "month": asked.period.last,
            "lines": partial(_lines, asked, found[due.due_on]),
            "reasons": partial(_reasons, asked, found[due.due_on]),
            "as_of": partial(_as_of, asked),
            "path": f"{reverse('retention')}?{days}",
        }


def _month(day: date, now: datetime) -> View:
    """Of the whole company, in the month that was over when the one of this day began."""
    last = months_before(day, 1)
    period = Period(last.replace(day=1), last)
    return View(period, None, Departments(), Service(), "", now=now, today=localdate(now), kept={})


def _headlines(asked: View, found: Counted) -> list[Figure]:
    told = figures.told(asked, found)
    return [told.all[name] for name in HEADLINES]


def _lines(asked: View, found: Counted) -> list[str]:
    """Each with the same month a year earlier."""
    line = _("%(name)s: %(value)s (a year earlier: %(earlier)s)")
    return [
        line % {"name": each.words.name, "value": each.value, "earlier": (each.earlier or Cell()).shown}
        for each in _headlines(asked, found)
    ]


def _reasons(asked: View, found: Counted) -> list[str]:
    """Of how many days the rates are, and why there are dashes, each once."""
    headlines = _headlines(asked, found)
    now = [each.reason for each in headlines if each.reason]
    then = [
        _("A year earlier: %s") % each.earlier.why for each in headlines if each.earlier and each.earlier.why
    ]
    return list(dict.fromkeys([figures.of_days(asked), *now, *then]))


def _as_of(asked: View) -> str:
    return asked.counted


monthly_report = Occasion(
    key="dashboards.monthly_report",
    title=gettext_lazy("The month’s report on retention"),
    to=gettext_lazy("whoever in HR has asked for it"),
    steps=gettext_lazy("on the first of each month"),
    until=gettext_lazy("the month is over, or the person no longer wants it"),
    due=_asked,
    context=_in_words,
    for_hr=True,
)
