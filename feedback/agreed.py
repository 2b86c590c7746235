"""What both agreed on in check-ins, as a page shows it to one reader."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date

from feedback.access import can_settle
from feedback.models import Action
from people.models import Person
from tours.models import Tour


@dataclass(frozen=True)
class Line:
    """An action, and what the reader may do with it."""

    action: Action
    is_overdue: bool
    may_settle: bool
    may_promise: bool


def lines(actions: Iterable[Action], reader: Person, on: date, *, writes: bool, tour: Tour) -> list[Line]:
    """`writes`: whether the reader is still here. Whether the terms of the tour can be amended now, the page
    behind the link says; what comes from an earlier tour is agreed anew to be a promise of this one."""
    runs = tour if tour.state == Tour.State.AGREED and tour.side_of(reader) is not None else None
    return [_line(action, on, writes and can_settle(reader, action), runs) for action in actions]


def _line(action: Action, on: date, may_settle: bool, runs: Tour | None) -> Line:
    of_it = runs is not None and action.checkin.tour_id == runs.pk
    may_promise = may_settle and of_it and action.outcome is None and not action.proposal_stands
    return Line(action, action.is_overdue(on), may_settle, may_promise)
