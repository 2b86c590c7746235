"""Whose turn it is where something is being agreed on, and since when."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime

from people.days import today_for
from people.models import Person
from tours import access
from tours.models import Side, Terms, Tour


@dataclass(frozen=True)
class Turn:
    """Who must act for it to come about: who is `writing`, or else who is to sign `number`.

    `in_vain` is with whom nothing can be agreed on any more; `run_out` the last day of what nobody can sign
    any more, because it is past; `began` the first of a tour that what nobody can sign would have begin anew.
    """

    people: list[Person]
    since: date
    days: int
    number: int
    writing: bool
    in_vain: Person | None = None
    run_out: date | None = None
    began: date | None = None


def turn_of(tour: Tour, reader: Person, on: date) -> Turn | None:
    """As far as the reader may know; the tour comes by `with_versions().with_standing(on)`."""
    terms = tour.negotiated
    if terms is None or tour.is_over(on) or not access.sees_turn(reader, tour, tour.manager_now_id):
        return None
    return _turn(tour, terms, access.in_vain(tour), reader, on)


def turn_in_list(tour: Tour, reader: Person, on: date) -> Turn | None:
    """The same of a tour that came by `listed`, where the versions know whether the manager is still there
    to agree."""
    terms = tour.negotiated
    if terms is None or tour.is_over(on) or not access.sees_turn(reader, tour, terms.manager_now_id):
        return None
    gone = terms.gone_manager if tour.employee_here else terms.employee
    return _turn(tour, terms, gone, reader, on)


def whose_turn(tour: Tour) -> list[Person]:
    """Who must act for what is being agreed on to come about."""
    terms = tour.negotiated
    if terms is None:
        return []
    if not terms.proposed_at:
        return [terms.created_by]
    return [terms.party(side) for side in Side if terms.lacks(side)]


def _turn(tour: Tour, terms: Terms, in_vain: Person | None, reader: Person, on: date) -> Turn:
    since, days = _since(terms.proposed_at or terms.created_at, reader, on)
    writing = terms.proposed_at is None
    run_out = terms.ends_on if terms.has_run_out(on) and not writing else None
    began = None if writing else access.began_otherwise(terms, tour, on)
    return Turn(whose_turn(tour), since, days, terms.number, writing, in_vain, run_out, began)


def _since(at: datetime, reader: Person, on: date) -> tuple[date, int]:
    since = today_for(reader, at)
    return since, max((on - since).days, 0)
