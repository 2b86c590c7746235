"""What the outbox says about tours that come to their end, or to their review, with nothing agreed beyond."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from datetime import date, datetime, timedelta
from functools import partial
from typing import Any

from django.db.models import F, Q, QuerySet
from django.db.models.functions import Least
from django.db.models.lookups import GreaterThanOrEqual
from django.utils.text import format_lazy
from django.utils.translation import gettext_lazy as _

from alliance_site.outbox.occasions import About, Due, Occasion, as_text, listed, rows_of
from people.days import add_days, dates_anywhere, latest_step, local_day
from people.few import among
from tours import policy
from tours.access import What, who_sees
from tours.models import Parting, Terms, Tour
from tours.models.dates import COMES_TO, leaves_before_the_end, still_employed, window_is_open
from tours.models.partings import end_said_on
from tours.models.sides import parties
from tours.reminders.company_side import company_is_here, company_now, not_handed_over, with_manager_now


def _ending_tours(now: datetime, about: About) -> Sequence[QuerySet[Tour]]:
    """Tours whose last day (when open-ended, the day of review) is near: for the employee, and for whoever
    manages them by now. That the window opens is said by the check-in about it, that half of it is gone is
    step 0, unless one of the days that follow has come by then. A review that was not held is said twice
    more; then HR sees it.

    What the two who agreed have decided is theirs: whoever has come after one of them hears while nothing is.

    A known limit: after a move or a parting no letter comes of what has a last day, which HR, who sees those
    that go out, could notice. To go on writing to two people about what they have settled, or to fall silent
    after every outcome and let a next tour be forgotten unsigned, would be worse.
    """
    earliest, latest = dates_anywhere(now)
    recent = earliest - timedelta(days=policy.REMIND_WITHIN_DAYS)
    terms = in_their_windows(recent, latest).filter(about.under("tour"))
    early = said_to_end_early(now).filter(about.under("tour"))
    ending: QuerySet[Any] = (
        Tour.objects.running(earliest)
        .with_nothing_agreed_beyond()
        .annotate(about=as_text("pk"), due_on=F("comes_to"))
        .filter(
            Q(among(terms, "in_force")) | Q(among(early, key="tour")),
            still_employed(now),
            ~leaves_before_the_end(),
        )
    )
    companys = with_manager_now(ending, now).filter(company_is_here(now)).annotate(recipient_id=company_now())
    day = F("manager_day")
    return [
        _near(ending.annotate(recipient_id=F("employee_id")), local_day(now, "employee")),
        _near(companys.filter(not_handed_over()), day),
        _near(companys.exclude(not_handed_over()).without_outcome(), day),
    ]


def in_their_windows(first: date, last: date) -> QuerySet[Terms]:
    """Those whose next-tour window opens by the last of these days, and that come to their end or review on
    the first or later."""
    dated = Terms.objects.annotate(to=COMES_TO)
    return dated.filter(to__gte=first, talk_on__lte=last)


def said_to_end_early(now: datetime) -> QuerySet[Parting]:
    """The words about an early end whose last day is still to come somewhere: an index has the newest."""
    since = now - timedelta(days=policy.EARLY_END_AHEAD_DAYS + 1)
    return Parting.objects.filter(at__gt=since, tour__ended_on__gte=dates_anywhere(now)[0])


def _near(ending: Any, today: Any) -> Any:
    """With the step reached by whoever's today it is."""
    near = (Q(due_on__lte=add_days(today, days)) for days in policy.TOUR_ENDS_STEPS)
    past = (Q(due_on__lte=add_days(today, -days), **OPEN_ENDED) for days in policy.REVIEW_OVERDUE_STEPS)
    opened = Least("talk_day", end_said_on())
    half_gone = GreaterThanOrEqual(today - opened, F("due_on") - today)
    steps = latest_step([Q(half_gone), *near, *past])
    ahead = Q(due_on__gte=today, step__isnull=False)
    overdue = Q(step__gt=LAST_AHEAD, **OPEN_ENDED)
    return ending.annotate(step=steps).filter(ahead | overdue, window_is_open(today))


OPEN_ENDED = {"last_day": None}
LAST_AHEAD = len(policy.TOUR_ENDS_STEPS)  #: the steps after it come when the day is past


def _in_words(dues: Sequence[Due]) -> Iterator[Mapping[str, Any]]:
    tours = Tour.objects.select_related("in_force", "employee", "manager").with_newest_step()
    for due, tour in rows_of(dues, tours):
        yield {
            "tour": tour,
            "last_day": due.due_on,
            "open_ended": tour.ends_on is None,
            "overdue": due.step > LAST_AHEAD,
            "agreed": tour.next_step if tour.next_step and tour.next_step.is_decided else None,
            "to_successor": due.recipient_id not in (tour.employee_id, tour.manager_id),
            **parties(tour, due.recipient_id),
            "who_sees": partial(who_sees, What.TERMS),
            "path": tour.get_absolute_url(),
        }


tour_ends = Occasion(
    key="tours.tour_ends",
    title=_("A tour comes to its end"),
    to=_("the employee, and whoever manages them by now"),
    steps=format_lazy(
        _("when half of the next-tour window is gone, and {days} days before the end or the review"),
        days=listed(policy.TOUR_ENDS_STEPS),
    ),
    until=_("a next tour is agreed, or it is agreed that there is none"),
    due=_ending_tours,
    context=_in_words,
)
