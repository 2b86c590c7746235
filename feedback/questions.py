"""The questions we ship, and which of all sets is asked now.

Those that we ship are in our own words, and build on what the authors of *The Alliance* recommend: regular
checkpoints in which both sides say how the tour goes, on leading indicators and not only on results; whether
the mission still stretches; whether the employee's market value grows; whether each side invests as it
promised (Hoffman, Casnocha, Yeh: *The Alliance*, 2014; *Harvard Business Review*, June 2013). That each side
also rates the *other's* promises, and its own, is ours: only so can the two views differ about the same
thing. That somebody still learns is asked as growth is among the twelve things that tell places apart that
keep good people (Buckingham and Coffman: *First, Break All the Rules*, 1999). The career questions are a
short talk about growth that the employee leads (Kaye and Winkle-Giulioni: *Help Them Grow or Watch Them Go*,
2012). On marks we follow Krosnick and Presser (*Question and Questionnaire Design*, 2010) but in one thing:
they would name each of the five, we name the ends.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
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
    answer_kind: NotRequired[str]  #: where neither of these tells


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
        "key": "learning",
        "for_employee": _("I still learn something every month."),
        "for_manager": _("{employee} still learns something every month."),
        "low": _("Not at all true"),
        "high": _("Entirely true"),
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
        "key": "promises",
        "for_employee": _("How do you see what {manager} owes you, for the company?"),
        "for_manager": _("How do you see what {employee} owes you and the company?"),
        "answer_kind": Question.AnswerKind.PROMISES,
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
        "for_employee": _("Which role do you expect next, and by when?"),
        "for_manager": _("Which role do you see {employee} in next, and by when?"),
    },
    {
        "key": "clear",
        "for_employee": _("How clear is your way to that role?"),
        "for_manager": _("How clear is the way of {employee} to that role?"),
        "low": _("I see none"),
        "high": _("Every step is known"),
    },
    {
        "key": "spoken",
        "for_employee": _("How openly have you and {manager} spoken about it?"),
        "for_manager": _("How openly have you and {employee} spoken about it?"),
        "low": _("Not at all"),
        "high": _("Nothing is left open"),
    },
    {
        "key": "between",
        "for_employee": _("What stands between you and that role?"),
        "for_manager": _("What stands between {employee} and that role?"),
    },
    {
        "key": "help",
        "for_employee": _("What would {manager} have to do for it, and by when?"),
        "for_manager": _("What will you do for it, and by when?"),
    },
    {
        "key": "otherwise",
        "for_employee": _("If it went to somebody else, what would you want instead?"),
        "for_manager": _("If it went to somebody else, what could {employee} do here instead?"),
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
#: Raised whenever the questions of that kind change above, so that each installation gets them.
EDITIONS = {Kind.REGULAR: 2, Kind.CAREER: 1, Kind.NEXT_TOUR: 1, Kind.CLOSE_OUT: 1}


def latest_set(kind: Kind, *, now: datetime) -> QuestionSet:
    """The questions that new check-ins of this kind are given: HR's newest, or the ones we ship."""
    return latest_sets([kind], now=now)[kind]


def latest_sets(kinds: Iterable[Kind], *, now: datetime) -> dict[Kind, QuestionSet]:
    """As `latest_set`, of several kinds at once.

    An edition of ours gives way to a newer one of ours; what HR wrote, to nothing but what HR writes.
    """
    found = {Kind(questions.kind): questions for questions in QuestionSet.objects.newest()}
    return {kind: _up_to_date(kind, found.get(kind), now) for kind in kinds}


def _up_to_date(kind: Kind, newest: QuestionSet | None, now: datetime) -> QuestionSet:
    if newest and (newest.edition is None or newest.edition >= EDITIONS[kind]):
        return newest
    return _install(kind, newest.number + 1 if newest else 1, now)


def _answer_kind(asked: Asked) -> str:
    if "choices" in asked:
        return Question.AnswerKind.CHOICE
    return Question.AnswerKind.SCALE if "low" in asked else Question.AnswerKind.TEXT


def _visibility(asked: Asked) -> Question.Visibility:
    return Question.Visibility.FIGURES if "low" in asked else Question.Visibility.BOTH


@transaction.atomic
def _install(kind: Kind, number: int, now: datetime) -> QuestionSet:
    # Whoever comes second, of us or of HR, waits here until the first has published.
    ours = QuestionSet(kind=kind, number=number, edition=EDITIONS[kind])
    QuestionSet.objects.bulk_create([ours], ignore_conflicts=True)
    begun = QuestionSet.objects.filter(kind=kind, edition=ours.edition, published_at=None).first()
    if begun is None:
        return QuestionSet.objects.newest().get(kind=kind)
    return publish_with(begun, [_question(asked) for asked in SHIPPED[kind]], now)


def _question(asked: Asked) -> Question:
    return Question(**{"answer_kind": _answer_kind(asked), "visibility": _visibility(asked), **asked})


def publish_with(begun: QuestionSet, questions: Sequence[Question], now: datetime) -> QuestionSet:
    """Gives a new set its questions, in this order; from then on neither it nor they change."""
    for position, question in enumerate(questions, start=1):
        question.question_set, question.position = begun, position
    Question.objects.bulk_create(questions)
    begun.published_at = now
    begun.save(update_fields=["published_at"])
    return begun
