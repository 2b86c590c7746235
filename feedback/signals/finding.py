"""What there is to tell the two sides of a tour, from what each of them may read anyway.

Told of are tours that run, and whose manager still manages the employee: what was said to a manager before
stays theirs and is no longer anybody's business.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from datetime import date
from typing import Any

from django.db.models import Exists, F, OuterRef, Q, QuerySet, Value
from django.db.models.functions import JSONObject

from feedback.models import CheckIn
from feedback.models.telling import TOLD, telling_marks
from feedback.signals.words import Signal, of_lapse, of_mark, of_promise
from people.few import among
from people.models import Person, ReportingLine
from people.prepared import prepared
from people.presence import here_on
from tours.ledger import Line, State, owed
from tours.models import Promise, Side, Terms, Tour, TourQuerySet

_MARK = JSONObject(
    told=TOLD,
    checkin_id=F("sheet__checkin"),
    due_on=F("sheet__checkin__due_on"),
    employee_id=F("sheet__checkin__employee"),
    employee=F("sheet__checkin__employee__name"),
)
_LAPSE = JSONObject(
    checkin_id=F("pk"),
    due_on=F("due_on"),
    lapses_on=F("lapses_on"),
    employee_id=F("employee"),
    employee=F("employee__name"),
)
_OWED = JSONObject(
    promise_id=F("pk"),
    tour_id=F("terms__tour"),
    what=F("what"),
    due_on=F("due_on"),
    owed_by=F("owed_by"),
    said_done=F("said_done"),
    employee=F("terms__employee__name"),
)


def of_manager(person: Person, on: date) -> list[Signal]:
    """Of all their tours, in one statement, however many there are. Nothing after leaving."""
    if person.has_left(on):
        return []
    found = [signal for what, told in _rows(person, on) for signal in _TO_MANAGER[what](told, person)]
    return _in_order(found)


@prepared
def _rows(person: Person, on: date) -> QuerySet[Any, Any]:
    running = _told_of(person, on)
    marks = telling_marks(person).filter(
        among(running, "sheet__checkin__tour"), sheet__checkin__manager=person
    )
    lapses = CheckIn.objects.unmended_lapses(on).filter(among(running, "tour"), manager=person)
    promises = owed(on).filter(among(running, "terms", "in_force"), due_on__lt=on)
    rows: QuerySet[Any, Any] = marks.order_by().values_list(Value("mark"), _MARK)
    return rows.union(
        lapses.order_by().values_list(Value("lapse"), _LAPSE),
        promises.order_by().values_list(Value("promise"), _OWED),
        all=True,
    )


def is_told_of(tour: Tour, on: date) -> bool:
    """As `_told_of` has them; the tour comes by `with_standing(on)`."""
    runs = tour.status(on) == Tour.Status.ACTIVE
    here = tour.employee_here and tour.manager_here
    return runs and here and tour.manager_now_id in (None, tour.manager_id)


def of_tour(
    tour: Tour, reader: Person, on: date, checkins: Iterable[CheckIn], lines: Iterable[Line]
) -> list[Signal]:
    """To either of its two sides what `of_manager` tells the manager, from what the tour's page knows:
    its check-ins `with_signals`, and its ledger."""
    side = tour.side_of(reader)
    if side is None or not is_told_of(tour, on):
        return []
    other = tour.party(side.other).name
    found = [signal for checkin in checkins for signal in _of_checkin(checkin, tour, side)]
    found += [
        of_promise(line.promise, other, side, said_done=line.done is not None)
        for line in lines
        if line.state == State.OVERDUE
    ]
    return _in_order(found)


def _told_of(manager: Person, on: date) -> TourQuerySet:
    """Of a manager who is here."""
    elsewhere = ReportingLine.objects.current(on).filter(~Q(manager=manager), person=OuterRef("employee"))
    running = Tour.objects.active(on).filter(here_on(on, "employee"), manager=manager)
    return running.filter(~Exists(elsewhere))


def _of_checkin(checkin: CheckIn, tour: Tour, side: Side) -> Iterator[Signal]:
    if checkin.manager_id != tour.manager_id:
        return
    checkin.employee, checkin.manager = tour.employee, tour.manager  # the same two, without a query
    for told in vars(checkin)["marks_told"] or ():
        yield from of_mark(told, checkin, side)
    if vars(checkin)["lapse_told"]:
        yield of_lapse(checkin, side)


def _mark(told: Mapping[str, Any], person: Person) -> list[Signal]:
    return list(of_mark(told["told"], _checkin(told, person), Side.MANAGER))


def _lapse(told: Mapping[str, Any], person: Person) -> list[Signal]:
    checkin = _checkin(told, person)
    checkin.lapses_on = date.fromisoformat(told["lapses_on"])
    return [of_lapse(checkin, Side.MANAGER)]


def _checkin(told: Mapping[str, Any], manager: Person) -> CheckIn:
    return CheckIn(
        pk=told["checkin_id"],
        due_on=date.fromisoformat(told["due_on"]),
        employee=Person(pk=told["employee_id"], name=told["employee"]),
        manager=manager,
    )


def _promise(told: Mapping[str, Any], person: Person) -> list[Signal]:
    tour = Tour(pk=told["tour_id"])
    promise = Promise(
        pk=told["promise_id"],
        what=told["what"],
        due_on=date.fromisoformat(told["due_on"]),
        owed_by=told["owed_by"],
        terms=Terms(tour=tour),
    )
    return [of_promise(promise, told["employee"], Side.MANAGER, said_done=told["said_done"])]


_TO_MANAGER = {"mark": _mark, "lapse": _lapse, "promise": _promise}


def _in_order(found: Iterable[Signal]) -> list[Signal]:
    """That somebody learns little before all else: it is what leavers say too late. Then the newest, what one
    check-in tells together, and in the order of the words, so that a page does not change by itself."""
    return sorted(found, key=lambda told: (not told.first, -told.on.toordinal(), told.url, told.sentence))
