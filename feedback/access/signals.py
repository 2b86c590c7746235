"""Who reads what came of the check-ins of a tour: its two sides, and nobody else."""

from __future__ import annotations

from collections.abc import Iterable

from django.utils.translation import gettext as _

from feedback.access.checkins import names
from feedback.models import CheckIn
from people.models import Person
from tours.models import Side, Tour


def who_sees_signals(person: Person, tour: Tour) -> str:
    return _("Read by %(now)s, in the same words. It follows from dates and from what both have read.") % {
        "now": names([tour.employee, tour.manager], person)
    }


def who_sees_told() -> str:
    """Of the signals of all tours that a manager has."""
    return _("Read by you and, on the page of the tour, by the person it is about. By nobody else.")


def can_read_over_time(person: Person, tour: Tour) -> bool:
    """Its two sides once it has force, and a manager before of their own check-ins: the tour comes with
    `was_side`, whether the person was a side of any."""
    return bool(vars(tour)["was_side"] or (tour.in_force_id and tour.side_of(person)))


def who_sees_over_time(person: Person, checkins: Iterable[CheckIn]) -> str:
    """Of what the page shows of these; who has several managers shares with each only theirs."""
    sides = [p for checkin in checkins for p in (checkin.employee, checkin.manager)]
    readers = list(dict.fromkeys([person, *sides]))
    about = {"now": names(readers, person)}
    if len(readers) > len(Side):
        return (
            _("Read by %(now)s, each manager only the check-ins they had with you. By nobody else.") % about
        )
    return _("Read by %(now)s, and by nobody else.") % about
