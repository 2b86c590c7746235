"""Whom a promise reminds, and when; and what silences that."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

import pytest

from alliance_site.outbox.facts import DONE
from alliance_site.outbox.models import Message
from alliance_site.outbox.planning import plan_occasion
from people.models import Person
from people.services import set_manager
from tests.factories import DAY, make_entry, make_signed_tour
from tests.reminding import planned, silenced
from tests.tours.test_reminders import on
from tours import services
from tours.models import Promise, Side, Tour
from tours.reminders import promise_due, promise_to_judge, promise_word

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("no_missing_words")]

DUE = DAY + timedelta(days=60)
COMPANYS = {"what": "Zebra", "due_on": DUE}
HERS = {"what": "Yak", "due_on": DUE, "owed_by": Side.EMPLOYEE}


@pytest.fixture
def tour(cast) -> Tour:
    return make_signed_tour(cast.alice, cast.bob, promises=[COMPANYS, HERS])


@pytest.fixture
def companys(tour) -> Promise:
    return tour.in_force.promises.get(owed_by=Side.MANAGER)


@pytest.fixture
def hers(tour) -> Promise:
    return tour.in_force.promises.get(owed_by=Side.EMPLOYEE)


def after(days: int) -> datetime:
    return on(DUE + timedelta(days=days))


def leave(person: Person) -> None:
    person.employments.update(left_on=DUE - timedelta(days=1), ending="resignation")


class TestDue:
    def test_each_side_is_reminded_of_its_own_on_the_day_and_twice_after(self, tour):
        assert planned(promise_due, after(-1)) == set()
        for step, days in enumerate((0, 7, 21)):
            assert planned(promise_due, after(days)) == {("Alice", step), ("Bob", step)}
            assert planned(promise_due, after(days + 1)) == set()

    def test_old_history_is_not_dug_up(self, tour):
        assert planned(promise_due, after(62)) == set()

    @pytest.mark.parametrize("kind", ["kept", "not_kept", "done"])
    def test_what_is_judged_or_said_to_be_done_reminds_no_more(self, tour, companys, kind):
        planned(promise_due, after(0))
        message = Message.objects.get(recipient=tour.manager)
        assert silenced(message, after(0)) == ""
        make_entry(companys, kind)
        assert silenced(message, after(0)) == DONE
        assert planned(promise_due, after(7)) == {("Alice", 1)}

    def test_what_is_dropped_reminds_no_more(self, tour, hers):
        wish = make_entry(hers, "asked")
        assert planned(promise_due, after(0)) == {("Alice", 0), ("Bob", 0)}
        make_entry(hers, "agreed", Side.MANAGER, answers=wish)
        assert planned(promise_due, after(7)) == {("Bob", 1)}

    def test_what_was_due_after_an_early_end_reminds_nobody(self, tour, cast):
        words = {"reason": "It is done.", "learnt": "", "actor": cast.bob, "now": on(DAY)}
        services.end_early(tour, DUE - timedelta(days=1), **words)
        assert planned(promise_due, after(0)) == set()

    def test_the_last_day_of_a_tour_is_no_way_out(self, cast):
        make_signed_tour(cast.alice, cast.bob, ends_on=DUE, promises=[COMPANYS])
        assert planned(promise_due, after(7)) == {("Bob", 1)}
        assert planned(promise_to_judge, after(7)) == {("Alice", 0)}

    def test_terms_that_are_not_in_force_remind_nobody(self, tour, cast):
        services.amend(tour, actor=cast.bob, now=on(DAY))
        assert len(planned(promise_due, after(0))) == 2

    def test_several_of_a_day_are_one_letter(self, cast):
        make_signed_tour(cast.alice, cast.bob, promises=[COMPANYS, COMPANYS | {"what": "Xerus"}])
        assert plan_occasion(promise_due, after(0)) == 1

    @pytest.mark.parametrize("ends", [-2, 200])
    def test_the_companys_promises_pass_to_the_new_manager_before_the_hand_over(self, cast, ends):
        """Also after the end, when nobody can take it over any more."""
        ends_on = DUE + timedelta(days=ends)
        make_signed_tour(cast.alice, cast.bob, ends_on=ends_on, promises=[COMPANYS, HERS])
        set_manager(cast.alice, cast.carol, since=DUE - timedelta(days=5))
        assert planned(promise_due, after(0)) == {("Alice", 0), ("Carol", 0)}
        letter = Message.objects.get(recipient=cast.carol)
        for words in (letter.text, letter.html):
            until_then = "Until you and Alice Ames have taken it over, Alice Ames alone can say"
            assert f"The tour was agreed with Bob Brand. {until_then} whether the promise is kept." in words
            assert "say that it is done" not in words.replace("is said to be done", "")
            assert "because you manage Alice Ames now" in words
            assert "propose another day" not in words

    def test_who_has_left_is_reminded_of_nothing(self, tour, cast):
        leave(cast.alice)
        assert planned(promise_due, after(0)) == set()

    def test_a_manager_who_left_without_successor_is_not_mailed(self, tour, cast):
        cast.alice.reporting_lines.filter(until=None).update(until=DUE - timedelta(days=1))
        leave(cast.bob)
        assert planned(promise_due, after(0)) == {("Alice", 0)}
        assert planned(promise_to_judge, after(7)) == {("Alice", 0)}

    def test_today_is_the_recipients_today(self, tour, cast):
        Person.objects.filter(pk=cast.bob.pk).update(time_zone="Pacific/Auckland")
        eve = datetime(DUE.year, DUE.month, DUE.day, 0, 30, tzinfo=UTC) - timedelta(hours=12)
        assert planned(promise_due, eve) == {("Bob", 0)}

    def test_no_word_of_the_promise_is_in_the_letter(self, tour, cast):
        for days in (0, 7):
            planned(promise_due, after(days))
        planned(promise_to_judge, after(7))
        assert Message.objects.count() == 6
        for message in Message.objects.all():
            assert not any(beast in message.text + message.html for beast in ("Zebra", "Yak"))
        subjects = set(Message.objects.values_list("subject", flat=True))
        assert "What the company promised Alice Ames is due on 15 May 2026" in subjects
        assert "What you promised Bob Brand for 15 May 2026 is overdue" in subjects


class TestToJudge:
    def test_the_other_side_is_asked_once_a_week_after(self, tour):
        assert planned(promise_to_judge, after(6)) == set()
        assert planned(promise_to_judge, after(7)) == {("Alice", 0), ("Bob", 0)}
        assert planned(promise_to_judge, after(30)) == set()

    def test_not_what_is_judged(self, tour, companys):
        planned(promise_to_judge, after(7))
        message = Message.objects.get(recipient=tour.employee)
        make_entry(companys, "kept")
        assert silenced(message, after(7)) == DONE

    def test_in_a_hand_over_nobody_judges_for_the_company(self, tour, cast):
        set_manager(cast.alice, cast.carol, since=DUE)
        assert planned(promise_to_judge, after(7)) == {("Alice", 0)}


class TestWords:
    @pytest.mark.parametrize(
        ("kind", "side", "who"),
        [
            ("done", Side.MANAGER, "Alice"),
            ("kept", Side.EMPLOYEE, "Bob"),
            ("not_kept", Side.EMPLOYEE, "Bob"),
            ("asked", Side.EMPLOYEE, "Bob"),
            ("asked", Side.MANAGER, "Alice"),
        ],
    )
    def test_the_other_side_hears_of_it_once(self, companys, kind, side, who):
        make_entry(companys, kind, side, words="Wolf")
        now = on(DAY) + timedelta(hours=1)
        assert planned(promise_word, now) == {(who, 0)}
        assert planned(promise_word, now) == set()
        message = Message.objects.get()
        assert "Wolf" not in message.subject + message.text + message.html

    @pytest.mark.parametrize("kind", ["agreed", "refused"])
    def test_an_answer_is_told_to_who_asked(self, companys, kind):
        wish = make_entry(companys, "asked", Side.MANAGER)
        make_entry(companys, kind, Side.EMPLOYEE, answers=wish)
        assert planned(promise_word, on(DAY) + timedelta(hours=1)) == {("Bob", 0)}

    def test_what_was_taken_back_or_said_anew_is_not_told(self, companys):
        wish = make_entry(companys, "asked")
        now = on(DAY) + timedelta(hours=1)
        planned(promise_word, now)
        make_entry(companys, "taken_back", answers=wish)
        assert silenced(Message.objects.get(), now) == DONE
        assert planned(promise_word, now) == set()
