"""Who may do what with a check-in, and the words that tell its readers so.

Only the two sides ever open one. HR and a manager who came later know its dates and state, from
`CheckIn.objects.visible_to`, and nothing else.
"""

from __future__ import annotations

from datetime import date

from django.utils.text import get_text_list
from django.utils.translation import gettext as _

from feedback.models import CheckIn
from people.models import Person
from tours.models import Side


def can_open(person: Person, checkin: CheckIn) -> bool:
    return checkin.side_of(person) is not None


def can_answer(person: Person, checkin: CheckIn, on: date) -> bool:
    """One's own side, from the day it opens until one has handed in; late too, but not after leaving.

    Of a row that came by `read_by`, as for the doors below.
    """
    side = checkin.side_of(person)
    return (
        side is not None
        and checkin.state(on) in (CheckIn.State.OPEN, CheckIn.State.LAPSED)
        and not checkin.has_handed_in(side)
        and checkin.reader_is_employed
    )


def can_skip(person: Person, checkin: CheckIn, on: date) -> bool:
    """Either side, as long as neither has handed in: nobody's answers are skipped away, nor a lapse."""
    return (
        can_open(person, checkin)
        and checkin.state(on) in (CheckIn.State.PLANNED, CheckIn.State.OPEN)
        and not any(checkin.has_handed_in(side) for side in Side)
        and checkin.reader_is_employed
    )


def can_show(person: Person, checkin: CheckIn, on: date) -> bool:
    """Who answered in vain may let the other read it, once the time for both has run out."""
    side = checkin.side_of(person)
    return (
        side is not None
        and checkin.state(on) == CheckIn.State.LAPSED
        and checkin.has_handed_in(side)
        and checkin.reader_is_employed
    )


def readers(checkin: CheckIn, side: Side, *, revealed: bool) -> list[Person]:
    """Everybody who may read the answers of that side, before and after the reveal.

    `AnswerQuerySet.visible_to` is the same rule for many rows; a test holds the two together.
    """
    author = checkin.party(side)
    return [author, checkin.party(side.other)] if revealed else [author]


def who_sees_answers(person: Person, checkin: CheckIn) -> str:
    """Of the answers that this side gives, for the line below each field."""
    side = checkin.side_of(person) or Side.EMPLOYEE
    return _("Read by %(now)s until both have handed in, then by %(then)s. By nobody else.") % {
        "now": names(readers(checkin, side, revealed=False), person),
        "then": names(readers(checkin, side, revealed=True), person),
    }


def who_sees_revealed(person: Person, checkin: CheckIn) -> str:
    return _("Read by %(now)s, and by nobody else.") % {
        "now": names(readers(checkin, Side.EMPLOYEE, revealed=True), person)
    }


def who_sees_skip(person: Person, checkin: CheckIn) -> str:
    return _("Read by %(now)s. HR sees that it was skipped, not why.") % {
        "now": names([checkin.employee, checkin.manager], person)
    }


def names(people: list[Person], reader: Person) -> str:
    """The reader first, as "you"."""
    you = [_("you") for person in people if person == reader]
    return get_text_list([*you, *(person.name for person in people if person != reader)], _("and"))
