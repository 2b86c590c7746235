"""How it stands with what comes after a tour, as the page of the tour says it to one reader."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date

from people.models import Person
from tours import access
from tours.models import NextStep, Side, Tour


@dataclass(frozen=True)
class Standing:
    """`step` is for the two sides alone; that a tour is undecided near its end everybody may know."""

    undecided: bool
    step: NextStep | None = None
    other: Person | None = None
    is_mine: bool = False
    can_record: bool = False

    @property
    def shows(self) -> bool:
        return bool(self.undecided or self.step or self.can_record)

    @property
    def who_sees(self) -> str:
        return access.who_sees_next_step()


def standing(person: Person, tour: Tour, today: date) -> Standing:
    """Of a tour that came by `with_standing` and `with_next_step`."""
    side, step = tour.side_of(person), tour.next_step
    if side is None:
        return Standing(tour.undecided)
    may = access.can_record_next_step(person, tour, today)
    mine = step is not None and Side(step.side) is side
    return Standing(tour.undecided, step, tour.party(side.other), mine, may)
