"""What HR is written to on Mondays: how much has been left undone, after everybody whom it concerns was told.

Numbers only, as HR's front page has them; who it is about stands in the lists there.
"""

from __future__ import annotations

import time
from collections.abc import Collection, Iterator, Mapping, Sequence
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
from alliance_site.dashboards.for_hr import ENDED, OVERDUE, TO_REVIEW, UNANSWERED, UNDECIDED
from alliance_site.outbox.occasions import About, Due, Occasion
from feedback.models import BY_RHYTHM, CheckIn
from people.days import local_day
from people.measures.rows import count_of
from people.models import Person, Role
from people.reminders import hr_on_duty
from tours import failing, policy
from tours.models import Policy, Tour

Left = Sequence[tuple[Any, QuerySet[Any]]]


def _mondays(now: datetime, about: About) -> Sequence[QuerySet[Role]]:
    """The letter of this week, whatever day of it has come."""
    monday = Cast(Func(Value("week"), local_day(now, "person"), function="date_trunc"), DateField())
    about_it = Value("left undone", CharField())
    return [hr_on_duty(now).annotate(about=about_it, due_on=monday, step=Value(0))]


def _left_undone(on: date) -> Left:
    """Each with the sentence that says how many there are; in the words of HR's front page where they fit."""
    holds = Policy.objects.on(on)
    days = timedelta(days=holds.hr_days)
    by, near = on - days, on + timedelta(days=holds.undecided_days) - days
    tours, lapsed = Tour.objects.all(), CheckIn.objects.unmended_lapses(on).between_those_here(on)
    lapsed = lapsed.filter(kind__in=BY_RHYTHM)
    return [
        (_UNSIGNED, failing.unsigned(tours, on, holds.hr_days)),
        (_HANDED_OVER, tours.handed_over(on).filter(LessThanOrEqual(F("take_over_by"), by))),
        (UNDECIDED.sentence, UNDECIDED.rows(on).filter(in_force__ends_on__lte=near)),
        (ENDED.sentence, ENDED.rows(on)),
        (TO_REVIEW.sentence, failing.review_overdue(tours, on, holds.hr_days)),
        (UNANSWERED.sentence, UNANSWERED.rows(on).filter(due_on__lte=by)),
        (_PROMISES, OVERDUE.rows(on).filter(due_on__lte=by)),
        (_LAPSED, lapsed.filter(lapses_on__range=(on - timedelta(days=policy.ENDED_UNDECIDED_DAYS), by))),
    ]


_UNSIGNED = ngettext_lazy(
    "%(count)s tour waits for signatures", "%(count)s tours wait for signatures", "count"
)
_HANDED_OVER = ngettext_lazy(
    "%(count)s tour has not been taken over by the new manager",
    "%(count)s tours have not been taken over by the new managers",
    "count",
)
_PROMISES = ngettext_lazy(
    "%(count)s promise of the company is overdue", "%(count)s promises of the company are overdue", "count"
)
_LAPSED = ngettext_lazy(
    "%(count)s check-in has lapsed and was not made up for",
    "%(count)s check-ins have lapsed and were not made up for",
    "count",
)


def _in_words(dues: Sequence[Due]) -> Iterator[Mapping[str, Any] | None]:
    """The same numbers for all, as of that Monday; where nothing is left undone, nothing is said."""
    left = _left_undone(dues[0].due_on)
    numbers = _counted(dues[0], left)
    found = [(sentence, number) for (sentence, _rows), number in zip(left, numbers, strict=True) if number]
    for _due in dues:
        # `lines` is called by the template, in the recipient's language.
        yield {"lines": partial(_lines, found), "path": reverse("home")} if found else None


def _counted(due: Due, left: Left) -> Sequence[int]:
    """Kept for a while where it takes long: a large company has more readers than are written to at once."""
    key, begun = f"left-undone:{due.due_on}", time.monotonic()
    if known := kept.recall(key):
        numbers: Sequence[int] = known.value
        return numbers
    asked = Person.objects.filter(pk=due.recipient_id)
    numbers = asked.values_list(*(count_of(rows) for _sentence, rows in left)).get()
    kept.keep(key, numbers, timezone.now(), time.monotonic() - begun)
    return numbers


def _lines(found: Collection[tuple[Any, int]]) -> list[str]:
    return [sentence % {"count": number} for sentence, number in found]


hr_letter = Occasion(
    key="dashboards.hr_letter",
    title=_("What has been left undone"),
    template="dashboards/hr_letter",
    to=_("everybody in HR"),
    steps=_("on Mondays, of what is still undone after the days of the policy"),
    until=_("the week is over"),
    due=_mondays,
    context=_in_words,
    may_decline=True,
    for_hr=True,
)
