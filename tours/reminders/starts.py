"""What the outbox says about tours that begin."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from datetime import UTC, datetime, timedelta
from functools import partial
from typing import Any

from django.db.models import F, Max, OuterRef, Q, QuerySet, Subquery
from django.db.models.functions import TruncDate
from django.utils.text import format_lazy
from django.utils.translation import gettext_lazy as _

from alliance_site.outbox.occasions import About, Due, Occasion, as_text, listed, rows_of
from people.days import add_days, dates_anywhere, latest_step, local_day
from people.few import among
from people.presence import still_here
from tours import policy
from tours.access import What, who_sees
from tours.models import Side, Signature, Tour
from tours.models.dates import still_employed
from tours.models.sides import parties
from tours.reminders.company_side import not_handed_over, with_manager_now


def _starting(now: datetime, about: About) -> Sequence[QuerySet[Tour]]:
    """For both who agreed, some days ahead and on the first day. Whoever has only just signed knows; and who
    has handed the employee over has no more to do with it."""
    earliest, latest = dates_anywhere(now)
    news = timedelta(days=policy.TOUR_STARTED_IS_NEWS_FOR_DAYS)
    ahead = timedelta(days=max(policy.TOUR_STARTS_STEPS))
    signed = Signature.objects.filter(terms=OuterRef("in_force")).values("terms")
    near = Tour.objects.filter(about.under("pk"), first_day__range=(earliest - news, latest + ahead))
    starting = (
        Tour.objects.agreed()
        .filter(among(near), still_employed(now), still_here(now, "manager"))
        .annotate(
            about=as_text("pk"),
            due_on=F("first_day"),
            signed_on=Subquery(signed.annotate(on=TruncDate(Max("signed_at"), tzinfo=UTC)).values("on")),
        )
    )
    sides = {Side.EMPLOYEE: starting, Side.MANAGER: with_manager_now(starting, now).filter(not_handed_over())}
    return [
        _reached(rows.annotate(recipient_id=F(f"{side}_id")), local_day(now, side))
        for side, rows in sides.items()
    ]


def _reached(starting: QuerySet[Tour], today: Any) -> QuerySet[Tour]:
    steps = (
        Q(due_on__lte=add_days(today, days), signed_on__lt=add_days(F("due_on"), -days))
        for days in policy.TOUR_STARTS_STEPS
    )
    return starting.annotate(step=latest_step(steps)).filter(step__isnull=False)


def _in_words(dues: Sequence[Due]) -> Iterator[Mapping[str, Any]]:
    for due, tour in rows_of(dues, Tour.objects.select_related("employee", "manager")):
        yield {
            **parties(tour, due.recipient_id),
            "day": due.due_on,
            "who_sees": partial(who_sees, What.TERMS),
            "path": tour.get_absolute_url(),
        }


tour_starts = Occasion(
    key="tours.tour_starts",
    title=_("A tour begins"),
    to=_("both sides"),
    steps=format_lazy(
        _("{days} days before the first day, and on it"), days=listed(policy.TOUR_STARTS_STEPS[:1])
    ),
    until=_("it has ended, or has been running for a week"),
    due=_starting,
    context=_in_words,
    may_decline=True,
)
