"""Check-ins whose marks say something, for the tests of signals."""

from __future__ import annotations

from datetime import date, timedelta
from typing import Any

from django.db import connection
from django.test.utils import CaptureQueriesContext

from feedback.models import Answer, CheckIn, QuestionSet
from feedback.signals import of_manager
from tests.factories import (
    NOW,
    make_checkin,
    make_question,
    make_sheet,
    make_shipped_set,
)
from tests.feedback.conftest import TODAY
from tours.models import Side, Tour

DAY = TODAY.date()
SPAN = {"starts_on": DAY - timedelta(days=400), "ends_on": DAY + timedelta(days=400)}
FIRST, SECOND, THIRD = (DAY - timedelta(days=days) for days in (270, 180, 90))
STRETCH = "How much does this mission stretch {employee}?"
SECRET = "Zanzibar"


def make_questions(*keys: str, number: int = 1, visibility: str = "figures", **kw: Any) -> QuestionSet:
    """Scales, all of one visibility."""
    wordings = {"stretch": STRETCH, "learning": "I still learn something every month"}
    said = ((key, wordings.get(key, key)) for key in keys)
    scales = (
        make_question(
            key, "scale", for_employee=words, for_manager=words, low="Low", high="High", visibility=visibility
        )
        for key, words in said
    )
    return make_shipped_set(*scales, number=number, **kw)


Pair = tuple[int | None, int | None]  #: the employee's mark, the manager's


def had(tour: Tour, questions: QuestionSet, due_on: date, /, **marks: Pair) -> CheckIn:
    """A check-in with those marks, revealed."""
    checkin = answered(tour, questions, due_on, marks)
    CheckIn.objects.filter(pk=checkin.pk).update(revealed_at=NOW, revealed_on=due_on)
    checkin.refresh_from_db()
    return checkin


def answered(
    tour: Tour, questions: QuestionSet, due_on: date, marks: dict[str, Pair], *sides: Side
) -> CheckIn:
    """Handed in by these sides, or both, and not revealed."""
    checkin = make_checkin(tour, due_on, question_set=questions, kind=questions.kind)
    for side in sides or Side:
        sheet = make_sheet(checkin, side)
        for key, pair in marks.items():
            mark = pair[0 if side is Side.EMPLOYEE else 1]
            Answer.objects.filter(sheet=sheet, question__key=key).update(scale=mark)
        Answer.objects.filter(sheet=sheet).exclude(question__key__in=marks).delete()
        type(sheet).objects.filter(pk=sheet.pk).update(submitted_at=NOW)
    return checkin


def told(person, on: date = DAY) -> list[str]:
    return [signal.sentence for signal in of_manager(person, on)]


def queries(client, url: str) -> list[str]:
    client.get(url)
    with CaptureQueriesContext(connection) as found:
        assert client.get(url).status_code == 200
    return [query["sql"] for query in found]
