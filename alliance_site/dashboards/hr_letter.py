"""What HR is written to on Mondays: how much has been left undone, after everybody whom it concerns was told.

Numbers only, as HR's front page has them; who it is about stands in the list that each leads to. They are by
the dates of the reader's own Monday, from what was recorded when they were counted, and say so.
"""

from __future__ import annotations

import time
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import replace
from datetime import date, datetime, timedelta
from functools import partial
from typing import Any

from django.db.models import CharField, DateField, F, Func, QuerySet, Value
from django.db.models.functions import Cast
from django.db.models.lookups import LessThanOrEqual
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext_lazy as _
from django.utils.translation import ngettext_lazy

from alliance_site.dashboards import kept
from alliance_site.dashboards.for_hr import (
    ENDED,
    OVERDUE,
    TO_REVIEW,
    UNANSWERED,
    UNDECIDED,
    Counted,
    key_of,
    tours_shown,
)
from alliance_site.outbox.occasions import About, Due, Occasion
from feedback.models import BY_RHYTHM
from feedback.signals.process import lapsed
from people.days import local_day
from people.measures.rows import count_of, one_row
from people.models import Role
from people.reminders import hr_on_duty
from tours import failing, policy
from tours.models import Policy, Tour

#: What each line counts, and what of its list it is.
Left = Sequence[tuple[Counted, QuerySet[Any]]]

_UNSIGNED = tours_shown(
    "unsigned",
    ngettext_lazy("%(count)s tour waits for signatures", "%(count)s tours wait for signatures", "count"),
)
_HANDED_OVER = tours_shown(
    "handover",
    ngettext_lazy(
        "%(count)s tour has not been taken over by the new manager",
        "%(count)s tours have not been taken over by the new managers",
        "count",
    ),
)
_PROMISES = replace(
    OVERDUE,
    sentence=ngettext_lazy(
        "%(count)s promise of the company is overdue",
        "%(count)s promises of the company are overdue",
        "count",
    ),
)
_LAPSED = Counted(
    lapsed,
    ngettext_lazy(
        "%(count)s check-in has lapsed and was not made up for; only the latest of each kind "
        "in a tour counts",
        "%(count)s check-ins have lapsed and were not made up for; only the latest of each "
        "kind in a tour counts",
        "count",
    ),
    "signals",
    "?kind=lapsed",
)


def _mondays(now: datetime, about: About) -> Sequence[QuerySet[Role]]:
    """The letter of this week, whatever day of it has come."""
    monday = Cast(Func(Value("week"), local_day(now, "person"), function="date_trunc"), DateField())
    about_it = Value("left undone", CharField())
    return [hr_on_duty(now).annotate(about=about_it, due_on=monday, step=Value(0))]


def _left_undone(on: date) -> Left:
    """Each with the list where it stands among others; in the words of HR's front page where they fit."""
    holds = Policy.objects.on(on)
    days = timedelta(days=holds.hr_days)
    by, near = on - days, on + timedelta(days=holds.undecided_days) - days
    lapsed_within = (on - timedelta(days=policy.ENDED_UNDECIDED_DAYS), by)
    tours = Tour.objects.all()
    return [
        (_UNSIGNED, failing.unsigned(tours, on, holds.hr_days)),
        (_HANDED_OVER, _HANDED_OVER.rows(on).filter(LessThanOrEqual(F("take_over_by"), by))),
        (UNDECIDED, UNDECIDED.rows(on).filter(last_day__lte=near)),
        (ENDED, ENDED.rows(on)),
        (TO_REVIEW, failing.review_overdue(tours, on, holds.hr_days)),
        (UNANSWERED, UNANSWERED.rows(on).filter(asked_on__lte=by)),
        (_PROMISES, _PROMISES.rows(on).filter(due_on__lte=by)),
        (_LAPSED, _LAPSED.rows(on).filter(kind__in=BY_RHYTHM, lapses_on__range=lapsed_within)),
    ]


def _in_words(dues: Sequence[Due]) -> Iterator[Mapping[str, Any] | None]:
    """The same numbers for all whose Monday it is; where nothing is left undone, nothing is said."""
    found = {monday: _counted(monday) for monday in {due.due_on for due in dues}}
    for due in dues:
        at, left = found[due.due_on]
        # `left` is called by the template, in the recipient's language.
        told = {"left": partial(_told, left), "day": due.due_on, "at": at, "path": reverse("home")}
        yield told if left else None


def _counted(monday: date) -> tuple[datetime, Sequence[tuple[Counted, int]]]:
    """Kept for a while where it takes long: a large company has more readers than are written to at once."""
    left, now, begun = _left_undone(monday), timezone.now(), time.monotonic()
    lists = [each for each, _rows in left]
    key = key_of("left-undone", monday, lists)
    if not (known := kept.recall(key)):
        row = one_row({f"n{number}": count_of(rows) for number, (_each, rows) in enumerate(left)})
        known = kept.Kept(now, list(row.values()))
        kept.keep(key, known.value, now, time.monotonic() - begun)
    return known.at, [(each, many) for each, many in zip(lists, known.value, strict=True) if many]


def _told(left: Sequence[tuple[Counted, int]]) -> list[tuple[str, str]]:
    return [each.told(many) for each, many in left]


hr_letter = Occasion(
    key="dashboards.hr_letter",
    title=_("What has been left undone"),
    to=_("everybody in HR"),
    steps=_("on Mondays, of what is still undone after the days of the policy"),
    until=_("the week is over"),
    due=_mondays,
    context=_in_words,
    may_decline=True,
    for_hr=True,
)
