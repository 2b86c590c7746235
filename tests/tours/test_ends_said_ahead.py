"""What comes after a tour of which one side has said that it ends early: asked for until its last day."""

from __future__ import annotations

from datetime import timedelta

import pytest
import time_machine
from django.urls import reverse

from alliance_site.dashboards.hr_letter import _left_undone
from alliance_site.dashboards.todo import todo
from alliance_site.outbox.models import Message
from feedback.access import may_ask, reader_of_releases
from feedback.models import CheckIn, Kind
from feedback.planning import plan_checkins
from feedback.services import ask_for
from people.services import set_manager
from tests.factories import MORNING as NOW
from tests.factories import TODAY, make_amended_tour, make_early_end, make_next_step, make_signed_tour
from tests.reminding import planned
from tours import access, failing, services
from tours.forms.outcome import OutcomeForm
from tours.models import NextStep, Side, Tour
from tours.reminders import left_undone, next_step_waiting, tour_ends
from tours.services import Refused

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("no_missing_words")]
LAST = TODAY + timedelta(days=40)
SPAN = {"starts_on": TODAY - timedelta(days=300), "ends_on": TODAY + timedelta(days=500)}


@pytest.fixture
def tour(cast) -> Tour:
    """Bob has just said that it ends on that day; its window by its terms is a year away."""
    return make_early_end(make_signed_tour(cast.alice, cast.bob, **SPAN), LAST, Side.MANAGER, at=NOW)


def told(person) -> list[str]:
    return [item.sentence for item in todo(person, TODAY)]


def looked_at(tour: Tour) -> Tour:
    return Tour.objects.with_versions().with_standing(TODAY).with_newest_step().get(pk=tour.pk)


class TestListsAndPages:
    def test_everybody_sees_that_it_is_undecided(self, cast, as_, tour):
        every = Tour.objects.all()
        for found in (every.undecided_near_the_end(TODAY), failing.ending(every, TODAY)):
            assert set(found) == {tour}
        assert "Undecided near the end" in as_(cast.alice).get(tour.get_absolute_url()).text
        assert "1 tour ends soon with nothing signed for the time after" in told(cast.heidi)

    @pytest.mark.parametrize("on", [TODAY, LAST])
    def test_until_its_last_day(self, tour, on):
        assert failing.ending(Tour.objects.all(), on).exists()
        assert not failing.ending(Tour.objects.all(), LAST + timedelta(days=1)).exists()

    def test_both_are_asked_to_decide_on_their_first_pages(self, cast, tour):
        for person, other in ((cast.alice, "Bob Brand"), (cast.bob, "Alice Ames")):
            sentence = f"Decide with {other} what comes next: the tour ends soon, and nothing is agreed"
            assert sentence in told(person)

    def test_hr_counts_it_on_mondays_by_the_day_on_which_it_ends(self, tour):
        found = {each.query: rows for each, rows in _left_undone(LAST - timedelta(days=32))}
        assert set(found["?show=undecided"]) == {tour}
        assert not {each.query: rows for each, rows in _left_undone(LAST - timedelta(days=33))}[
            "?show=undecided"
        ].exists()

    def test_a_next_tour_that_both_sign_settles_it(self, cast, tour):
        begins = LAST + timedelta(days=1)
        make_signed_tour(cast.alice, cast.carol, starts_on=begins, ends_on=begins + timedelta(days=300))
        assert not Tour.objects.ending_with_nothing_agreed(TODAY).exists()

    def test_what_is_called_off_before_its_first_day_has_no_end(self, cast):
        dates = {"starts_on": TODAY + timedelta(days=50), "ends_on": TODAY + timedelta(days=500)}
        make_early_end(make_signed_tour(cast.bob, cast.carol, **dates), LAST, at=NOW)
        assert not Tour.objects.ending_with_nothing_agreed(TODAY).exists()
        assert planned(tour_ends, NOW) == set()

    def test_the_next_tour_can_be_defined_from_then_on(self, cast, as_, tour):
        assert reverse("tour_follow_up", args=[tour.pk]) in as_(cast.alice).get(tour.get_absolute_url()).text
        following = services.follow_up(tour, "rotational", actor=cast.bob, now=NOW)
        assert following.versions.get().starts_on == LAST + timedelta(days=1)


class TestTheOutcome:
    def test_one_side_records_it_and_the_other_confirms(self, cast, tour):
        step = services.record_next_step(tour.pk, "move", "", seen=0, actor=cast.bob, now=NOW)
        assert planned(next_step_waiting, NOW) == {("Alice", 0)}
        services.confirm_next_step(tour.pk, step.pk, actor=cast.alice, now=NOW)
        assert not failing.ending(Tour.objects.all(), TODAY).exists()

    def test_once_it_is_over_nothing_is_recorded(self, cast, tour):
        after = NOW + timedelta(days=42)
        with pytest.raises(Refused):
            services.record_next_step(tour.pk, "move", "", seen=0, actor=cast.bob, now=after)
        make_next_step(tour, recorded_at=NOW)
        assert planned(next_step_waiting, after) == set()

    def test_it_is_no_extension_and_one_agreed_before_is_asked_for_no_more(self, cast, as_, tour):
        page = as_(cast.alice).get(reverse("next_step", args=[tour.pk])).text
        assert 'value="new_tour"' in page
        assert 'value="extension"' not in page
        make_next_step(tour, NextStep.Outcome.EXTENSION, confirmed_at=NOW)
        assert not any("Write the extension" in sentence for sentence in told(cast.alice))
        assert any("Decide with Bob Brand what comes next" in sentence for sentence in told(cast.alice))

    def test_an_extension_agreed_before_decides_nothing_for_anybody(self, cast, as_, tour):
        make_next_step(tour, NextStep.Outcome.EXTENSION, confirmed_at=NOW)
        assert failing.ending(Tour.objects.all(), TODAY).exists()
        assert failing.ended_undecided(Tour.objects.all(), LAST + timedelta(days=1)).exists()
        plan_checkins(NOW)
        assert CheckIn.objects.asked(TODAY).filter(kind=Kind.NEXT_TOUR).exists()
        assert planned(tour_ends, NOW) == {("Alice", 2), ("Bob", 2)}
        letters = Message.objects.filter(occasion=tour_ends.key)
        assert not any("You have agreed" in message.text for message in letters)
        assert planned(left_undone, NOW) == {("Carol", 0)}
        page = as_(cast.alice).get(tour.get_absolute_url()).text
        assert "Define the next tour" in page
        assert "Nothing is recorded yet" in page

    def test_what_is_recorded_after_it_is_no_change_of_what_was_agreed(self, cast, as_, tour):
        make_next_step(tour, NextStep.Outcome.EXTENSION, confirmed_at=NOW)
        make_next_step(tour, "move", recorded_at=NOW)
        page = as_(cast.alice).get(tour.get_absolute_url()).text
        assert "Confirm it" in page
        assert "Bob Brand proposes to change it" not in page
        assert looked_at(tour).next_step.outcome == "move"

    def test_whoever_manages_by_now_hears_of_it_all_the_same(self, cast, tour):
        make_next_step(tour, NextStep.Outcome.EXTENSION, confirmed_at=NOW)
        set_manager(cast.alice, cast.carol, since=TODAY)
        assert planned(tour_ends, NOW) == {("Alice", 2), ("Carol", 2)}

    def test_one_that_waits_to_be_confirmed_waits_no_more(self, cast, as_, tour):
        step = make_next_step(tour, NextStep.Outcome.EXTENSION, recorded_at=NOW)
        assert planned(next_step_waiting, NOW) == set()
        assert not any("Confirm what you agreed on" in sentence for sentence in told(cast.alice))
        assert "Confirm it" not in as_(cast.alice).get(tour.get_absolute_url()).text
        with pytest.raises(Refused):
            services.confirm_next_step(tour.pk, step.pk, actor=cast.alice, now=NOW)
        with pytest.raises(Refused):
            services.record_next_step(tour.pk, "extension", "", seen=step.pk, actor=cast.alice, now=NOW)
        services.record_next_step(tour.pk, "move", "", seen=step.pk, actor=cast.alice, now=NOW)

    def test_other_tours_offer_an_extension(self, cast):
        dated = make_signed_tour(cast.alice, cast.bob, **SPAN)
        form = OutcomeForm(newest=None, force=dated.in_force, ended=False)
        assert 'value="extension"' in str(form["outcome"])

    def test_whoever_manages_by_now_is_asked_and_the_one_before_records_nothing(self, cast, tour):
        set_manager(cast.alice, cast.carol, since=TODAY)
        talk = "Decide with Carol Cole what comes next: the tour ends soon, and nothing is agreed"
        assert talk in told(cast.alice)
        assert any("Decide with Alice Ames what comes next" in sentence for sentence in told(cast.carol))
        assert not any("what comes next" in sentence for sentence in told(cast.bob))
        assert not access.can_record_next_step(cast.bob, looked_at(tour), TODAY)


class TestWithAnotherManager:
    """Nobody takes it over, and whoever agreed to it manages the employee no more."""

    @pytest.fixture
    def passed_on(self, cast, tour) -> Tour:
        plan_checkins(NOW)
        set_manager(cast.alice, cast.carol, since=TODAY)
        return tour

    def test_the_two_are_asked_for_no_check_in(self, cast, as_, passed_on):
        asked = CheckIn.objects.asked(TODAY).filter(tour=passed_on)
        assert passed_on.checkins.filter(kind=Kind.NEXT_TOUR).exists()
        assert not asked.exists()
        for person in (cast.alice, cast.bob):
            assert not any("Say what you want" in sentence for sentence in told(person))
            assert not may_ask(person, TODAY).exists()
        page = as_(cast.alice).get(passed_on.along_url).text
        assert "Ask for a check-in now" not in page
        assert "While the tour changes hands" not in page

    def test_the_page_of_one_says_why_and_promises_no_taking_over(self, cast, as_, passed_on):
        page = as_(cast.alice).get(passed_on.checkins.get(kind=Kind.NEXT_TOUR).get_absolute_url()).text
        assert "Somebody else manages Alice Ames by now." in page
        assert "until the tour is taken over" not in page

    def test_the_close_out_is_asked_for_once_it_is_over_and_says_so_until_then(self, cast, as_, passed_on):
        with time_machine.travel(NOW + timedelta(days=40), tick=False):
            url = passed_on.checkins.get(kind=Kind.CLOSE_OUT).get_absolute_url()
            page = as_(cast.alice).get(url).text
        assert "Nobody is reminded of this until the tour is over." in page
        assert "any more" not in page
        for day, asked in ((LAST, False), (LAST + timedelta(days=1), True)):
            found = CheckIn.objects.asked(day).filter(tour=passed_on, kind=Kind.CLOSE_OUT)
            assert found.exists() is asked

    def test_what_the_employee_releases_goes_to_who_manages_now(self, cast, as_, passed_on):
        page = as_(cast.alice).get(passed_on.along_url).text
        assert reverse("releases", args=[passed_on.pk]) in page
        assert reader_of_releases(looked_at(passed_on), TODAY) == cast.carol
        over = make_early_end(make_signed_tour(cast.alice, cast.bob, **SPAN), TODAY - timedelta(days=1))
        assert reader_of_releases(looked_at(over), TODAY) == cast.bob

    def test_nobody_is_asked_to_take_it_over(self, passed_on):
        assert not Tour.objects.handed_over(TODAY).exists()


class TestLetters:
    def test_both_hear_at_each_step_that_has_come(self, tour):
        assert planned(tour_ends, NOW) == {("Alice", 2), ("Bob", 2)}
        assert planned(tour_ends, NOW + timedelta(days=10)) == {("Alice", 3), ("Bob", 3)}
        assert planned(tour_ends, NOW + timedelta(days=41)) == set()
        assert {m.subject for m in Message.objects.all()} == {
            "Your tour of duty ends on 25 Jul 2026",
            "The tour of duty of Alice Ames ends on 25 Jul 2026",
        }

    def test_half_of_the_time_that_was_left_is_said_too(self, cast):
        dated = make_signed_tour(cast.alice, cast.bob, **SPAN)
        make_early_end(dated, TODAY + timedelta(days=180), at=NOW)
        assert planned(tour_ends, NOW + timedelta(days=80)) == set()
        assert planned(tour_ends, NOW + timedelta(days=90)) == {("Alice", 1), ("Bob", 1)}

    def test_an_open_ended_one_ends_too_and_its_review_is_past(self, cast):
        review = {"ends_on": None, "review_on": TODAY - timedelta(days=7)}
        endless = make_signed_tour(cast.alice, cast.bob, type="foundational", **{**SPAN, **review})
        make_early_end(endless, LAST, at=NOW)
        assert planned(tour_ends, NOW) == {("Alice", 2), ("Bob", 2)}
        assert all("ends on 25 Jul 2026" in m.subject + m.text for m in Message.objects.all())

    def test_the_managers_manager_hears_as_of_any_end(self, tour):
        assert planned(left_undone, NOW - timedelta(days=7)) == set()
        assert planned(left_undone, NOW) == {("Carol", 0)}


class TestTheTalk:
    def talks(self, tour: Tour) -> list[tuple]:
        return list(tour.checkins.filter(kind=Kind.NEXT_TOUR).values_list("opens_on", "due_on", "lapses_on"))

    def test_it_opens_as_it_is_said_and_lapses_at_the_end(self, tour):
        plan_checkins(NOW)
        assert self.talks(tour) == [(TODAY, TODAY + timedelta(days=30), LAST)]

    def test_one_that_was_planned_for_the_end_by_the_terms_moves(self, cast):
        dated = make_signed_tour(cast.alice, cast.bob, **SPAN)
        plan_checkins(NOW)
        (before,) = self.talks(dated)
        make_early_end(dated, LAST, at=NOW)
        plan_checkins(NOW)
        assert before[2] == SPAN["ends_on"]
        assert [lapses for _opens, _due, lapses in self.talks(dated)] == [LAST]

    def test_one_that_is_open_already_goes_along(self, cast):
        near = {**SPAN, "ends_on": TODAY + timedelta(days=100)}
        dated = make_signed_tour(cast.alice, cast.bob, **near)
        plan_checkins(NOW)
        open_ = dated.checkins.get(kind=Kind.NEXT_TOUR)
        make_early_end(dated, LAST, at=NOW)
        plan_checkins(NOW)
        assert dated.checkins.get(kind=Kind.NEXT_TOUR).pk == open_.pk
        assert self.talks(dated)[0][2] == LAST

    def test_an_end_that_is_said_on_the_day_leaves_no_time_for_it(self, cast):
        dated = make_signed_tour(cast.alice, cast.bob, **SPAN)
        make_early_end(dated, TODAY, at=NOW)
        plan_checkins(NOW)
        assert self.talks(dated) == []

    def test_one_that_is_asked_for_lapses_at_the_end_too(self, cast, tour):
        ask_for(tour, Kind.NEXT_TOUR, actor=cast.alice, now=NOW)
        assert [lapses for _opens, _due, lapses in self.talks(tour)] == [LAST]


def test_newer_terms_than_those_in_force_make_no_difference_to_an_agreed_tour(cast):
    """What is agreed opens by its terms alone, as before."""
    dated = make_amended_tour(make_signed_tour(cast.alice, cast.bob, **SPAN), **SPAN)
    assert not Tour.objects.ending_with_nothing_agreed(TODAY).exists()
    assert not access.can_record_next_step(cast.bob, looked_at(dated), TODAY)
