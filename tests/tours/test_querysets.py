"""Which tours a list holds."""

from __future__ import annotations

from datetime import timedelta

import pytest

from people.models import Employment
from people.services import end_employment
from tests.factories import (
    DAY,
    make_changed_tour,
    make_early_end,
    make_proposed_tour,
    make_signed_tour,
    make_tour,
)
from tours import access
from tours.measures import ahead
from tours.models import Tour
from tours.policy import LEAD_DAYS


@pytest.mark.parametrize("who", ["alice", "bob", "carol", "dan", "heidi", "mallory"])
def test_a_list_holds_what_the_door_lets_one_know(cast, who):
    person = getattr(cast, who)
    for employee, manager in ((cast.alice, cast.bob), (cast.alice, cast.dan), (cast.bob, cast.carol)):
        for make in (make_tour, make_proposed_tour, make_signed_tour):
            make(employee, manager)
    let_in = {
        tour for tour in Tour.objects.with_versions().with_standing(DAY) if access.sees(person, tour, DAY)
    }
    assert set(Tour.objects.known_to(person, DAY)) == let_in
    assert set(Tour.objects.own(person)) == {tour for tour in let_in if tour.employee == person}


def test_a_list_brings_along_no_version_that_is_in_force(cast):
    """Nobody is to act on it, and the tour itself knows what it says."""
    made = {
        make_signed_tour(cast.alice, cast.bob): [],
        make_changed_tour(cast.alice, cast.bob): [2],
        make_proposed_tour(cast.alice, cast.bob): [1],
        make_tour(cast.alice, cast.bob): [1],
    }
    listed = Tour.objects.listed(cast.bob, DAY)
    assert {tour: [terms.number for terms in tour.versions.all()] for tour in listed} == made


class TestEndingWithNothingAgreed:
    @pytest.fixture
    def tour(self, cast) -> Tour:
        return make_signed_tour(cast.alice, cast.bob, ends_on=DAY + timedelta(days=150))

    def ending(self) -> set[Tour]:
        return set(Tour.objects.ending_with_nothing_agreed(DAY))

    def test_the_window_opens_on_its_day(self, cast, tour):
        make_signed_tour(cast.mallory, cast.carol, ends_on=DAY + timedelta(days=LEAD_DAYS + 1))
        assert self.ending() == {tour}

    def test_a_next_tour_must_be_agreed_not_just_proposed(self, cast, tour):
        begins = tour.ends_on + timedelta(days=1)
        make_proposed_tour(cast.alice, cast.carol, starts_on=begins, ends_on=begins + timedelta(days=300))
        assert self.ending() == {tour}
        make_signed_tour(cast.alice, cast.carol, starts_on=begins, ends_on=begins + timedelta(days=300))
        assert self.ending() == set()

    def test_an_open_ended_tour_is_a_next_one(self, cast, tour):
        begins = tour.ends_on + timedelta(days=1)
        review = begins + timedelta(days=300)
        make_signed_tour(cast.alice, cast.carol, starts_on=begins, ends_on=None, review_on=review)
        assert self.ending() == set()

    def test_a_short_tour_within_this_one_is_no_next_one(self, cast, tour):
        within = {"starts_on": DAY + timedelta(days=10), "ends_on": tour.ends_on - timedelta(days=10)}
        make_signed_tour(cast.alice, cast.carol, **within)
        assert tour in self.ending()

    def test_nobody_is_alarmed_about_who_has_left(self, cast, tour):
        leave = {"left_on": DAY - timedelta(days=1), "ending": Employment.Ending.RESIGNATION}
        Employment.objects.filter(person=cast.bob).update(**leave)
        assert self.ending() == {tour}
        Employment.objects.filter(person=cast.alice).update(**leave)
        assert self.ending() == set()
        assert not Tour.objects.undecided_near_the_end(tour.ends_on).exists()

    @pytest.mark.parametrize(("leaves", "asked"), [(149, False), (150, True), (151, True)])
    def test_who_is_known_to_leave_before_the_end_has_nothing_to_agree_on(self, cast, tour, leaves, asked):
        end_employment(cast.alice, last_day=DAY + timedelta(days=leaves), ending="resignation")
        assert self.ending() == ({tour} if asked else set())
        soon = ahead.ending(DAY, 180)
        assert soon.count() == 1
        assert set(ahead.nothing_agreed(soon)) == self.ending()

    def test_of_what_is_open_ended_nothing_is_asked_as_somebody_leaves(self, cast):
        review = {"ends_on": None, "review_on": DAY + timedelta(days=700)}
        make_signed_tour(cast.bob, cast.carol, type="foundational", **review)
        end_employment(cast.bob, last_day=DAY + timedelta(days=30), ending="resignation")
        assert self.ending() == set()
        soon = ahead.ending(DAY, 180)
        assert soon.count() == 1
        assert not ahead.nothing_agreed(soon).exists()

    def test_what_one_side_has_said_to_end_early_ends_then(self, cast, tour):
        make_early_end(tour, DAY + timedelta(days=20))
        assert self.ending() == {tour}
        assert not Tour.objects.ending_with_nothing_agreed(DAY + timedelta(days=21)).exists()
