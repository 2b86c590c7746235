"""Who may do what with a check-in, and the words that tell its readers so.

Only the two sides open one, and whom the employee releases it to after the reveal. HR and a manager who
came later know its dates and state, from `CheckIn.objects.visible_to`, and nothing else.
"""

from __future__ import annotations

from datetime import date, datetime

from django.utils.text import get_text_list
from django.utils.translation import gettext as _

from feedback.models import CheckIn, Question
from people.days import today_for
from people.models import Person
from tours.access import has_successor
from tours.models import Side, Tour

Visibility = Question.Visibility


def can_open(person: Person, checkin: CheckIn) -> bool:
    """Of a row that came by `read_by`, as for the doors below."""
    return checkin.side_of(person) is not None or checkin.is_released_to_reader


def reader_of_releases(tour: Tour, on: date) -> Person | None:
    """To whom the employee may release: whoever manages them that day, while the tour still runs or was
    left with them. Who has left releases no more. The tour comes by `with_standing(on)`."""
    if not tour.employee_here:
        return None
    return tour.employee.manager_on(on) if has_successor(tour, on) else tour.manager


def can_answer(person: Person, checkin: CheckIn, on: date) -> bool:
    """One's own side, from the day it opens until one has handed in; late too, but not after leaving."""
    side = checkin.side_of(person)
    return (
        side is not None
        and checkin.state(on) in (CheckIn.State.OPEN, CheckIn.State.LAPSED)
        and not checkin.has_handed_in(side)
        and checkin.reader_is_employed
    )


def can_skip(person: Person, checkin: CheckIn, on: date) -> bool:
    """Either side, as long as neither has handed in: nobody's answers are skipped away, nor a lapse. What
    comes once in a tour only when it is open and the other has heard of it, not years ahead."""
    early = CheckIn.State.PLANNED if checkin.by_rhythm else CheckIn.State.OPEN
    return (
        checkin.side_of(person) is not None
        and checkin.state(on) in (early, CheckIn.State.OPEN)
        and not any(checkin.has_handed_in(side) for side in Side)
        and checkin.reader_is_employed
    )


def earlier_today(checkin: CheckIn, now: datetime) -> date:
    """Of the two sides' days: what is over by it is over for both, wherever they live."""
    return min(today_for(checkin.party(side), now) for side in Side)


def can_show(person: Person, checkin: CheckIn, now: datetime) -> bool:
    """Who answered in vain may let the other read it, once the time for both has run out."""
    side = checkin.side_of(person)
    return (
        side is not None
        and checkin.state(earlier_today(checkin, now)) == CheckIn.State.LAPSED
        and checkin.has_handed_in(side)
        and checkin.reader_is_employed
    )


def readers(
    checkin: CheckIn, side: Side, *, revealed: bool, visibility: str = Visibility.BOTH
) -> list[Person]:
    """Everybody who may read the answers of that side, before and after the reveal.

    `AnswerQuerySet.visible_to` is the same rule for many rows; a test holds the two together.
    """
    author = checkin.party(side)
    if not revealed or visibility == Visibility.AUTHOR:
        return [author]
    # Nothing is released before the reveal, so no query is spent on it.
    releases = checkin.releases.all() if checkin.revealed_at else ()
    return [
        author,
        checkin.party(side.other),
        *(release.reader for release in releases if release.taken_back_at is None),
    ]


def who_sees_answers(person: Person, checkin: CheckIn, visibility: str = Visibility.BOTH) -> str:
    """Of the answers that this side gives to a question of that visibility, for the line below each field."""
    side = checkin.side_of(person) or Side.EMPLOYEE
    if visibility == Visibility.AUTHOR:
        return who_sees_private()
    said = _("Read by %(now)s until both have handed in, then by %(then)s. By nobody else.")
    if visibility == Visibility.FIGURES:
        said = _(
            "Read by %(now)s until both have handed in, then by %(then)s. Others see it only as one of many,"
            " in figures of a whole group."
        )
    return said % {
        "now": names(readers(checkin, side, revealed=False), person),
        "then": names(readers(checkin, side, revealed=True), person),
    }


def who_sees_private() -> str:
    """Of what is meant for its author alone."""
    return _("Read by you alone, also after both have handed in.")


def who_sees_revealed(person: Person, checkin: CheckIn) -> str:
    """With whom the employee let read it, if anybody: the manager of that time is told so."""
    allowed = readers(checkin, Side.EMPLOYEE, revealed=True)
    said = _("Read by %(now)s, and by nobody else.") % {"now": names(allowed, person)}
    if not (more := allowed[len(Side) :]):
        return said
    whose = {"employee": names([checkin.employee], person), "readers": names(more, person)}
    by_you = _("You have released it to %(readers)s.")
    by_other = _("%(employee)s has released it to %(readers)s.")
    return f"{said} {(by_you if person == checkin.employee else by_other) % whose}"


def who_sees_skip(person: Person, checkin: CheckIn) -> str:
    return _("Read by %(now)s. HR sees that it was skipped, not why.") % {
        "now": names([checkin.employee, checkin.manager], person)
    }


def names(people: list[Person], reader: Person) -> str:
    """The reader first, as "you"."""
    you = [_("you") for person in people if person == reader]
    return get_text_list([*you, *(person.name for person in people if person != reader)], _("and"))
