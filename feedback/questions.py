"""The questions we ship, and where what they build on comes from: see README.md."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import datetime
from typing import NotRequired, TypedDict

from django.db import transaction
from django.utils.translation import gettext_noop as _

from feedback.models import Kind, Question, QuestionSet


class Asked(TypedDict):
    key: str
    for_employee: str
    for_manager: str
    low: NotRequired[str]  #: with `high`: a scale
    high: NotRequired[str]
    choices: NotRequired[list[tuple[str, str]]]


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
    },
    {
        "key": "next",
        "for_employee": _("What would make the time until the next check-in better for you?"),
        "for_manager": _("What will you do for {employee} before the next check-in?"),
    },
]
CAREER: list[Asked] = [
    {
        "key": "role",
        "for_employee": _("Which role are you heading for, and by when?"),
        "for_manager": _("Which role do you see {employee} heading for, and by when?"),
    },
    {
        "key": "likely",
        "for_employee": _("How likely is that here?"),
        "for_manager": _("How likely is that here?"),
        "low": _("Hardly"),
        "high": _("Almost sure"),
    },
    {
        "key": "missing",
        "for_employee": _("What do you still need for it, and who helps you?"),
        "for_manager": _("What does {employee} still need for it, and what will you do?"),
    },
]
NEXT_TOUR: list[Asked] = [
    {
        "key": "wanted",
        "for_employee": _("What do you want after this tour?"),
        "for_manager": _("What do you want for {employee} after this tour?"),
        "choices": [
            ("new_tour", _("A new tour")),
            ("extension", _("An extension of this one")),
            ("move", _("A move within the company")),
            ("foundational", _("A foundational tour")),
            ("part_well", _("To part well")),
            ("undecided", _("Undecided")),
        ],
    },
    {
        "key": "role",
        "for_employee": _("Which role do you expect next, and by when?"),
        "for_manager": _("Which role do you see {employee} in next, and by when?"),
    },
    {
        "key": "carry_on",
        "for_employee": _("What of this tour should be carried on, and by whom?"),
        "for_manager": _("What of this tour should be carried on, and by whom?"),
    },
    {
        "key": "stay",
        "for_employee": _("What would make you stay?"),
        "for_manager": _("Why would you keep {employee}, and what would you give for it?"),
    },
]
CLOSE_OUT: list[Asked] = [
    {
        "key": "achieved",
        "for_employee": _("How far was the mission achieved?"),
        "for_manager": _("How far was the mission achieved?"),
        "low": _("Hardly"),
        "high": _("Wholly"),
    },
    {
        "key": "company_gained",
        "for_employee": _("How much of what was agreed did the company gain?"),
        "for_manager": _("How much of what was agreed did the company gain?"),
        "low": _("Nothing"),
        "high": _("All of it"),
    },
    {
        "key": "employee_gained",
        "for_employee": _("How much of what was agreed did you gain?"),
        "for_manager": _("How much of what was agreed did {employee} gain?"),
        "low": _("Nothing"),
        "high": _("All of it"),
    },
    {
        "key": "carry_on",
        "for_employee": _("What of this tour should be carried on, and by whom?"),
        "for_manager": _("What of this tour should be carried on, and by whom?"),
    },
    {
        "key": "otherwise",
        "for_employee": _("What would you do otherwise if you began again?"),
        "for_manager": _("What would you do otherwise if you began again?"),
    },
]
SHIPPED = {
    Kind.REGULAR: REGULAR,
    Kind.CAREER: CAREER,
    Kind.NEXT_TOUR: NEXT_TOUR,
    Kind.CLOSE_OUT: CLOSE_OUT,
}


def latest_set(kind: Kind, *, now: datetime) -> QuestionSet:
    """The questions that new check-ins of this kind are given: HR's newest, or the ones we ship."""
    return latest_sets([kind], now=now)[kind]


def latest_sets(kinds: Iterable[Kind], *, now: datetime) -> dict[Kind, QuestionSet]:
    """As `latest_set`, of several kinds at once."""
    newest = QuestionSet.objects.order_by("kind", "-number").distinct("kind")
    found = {Kind(questions.kind): questions for questions in newest}
    return {kind: found.get(kind) or _install(kind, now) for kind in kinds}


def _answer_kind(asked: Asked) -> Question.AnswerKind:
    if "choices" in asked:
        return Question.AnswerKind.CHOICE
    return Question.AnswerKind.SCALE if "low" in asked else Question.AnswerKind.TEXT


def _visibility(asked: Asked) -> Question.Visibility:
    return Question.Visibility.FIGURES if "low" in asked else Question.Visibility.BOTH


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
                answer_kind=_answer_kind(asked),
                visibility=_visibility(asked),
                **asked,
            )
            for position, asked in enumerate(SHIPPED[kind], start=1)
        ],
        ignore_conflicts=True,
    )
    return questions
