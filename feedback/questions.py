"""The questions we ship, and where what they build on comes from: see README.md."""

from __future__ import annotations

from datetime import datetime
from typing import TypedDict

from django.db import transaction
from django.utils.translation import gettext_noop as _

from feedback.models import Kind, Question, QuestionSet


class Asked(TypedDict):
    key: str
    for_employee: str
    for_manager: str
    low: str
    high: str


REGULAR: list[Asked] = [
    {
        "key": "stretch",
        "for_employee": _("How much does this mission stretch you?"),
        "for_manager": _("How much does this mission stretch {employee}?"),
        "low": _("Bored"),
        "high": _("Fully stretched"),
    },
    {
        "key": "market_value",
        "for_employee": _("How much is this mission adding to what you are worth, here and elsewhere?"),
        "for_manager": _("How much is this mission adding to what {employee} is worth, here and elsewhere?"),
        "low": _("Nothing"),
        "high": _("A great deal"),
    },
    {
        "key": "on_track",
        "for_employee": _("How well is the mission on track?"),
        "for_manager": _("How well is the mission on track?"),
        "low": _("Far off"),
        "high": _("Fully on track"),
    },
    {
        "key": "manager_keeps",
        "for_employee": _("How well does {manager}, for the company, keep the promises made to you?"),
        "for_manager": _("How well do you, for the company, keep the promises made to {employee}?"),
        "low": _("Hardly"),
        "high": _("To the letter"),
    },
    {
        "key": "employee_keeps",
        "for_employee": _("How well do you keep the promises you made in this tour?"),
        "for_manager": _("How well does {employee} keep the promises made in this tour?"),
        "low": _("Hardly"),
        "high": _("To the letter"),
    },
    {
        "key": "unsaid",
        "for_employee": _("What should {manager} know that you have not said yet?"),
        "for_manager": _("What should {employee} know that you have not said yet?"),
        "low": "",
        "high": "",
    },
    {
        "key": "next",
        "for_employee": _("What would make the time until the next check-in better for you?"),
        "for_manager": _("What will you do for {employee} before the next check-in?"),
        "low": "",
        "high": "",
    },
]
SHIPPED = {Kind.REGULAR: REGULAR}


def latest_set(kind: Kind, *, now: datetime) -> QuestionSet:
    """The questions that new check-ins of this kind are given: HR's newest, or the ones we ship."""
    return _newest(kind) or _install(kind, now)


def _newest(kind: Kind) -> QuestionSet | None:
    return QuestionSet.objects.filter(kind=kind).order_by("-number").first()


@transaction.atomic
def _install(kind: Kind, now: datetime) -> QuestionSet:
    # Whoever comes second waits here until the first has committed the questions too.
    QuestionSet.objects.bulk_create([QuestionSet(kind=kind, number=1, created_at=now)], ignore_conflicts=True)
    questions = QuestionSet.objects.get(kind=kind, number=1)
    Question.objects.bulk_create(
        [
            Question(
                question_set=questions,
                position=position,
                answer_kind=Question.AnswerKind.SCALE if asked["low"] else Question.AnswerKind.TEXT,
                **asked,
            )
            for position, asked in enumerate(SHIPPED[kind], start=1)
        ],
        ignore_conflicts=True,
    )
    return questions
