"""Who is told the signals of a tour, and that nobody else is; before the reveal nobody."""

from __future__ import annotations

from datetime import timedelta

import pytest
from django.urls import reverse

from feedback.models import QuestionSet
from feedback.signals import of_manager
from people.services import end_employment, set_manager
from tests.factories import (
    NOW,
    make_amended_tour,
    make_checkin,
    make_early_end,
    make_line,
    make_person,
    make_release,
    make_signed_tour,
)
from tests.feedback.signalling import (
    DAY,
    FIRST,
    SECOND,
    SPAN,
    THIRD,
    answered,
    had,
    make_questions,
    queries,
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


def test_that_somebody_learns_little_is_first_and_the_others_are_in_the_order_of_their_days(cast, talkative):
    first, *others = of_manager(cast.bob, DAY)
    assert first.sentence.startswith("Twice in a row Alice Ames says they learn little")
    days = [signal.on for signal in others]
    assert len(days) == 5
    assert days == sorted(days, reverse=True)


def test_what_one_check_in_tells_stands_together(cast, questions):
    for name in ("Ann", "Zoe"):
        employee = make_person(name)
        make_line(employee, cast.bob)
        tour = make_signed_tour(employee, cast.bob, **SPAN)
        had(tour, questions, FIRST, stretch=(5, 5), learning=(5, 5))
        had(tour, questions, SECOND, stretch=(3, 5), learning=(3, 5))
    told_of = [signal.url for signal in of_manager(cast.bob, DAY)]
    assert len(told_of) == 8
    assert len({*told_of[:4]}) == len({*told_of[4:]}) == 1


def test_the_employee_reads_the_same_reasons_on_the_page_of_the_tour(cast, as_, talkative):
    mine = as_(cast.bob).get(talkative.along_url)
    theirs = as_(cast.alice).get(talkative.along_url)
    assert "What Bob Brand sees about this tour" in theirs.text
    assert "Your mark for “How much does this mission stretch Alice Ames?” fell from 5 to 2" in theirs.text
    assert "Twice in a row you say that you learn little: 2, then 1 on 17 Dec 2025." in theirs.text
    assert "Your promise to Bob Brand was due on 17 Dec 2025: A talk." in theirs.text
    assert "The promise of Bob Brand to you was due on 18 Sep 2025: A seat." in theirs.text
    for signal in of_manager(cast.bob, DAY):
        assert signal.sentence in mine.text
    assert theirs.text.count(" ago</span></li>") == mine.text.count(" ago</span></li>") == 6


@pytest.mark.parametrize("who", ["carol", "dan", "heidi", "mallory"])
def test_they_are_nobody_elses(cast, as_, talkative, who):
    person = getattr(cast, who)
    assert told(person) == []
    for url in (talkative.along_url, reverse("home"), reverse("tours"), reverse("signals")):
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
        assert "fell from" not in as_(person).get(talkative.along_url).text


def test_a_new_manager_is_told_of_their_own_check_ins_alone(cast, as_, questions):
    tour = make_signed_tour(cast.alice, cast.dan, **SPAN)
    for day, mark in ((FIRST, 5), (SECOND, 3)):
        with_dan = had(tour, questions, day, stretch=(mark, 1))
    make_amended_tour(tour, cast.bob, **SPAN)
    had(tour, questions, THIRD, stretch=(1, 1))
    make_release(with_dan, cast.bob)
    assert told(cast.bob) == told(cast.dan) == []
    for person in (cast.alice, cast.bob):
        page = as_(person).get(tour.along_url).text
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
        for url in (tour.along_url, reverse("home"), reverse("signals")):
            page = as_(person).get(url).text
            assert "fell from" not in page
            assert "learn little" not in page


@pytest.mark.parametrize("person", ["alice", "bob"])
def test_nothing_is_told_of_what_is_its_authors_alone(cast, as_, tour, person):
    questions = make_questions("stretch", "learning", visibility="author")
    had(tour, questions, FIRST, stretch=(5, 1), learning=(1, 1))
    had(tour, questions, SECOND, stretch=(1, 5), learning=(1, 1))
    assert told(cast.bob) == []
    page = as_(getattr(cast, person)).get(tour.along_url)
    assert "fell from" not in page.text
    assert "learn little" not in page.text


def test_a_question_that_was_its_authors_alone_before_lends_no_mark_to_compare(cast, tour):
    had(tour, make_questions("stretch", visibility="author"), FIRST, stretch=(5, 5))
    had(tour, make_questions("stretch", number=2), SECOND, stretch=(2, 2))
    assert told(cast.bob) == []


# ── Words ────────────────────────────────────────────────────────────────────


def test_hostile_names_and_promises_stay_words(cast, as_, questions):
    evil = "<script>alert(1)</script>{manager}%(name)s\u202e😀"
    type(cast.alice).objects.filter(pk=cast.alice.pk).update(name=evil)
    due = {"what": evil * 300, "due_on": FIRST}
    tour = make_signed_tour(cast.alice, cast.bob, promises=[due], **SPAN)
    had(tour, questions, FIRST, stretch=(5, 5))
    had(tour, questions, SECOND, stretch=(2, 2))
    for person in (cast.alice, cast.bob):
        page = as_(person).get(tour.along_url)
        assert page.status_code == 200
        assert "<script>alert(1)" not in page.text
    page = as_(cast.bob).get(reverse("home")).text
    assert "<script>alert(1)" not in page
    assert "fell from 5 to 2" in page
    assert "mission stretch &lt;script&gt;alert(1)&lt;/script&gt;{manager}%(name)s" in page


# ── Queries ──────────────────────────────────────────────────────────────────


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
    found = queries(as_(getattr(cast, who)), talkative.along_url)
    assert len(found) <= 8, "\n".join(found)
