"""The role that an employee named in a check-in, to be stated as one they expect and answered in writing.

What is said there asks nobody for an answer, so it is offered to the employee alone, out of their own words,
and only once both have handed in. The manager is told that it may come, whatever was said or stated.
"""

from __future__ import annotations

from collections.abc import Iterable
from datetime import date

from django.db.models import Exists, Q
from django.utils.text import Truncator

from feedback.models import Answer, CheckIn, Expectation, Kind
from people.models import Person, ReportingLine
from tours.forms import sayable
from tours.models import Side

QUESTION = "role"  #: its key in the sets that we ship; HR may ask it in other words
KINDS = (Kind.CAREER, Kind.NEXT_TOUR)
LENGTH = 200  #: of a role that is stated


def stating(checkin: CheckIn, answers: Iterable[Answer], person: Person, on: date) -> dict[str, bool]:
    """What the page of a check-in that came by `read_by` says of it to one of its sides."""
    asked = checkin.revealed_at is not None and checkin.kind in KINDS and checkin.reader_is_employed
    if not asked or person.pk == checkin.manager_id:
        return {"may_be_asked": asked}
    words = _named(answers)
    return {"can_be_stated": bool(words) and _is_to_be_stated(checkin, _role(words), on)}


def to_state(person: Person, checkin: int) -> dict[str, str]:
    """The fields of what is about to be stated, from what the person has said in that check-in; all of it in
    the reason, where the role is cut short. Nothing of anybody else's, nor before both have handed in."""
    own = Answer.objects.visible_to(person).filter(
        sheet__author=person,
        sheet__checkin=checkin,
        sheet__checkin__kind__in=KINDS,
        sheet__checkin__revealed_at__isnull=False,
    )
    words = _named(own.select_related("question", "sheet"))
    role = _role(words)
    cut = len(" ".join(words.split())) > LENGTH
    return {"role": role} | ({"why": words} if cut else {}) if words else {}


def _named(answers: Iterable[Answer]) -> str:
    said = (
        answer.text
        for answer in answers
        if answer.sheet.side == Side.EMPLOYEE and answer.question.key == QUESTION
    )
    return next(filter(sayable, said), "")


def _role(words: str) -> str:
    return Truncator(" ".join(words.split())).chars(LENGTH)


def _is_to_be_stated(checkin: CheckIn, role: str, on: date) -> bool:
    """Somebody is there to answer, and nothing that lives says it: in these words, or stated since."""
    since = Q(stated_at__gte=checkin.revealed_at)
    said = Expectation.objects.alive().filter(Q(role__iexact=role) | since, employee=checkin.employee_id)
    return ReportingLine.objects.current(on).filter(~Exists(said), person=checkin.employee_id).exists()
