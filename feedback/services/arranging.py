"""To have a check-in on another day, or one more."""

from __future__ import annotations

from datetime import UTC, date, datetime, timedelta

from django.core.exceptions import PermissionDenied
from django.db import transaction
from django.db.models import F
from django.utils.translation import gettext as _

from alliance_site.outbox.services import nudge
from feedback import limits
from feedback.access.arranging import can_ask_anew, may_ask
from feedback.models import CheckIn, Kind
from feedback.models.checkins import CheckInQuerySet
from feedback.questions import latest_set
from people.days import today_for
from people.models import Person
from tours.holidays import working_day
from tours.models import Policy, Side, Tour
from tours.services import Refused


class AlreadyOpen(Exception):
    """There is one of that kind to answer; another would only take its place."""

    def __init__(self, checkin: CheckIn) -> None:
        super().__init__("one is open")
        self.checkin = checkin


def move(checkin: CheckIn, to: date, *, seen: date, actor: Person, now: datetime) -> bool:
    """To another day, from the one that the actor has `seen`; its spans before and after go along. What
    is open stays open, for somebody may be writing. What comes once in a tour lapses when it did.

    False when it cannot be: moved meanwhile, settled, or lapsed, for no lapse is painted over.
    """
    today, by, span = today_for(actor, now), checkin.side_of(actor), to - checkin.due_on
    opens_on = checkin.opens_on + span
    movable = CheckIn.objects.unsettled().filter(pk=checkin.pk, due_on=seen, lapses_on__gte=today)
    if not checkin.by_rhythm:
        movable = movable.filter(lapses_on__gte=to)
    moved = movable.exclude(due_on=to).update(
        due_on=to,
        opens_on=min(opens_on, checkin.opens_on) if checkin.opens_on <= today else opens_on,
        lapses_on=checkin.lapses_on + span if checkin.by_rhythm else checkin.lapses_on,
        moved_by=by,
        moved_at=now,
        moved_from=seen,
        times_moved=F("times_moved") + 1,
    )
    if moved:
        nudge()
    return bool(moved)


def ask_for(tour: Tour, kind: Kind, *, actor: Person, now: datetime) -> CheckIn:
    """One more, which opens today and is due in a week, or when the tour ends; of what comes next the planned
    one, for that is asked once. Raises AlreadyOpen; Refused where there is nothing left to ask; and
    PermissionDenied where the tour ended or changed hands meanwhile.

    Absences do not count: the day it is due would tell them to whoever asks.
    """
    today = today_for(actor, now)
    with transaction.atomic():
        Tour.objects.select_for_update(no_key=True).get(pk=tour.pk)
        found_tour = may_ask(actor, today).filter(pk=tour.pk).first()
        side = found_tour.side_of(actor) if found_tour else None
        if found_tour is None or side is None:
            raise PermissionDenied
        tour = found_tour
        found = _first_unsettled(tour, kind, today)
        if found and found.opens_on <= today:
            raise AlreadyOpen(found)
        if kind is Kind.NEXT_TOUR and not _undecided(tour):
            raise Refused(_("What comes next is agreed on already."))
        if found and kind is Kind.NEXT_TOUR:
            asked = _brought_forward(found, today, side, now)
        else:
            asked = _new(tour, kind, today, side, now)
    nudge()
    return asked


def _first_unsettled(tour: Tour, kind: Kind, today: date) -> CheckIn | None:
    """Open, or else the next to open. Locked where it may be brought forward, for either may move it."""
    rows: CheckInQuerySet = tour.checkins.unsettled().filter(kind=kind, manager=tour.manager)
    if kind is Kind.NEXT_TOUR:
        rows = rows.select_for_update(of=("self",))
    return rows.filter(lapses_on__gte=today).with_hand_ins().order_by("opens_on", "pk").first()


def ask_anew(skipped: CheckIn, *, actor: Person, now: datetime) -> CheckIn:
    """What comes once in a tour, where one side skipped it. The close-out also of a tour that is over; it
    lapses when it would have. Raises as `ask_for`; AlreadyOpen also where it was had meanwhile. Of a row that
    came by `read_by`."""
    today, side = today_for(actor, now), skipped.side_of(actor)
    with transaction.atomic():
        tour = Tour.objects.select_for_update(no_key=True).get(pk=skipped.tour_id)
        if found := _asked_already(skipped, today):
            raise AlreadyOpen(found)
        if side is None or not can_ask_anew(actor, skipped, today):
            raise PermissionDenied
        if skipped.kind == Kind.NEXT_TOUR:
            return ask_for(tour, Kind.NEXT_TOUR, actor=actor, now=now)
        due_on = working_day(Policy.objects.on(today).holiday_calendar, _in_a_week(today))
        days = {"due_on": min(due_on, skipped.lapses_on), "lapses_on": skipped.lapses_on}
        asked = _create(tour, Kind(skipped.kind), today, side, now, **days)
    nudge()
    return asked


def _asked_already(skipped: CheckIn, today: date) -> CheckIn | None:
    """Between the same two; not what is planned for another end and has not opened."""
    rows = CheckIn.objects.filter(tour=skipped.tour_id, kind=skipped.kind, manager=skipped.manager_id)
    newer = rows.filter(skipped_at=None, opens_on__lte=today, pk__gt=skipped.pk)
    return newer.with_hand_ins().first()


def _undecided(tour: Tour) -> bool:
    return Tour.objects.without_outcome().with_nothing_agreed_beyond().filter(pk=tour.pk).exists()


def _brought_forward(planned: CheckIn, today: date, side: Side, now: datetime) -> CheckIn:
    """It keeps its slot, so that planning finds it, and the day on which it lapses."""
    planned.moved_by, planned.moved_at, planned.moved_from = side, now, planned.due_on
    planned.due_on = min(_due_on(planned.tour, Policy.objects.on(today), today), planned.lapses_on)
    planned.opens_on = min(today, now.astimezone(UTC).date())  # not after the day of the move, in letters
    planned.times_moved += 1
    moved = ("moved_by", "moved_at", "moved_from", "due_on", "opens_on", "times_moved")
    planned.save(update_fields=moved)
    return planned


def _due_on(tour: Tour, holds: Policy, today: date) -> date:
    return min(working_day(holds.holiday_calendar, _in_a_week(today)), tour.ends_on or date.max)


def _in_a_week(today: date) -> date:
    return today + timedelta(days=limits.ASKED_DUE_DAYS)


def _new(tour: Tour, kind: Kind, today: date, side: Side, now: datetime) -> CheckIn:
    holds = Policy.objects.on(today)
    due_on = _due_on(tour, holds, today)
    lapses_on = due_on + timedelta(days=holds.checkin_lapses_after)
    if kind is Kind.NEXT_TOUR and tour.in_force and (end := tour.ends_on or tour.in_force.comes_to):
        lapses_on = max(due_on, end)  # as the planned one does
    return _create(tour, kind, today, side, now, due_on=due_on, lapses_on=lapses_on)


def _create(tour: Tour, kind: Kind, today: date, side: Side, now: datetime, **days: date) -> CheckIn:
    return CheckIn.objects.create(
        tour=tour,
        kind=kind,
        employee=tour.employee,
        manager=tour.manager,
        question_set=latest_set(kind, now=now),
        opens_on=today,
        asked_by=side,
        asked_at=now,
        **days,
    )
