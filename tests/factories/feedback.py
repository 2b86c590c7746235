"""Check-ins and what both sides say in them, and what lies ahead."""

from __future__ import annotations

from datetime import date, timedelta
from typing import Any

from django.db import transaction

from feedback.models import (
    Action,
    Alignment,
    Answer,
    Asking,
    CheckIn,
    Debrief,
    Expectation,
    FirstConversation,
    Kind,
    Note,
    Question,
    QuestionSet,
    Release,
    Reply,
    Sheet,
    Summary,
)
from feedback.questions import latest_set, publish_with
from people.models import Person
from tests.factories.days import DAY, NOW
from tours.models import (
    Side,
    Tour,
)


def make_question(key: str, answer_kind: str = "text", **kw: Any) -> Question:
    """Not saved: one of those that `make_question_set` takes."""
    words = {"for_employee": f"{key}, {{employee}}?", "for_manager": f"{key}, {{manager}}?"}
    if answer_kind == "scale":
        words |= {"low": "Hardly", "high": "Wholly"}
    return Question(key=key, answer_kind=answer_kind, **{**words, **kw})


def make_question_set(made_by: Person, *questions: Question, **kw: Any) -> QuestionSet:
    """The next version of its kind, written by HR."""
    kind = kw.pop("kind", Kind.REGULAR)
    begun = QuestionSet.objects.create(
        kind=kind, number=latest_set(kind, now=NOW).number + 1, made_by=made_by, **kw
    )
    return publish_with(begun, questions, NOW)


def make_shipped_set(*questions: Question, number: int = 1, kind: Kind = Kind.REGULAR) -> QuestionSet:
    """As if Alliance came with these, in an edition that is newer than all it does come with."""
    begun = QuestionSet.objects.create(kind=kind, number=number, edition=100 + number)
    return publish_with(begun, questions, NOW)


def make_checkin(tour: Tour, due_on: date = DAY, **kw: Any) -> CheckIn:
    """Of the tour's two sides: open a week before it is due, in grace for two weeks after."""
    return CheckIn.objects.create(
        tour=tour,
        employee=kw.pop("employee", tour.employee),
        manager=kw.pop("manager", tour.manager),
        question_set=kw.pop("question_set", None) or latest_set(kw.get("kind", Kind.REGULAR), now=NOW),
        opens_on=kw.pop("opens_on", due_on - timedelta(days=7)),
        due_on=due_on,
        lapses_on=kw.pop("lapses_on", due_on + timedelta(days=14)),
        **kw,
    )


def make_sheet(
    checkin: CheckIn, side: Side, *, scale: int = 3, text: str = "", choice: str = "", **kw: Any
) -> Sheet:
    """One side's answers, the same to every question of a kind but a review; a draft by itself."""
    sheet = Sheet.objects.create(
        checkin=checkin, side=side, author=checkin.party(side), version=1, saved_at=kw.pop("saved_at", NOW)
    )
    given = {"scale": scale, "text": text, "choice": choice}
    Answer.objects.bulk_create(
        Answer(sheet=sheet, question=question, **{question.answer_kind: given[question.answer_kind]})
        for question in checkin.question_set.questions.all()
        if question.answer_kind in given
    )
    Sheet.objects.filter(pk=sheet.pk).update(**kw)
    sheet.refresh_from_db()
    return sheet


def make_revealed_checkin(
    tour: Tour, due_on: date = DAY, *, employee: int = 3, manager: int = 3, **kw: Any
) -> CheckIn:
    """Both sides have handed in, with `employee` and `manager` as their marks throughout."""
    at = kw.pop("revealed_at", NOW)
    given = {
        side: {name: kw.pop(f"{side}_{name}", "") for name in ("text", "choice")} | {"scale": scale}
        for side, scale in ((Side.EMPLOYEE, employee), (Side.MANAGER, manager))
    }
    checkin = make_checkin(tour, due_on, **kw)
    for side, said in given.items():
        make_sheet(checkin, side, **said, submitted_at=at)
    CheckIn.objects.filter(pk=checkin.pk).update(revealed_at=at, revealed_on=at.date())
    checkin.refresh_from_db()
    return checkin


def make_summary(checkin: CheckIn, words: str, side: Side = Side.EMPLOYEE, **kw: Any) -> Summary:
    """Saved over the newest by that side."""
    number = checkin.summaries.count() + 1
    fields = {"author": checkin.party(side), "at": NOW, "based_on": number - 1 or None, **kw}
    return Summary.objects.create(checkin=checkin, number=number, words=words, side=side, **fields)


def make_action(checkin: CheckIn, owner: Side = Side.MANAGER, **kw: Any) -> Action:
    """Open, and written down by the employee."""
    side = kw.pop("side", Side.EMPLOYEE)
    fields = {"what": "Send the draft of the plan.", "author": checkin.party(side), "at": NOW, **kw}
    return Action.objects.create(checkin=checkin, owner=owner, side=side, **fields)


def make_note(author: Person, about: Tour | CheckIn, words: str = "Bored since May.", **kw: Any) -> Note:
    tour, checkin = (about, None) if isinstance(about, Tour) else (about.tour, about)
    fields = {"tour": tour, "checkin": checkin, "of_tour": checkin is None, "saved_at": NOW, **kw}
    return Note.objects.create(author=author, words=words, **fields)


def make_expectation(employee: Person, manager: Person, **kw: Any) -> Expectation:
    """Stated today and not answered yet; keywords go to the row."""
    fields: dict[str, Any] = {
        "role": "Head of Engineering",
        "by_when": DAY + timedelta(days=400),
        "why": "I have run the platform for six years and stood in for you twice.",
        "stated_at": NOW,
        "due_on": DAY + timedelta(days=14),
    }
    with transaction.atomic():
        row = Expectation.objects.create(employee=employee, manager=manager, **{**fields, **kw})
        Asking.objects.create(expectation=row, manager=manager, at=row.stated_at)
    return row


def make_reply(expectation: Expectation, **kw: Any) -> Reply:
    """Backed, unless said otherwise, and to be looked at again in half a year."""
    fields: dict[str, Any] = {
        "verdict": Reply.Verdict.BACKED,
        "words": "I will propose you in the spring round.",
        "review_on": DAY + timedelta(days=180),
        "at": NOW,
    }
    row = Reply.objects.create(expectation=expectation, manager=expectation.manager, **{**fields, **kw})
    Expectation.objects.filter(pk=expectation.pk).update(answered_at=row.at, due_on=row.review_on)
    expectation.refresh_from_db()
    return row


def make_debrief(expectation: Expectation, **kw: Any) -> Debrief:
    """The role went to somebody else; the employee has not said yet whether both have talked."""
    fields: dict[str, Any] = {
        "gone_on": DAY,
        "talk_on": DAY + timedelta(days=1),
        "words": "The board wanted somebody from outside. I should have told you in the spring.",
        "at": NOW,
    }
    row = Debrief.objects.create(expectation=expectation, manager=expectation.manager, **{**fields, **kw})
    Expectation.objects.filter(pk=expectation.pk).update(gone_at=row.at)
    expectation.refresh_from_db()
    return row


def make_alignment(employee: Person, **kw: Any) -> Alignment:
    """In the making; shared, if a `manager` is given."""
    if kw.get("manager"):
        kw.setdefault("shared_at", NOW)
    fields: dict[str, Any] = {
        "admired": ["Grandmother", "Ada", ""],
        "qualities": ["courage", "humour", "", "clarity", "", "", "", "", ""],
        "meets": ["Courage to say no", "", "", "", "", "", "", "", ""],
        "words": "I would rather be told no than nothing.",
        "version": 1,
        "saved_at": NOW,
    }
    return Alignment.objects.create(employee=employee, **{**fields, **kw})


def make_conversation(author: Person, chosen: Person, **kw: Any) -> FirstConversation:
    """Asked, and not answered yet."""
    fields: dict[str, Any] = {
        "words": "I have an offer, and would rather stay.",
        "asked_at": NOW,
        "answer_by": DAY + timedelta(days=5),
    }
    return FirstConversation.objects.create(author=author, chosen=chosen, **{**fields, **kw})


def make_release(checkin: CheckIn, reader: Person) -> Release:
    return Release.objects.create(
        checkin=checkin, reader=reader, released_by=checkin.employee, released_at=NOW
    )
