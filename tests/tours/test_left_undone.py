"""What is left undone goes up the line by HR's policy: to whom, when, and no longer."""

from __future__ import annotations

from datetime import timedelta

import pytest

from alliance_site.outbox.facts import DONE
from alliance_site.outbox.models import Message
from people.services import end_employment, set_manager
from tests.factories import DAY, NOW, make_next_step, make_policy, make_proposed_tour, make_signed_tour
from tests.reminding import planned, silenced
from tests.tours.test_reminders import sign
from tours.models import Side, Tour
from tours.reminders import left_undone
from tours.services import amend, reaffirm, revise, save_draft, withdraw

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("no_missing_words")]


def after(days: int):
    return NOW + timedelta(days=days)


class TestUnsignedTerms:
    def test_the_manager_of_each_side_that_has_not_signed_hears_once(self, cast):
        make_proposed_tour(cast.alice, cast.bob)
        assert planned(left_undone, after(13)) == set()
        assert planned(left_undone, after(14)) == {("Bob", 0), ("Carol", 0)}
        assert planned(left_undone, after(21)) == set()

    def test_only_the_manager_of_whom_it_waits_for(self, cast):
        tour = make_proposed_tour(cast.alice, cast.bob)
        sign(tour, Side.MANAGER)
        assert planned(left_undone, after(14)) == {("Bob", 0)}
        letter = Message.objects.get()
        assert letter.path == tour.get_absolute_url()
        assert letter.subject == "The terms of a tour of Alice Ames wait to be signed"
        assert "waited for Alice Ames to sign them" in letter.text

    def test_who_is_above_learns_that_it_waits_and_not_what_it_says(self, cast):
        tour = make_proposed_tour(cast.alice, cast.bob)
        sign(tour, Side.EMPLOYEE)
        planned(left_undone, after(14))
        letter = Message.objects.get(recipient=cast.carol)
        assert "with Bob Brand have waited for a signature" in letter.text
        assert tour.get_absolute_url() not in letter.text
        assert "booking engine" not in letter.text + letter.html

    def test_after_a_hand_over_it_is_with_the_manager_whom_the_terms_name(self, cast):
        """Else Carol, who has signed, would be asked to have a word with Bob, who has no part in it."""
        tour = make_signed_tour(cast.alice, cast.bob)
        set_manager(cast.alice, cast.carol, since=DAY)
        reaffirm(tour, "I stand by this.", actor=cast.carol, now=NOW)
        assert planned(left_undone, after(14)) == {("Carol", 0)}
        letter = Message.objects.get()
        assert "A word between the two of you may be what is missing" in letter.text
        assert letter.path == tour.get_absolute_url()

    def test_who_agreed_before_and_is_above_by_now_hears_as_one_above(self, cast):
        tour = make_signed_tour(cast.alice, cast.bob)
        set_manager(cast.alice, cast.dan, since=DAY)
        set_manager(cast.dan, cast.bob, since=DAY)
        reaffirm(tour, "I stand by this.", actor=cast.alice, now=NOW)
        assert planned(left_undone, after(14)) == {("Bob", 0)}
        letter = Message.objects.get()
        assert "of Alice Ames with Dan Drew have waited" in letter.text
        assert letter.path == cast.alice.get_absolute_url()

    def test_once_signed_nobody_above_hears(self, cast):
        tour = make_proposed_tour(cast.alice, cast.bob)
        planned(left_undone, after(14))
        sign(tour, Side.EMPLOYEE)
        assert silenced(Message.objects.get(recipient=cast.bob), after(14)) == DONE
        assert silenced(Message.objects.get(recipient=cast.carol), after(14)) == ""

    def test_the_days_are_hrs_policy(self, cast):
        make_policy(cast.heidi, above_days=3)
        make_proposed_tour(cast.alice, cast.bob)
        assert planned(left_undone, after(2)) == set()
        assert planned(left_undone, after(3)) == {("Bob", 0), ("Carol", 0)}


class TestHandOver:
    @pytest.fixture(autouse=True)
    def _handed_over(self, cast):
        """From Bob to Dan, whom Carol manages, to be taken over within ten days."""
        make_policy(cast.heidi, handover_days=10, holds_from=DAY - timedelta(days=50))
        make_signed_tour(cast.alice, cast.bob, starts_on=DAY - timedelta(days=400))
        set_manager(cast.dan, cast.carol, since=DAY)
        set_manager(cast.alice, cast.dan, since=DAY)

    def test_the_manager_of_the_new_manager_hears_some_time_after_it_was_due(self, cast):
        assert planned(left_undone, after(23)) == set()
        assert planned(left_undone, after(24)) == {("Carol", 0)}
        assert "somebody else manages Alice Ames" in Message.objects.get().text

    def test_also_where_an_answer_to_the_terms_on_the_table_is_never_finished(self, cast):
        tour = Tour.objects.get()
        newer = reaffirm(tour, "I stand by this.", actor=cast.dan, now=NOW)
        assert planned(left_undone, after(24)) == {("Dan", 0)}  # the signature, which is overdue, too
        revise(newer, actor=cast.alice, now=after(24))
        assert planned(left_undone, after(24)) == {("Carol", 0)}
        assert "has not been taken over yet" in Message.objects.get(recipient=cast.carol).text

    def test_not_while_what_the_employee_has_written_keeps_the_new_manager_from_it(self, cast):
        """Who was not asked has left nothing undone."""
        tour = Tour.objects.get()
        set_manager(cast.alice, cast.bob, since=DAY)
        other = amend(tour, "Other work.", actor=cast.alice, now=NOW)
        save_draft(other, revision=other.revision, actor=cast.alice, now=NOW)
        set_manager(cast.alice, cast.dan, since=DAY)
        assert planned(left_undone, after(24)) == set()
        withdraw(other, "", actor=cast.alice, now=after(24))
        assert planned(left_undone, after(24)) == {("Carol", 0)}

    def test_once_terms_lie_on_the_table_it_is_not_said(self, cast):
        planned(left_undone, after(24))
        set_manager(cast.alice, cast.bob, since=DAY + timedelta(days=1))
        assert silenced(Message.objects.get(), after(24)) == DONE
        assert Tour.objects.count() == 1


class TestUndecided:
    def end_in(self, cast, days: int) -> Tour:
        dates = {"starts_on": DAY - timedelta(days=400), "ends_on": DAY + timedelta(days=days)}
        return make_signed_tour(cast.alice, cast.bob, **dates)

    def test_the_managers_manager_hears_near_the_end(self, cast):
        self.end_in(cast, 60)
        assert planned(left_undone, after(13)) == set()
        assert planned(left_undone, after(14)) == {("Carol", 0)}
        assert "ends on 15 May 2026, and nothing is agreed" in Message.objects.get().subject

    def test_what_both_have_decided_is_not_said(self, cast):
        tour = self.end_in(cast, 30)
        planned(left_undone, NOW)
        make_next_step(tour, confirmed_at=NOW)
        assert silenced(Message.objects.get(), NOW) == DONE

    def test_nobody_above_who_has_left_hears(self, cast):
        self.end_in(cast, 30)
        end_employment(cast.carol, last_day=DAY - timedelta(days=1), ending="resignation")
        assert planned(left_undone, NOW) == set()
