"""What the two sides of a tour are told needs a word: when it appears, when it does not, and when it goes."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import timedelta

import pytest
from django.db import transaction
from django.urls import reverse
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from feedback.models import CheckIn, Kind, QuestionSet
from feedback.models.telling import (
    APART,
    FELL,
    SANK,
    TOLD,
    UNLEARNT,
    apart,
    fell,
    newest_marks,
    sank,
    unlearnt,
)
from feedback.signals import of_manager, of_tour
from tests.factories import (
    NOW,
    make_checkin,
    make_entry,
    make_sheet,
    make_signed_tour,
)
from tests.feedback.signalling import (
    DAY,
    FIRST,
    SECOND,
    SPAN,
    THIRD,
    Pair,
    answered,
    had,
    make_questions,
    told,
)
from tours.models import Side, Tour


@pytest.fixture(autouse=True)
def _at(today) -> None:
    """Every test of this file is of that day."""


@pytest.fixture
def tour(cast) -> Tour:
    return make_signed_tour(cast.alice, cast.bob, **SPAN)


@pytest.fixture
def questions(db) -> QuestionSet:
    return make_questions("stretch", "learning")


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
    had(tour, questions, THIRD, stretch=(3, 2))
    assert told(cast.bob) == []


# ── A mark that sank ─────────────────────────────────────────────────────────


def in_turn(tour, questions, key: str, *marks: int) -> None:
    for n, mark in enumerate(marks):
        had(tour, questions, DAY - timedelta(days=90 * (len(marks) - n)), **{key: (mark, mark)})


@pytest.mark.parametrize("key", ["stretch", "learning"])
@pytest.mark.parametrize(
    ("marks", "sank"),
    [
        ((5, 4, 4, 3, 3), 1),
        ((5, 4, 3), 1),
        ((4, 3, 3, 3), 0),
        ((4, 4, 4, 3, 4), 0),
        ((5, 4, 4, 4, 4, 3), 0),
        ((3, 4, 5, 4), 0),
    ],
)
def test_a_mark_that_sank_little_by_little_is_told(cast, tour, questions, key, marks, sank):
    in_turn(tour, questions, key, *marks)
    assert len(told(cast.bob)) == sank


def test_who_is_bored_a_little_more_each_time_is_told_of_to_both_in_the_same_words(
    cast, as_, tour, questions
):
    in_turn(tour, questions, "stretch", 5, 4, 3, 2, 2)
    assert told(cast.bob) == [
        "The mark of Alice Ames for “How much does this mission stretch Alice Ames?” was 2 on 17 Mar 2026;"
        " within the four check-ins before, it was as high as 5."
    ]
    own = told(cast.bob)[0].replace("The mark of Alice Ames", "Your mark")
    assert own in as_(cast.alice).get(tour.along_url).text


def test_of_another_question_only_a_fall_is_told(cast, tour):
    in_turn(tour, make_questions("on_track"), "on_track", 5, 4, 3, 3)
    assert told(cast.bob) == []


def test_who_learns_little_twice_in_a_row_is_told_of_once(cast, tour, questions):
    in_turn(tour, questions, "learning", 5, 4, 3, 2, 2)
    assert [one[:14] for one in told(cast.bob)] == ["Twice in a row"]


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
    page = as_(cast.alice).get(tour.along_url).text
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
    assert of_manager(cast.bob, DAY)[0].url == f"{tour.along_url}#ledger"


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


# ── An oracle ────────────────────────────────────────────────────────────────

MARK = st.none() | st.integers(1, 5)
KEYS = ("stretch", "learning")


@dataclass(frozen=True)
class Asked:
    """One check-in as it was: `None` where it was not revealed."""

    marks: dict[str, Pair] | None


CHECKINS = st.lists(
    st.builds(Asked, st.none() | st.fixed_dictionaries({key: st.tuples(MARK, MARK) for key in KEYS})),
    max_size=6,
)


def reasons(story: list[Asked]) -> dict[str, int]:
    """How many signals of each kind there should be, told by going through it by hand."""
    count = {"fell": 0, "as high as": 0, "gave": 0, "learn little": 0}
    revealed = [asked.marks for asked in story if asked.marks is not None]
    for key in KEYS:
        if not revealed or (now := revealed[-1][key][0]) is None:
            continue
        earlier = [mark for marks in reversed(revealed[:-1]) if (mark := marks[key][0])][:4]
        before, beside = next(iter(earlier), None), revealed[-1][key][1]
        count["fell"] += (fell := before is not None and before - now >= 2)
        unlearnt = key == "learning" and now in (1, 2) and before in (1, 2)
        count["as high as"] += not fell and not unlearnt and max(earlier, default=0) - now >= 2
        count["gave"] += beside is not None and abs(beside - now) >= 2
        count["learn little"] += unlearnt
    return count


some_stories = settings(
    max_examples=25,
    deadline=None,
    suppress_health_check=[HealthCheck.function_scoped_fixture],
    derandomize=True,
)


def tour_of(story: list[Asked], cast, questions: QuestionSet) -> Tour:
    tour = make_signed_tour(cast.alice, cast.bob, **SPAN)
    for n, asked in enumerate(story):
        due_on = DAY - timedelta(days=10 * (len(story) - n))
        if asked.marks is None:
            answered(tour, questions, due_on, dict.fromkeys(KEYS, (1, 5)), Side.EMPLOYEE)
        else:
            had(tour, questions, due_on, **asked.marks)
    return tour


@some_stories
@given(story=CHECKINS)
def test_the_rules_are_those_of_an_oracle(cast, questions, story):
    with transaction.atomic():
        tour_of(story, cast, questions)
        found = told(cast.bob)
        transaction.set_rollback(True)  # the next example begins with nothing to tell
    assert {word: sum(word in one for one in found) for word in reasons(story)} == reasons(story)


@some_stories
@given(story=CHECKINS)
def test_what_the_page_of_a_tour_judges_is_what_the_database_finds(cast, questions, story):
    with transaction.atomic():
        tour = tour_of(story, cast, questions)
        for who in (cast.alice, cast.bob):
            marks = newest_marks(who)
            known = list(marks.values_list("pk", TOLD))
            for rule, holds in ((FELL, fell), (SANK, sank), (APART, apart), (UNLEARNT, unlearnt)):
                assert {pk for pk, told in known if holds(told)} == set(
                    marks.filter(rule).values_list("pk", flat=True)
                )
        row = Tour.objects.with_versions().with_standing(DAY).get(pk=tour.pk)
        on_page = of_tour(row, cast.bob, DAY, row.checkins.with_signals(cast.bob, DAY), [])
        assert [signal.sentence for signal in on_page] == told(cast.bob)
        transaction.set_rollback(True)  # nor do many examples fill tables of which Postgres knows nothing
