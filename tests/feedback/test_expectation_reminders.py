"""Who is reminded of an expected role, when, and no longer."""

from __future__ import annotations

from datetime import datetime, timedelta

import pytest

from alliance_site.outbox.facts import DONE, OVERTAKEN, look_again
from alliance_site.outbox.models import Message
from alliance_site.outbox.occasions import recipients
from feedback.models import Debrief, Expectation
from feedback.reminders import (
    debrief_due,
    expectation_answered,
    expectation_review,
    expectation_waiting,
)
from feedback.services import expectations as services
from people.models import Employment
from people.services import set_manager
from tests.factories import make_debrief, make_expectation, make_reply
from tests.feedback.conftest import TODAY
from tests.reminding import planned

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("today", "no_missing_words")]

DAY = TODAY.date()
ROLE, WHY = "Head of Platypus Care", "Nobody else knows the pond."


@pytest.fixture
def expectation(cast) -> Expectation:
    due_on = DAY + timedelta(days=14)
    return make_expectation(cast.alice, cast.bob, role=ROLE, why=WHY, stated_at=TODAY, due_on=due_on)


def after(days: float) -> datetime:
    return TODAY + timedelta(days=days)


def silenced(now: datetime) -> set[str]:
    letters = list(Message.objects.all())
    people = recipients([letter.recipient_id for letter in letters], now)
    return {verdict.silenced for verdict in look_again(letters, people, now).values()}


def leave(person) -> None:
    Employment.objects.filter(person=person).update(left_on=DAY - timedelta(days=1), ending="resignation")


class TestWaiting:
    def test_the_manager_hears_at_once_before_the_day_after_it_and_once_more(self, expectation):
        assert planned(expectation_waiting, TODAY) == {("Bob", 0)}
        assert planned(expectation_waiting, after(10)) == set()
        assert planned(expectation_waiting, after(11)) == {("Bob", 1)}
        assert planned(expectation_waiting, after(14)) == set()
        assert planned(expectation_waiting, after(15)) == {("Bob", 2)}
        assert planned(expectation_waiting, after(22)) == {("Bob", 3)}
        assert planned(expectation_waiting, after(60)) == set()

    def test_who_has_answered_is_not_reminded(self, expectation):
        planned(expectation_waiting, TODAY)
        make_reply(expectation)
        assert planned(expectation_waiting, after(15)) == set()
        assert silenced(TODAY) == {DONE}

    def test_nor_is_anybody_of_what_was_withdrawn(self, cast, expectation):
        planned(expectation_waiting, TODAY)
        services.withdraw_expectation(expectation, actor=cast.alice, now=TODAY)
        assert silenced(TODAY) == {DONE}

    def test_a_later_step_overtakes(self, expectation):
        planned(expectation_waiting, TODAY)
        assert silenced(after(11)) == {OVERTAKEN}

    @pytest.mark.parametrize("who", ["alice", "bob"])
    def test_nobody_hears_of_one_who_has_left(self, cast, expectation, who):
        leave(getattr(cast, who))
        assert planned(expectation_waiting, TODAY) == set()

    def test_a_former_manager_is_not_reminded_and_the_next_one_only_once_it_is_passed_on(
        self, cast, expectation
    ):
        planned(expectation_waiting, TODAY)
        set_manager(cast.alice, cast.carol, since=DAY)
        assert silenced(TODAY) == {DONE}
        assert planned(expectation_waiting, after(15)) == set()
        services.pass_on(expectation, actor=cast.alice, to=cast.carol.pk, now=TODAY)
        assert planned(expectation_waiting, TODAY) == {("Carol", 0)}

    def test_no_letter_carries_the_role_or_a_word(self, expectation):
        for days in (0, 11, 15):
            planned(expectation_waiting, after(days))
        make_reply(expectation, words="Backed by Bob", review_on=DAY, at=TODAY)
        planned(expectation_answered, TODAY)
        planned(expectation_review, TODAY)
        make_debrief(expectation, words="It went outside.", at=TODAY)
        planned(debrief_due, TODAY)
        assert Message.objects.count() == 7
        for letter in Message.objects.all():
            whole = letter.subject + letter.text + letter.html
            for words in (ROLE, WHY, "Backed by Bob", "outside"):
                assert words not in whole


class TestAnAnswer:
    def test_the_employee_hears_of_each_once(self, expectation):
        make_reply(expectation, at=TODAY)
        assert planned(expectation_answered, TODAY) == {("Alice", 0)}
        assert planned(expectation_answered, after(1)) == set()
        make_reply(expectation, at=after(2))
        assert planned(expectation_answered, after(2)) == {("Alice", 0)}

    def test_an_answer_of_long_ago_is_no_news(self, expectation):
        make_reply(expectation, at=TODAY)
        assert planned(expectation_answered, after(31)) == set()

    def test_both_hear_on_the_day_of_review_and_a_week_later(self, expectation):
        make_reply(expectation, review_on=DAY + timedelta(days=90))
        assert planned(expectation_review, after(89)) == set()
        assert planned(expectation_review, after(90)) == {("Alice", 0), ("Bob", 0)}
        assert planned(expectation_review, after(97)) == {("Alice", 1), ("Bob", 1)}

    def test_a_confirmed_answer_is_looked_at_again_on_its_own_day(self, expectation):
        make_reply(expectation, review_on=DAY)
        planned(expectation_review, TODAY)
        make_reply(expectation, review_on=DAY + timedelta(days=90))
        assert silenced(TODAY) == {DONE}
        assert planned(expectation_review, after(90)) == {("Alice", 0), ("Bob", 0)}


class TestADebrief:
    def test_the_employee_is_told_to_have_the_conversation(self, expectation):
        make_debrief(expectation, at=TODAY)
        assert planned(debrief_due, TODAY) == {("Alice", 0)}
        assert planned(debrief_due, after(7)) == {("Alice", 1), ("Bob", 0)}
        subjects = set(Message.objects.values_list("subject", flat=True))
        assert subjects == {"Bob Brand owes you a conversation", "You owe Alice Ames a conversation"}

    def test_the_manager_hears_that_it_has_not_taken_place(self, cast, expectation):
        make_debrief(expectation, at=TODAY)
        planned(debrief_due, TODAY)
        services.hear_debrief(expectation, actor=cast.alice, took_place=False, words="No.", now=after(1))
        assert silenced(after(1)) == {DONE}
        assert planned(debrief_due, after(1)) == {("Bob", 1)}
        assert planned(debrief_due, after(8)) == {("Bob", 2)}

    def test_once_they_have_talked_nobody_is_reminded(self, cast, expectation):
        make_debrief(expectation, at=TODAY)
        services.hear_debrief(expectation, actor=cast.alice, took_place=True, words="", now=after(1))
        assert planned(debrief_due, after(9)) == set()
        assert Debrief.objects.get().took_place

    def test_who_no_longer_manages_is_not_reminded_of_it(self, cast, expectation):
        make_debrief(expectation, at=TODAY)
        set_manager(cast.alice, cast.carol, since=DAY + timedelta(days=1))
        assert planned(debrief_due, after(7)) == {("Alice", 1)}
        services.pass_on(expectation, actor=cast.alice, to=cast.carol.pk, now=after(7))
        assert planned(debrief_due, after(7)) == {("Carol", 0)}
        subjects = set(Message.objects.values_list("subject", flat=True))
        assert subjects == {"Bob Brand owes you a conversation", "You owe Alice Ames a conversation"}

    def test_other_letters_about_it_end(self, expectation):
        planned(expectation_waiting, TODAY)
        make_debrief(expectation, at=TODAY)
        assert silenced(TODAY) == {DONE}
