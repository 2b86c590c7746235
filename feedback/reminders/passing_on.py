"""What the outbox says to whoever has another manager by now, whom nobody asks about the role they expect.

Only the employee hears of it, and only they let the new manager know: then that one owes an answer, and is
told so (`expectation_waiting`). Where a tour is handed over, the letter about that says it already.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from datetime import datetime, timedelta
from typing import Any

from django.db.models import Exists, F, OuterRef, Q, QuerySet
from django.urls import reverse
from django.utils.translation import gettext_lazy as _

from alliance_site.outbox.occasions import About, Due, Occasion, as_text, rows_of
from feedback import limits
from feedback.models import Expectation
from feedback.reminders.expectations import AGAIN, AT_ONCE_AND_AGAIN
from people.days import add_days, dates_anywhere, latest_step, local_day
from people.few import among
from people.models import ReportingLine, on_day
from people.presence import still_here
from tours.models import Tour


def stays_behind() -> Exists:
    """Of a reporting line: whether a role that the person expects does."""
    roles = Expectation.objects.staying_behind(OuterRef("manager"))
    return Exists(roles.filter(employee=OuterRef("person")))


def _kept_back(now: datetime, about: About) -> Sequence[QuerySet[ReportingLine]]:
    """For the employee, as their front page says it, one letter for all their roles."""
    today, (earliest, _latest) = local_day(now, "person"), dates_anywhere(now)
    handed_over = Tour.objects.handed_over(local_day(now, "employee")).filter(employee=OuterRef("person"))
    lines = ReportingLine.objects.filter(
        among(Expectation.objects.alive(), "person", "employee"),
        on_day(today, "since", "until"),
        Q(since__gte=earliest - timedelta(days=limits.NEWS_FOR_DAYS)),
        stays_behind(),
        ~Exists(handed_over),
        still_here(now, "person"),
    ).annotate(
        about=as_text("pk"),
        recipient_id=F("person_id"),
        due_on=F("since"),
        step=latest_step([Q(since__lte=today), Q(since__lte=add_days(today, -AGAIN))]),
    )
    return [lines.filter(about.under("pk"))]


def _in_words(dues: Sequence[Due]) -> Iterator[Mapping[str, Any]]:
    for _due, line in rows_of(dues, ReportingLine.objects.select_related("manager")):
        yield {"other": line.manager, "path": reverse("ahead")}


role_stays = Occasion(
    key="feedback.role_stays",
    title=_("An expected role stays with the manager before"),
    to=_("the employee"),
    steps=AT_ONCE_AND_AGAIN,
    until=_("it is passed on or kept, or a tour is handed over"),
    due=_kept_back,
    context=_in_words,
)
