"""The words of check-ins and of what lies ahead, in every stage that has readers of its own."""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import Any

from feedback import access
from feedback.access import alignment, conversations, expectations
from feedback.access.notes import who_sees_note
from feedback.access.questions import who_sees_questions
from feedback.models import Asking, CheckIn, Question, Sheet
from tests.factories import (
    make_action,
    make_alignment,
    make_checkin,
    make_conversation,
    make_debrief,
    make_expectation,
    make_note,
    make_question_set,
    make_release,
    make_reply,
    make_sheet,
    make_summary,
)
from tests.seen.company import TODAY, Company, days_ago
from tests.seen.lines import AGREED, ASKING, RELEASED
from tours.models import Side, Tour

SIDES = {Side.EMPLOYEE: "alice", Side.MANAGER: "bob"}


def questions(company: Company) -> None:
    """One of each kind, of which two take text: for both, and for its author alone."""
    asked = {key: company.words("feedback.Question", "for_employee", "for_manager") for key in "abcd"}
    ends = company.words("feedback.Question", "low", "high")
    choices = [[f"c{n}", company.word("feedback.Question.choices")] for n in (1, 2)]
    kind, visibility = Question.AnswerKind, Question.Visibility
    make_question_set(
        company.heidi,
        Question(key="open", answer_kind=kind.TEXT, **asked["a"]),
        Question(key="own", answer_kind=kind.TEXT, visibility=visibility.AUTHOR, **asked["b"]),
        Question(key="mark", answer_kind=kind.SCALE, visibility=visibility.FIGURES, **asked["c"], **ends),
        Question(key="pick", answer_kind=kind.CHOICE, choices=choices, **asked["d"]),
    )
    both = [*asked["a"].values(), *asked["d"].values(), *ends.values(), choices[0][1]]
    # What stands in two wordings, and not side by side, each reads in their own: Bob also in Alice's, for
    # she has released to him what she said to Dan. What nobody chose is read by those who still can.
    alices = [asked["c"]["for_employee"], choices[1][1]]
    managers = [asked["c"]["for_manager"]]
    own = asked["b"]
    for words, sides in (
        (both, "alice bob dan"),
        (alices, "alice bob"),
        (managers, "bob dan"),
        ([own["for_employee"]], "alice"),
        ([own["for_manager"]], "bob dan"),
    ):
        company.claim(who_sees_questions(), "heidi", words, {ASKING: sides})


def sheet(company: Company, checkin: CheckIn, side: Side, **moments: Any) -> dict[str, str]:
    """One side's answers, by the key of the question; handed in, if a moment says so."""
    words = {key: company.word("feedback.Answer.text") for key in ("open", "own")}
    made = make_sheet(checkin, side, choice="c1")
    for key, word in words.items():
        made.answers.filter(question__key=key).update(text=word)
    Sheet.objects.filter(pk=made.pk).update(**moments)
    return words


def before_the_reveal(company: Company, tour: Tour) -> None:
    open_one, handed_in = (make_checkin(tour, TODAY.date() + timedelta(days=n)) for n in (1, 2))
    lapsed = make_checkin(tour, days_ago(40))
    for checkin, side, moments in (
        (open_one, Side.EMPLOYEE, {}),
        (open_one, Side.MANAGER, {}),
        (handed_in, Side.EMPLOYEE, {"submitted_at": TODAY}),
        (handed_in, Side.MANAGER, {}),
        (lapsed, Side.MANAGER, {"submitted_at": TODAY}),
    ):
        author, words = SIDES[side], sheet(company, checkin, side, **moments)
        line = access.who_sees_answers(checkin.party(side), checkin)
        company.claim(line, author, [words["open"]], {})
        company.claim(access.who_sees_private(), author, [words["own"]], {})
    shown = make_checkin(tour, days_ago(60))
    words = sheet(company, shown, Side.EMPLOYEE, submitted_at=TODAY, shown_at=TODAY)
    for side, reader in SIDES.items():
        company.claim(access.who_sees_revealed(shown.party(side), shown), reader, [words["open"]], {})
    company.claim(access.who_sees_private(), "alice", [words["own"]], {})
    reason = company.word("feedback.CheckIn.skipped_reason")
    skipped = make_checkin(
        tour, days_ago(20), skipped_at=TODAY, skipped_by=Side.MANAGER, skipped_reason=reason
    )
    for side, reader in SIDES.items():
        company.claim(access.who_sees_skip(skipped.party(side), skipped), reader, [reason], {})


def revealed(
    company: Company, tour: Tour, days: int, manager: str = "bob", *, released: bool = False
) -> CheckIn:
    """With what follows from it; between Alice and whoever was her manager then."""
    checkin = make_checkin(tour, days_ago(days), manager=company.people[manager])
    said = {side: sheet(company, checkin, side, submitted_at=TODAY) for side in Side}
    CheckIn.objects.filter(pk=checkin.pk).update(revealed_at=TODAY, revealed_on=TODAY.date())
    checkin.refresh_from_db()
    summary, dropped = company.word("feedback.Summary.words"), company.words("feedback.Action", "what", "why")
    make_summary(checkin, summary)
    make_action(checkin, outcome="dropped", settled_by=Side.MANAGER, settled_at=TODAY, **dropped)
    waiting = company.word("feedback.Action.what")
    make_action(checkin, what=waiting)
    if released:
        make_release(checkin, company.bob)
    for side, author in ((Side.EMPLOYEE, "alice"), (Side.MANAGER, manager)):
        company.claim(access.who_sees_private(), author, [said[side]["own"]], {}, over=True)
        line = access.who_sees_revealed(checkin.party(side), checkin)
        company.claim(
            line,
            author,
            [*(words["open"] for words in said.values()), summary, *dropped.values(), waiting],
            {},
        )
    who = {AGREED: f"alice {manager}", RELEASED: "bob" if released else ""}
    company.claim(access.who_sees_actions(), "alice", [waiting], who)
    return checkin


def notes(company: Company, tour: Tour, checkin: CheckIn, left: Tour) -> None:
    for author, about in (
        ("alice", tour),
        ("alice", checkin),
        ("bob", tour),
        ("bob", checkin),
        ("lea", left),
        ("mallory", left),
    ):
        word = company.word("feedback.Note.words")
        make_note(company.people[author], about, word)
        company.claim(who_sees_note(), author, [word], {})


def exercises(company: Company) -> None:
    def written() -> dict[str, Any]:
        word = company.word
        return {
            "admired": [word("feedback.Alignment.admired"), "", ""],
            "qualities": [word("feedback.Alignment.qualities"), *[""] * 8],
            "meets": [word("feedback.Alignment.meets"), *[""] * 8],
            "words": word("feedback.Alignment.words"),
        }

    def typed(fields: dict[str, Any]) -> list[str]:
        return [value if isinstance(value, str) else value[0] for value in fields.values()]

    draft, shared = written(), written()
    make_alignment(company.alice, **draft)
    company.claim(alignment.who_sees_draft(), "alice", typed(draft), {})
    answer, value = (
        company.word("feedback.Alignment.manager_words"),
        company.word("feedback.Alignment.values"),
    )
    row = make_alignment(
        company.alice,
        manager=company.bob,
        manager_words=answer,
        answered_at=TODAY,
        values=[value],
        **shared,
    )
    for reader in SIDES.values():
        line = alignment.who_sees_shared(company.people[reader], row)
        company.claim(line, reader, [*typed(shared), answer, value], {})


def first_conversations(company: Company) -> None:
    """With the manager, and with HR: who else is HR learns nothing."""
    for author, chosen in (("alice", "bob"), ("mia", "heidi")):
        words = company.words("feedback.FirstConversation", "words", "answer_words")
        asks, asked = company.people[author], company.people[chosen]
        make_conversation(asks, asked, answer="accepted", answered_at=TODAY, **words)
        for person, other, reader in ((asks, asked, author), (asked, asks, chosen)):
            line = conversations.who_sees_conversation(person, other)
            company.claim(line, reader, words.values(), {})


def expected_roles(company: Company) -> None:
    """Between Alice and Bob; the same shown to HR; and one that was Dan's before it was passed on."""
    for shown in (False, True):
        words = company.words("feedback.Expectation", "role", "why")
        row = make_expectation(company.alice, company.bob, shown_to_hr_at=TODAY if shown else None, **words)
        answered = company.words("feedback.Reply", "condition", "words")
        make_reply(row, verdict="possible", **answered)
        gone = company.words("feedback.Debrief", "words", "employee_words")
        make_debrief(row, took_place=False, heard_at=TODAY, **gone)
        said = [*words.values(), *answered.values(), *gone.values()]
        for reader in SIDES.values():
            line = expectations.who_sees(company.people[reader], row, row.askings.all())
            company.claim(line, reader, said, {})
    passed_on(company, passed_at=TODAY - timedelta(days=30))


def passed_on(company: Company, passed_at: datetime) -> None:
    words = company.words("feedback.Expectation", "role", "why")
    row = make_expectation(company.alice, company.dan, **words)
    before, after = (company.words("feedback.Reply", "words") for _n in range(2))
    make_reply(row, **before)
    row.askings.update(until=passed_at)
    Asking.objects.create(expectation=row, manager=company.bob, at=passed_at)
    row.manager = company.bob
    row.save(update_fields=["manager"])
    make_reply(row, at=TODAY, **after)
    for reader, said, over in (
        ("dan", [*words.values(), *before.values()], False),
        ("bob", before.values(), False),
        ("alice", after.values(), True),
    ):
        line = expectations.who_sees(company.people[reader], row, row.askings.all())
        company.claim(line, reader, said, {}, over=over)
