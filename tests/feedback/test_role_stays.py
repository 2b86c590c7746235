"""Who has another manager, and no tour that is handed over, is told that the role they expect stays behind;
the new manager is told nothing before the employee passes it on, and then that an answer is owed."""

from __future__ import annotations

from datetime import timedelta

import pytest
from django.conf import settings
from django.urls import reverse

from alliance_site.dashboards.todo import todo
from alliance_site.outbox.facts import DONE
from alliance_site.outbox.models import Message
from feedback.models import Expectation
from feedback.reminders import expectation_waiting, role_gone, role_stays
from feedback.services import expectations as services
from people.models import Employment
from people.services import set_manager
from tests.factories import make_debrief, make_early_end, make_expectation, make_reply, make_signed_tour
from tests.feedback.conftest import TODAY
from tests.reminding import planned, silenced
from tours.reminders import handover

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("today", "no_missing_words")]

DAY = TODAY.date()
ALICE = {("Alice", 0)}


@pytest.fixture
def expectation(cast) -> Expectation:
    """Bob has answered; since today Carol manages Alice, who is on no tour."""
    row = make_expectation(cast.alice, cast.bob, role="Head of Ponds", stated_at=TODAY - timedelta(days=9))
    make_reply(row, at=TODAY - timedelta(days=5), review_on=DAY + timedelta(days=90))
    set_manager(cast.alice, cast.carol, since=DAY)
    return row


def after(days: int):
    return TODAY + timedelta(days=days)


def told(person) -> list[str]:
    return [item.sentence for item in todo(person, DAY) if "role" in item.sentence]


def test_the_employee_alone_hears_at_once_and_a_week_later(cast, expectation):
    found = [planned(role_stays, after(days)) for days in (0, 1, 7, 8, 60)]
    assert found == [ALICE, set(), {("Alice", 1)}, set(), set()]
    for letter in Message.objects.all():
        assert letter.subject == "Pass the role you expect on to Carol Cole, or keep it to yourself"
        assert "nobody owes you an answer or a conversation about it until you pass it on" in letter.text
        assert f"{settings.SITE_URL}{reverse('ahead')}" in letter.text
        assert "Head of Ponds" not in letter.text + letter.html
    for occasion in (expectation_waiting, role_gone):
        assert planned(occasion, after(1)) == set()
    assert told(cast.carol) == []


def test_so_it_is_where_the_manager_before_has_left(cast, expectation):
    Employment.objects.filter(person=cast.bob).update(left_on=DAY - timedelta(days=1), ending="other")
    assert planned(role_stays, TODAY) == ALICE
    assert len(told(cast.alice)) == 1
    assert "Carol Cole" in told(cast.alice)[0]


def test_a_manager_who_came_long_ago_is_no_news(cast, expectation):
    assert planned(role_stays, after(32)) == set()


def test_passed_on_it_is_the_new_manager_who_hears_that_an_answer_is_owed(cast, as_, expectation):
    planned(role_stays, TODAY)
    services.pass_on(expectation, actor=cast.alice, to=cast.carol.pk, now=TODAY)
    assert silenced(Message.objects.get(), TODAY) == DONE
    assert planned(role_stays, after(7)) == set()
    assert planned(expectation_waiting, TODAY) == {("Carol", 0)}
    assert planned(expectation_waiting, after(11)) == {("Carol", 1)}
    assert planned(expectation_waiting, after(15)) == {("Carol", 2)}
    assert told(cast.carol) == ["Answer Alice Ames about the role they expect"]


def test_so_do_they_of_the_talk_that_they_owe_where_it_was_said_to_be_gone(cast, expectation):
    Expectation.objects.update(gone_at=TODAY - timedelta(days=1))
    assert planned(role_stays, TODAY) == ALICE
    assert planned(role_gone, TODAY) == set()
    services.pass_on(expectation, actor=cast.alice, to=cast.carol.pk, now=TODAY)
    assert planned(role_gone, TODAY) == {("Carol", 0)}


def test_one_letter_is_enough_for_all_that_was_said(cast, expectation):
    make_expectation(cast.alice, cast.bob)
    assert planned(role_stays, TODAY) == ALICE


def test_another_new_manager_is_another_letter(cast, expectation):
    planned(role_stays, TODAY)
    services.keep(expectation, actor=cast.alice, to=cast.carol.pk, now=TODAY)
    set_manager(cast.alice, cast.dan, since=DAY + timedelta(days=10))
    assert planned(role_stays, after(10)) == ALICE


class TestNothingComes:
    def ceases(self) -> None:
        assert {silenced(letter, TODAY) for letter in Message.objects.all()} == {DONE}
        assert planned(role_stays, after(7)) == set()

    @pytest.fixture(autouse=True)
    def _told(self, expectation):
        assert planned(role_stays, TODAY) == ALICE

    def test_once_they_keep_it_to_themselves(self, cast, expectation):
        services.keep(expectation, actor=cast.alice, to=cast.carol.pk, now=TODAY)
        self.ceases()

    def test_once_it_is_withdrawn(self, cast, expectation):
        services.withdraw_expectation(expectation, actor=cast.alice, now=TODAY)
        self.ceases()

    def test_where_the_talk_about_it_is_recorded_and_to_be_heard(self, expectation):
        make_debrief(expectation)
        self.ceases()

    def test_once_the_manager_before_manages_again(self, cast):
        set_manager(cast.alice, cast.bob, since=DAY)
        self.ceases()

    def test_once_they_have_left(self, cast):
        Employment.objects.filter(person=cast.alice).update(
            left_on=DAY - timedelta(days=1), ending="resignation"
        )
        assert planned(role_stays, after(7)) == set()


def test_the_letter_of_a_hand_over_says_it_where_there_is_one_and_no_other(cast, expectation):
    tour = make_signed_tour(cast.alice, cast.bob)
    assert planned(role_stays, after(7)) == set()
    planned(handover, TODAY)
    letter = Message.objects.get(recipient=cast.alice)
    assert "stays with the manager whom you told" in letter.text
    make_early_end(tour, DAY + timedelta(days=40))
    assert planned(role_stays, TODAY) == ALICE, "nobody takes that one over"


def test_nobody_hears_whose_manager_is_the_same(cast):
    make_expectation(cast.alice, cast.bob)
    assert planned(role_stays, TODAY) == set()
