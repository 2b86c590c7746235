"""What the two sides of a tour are told needs a word: when it appears, when it does not, and when it goes."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, timedelta
from typing import Any

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.urls import reverse
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from feedback.models import Answer, CheckIn, Kind, QuestionSet
from feedback.signals import of_manager
from people.services import end_employment, set_manager
from tests.factories import (
    NOW,
    make_amended_tour,
    make_checkin,
    make_early_end,
    make_entry,
    make_line,
    make_person,
    make_position,
    make_question,
    make_release,
    make_sheet,
    make_shipped_set,
    make_signed_tour,
)
from tests.feedback.conftest import TODAY
from tours.models import Side, Tour

DAY = TODAY.date()
SPAN = {"starts_on": DAY - timedelta(days=400), "ends_on": DAY + timedelta(days=400)}
FIRST, SECOND, THIRD = (DAY - timedelta(days=days) for days in (270, 180, 90))
STRETCH = "How much does this mission stretch {employee}?"
SECRET = "Zanzibar"


@pytest.fixture(autouse=True)
def _at(today) -> None:
    """Every test of this file is of that day."""


@pytest.fixture
def tour(cast) -> Tour:
    return make_signed_tour(cast.alice, cast.bob, **SPAN)


@pytest.fixture
def questions(db) -> QuestionSet:
    return make_questions("stretch", "learning")


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


# ── A mark that fell ─────────────────────────────────────────────────────────


def test_a_mark_that_fell_by_two_is_told_with_its_day(cast, tour, questions):
    had(tour, questions, FIRST, stretch=(4, 3))
    newest = had(tour, questions, SECOND, stretch=(2, 3))
    (signal,) = of_manager(cast.bob, DAY)
    assert signal.sentence == (
        "The mark of Alice Ames for “How much does this mission stretch Alice Ames?” fell from 4 to 2"
        " on 17 Dec 2025."
    )
    assert signal.on == SECOND
    assert signal.url == newest.get_absolute_url()


@pytest.mark.parametrize(("before", "now"), [(4, 3), (2, 4), (3, 3), (None, 2), (4, None)])
def test_a_mark_that_fell_by_less_is_not(cast, tour, questions, before, now):
    had(tour, questions, FIRST, stretch=(before, 3))
    had(tour, questions, SECOND, stretch=(now, 3))
    assert told(cast.bob) == []


def test_it_goes_away_once_a_newer_check_in_no_longer_says_it(cast, tour, questions):
    had(tour, questions, FIRST, stretch=(4, 3))
    had(tour, questions, SECOND, stretch=(2, 3))
    had(tour, questions, THIRD, stretch=(2, 2))
    assert told(cast.bob) == []


def test_a_mark_of_the_manager_that_fell_is_nothing_to_tell(cast, tour, questions):
    had(tour, questions, FIRST, stretch=(4, 5))
    had(tour, questions, SECOND, stretch=(4, 3))
    assert told(cast.bob) == []


def test_what_was_said_in_a_check_in_of_another_kind_is_not_compared(cast, tour, questions):
    had(tour, questions, FIRST, stretch=(5, 3))
    had(tour, make_questions("stretch", kind=Kind.CAREER), SECOND, stretch=(2, 2))
    assert told(cast.bob) == [
        "For “How much does this mission stretch Alice Ames?” you gave 3 on 18 Sep 2025, and Alice Ames 5."
    ]


def test_a_question_is_the_same_in_a_newer_set_by_its_key(cast, tour, questions):
    had(tour, questions, FIRST, stretch=(4, 3))
    had(tour, make_questions("other", "stretch", number=2), SECOND, stretch=(2, 3))
    assert len(told(cast.bob)) == 1


# ── Two views ────────────────────────────────────────────────────────────────


@pytest.mark.parametrize(
    ("marks", "apart"), [((5, 3), 1), ((2, 4), 1), ((3, 4), 0), ((5, None), 0), ((None, 1), 0)]
)
def test_a_gap_of_two_in_the_newest_is_told(cast, tour, questions, marks, apart):
    had(tour, questions, SECOND, stretch=marks)
    assert len(told(cast.bob)) == apart


def test_a_gap_is_gone_once_the_two_meet(cast, tour, questions):
    had(tour, questions, FIRST, stretch=(5, 2))
    had(tour, questions, SECOND, stretch=(5, 4))
    assert told(cast.bob) == []


def test_a_gap_is_told_to_each_with_their_own_mark_first(cast, as_, tour, questions):
    had(tour, questions, SECOND, stretch=(5, 2))
    page = as_(cast.alice).get(tour.get_absolute_url()).text
    assert "you gave 5 on 17 Dec 2025, and Bob Brand 2." in page
    assert "you gave 2 on 17 Dec 2025, and Alice Ames 5." in told(cast.bob)[0]


# ── Nothing learnt ───────────────────────────────────────────────────────────


@pytest.mark.parametrize(
    ("marks", "twice"), [((2, 2), 1), ((1, 2), 1), ((3, 2), 0), ((2, 3), 0), ((None, 1), 0), ((1, None), 0)]
)
def test_nothing_learnt_twice_in_a_row_is_told(cast, tour, questions, marks, twice):
    for day, mark in zip((FIRST, SECOND), marks, strict=True):
        had(tour, questions, day, learning=(mark, mark))
    found = told(cast.bob)
    assert len(found) == twice
    assert all(one.startswith("Twice in a row Alice Ames says they learn little") for one in found)


def test_another_question_with_low_marks_twice_is_not(cast, tour, questions):
    for day in (FIRST, SECOND):
        had(tour, questions, day, stretch=(1, 1))
    assert told(cast.bob) == []


def test_it_is_forgotten_once_something_is_learnt(cast, tour, questions):
    for day, mark in ((FIRST, 1), (SECOND, 2), (THIRD, 3)):
        had(tour, questions, day, learning=(mark, mark))
    assert told(cast.bob) == []


# ── Promises ─────────────────────────────────────────────────────────────────


@pytest.mark.parametrize("owed_by", Side)
@pytest.mark.parametrize(("days", "late"), [(1, 1), (0, 0)])
def test_a_promise_overdue_is_told_whoever_owes_it(cast, owed_by, days, late):
    due = {"what": "A seat.", "due_on": DAY - timedelta(days=days), "owed_by": owed_by}
    make_signed_tour(cast.alice, cast.bob, promises=[due], **SPAN)
    whose = "Your promise to Alice Ames" if owed_by is Side.MANAGER else "The promise of Alice Ames to you"
    assert told(cast.bob) == [f"{whose} was due on 14 Jun 2026: A seat."] * late


@pytest.mark.parametrize("word", ["kept", "not_kept"])
def test_a_promise_is_settled_by_a_word(cast, word):
    due = {"what": "A seat.", "due_on": FIRST}
    tour = make_signed_tour(cast.alice, cast.bob, promises=[due], **SPAN)
    assert len(told(cast.bob)) == 1
    make_entry(tour.in_force.promises.get(), word)
    assert told(cast.bob) == []


def test_who_said_that_it_is_done_is_not_asked_again(cast):
    due = {"what": "A seat.", "due_on": FIRST}
    tour = make_signed_tour(cast.alice, cast.bob, promises=[due], **SPAN)
    promise = tour.in_force.promises.get()
    assert of_manager(cast.bob, DAY)[0].url == reverse("promise_done", args=[promise.pk])
    make_entry(promise, "done")
    assert of_manager(cast.bob, DAY)[0].url == f"{tour.get_absolute_url()}#ledger"


# ── Lapses ───────────────────────────────────────────────────────────────────


@pytest.mark.parametrize(("days", "lapsed"), [(15, 1), (14, 0)])
def test_a_check_in_that_lapsed_is_told_from_the_day_after_its_grace(cast, tour, days, lapsed):
    make_checkin(tour, DAY - timedelta(days=days))
    assert len(told(cast.bob)) == lapsed


@pytest.mark.parametrize("after", ["had", "skipped", "had late"])
def test_a_lapse_is_made_good(cast, tour, questions, after):
    lapsed = make_checkin(tour, FIRST, question_set=questions)
    assert told(cast.bob) == [
        "The check-in with Alice Ames, due on 18 Sep 2025, has lapsed: its time ran out on 2 Oct 2025."
    ]
    if after == "had":
        had(tour, questions, SECOND)
    elif after == "skipped":
        skip = {"skipped_at": NOW, "skipped_by": "manager", "skipped_reason": "Holidays"}
        make_checkin(tour, SECOND, question_set=questions, **skip)
    else:
        for side in Side:
            make_sheet(lapsed, side, submitted_at=NOW)
        CheckIn.objects.filter(pk=lapsed.pk).update(revealed_at=NOW, revealed_on=DAY)
    assert told(cast.bob) == []


def test_of_several_lapses_the_last_is_told(cast, tour):
    for day in (FIRST, SECOND):
        make_checkin(tour, day)
    (found,) = of_manager(cast.bob, DAY)
    assert found.on == SECOND + timedelta(days=14)


# ── Whose they are ───────────────────────────────────────────────────────────


@pytest.fixture
def talkative(cast, questions) -> Tour:
    """A tour with one signal of each kind, and a lapse after it."""
    due = [{"what": "A seat.", "due_on": FIRST}, {"what": "A talk.", "due_on": SECOND, "owed_by": "employee"}]
    tour = make_signed_tour(cast.alice, cast.bob, promises=due, **SPAN)
    had(tour, questions, FIRST, stretch=(5, 3), learning=(2, 2))
    had(tour, questions, SECOND, stretch=(2, 5), learning=(1, 1))
    make_checkin(tour, THIRD, question_set=questions)
    return tour


def test_they_stand_in_the_order_of_their_days(cast, talkative):
    days = [signal.on for signal in of_manager(cast.bob, DAY)]
    assert len(days) == 6
    assert days == sorted(days, reverse=True)


def test_the_employee_reads_the_same_reasons_on_the_page_of_the_tour(cast, as_, talkative):
    mine = as_(cast.bob).get(talkative.get_absolute_url())
    theirs = as_(cast.alice).get(talkative.get_absolute_url())
    assert "What Bob Brand sees about this tour" in theirs.text
    assert "Your mark for “How much does this mission stretch Alice Ames?” fell from 5 to 2" in theirs.text
    assert "Twice in a row you say that you learn little: 2, and on 17 Dec 2025 1." in theirs.text
    assert "Your promise to Bob Brand was due on 17 Dec 2025: A talk." in theirs.text
    assert "The promise of Bob Brand to you was due on 18 Sep 2025: A seat." in theirs.text
    for signal in of_manager(cast.bob, DAY):
        assert signal.sentence in mine.text
    assert theirs.text.count(" ago</span></li>") == mine.text.count(" ago</span></li>") == 6


@pytest.mark.parametrize("who", ["carol", "dan", "heidi", "mallory"])
def test_they_are_nobody_elses(cast, as_, talkative, who):
    person = getattr(cast, who)
    assert told(person) == []
    for url in (talkative.get_absolute_url(), reverse("home"), reverse("tours"), reverse("signals")):
        page = as_(person).get(url).text
        assert "fell from" not in page
        assert "you gave" not in page
        assert "learn little" not in page


def test_the_home_page_leaves_out_what_it_asks_for_anyway(cast, as_, talkative):
    page = as_(cast.bob).get(reverse("home"))
    urls = [signal.url for signal in page.context["told"]]
    asked = {item.url for item in page.context["todo"]}
    assert urls
    assert asked.isdisjoint(urls)
    assert "Worth a word with your people" in page.text
    assert "fell from 5 to 2" in page.text
    assert "Worth a word" not in as_(cast.alice).get(reverse("home")).text


def test_after_a_hand_over_nobody_is_told_what_was_said_to_the_one_before(cast, as_, talkative):
    set_manager(cast.alice, cast.carol, since=DAY)
    assert told(cast.bob) == []
    assert told(cast.carol) == []
    for person in (cast.alice, cast.bob, cast.carol):
        assert "fell from" not in as_(person).get(talkative.get_absolute_url()).text


def test_a_new_manager_is_told_of_their_own_check_ins_alone(cast, as_, questions):
    tour = make_signed_tour(cast.alice, cast.dan, **SPAN)
    for day, mark in ((FIRST, 5), (SECOND, 3)):
        with_dan = had(tour, questions, day, stretch=(mark, 1))
    make_amended_tour(tour, cast.bob, **SPAN)
    had(tour, questions, THIRD, stretch=(1, 1))
    make_release(with_dan, cast.bob)
    assert told(cast.bob) == told(cast.dan) == []
    for person in (cast.alice, cast.bob):
        page = as_(person).get(tour.get_absolute_url()).text
        assert "fell from" not in page
        assert "you gave" not in page


def test_a_tour_that_is_over_is_history(cast, talkative):
    make_early_end(talkative, DAY - timedelta(days=1))
    assert [one for one in told(cast.bob) if "promise" not in one] == []


@pytest.mark.parametrize("who", ["alice", "bob"])
def test_of_and_to_who_has_left_nothing_is_told(cast, talkative, who):
    end_employment(getattr(cast, who), last_day=DAY - timedelta(days=1), ending="resignation")
    assert told(cast.bob) == []


# ── Before the reveal, and for oneself alone ─────────────────────────────────


@pytest.mark.parametrize(
    "sides", [(), (Side.EMPLOYEE,), (Side.MANAGER,)], ids=["both", "employee", "manager"]
)
@pytest.mark.parametrize("days", [-3, 3, 10, 100])
def test_nothing_is_told_of_answers_before_the_reveal(cast, as_, tour, questions, sides, days):
    """Whatever was handed in, drafted or shown: each page is as it is without any answer at all."""
    had(tour, questions, DAY - timedelta(days=200), stretch=(5, 5), learning=(2, 2))
    due_on = DAY - timedelta(days=days)
    bare = make_checkin(tour, due_on, question_set=questions)
    expected = told(cast.bob)
    bare.delete()
    hidden = answered(tour, questions, due_on, {"stretch": (1, 5), "learning": (1, 1)}, *sides)
    hidden.sheets.update(shown_at=NOW)
    assert told(cast.bob) == expected
    assert not [one for one in expected if "fell" in one or "gave" in one]
    for person in vars(cast).values():
        for url in (tour.get_absolute_url(), reverse("home"), reverse("signals")):
            page = as_(person).get(url).text
            assert "fell from" not in page
            assert "learn little" not in page


@pytest.mark.parametrize("person", ["alice", "bob"])
def test_nothing_is_told_of_what_is_its_authors_alone(cast, as_, tour, person):
    questions = make_questions("stretch", "learning", visibility="author")
    had(tour, questions, FIRST, stretch=(5, 1), learning=(1, 1))
    had(tour, questions, SECOND, stretch=(1, 5), learning=(1, 1))
    assert told(cast.bob) == []
    page = as_(getattr(cast, person)).get(tour.get_absolute_url())
    assert "fell from" not in page.text
    assert "learn little" not in page.text


def test_a_question_that_was_its_authors_alone_before_lends_no_mark_to_compare(cast, tour):
    had(tour, make_questions("stretch", visibility="author"), FIRST, stretch=(5, 5))
    had(tour, make_questions("stretch", number=2), SECOND, stretch=(2, 2))
    assert told(cast.bob) == []


# ── An oracle ────────────────────────────────────────────────────────────────

MARK = st.none() | st.integers(1, 5)
KEYS = ("stretch", "learning")


@dataclass(frozen=True)
class Asked:
    """One check-in as it was: `None` where it was not revealed."""

    marks: dict[str, Pair] | None


CHECKINS = st.lists(
    st.builds(Asked, st.none() | st.fixed_dictionaries({key: st.tuples(MARK, MARK) for key in KEYS})),
    max_size=5,
)


def reasons(story: list[Asked]) -> dict[str, int]:
    """How many signals of each kind there should be, told by going through it by hand."""
    count = {"fell": 0, "gave": 0, "learn little": 0}
    revealed = [asked.marks for asked in story if asked.marks is not None]
    for key in KEYS:
        if not revealed or (now := revealed[-1][key][0]) is None:
            continue
        before = next((marks[key][0] for marks in reversed(revealed[:-1]) if marks[key][0]), None)
        beside = revealed[-1][key][1]
        count["fell"] += before is not None and before - now >= 2
        count["gave"] += beside is not None and abs(beside - now) >= 2
        count["learn little"] += key == "learning" and now in (1, 2) and before in (1, 2)
    return count


@settings(
    max_examples=25,
    deadline=None,
    suppress_health_check=[HealthCheck.function_scoped_fixture],
    derandomize=True,
)
@given(story=CHECKINS)
def test_the_rules_are_those_of_an_oracle(cast, questions, story):
    tour = make_signed_tour(cast.alice, cast.bob, **SPAN)
    for n, asked in enumerate(story):
        due_on = DAY - timedelta(days=10 * (len(story) - n))
        if asked.marks is None:
            answered(tour, questions, due_on, dict.fromkeys(KEYS, (1, 5)), Side.EMPLOYEE)
        else:
            had(tour, questions, due_on, **asked.marks)
    found = told(cast.bob)
    make_early_end(tour, DAY - timedelta(days=1))  # the next example begins with nothing to tell
    assert {word: sum(word in one for one in found) for word in reasons(story)} == reasons(story)


# ── Words ────────────────────────────────────────────────────────────────────


def test_hostile_names_and_promises_stay_words(cast, as_, questions):
    evil = "<script>alert(1)</script>{manager}%(name)s\u202e😀"
    type(cast.alice).objects.filter(pk=cast.alice.pk).update(name=evil)
    due = {"what": evil * 300, "due_on": FIRST}
    tour = make_signed_tour(cast.alice, cast.bob, promises=[due], **SPAN)
    had(tour, questions, FIRST, stretch=(5, 5))
    had(tour, questions, SECOND, stretch=(2, 2))
    for person in (cast.alice, cast.bob):
        page = as_(person).get(tour.get_absolute_url())
        assert page.status_code == 200
        assert "<script>alert(1)" not in page.text
    page = as_(cast.bob).get(reverse("home")).text
    assert "<script>alert(1)" not in page
    assert "fell from 5 to 2" in page
    assert "mission stretch &lt;script&gt;alert(1)&lt;/script&gt;{manager}%(name)s" in page


# ── Queries ──────────────────────────────────────────────────────────────────


def queries(client, url: str) -> list[str]:
    client.get(url)
    with CaptureQueriesContext(connection) as found:
        assert client.get(url).status_code == 200
    return [query["sql"] for query in found]


def test_more_to_tell_takes_no_more_queries(cast, as_, talkative, questions):
    client = as_(cast.bob)
    few = queries(client, reverse("home"))
    for _ in range(5):
        person = make_person()
        make_line(person, cast.bob)
        other = make_signed_tour(person, cast.bob, promises=[{"due_on": FIRST}], **SPAN)
        had(other, questions, FIRST, stretch=(5, 3), learning=(2, 2))
        had(other, questions, SECOND, stretch=(2, 5), learning=(1, 1))
    page = client.get(reverse("home"))
    assert len(page.context["told"]) == 12
    assert "more stand on the pages of the tours" in page.text
    assert len(page.content) <= 60_000
    many = queries(client, reverse("home"))
    assert len(many) == len(few) <= 10, "\n".join(many)


@pytest.mark.parametrize("who", ["alice", "bob"])
def test_the_page_of_a_tour_asks_no_more_for_them(cast, as_, talkative, who):
    found = queries(as_(getattr(cast, who)), talkative.get_absolute_url())
    assert len(found) <= 8, "\n".join(found)


# ── HR: from process alone ───────────────────────────────────────────────────


@pytest.fixture
def listed(as_, cast):
    """What HR's page lists, as pairs of a kind and the employee's name."""

    def rows(address: str = "") -> list[tuple[str, str]]:
        page = as_(cast.heidi).get(reverse("signals") + address)
        return [(row.stall, row.employee_name) for row in page.context["rows"]]

    return rows


@pytest.mark.parametrize(
    ("days", "stall"),
    [(0, []), (1, ["unanswered"]), (14, ["unanswered"]), (15, ["lapsed"]), (300, ["lapsed"])],
)
def test_hr_learns_that_a_check_in_is_past_its_day_or_has_lapsed(cast, tour, listed, days, stall):
    make_checkin(tour, DAY - timedelta(days=days))
    assert listed() == [(kind, "Alice Ames") for kind in stall]


def test_hr_is_not_told_of_what_was_had_or_skipped(cast, tour, questions, listed):
    had(tour, questions, FIRST, stretch=(5, 1))
    skip = {"skipped_at": NOW, "skipped_by": "manager", "skipped_reason": SECRET}
    make_checkin(tour, DAY - timedelta(days=3), question_set=questions, **skip)
    assert listed() == []


@pytest.mark.parametrize(("days", "stall"), [(0, "handover"), (30, "handover"), (31, "late_handover")])
def test_hr_learns_of_hand_overs_pending_and_overdue(cast, tour, listed, days, stall):
    set_manager(cast.alice, cast.carol, since=DAY - timedelta(days=days))
    assert listed() == [(stall, "Alice Ames")]


@pytest.mark.parametrize(
    "sides", [(), (Side.EMPLOYEE,), (Side.MANAGER,)], ids=["none", "employee", "manager"]
)
@pytest.mark.parametrize("days", [3, 20])
def test_hr_is_not_told_which_side_has_not_answered(cast, as_, tour, questions, sides, days):
    """The page is the same to the letter, whoever has handed in, and whatever was said."""
    bare = make_checkin(tour, DAY - timedelta(days=days), question_set=questions)

    def seen_by_hr() -> str:
        return as_(cast.heidi).get(reverse("signals")).text.split("<main")[1]

    expected = seen_by_hr()
    for side in sides:
        make_sheet(bare, side, scale=1, text=SECRET, submitted_at=NOW)
    seen = seen_by_hr()
    assert seen == expected
    assert SECRET not in seen


def test_a_close_out_that_lapsed_is_told_for_three_months(cast, listed):
    tour = make_signed_tour(cast.alice, cast.bob, **SPAN | {"ends_on": DAY - timedelta(days=100)})
    make_checkin(tour, DAY - timedelta(days=110), kind=Kind.REGULAR)
    closing = make_checkin(tour, DAY - timedelta(days=104), kind=Kind.CLOSE_OUT)
    assert listed() == [("lapsed", "Alice Ames")]
    CheckIn.objects.filter(pk=closing.pk).update(lapses_on=DAY - timedelta(days=91))
    assert listed() == []


def test_hr_looks_at_one_department_and_one_kind(cast, tour, listed):
    make_checkin(tour, DAY - timedelta(days=1))
    other = make_person("Olga Orr")
    make_position(other, "Sales")
    make_checkin(make_signed_tour(other, cast.mallory, **SPAN), DAY - timedelta(days=20))
    assert listed() == [("unanswered", "Alice Ames"), ("lapsed", "Olga Orr")]
    assert listed("?department=Sales") == [("lapsed", "Olga Orr")]
    assert listed("?department=engineering&kind=unanswered") == [("unanswered", "Alice Ames")]
    assert listed("?kind=lapsed") == [("lapsed", "Olga Orr")]
    assert listed("?kind=nonsense&page=99") == listed()


def test_a_department_that_does_not_exist_is_named(cast, as_):
    page = as_(cast.heidi).get(reverse("signals"), {"department": "<b>"})
    assert page.status_code == 400
    assert "There is no department called “&lt;b&gt;”." in page.text


def test_hrs_page_asks_as_little_of_a_large_company(cast, as_, no_missing_words):
    client = as_(cast.heidi)
    url = reverse("signals")

    def more(number: int) -> None:
        for n in range(number):
            person = make_person()
            tour = make_signed_tour(person, cast.bob, **SPAN)
            make_line(person, cast.bob if n % 2 else cast.carol)
            make_checkin(tour, DAY - timedelta(days=1 + n % 40))

    more(4)
    few = queries(client, url)
    more(56)
    many = queries(client, url)
    assert len(many) == len(few) <= 6, "\n".join(many)
    page = client.get(url)
    assert "Page 1 of 2" in page.text
    assert len(page.content) <= 60_000
    assert len(client.get(url + "?page=2").context["rows"]) == page.context["total"] - 50


@pytest.mark.parametrize("who", ["alice", "bob", "carol", "dan", "mallory"])
def test_hrs_page_is_hrs(cast, as_, who):
    assert as_(getattr(cast, who)).get(reverse("signals")).status_code == 404
