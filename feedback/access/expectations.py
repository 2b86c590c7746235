"""Who may know what of an expected role, and the words that tell its readers so.

The words are the employee's and of the managers who were asked. A former manager reads what was said
until it was passed on; a new one nothing before that. HR knows that it is there and whether it is
answered, and reads it once the employee has released it. Managers above know nothing.
`ExpectationQuerySet.visible_to` is the door; a test holds the two together.
"""

from __future__ import annotations

from collections.abc import Iterable
from datetime import date, datetime
from enum import StrEnum

from django.utils.translation import gettext as _

from feedback.access.checkins import names
from feedback.models import Asking, Expectation
from people.models import Person


class Act(StrEnum):
    ANSWER = "answer"
    DEBRIEF = "debrief"
    HEAR = "hear"
    GONE = "gone"
    WITHDRAW = "withdraw"
    PASS_ON = "pass_on"  # noqa: S105 - no password
    SHOW_HR = "show_hr"


def acts(person: Person, expectation: Expectation, on: date) -> set[Act]:
    """What the person may do with it that day: nothing after leaving, nor once it is over."""
    found: set[Act] = set()
    if expectation.is_alive and person.pk == expectation.manager_id:
        found = {Act.DEBRIEF} if expectation.gone_at else {Act.ANSWER, Act.DEBRIEF}
    elif expectation.is_alive and person.pk == expectation.employee_id:
        found = {Act.WITHDRAW, Act.PASS_ON}
        if expectation.gone_at:
            found.add(Act.HEAR)
        elif person.manager_on(on) == expectation.manager:  # who else would owe the talk about it?
            found.add(Act.GONE)
    if person.pk == expectation.employee_id and not expectation.shown_to_hr_at:
        found.add(Act.SHOW_HR)
    return found if found and person.is_employed(on) else set()


def is_for(act: Act, person: Person, expectation: Expectation) -> bool:
    """Whose act it is, whether or not it is possible now: for all others there is no such page."""
    asked = act in (Act.ANSWER, Act.DEBRIEF)
    return person.pk == (expectation.manager_id if asked else expectation.employee_id)


def reads_until(person: Person, expectation: Expectation, askings: Iterable[Asking]) -> datetime | None:
    """The moment after which a former manager reads nothing more; None for all other readers."""
    if expectation.shown_to_hr_at and person.is_hr:
        return None
    return next((asking.until for asking in askings if asking.manager_id == person.pk), None)


def readers(expectation: Expectation, askings: Iterable[Asking]) -> tuple[list[Person], list[Person]]:
    """Who reads all of it, and the managers who read what was said until it was passed on."""
    now = [asking.manager for asking in askings if asking.until is None]
    return [expectation.employee, *now], [asking.manager for asking in askings if asking.until]


def who_sees(person: Person, expectation: Expectation, askings: Iterable[Asking]) -> str:
    now, before = readers(expectation, askings)
    said = _("Read by %(now)s. HR sees that it is there and how it stands, not what it says.")
    if expectation.shown_to_hr_at:
        said = _("Read by %(now)s, and by HR, to whom %(name)s has shown it.")
    lines = [said % {"now": names(now, person), "name": expectation.employee.name}]
    if before:
        until = _("What was said until it was passed on is read by %(names)s too.")
        lines.append(until % {"names": names(before, person)})
    return " ".join(lines)


def who_sees_new(person: Person, manager: Person) -> str:
    """Of what is about to be stated."""
    return _("Read by %(now)s. HR sees that it is there and how it stands, not what it says.") % {
        "now": names([person, manager], person)
    }


def who_sees_between(person: Person, expectation: Expectation) -> str:
    """For a letter to one of the two; the page has it in full."""
    return _("What was written is read by %(now)s, and by those to whom %(name)s shows it.") % {
        "now": names([expectation.employee, expectation.manager], person),
        "name": expectation.employee.name,
    }


def who_sees_answer(person: Person, expectation: Expectation) -> str:
    """Of what the manager is about to write."""
    return _(
        "Read by %(now)s. %(name)s may show it to a new manager or to HR; else HR sees only how it stands."
    ) % {"now": names([expectation.manager, expectation.employee], person), "name": expectation.employee.name}
