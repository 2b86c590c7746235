"""In whose hands a tour is by now; it comes by `with_standing(on)`."""

from __future__ import annotations

from datetime import date

from people.models import Person
from tours.models import Tour


def successor_of(tour: Tour) -> int | None:
    """Who manages the employee by now, if that is not who agreed."""
    return tour.manager_now_id if tour.manager_now_id != tour.manager_id and tour.employee_here else None


def has_successor(tour: Tour, on: date) -> bool:
    """Running or to come, and still with the terms of a manager who no longer manages the employee."""
    return tour.in_force is not None and not tour.is_over(on) and successor_of(tour) is not None


def is_handed_over(tour: Tour, on: date) -> bool:
    """The same of what can be taken over: nobody has said that it ends early."""
    return tour.state == Tour.State.AGREED and has_successor(tour, on)


def is_unmanaged(tour: Tour, on: date) -> bool:
    """Running or to come, of somebody who is here and whom nobody manages."""
    runs = tour.state == Tour.State.AGREED and not tour.is_over(on)
    return runs and tour.employee_here and tour.manager_now_id is None


def is_here(person: Person, tour: Tour, on: date) -> bool:
    """Has not left. Of the two of the tour its row knows it, and whoever manages the employee is here."""
    here = {tour.employee_id: tour.employee_here, tour.manager_id: tour.manager_here}
    if person.pk in here:
        return here[person.pk]
    return person.pk == tour.manager_now_id or not person.has_left(on)


def can_release(person: Person, tour: Tour, today: date) -> bool:
    """The employee, of a tour that somebody else than now managed, or is about to manage."""
    if person.pk != tour.employee_id:
        return False
    managers = {terms.manager_id for terms in tour.versions.all() if terms.is_signed}
    return len(managers) > 1 or has_successor(tour, today)
