"""Whose turn it is where something is being agreed on, and since when."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime

from people.days import today_for
from people.models import Person
from tours import access
from tours.models import Side, Tour
from tours.models.tours import OPEN


@dataclass(frozen=True)
class Turn:
    """Who must act for it to come about: who is `writing`, or else who is to sign `number`.

    `in_vain` is with whom nothing can be agreed on any more.
    """

    people: list[Person]
    since: date
    days: int
    number: int
    writing: bool
    in_vain: Person | None = None


def turn_of(tour: Tour, reader: Person, on: date) -> Turn | None:
    """As far as the reader may know; the tour comes by `with_versions().with_standing(on)`."""
    terms = tour.negotiated
    if terms is None or tour.is_over(on) or not access.sees_turn(reader, tour, on):
        return None
    writing = terms.proposed_at is None
    since, days = _since(terms.proposed_at or terms.created_at, reader, on)
    return Turn(tour.whose_turn(), since, days, terms.number, writing, access.in_vain(tour))


def turn_in_list(tour: Tour, reader: Person, on: date) -> Turn | None:
    """The same of a tour that came by `listed`, for its two sides and HR; to others a list says the state."""
    if not tour.newest_known or tour.state not in OPEN or tour.is_over(on):
        return None
    terms = tour.newest_known[0]
    in_force = tour.in_force.number if tour.in_force else 0
    on_table = terms.proposed_at is not None and not terms.closed and terms.number > in_force
    side = terms.side_of(reader)
    if not (on_table or terms.writer_id) or not (side or (on_table and reader.is_hr)):
        return None
    parties = [terms.employee, terms.manager]
    if terms.writer_id:
        people = [person for person in parties if person.pk == terms.writer_id]
    else:
        people = [terms.party(side) for side in Side if not getattr(terms, f"{side}_signed")]
    at = terms.writing_since or terms.proposed_at
    assert at  # something is being written, or lies on the table
    since, days = _since(at, reader, on)
    return Turn(people, since, days, terms.number, bool(terms.writer_id), terms.gone)


def _since(at: datetime, reader: Person, on: date) -> tuple[date, int]:
    since = today_for(reader, at)
    return since, max((on - since).days, 0)
