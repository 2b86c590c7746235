"""Who reads what both agreed on in a check-in, and who writes on it.

The summary and the actions are read by whoever reads the answers once revealed, so `who_sees_revealed` is
the line of both: the two sides, and whom the employee releases that check-in to. `visible_to` of each is
the same rule for many rows; a test holds the three together.
"""

from __future__ import annotations

from datetime import date

from django.utils.translation import gettext as _

from feedback.models import Action, CheckIn
from people.models import Person
from tours import access
from tours.access import Act
from tours.models import Tour


def can_agree(person: Person, checkin: CheckIn) -> bool:
    """Writes the summary, and adds actions: either side from the reveal on, but not after leaving."""
    return bool(checkin.revealed_at and checkin.side_of(person) is not None and checkin.reader_is_employed)


def can_settle(person: Person, action: Action) -> bool:
    """Either of the two who agreed on it, who must also be here still; a new manager reads it at most."""
    return action.checkin.side_of(person) is not None


def can_promise(person: Person, tour: Tour, on: date) -> bool:
    """One of the two of the tour, as long as its terms can be amended by these two. The tour comes by
    `with_versions().with_standing(on)`."""
    amends = Act.AMEND in access.acts(person, tour, on)
    return tour.side_of(person) is not None and amends and not access.is_handed_over(tour, on)


def who_sees_actions() -> str:
    """Of actions from several check-ins, which may have other readers each."""
    return _(
        "Each is read by the two who agreed on it, and by those to whom the employee releases that check-in."
    )
