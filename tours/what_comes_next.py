"""How it stands with what comes after a tour, as the page of the tour says it to one reader."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date

from django.db.models import QuerySet

from people.models import Person
from people.prepared import prepared
from tours import access
from tours.models import NextStep, Side, Tour


@dataclass(frozen=True)
class Said:
    """One outcome as the page tells it to its reader."""

    step: NextStep
    by: Person
    is_mine: bool


@dataclass(frozen=True)
class ComesNext:
    """What was recorded is for the two sides alone; that a tour is undecided near its end everybody may know.

    `change` is proposed by one side while `said`, on which both have agreed, holds.
    """

    undecided: bool
    said: Said | None = None
    change: Said | None = None
    earlier: Sequence[Said] = ()
    other: Person | None = None
    can_record: bool = False

    @property
    def shows(self) -> bool:
        return bool(self.undecided or self.said or self.earlier or self.can_record)

    @property
    def step(self) -> NextStep | None:
        """The outcome that counts."""
        return self.said.step if self.said else None

    @property
    def to_confirm(self) -> NextStep | None:
        """What waits for the reader."""
        newest = self.change or self.said
        return newest.step if newest and not newest.is_mine and not newest.step.is_agreed else None

    @property
    def who_sees(self) -> str:
        return access.who_sees_next_step()


def comes_next(person: Person, tour: Tour, today: date) -> ComesNext:
    """Of a tour that came by `with_standing` and `with_newest_step`."""
    side, steps = tour.side_of(person), tour.steps
    undecided = _nears_its_end(tour, today) and bool(list(_undecided(tour.pk, today)))
    if side is None:
        return ComesNext(undecided)

    def said(step: NextStep) -> Said:
        return Said(step, tour.party(Side(step.side)), Side(step.side) is side)

    changes = steps.proposed and steps.proposed != steps.counting
    return ComesNext(
        undecided=undecided,
        said=said(steps.counting) if steps.counting else None,
        change=said(steps.proposed) if steps.proposed and changes else None,
        earlier=[said(step) for step in steps.earlier],
        other=tour.party(side.other),
        can_record=access.can_record_next_step(person, tour, today),
    )


def _nears_its_end(tour: Tour, today: date) -> bool:
    """Of all others it is known, without a query, that they are not `undecided_near_the_end`."""
    talks = tour.ended_on or (tour.talk_day and tour.talk_day <= today)
    return bool(talks and tour.last_day and tour.last_day >= today)


@prepared
def _undecided(tour: int, today: date) -> QuerySet[Tour]:
    return Tour.objects.undecided_near_the_end(today).filter(pk=tour).only("pk")
