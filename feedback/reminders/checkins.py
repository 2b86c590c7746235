"""What the outbox says about check-ins, to whom, and for how long it is true.

Nobody learns from a letter whether the other side has handed in, or what it said.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from datetime import datetime, timedelta
from functools import partial
from typing import Any

from django.db.models import Case, DateField, Exists, F, OuterRef, Q, QuerySet, Value, When
from django.db.models.functions import Cast, Concat
from django.utils.text import format_lazy
from django.utils.translation import gettext_lazy as _

from alliance_site.outbox.occasions import About, Due, Occasion, as_text, rows_of
from feedback import limits
from feedback.access import who_sees_answers
from feedback.models import BY_RHYTHM, CheckIn, Kind, Plan, handed_in
from people.days import add_days, dates_anywhere, latest_step, local_day
from people.few import among
from people.presence import still_here
from tours.models import Policy, Side
from tours.models.dates import still_employed

MOVED_WHILE_OPEN = Q(moved_at__date__gte=F("opens_on"))

OUT_OF_DATE = Exists(Plan.objects.filter(tour=OuterRef("tour")).exclude(terms=OuterRef("tour__in_force")))

#: The check-in, and how many times it was moved by then.
ABOUT = Case(
    When(times_moved=0, then=as_text("pk")),
    default=Concat(as_text("pk"), Value(" "), as_text("times_moved")),
)

#: For how many days after it is due it is reminded of; for how many a regular one is HR's policy.
REMINDED = {
    Kind.NEXT_TOUR: limits.NEXT_TOUR_DUE_DAYS,
    Kind.CLOSE_OUT: limits.CLOSE_OUT_GRACE_DAYS,
}


def _awaited(dated: QuerySet[CheckIn], now: datetime, about: About) -> QuerySet[CheckIn]:
    """Of these, which are not settled, those still asked for, between two people who are still here, and
    planned from the terms in force: by others there may be no such day, and planning is about to say which
    there are.

    What is moved is said anew, even if it comes back to a day that was said before: whoever has heard of
    the days in between must hear of this one too.
    """
    employed = still_employed(now, "employee", "tour__first_day")
    return (
        CheckIn.objects.filter(among(dated.filter(about.under("pk", _checkin))))
        .asked(local_day(now, "employee"))
        .filter(employed, still_here(now, "manager"), ~OUT_OF_DATE)
        .annotate(about=ABOUT)
        .filter(about.under("about"))
    )


def _checkin(about: str) -> int:
    return int(about.split(" ")[0])


def _not_handed_in(rows: QuerySet[CheckIn], side: Side) -> QuerySet[CheckIn]:
    return rows.filter(~handed_in(side)).annotate(recipient_id=F(f"{side}_id"))


def _due(kind: Kind, now: datetime, about: About) -> Sequence[QuerySet[CheckIn]]:
    """Open ones, for each side that has not handed in: at the opening, on the day, and once after it. How far
    ahead one is due that is open, nobody knows: it may have been moved or asked for."""
    earliest, latest = dates_anywhere(now)
    after = REMINDED.get(kind) or Policy.objects.most("checkin_lapses_after")
    since = add_days(Cast(Value(earliest), DateField()), -after)
    dated = CheckIn.objects.open(latest).filter(kind=kind, due_on__gte=since)
    open_somewhere = _awaited(dated, now, about)
    return [_open(_not_handed_in(open_somewhere, side), side, now) for side in Side]


def _open(rows: QuerySet[CheckIn], side: Side, now: datetime) -> QuerySet[CheckIn]:
    """Who asked for it, or chose another day for it while it was open, knows that it is open."""
    today = local_day(now, side)
    asked, moved = Q(asked_by=side, moved_at__isnull=True), Q(MOVED_WHILE_OPEN, moved_by=side)
    steps = [
        Q(opens_on__lte=today) & ~asked & ~moved,
        Q(due_on__lte=today),
        Q(due_on__lte=add_days(today, -limits.REMIND_AGAIN_DAYS_AFTER)),
    ]
    return rows.annotate(step=latest_step(steps)).filter(step__isnull=False, lapses_on__gte=today)


def _lapsed(now: datetime, about: About) -> Sequence[QuerySet[CheckIn]]:
    """Those whose grace is over, for each side that has not handed in: it still can.

    Whoever has handed in has done their part, and sees on the page how it stands. What was asked once
    in a tour and lapsed with its end, is over; of it no letter comes.
    """
    earliest, latest = dates_anywhere(now)
    news = earliest - timedelta(days=limits.LAPSED_IS_NEWS_FOR_DAYS)
    longest = Policy.objects.most("checkin_lapses_after")
    days = (add_days(Cast(Value(news), DateField()), -longest), latest)
    dated = CheckIn.objects.unsettled().filter(
        kind__in=BY_RHYTHM, lapses_on__range=(news, latest), due_on__range=days
    )
    over_somewhere = _awaited(dated, now, about)
    return [
        _not_handed_in(over_somewhere, side)
        .filter(lapses_on__lt=local_day(now, side))
        .annotate(step=Value(0))
        for side in Side
    ]


def _in_words(dues: Sequence[Due]) -> Iterator[Mapping[str, Any]]:
    checkins = CheckIn.objects.select_related("employee", "manager", "tour__in_force")
    checkins = checkins.annotate(moved_while_open=Case(When(MOVED_WHILE_OPEN, then=F("moved_by"))))
    for due, checkin in rows_of(dues, checkins, _checkin):
        other = checkin.other_than(due.recipient_id)
        by_other = checkin.side_of(other)
        yield {
            "checkin": checkin,
            "moved": vars(checkin)["moved_while_open"] == by_other,
            "asked": _is_asked_by(by_other, checkin),
            "step": due.step,
            "other": other,
            "last_day": checkin.tour.ends_on or checkin.lapses_on,
            # It opened on that day or later: after an early end, or asked for after all.
            "over": checkin.tour.ends_on is not None and checkin.tour.ends_on <= checkin.opens_on,
            "open_ended": checkin.tour.ends_on is None,
            # Called by the template, in the recipient's language.
            "who_sees": partial(who_sees_answers, checkin.other_than(other.pk), checkin),
            "path": checkin.get_absolute_url(),
        }


def _is_asked_by(side: Side | None, checkin: CheckIn) -> bool:
    """One more; or to be had sooner, of what comes next, which is asked once."""
    if checkin.kind == Kind.NEXT_TOUR and checkin.moved_from and checkin.due_on < checkin.moved_from:
        return bool(vars(checkin)["moved_while_open"] == side)
    return checkin.asked_by == side and not checkin.moved_by


_for_those_open = partial(
    Occasion,
    to=_("each side that has not handed in"),
    one_sided=True,
    steps=format_lazy(
        _("when it opens, on the day, and {days} days after it"), days=limits.REMIND_AGAIN_DAYS_AFTER
    ),
    until=_("that side has handed in, or the check-in is skipped or has lapsed"),
    context=_in_words,
)

checkin_due = _for_those_open(
    key="feedback.checkin_due",
    title=_("A check-in is due"),
    due=partial(_due, Kind.REGULAR),
)

career_due = _for_those_open(
    key="feedback.career_due",
    title=_("A career check-in is due"),
    due=partial(_due, Kind.CAREER),
)

next_tour_due = _for_those_open(
    key="feedback.next_tour_due",
    title=_("Both are to say what comes next"),
    due=partial(_due, Kind.NEXT_TOUR),
)

close_out_due = _for_those_open(
    key="feedback.close_out_due",
    title=_("A close-out is due"),
    due=partial(_due, Kind.CLOSE_OUT),
    may_decline=True,
)

checkin_lapsed = Occasion(
    key="feedback.checkin_lapsed",
    title=_("A check-in has lapsed"),
    to=_("each side that has not handed in"),
    one_sided=True,
    steps=_("once, when the time for it is over"),
    until=format_lazy(
        _("it is completed late, or {days} days are over"), days=limits.LAPSED_IS_NEWS_FOR_DAYS
    ),
    due=_lapsed,
    context=_in_words,
    may_decline=True,
)
