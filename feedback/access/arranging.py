"""Who may choose another day for a check-in, up to which, and who may ask for one."""

from __future__ import annotations

from datetime import date

from django.db.models import Exists, OuterRef

from feedback import limits
from feedback.models import CheckIn, Kind
from people.days import add_months
from people.models import Person
from people.presence import here_on
from tours.models import Side, Tour, TourQuerySet


def can_move(person: Person, checkin: CheckIn, on: date) -> bool:
    """Either side, until it is revealed, skipped or lapsed, as long as it is asked for. Of a row that
    came by `read_by`, with its tour."""
    waits = checkin.state(on) in (CheckIn.State.PLANNED, CheckIn.State.OPEN)
    return (
        waits
        and checkin.side_of(person) is not None
        and checkin.reader_is_employed
        and checkin.rest(on) is None
        and latest_day(checkin, on) >= on
    )


def latest_day(checkin: CheckIn, on: date) -> date:
    """By the rhythm: the last of the tour, or while it is open-ended the last that is planned ahead. What
    comes once in a tour: the day on which it lapses."""
    if checkin.by_rhythm:
        return checkin.tour.ends_on or add_months(on, limits.MONTHS_AHEAD)
    return checkin.lapses_on


def can_ask_anew(person: Person, checkin: CheckIn, on: date) -> bool:
    """Of what comes once in a tour, where it was skipped: either side, as long as it could still be had with
    these two. Of a row that came by `read_by`, with its tour. Whether it is still wanted, and the newest, is
    looked up, for few were skipped: so that holds under the lock of the tour, too."""
    return (
        checkin.state(on) == CheckIn.State.SKIPPED
        and not checkin.by_rhythm
        and checkin.side_of(person) is not None
        and not any(checkin.is_gone(side) for side in Side)
        and checkin.lapses_on >= on
        and (checkin.kind == Kind.CLOSE_OUT or not checkin.tour.is_over(on))
        and CheckIn.objects.with_nothing_newer().asked(on).filter(pk=checkin.pk).exists()
    )


def may_ask(person: Person, on: date) -> TourQuerySet:
    """The tours for which the person may ask for a check-in: their own, as long as they run between these
    two, and both are here."""
    between_others = Exists(Tour.objects.with_successor(on).filter(pk=OuterRef("pk")))
    running = Tour.objects.active(on).of(person).select_related("employee", "manager", "in_force")
    return running.filter(~between_others, *(here_on(on, side) for side in Side.values)).order_by("pk")
