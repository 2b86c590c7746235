"""Writes what people expect, admire and ask, as it came about: with the verbs and on the days of the story.

So an expectation went to whoever managed that person then, and is overdue, passed on or waiting because
of what happened since. Every number is days before the company's today.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta

from feedback.models import Expectation
from feedback.services import alignment, conversations, expectations
from people.models import Person

Step = tuple[object, ...]


@dataclass(frozen=True)
class Hope:
    """A role that somebody expects within so many months, since when, and what came of it."""

    who: str
    role: str
    months: int
    stated: int
    why: str
    steps: tuple[Step, ...] = ()


SECOND_SITE = (
    "I will propose you when the second site gets its own department, and take you along to the budget"
    " rounds until then."
)
HOPES = (
    # Overdue: nobody has answered the presumed heir.
    Hope("heir", "Head of Engineering, when you move on", 12, 40,
         "Nine years here, four of them as your right hand. Everybody takes it for granted, and I have "
         "never heard it from you."),
    Hope("ines", "Architect of the platform", 18, 6,
         "I already decide most of it in the reviews. I would like to do it with the name, and to learn "
         "what I still lack."),
    Hope("lead_platform", "Head of a department of my own", 24, 210,
         "Three of the people I have led lead others now. I would like to build the next team of leads.",
         (("answer", 203, "backed", "", SECOND_SITE, 150), ("answer", 55, "backed", "", SECOND_SITE, 180))),
    Hope("lead_embedded", "Head of Hardware, if there is one again", 30, 90,
         "We buy in what we used to build, and I think that we will regret it.",
         (("answer", 80, "possible", "The board decides for production of our own, not before next autumn.",
           "Then you are my first choice. I cannot promise that it comes.", 170),)),
    Hope("d1", "Lead Data Scientist", 12, 120,
         "I have been standing in for the lead for half a year, without anybody calling it so.",
         (("answer", 112, "not_planned", "", "There is one lead, and she stays. I can give you a project "
           "of your own to lead.", 150), ("pass_on", 9))),
    # Still with the manager whom the reorganisation took away.
    Hope("eng_moved", "Senior Data Engineer", 9, 100,
         "The new pipelines are mine from end to end, and other teams ask me before they build theirs.",
         (("answer", 95, "backed", "", "In the next round. I have said so to the board.", 160),)),
    Hope("e1", "Test Lead", 6, 150, "Somebody should set the standard, and I have written half of it.",
         (("answer", 140, "possible", "A second tester is hired.", "Then there is a team to lead.", 160),
          ("gone", 4, "The post went to somebody from outside. You were in the last two; I should have told "
           "you in the spring that the board wanted experience with certification."))),
    Hope("e2", "Firmware Architect", 8, 260, "Nobody else here has seen both generations of the controller.",
         (("answer", 250, "backed", "", "I will work for it.", 120),
          ("gone", 70, "The role was merged with the one at our partner. We talked about what that leaves."),
          ("heard", 66, True, "It was a good talk. I wish we had had it before the decision."))),
    Hope("p3", "Team Lead", 18, 60, "I would like to try.", (("withdraw", 30),)),
)  # fmt: skip

ADMIRED = ["My grandmother, who ran the mill", "Grace Hopper", "Our first service technician"]
QUALITIES = [
    "courage to contradict", "thrift", "humour",
    "curiosity", "patience with beginners", "clear words",
    "craft", "reliability", "asks before assuming",
]  # fmt: skip
MEETS = ["Courage to say what is so", "", "", "", "Care for those who come after us", "Plain words",
         "Craft before speed", "", ""]  # fmt: skip


def write_ahead(today: date, people: dict[str, Person]) -> None:
    for hope in HOPES:
        _write_hope(hope, today, people)
    _share(today, people["ines"])
    words = "I have been asked whether I would lead a team elsewhere. I would rather talk with you first."
    conversations.ask_for_conversation(
        people["eng_change"], people["tomas"], words=words, now=_morning(today, 3)
    )


def _morning(today: date, days_ago: int) -> datetime:
    return datetime.combine(today - timedelta(days=days_ago), time(9, 30), tzinfo=UTC)


def _write_hope(hope: Hope, today: date, people: dict[str, Person]) -> None:
    row = expectations.state_expectation(
        people[hope.who],
        role=hope.role,
        why=hope.why,
        by_when=today + timedelta(days=30 * hope.months),
        now=_morning(today, hope.stated),
    )
    for step in hope.steps:
        _take(step, row, today)
        row.refresh_from_db()


def _take(step: Step, row: Expectation, today: date) -> None:
    match step:
        case ("answer", int(days_ago), str(verdict), str(condition), str(words), int(review_in)):
            now = _morning(today, days_ago)
            expectations.answer_expectation(
                row,
                actor=row.manager,
                seen=row.replies.count(),
                verdict=verdict,
                condition=condition,
                words=words,
                review_on=now.date() + timedelta(days=review_in),
                now=now,
            )
        case ("pass_on", int(days_ago)):
            now = _morning(today, days_ago)
            manager = row.employee.manager_on(now.date())
            assert manager
            expectations.pass_on(row, actor=row.employee, to=manager.pk, now=now)
        case ("gone", int(days_ago), str(words)):
            now = _morning(today, days_ago)
            days = {"gone_on": now.date() - timedelta(days=2), "talk_on": now.date()}
            expectations.record_debrief(row, actor=row.manager, words=words, now=now, **days)
        case ("heard", int(days_ago), bool(took_place), str(words)):
            now = _morning(today, days_ago)
            expectations.hear_debrief(row, actor=row.employee, took_place=took_place, words=words, now=now)
        case ("withdraw", int(days_ago)):
            expectations.withdraw_expectation(row, actor=row.employee, now=_morning(today, days_ago))
        case _:
            raise ValueError(step)


def _share(today: date, employee: Person) -> None:
    words = "Most of it I find here on good days. Patience with beginners I miss when a release is near."
    said = alignment.Said(ADMIRED, QUALITIES, MEETS, words)
    row = alignment.save_alignment(employee, said, basis=0, now=_morning(today, 13))
    manager = employee.manager_on(today)
    assert manager
    alignment.share_alignment(employee, to=manager.pk, basis=row.version, now=_morning(today, 12))
