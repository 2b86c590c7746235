"""What both agreed on for the time after an open-ended tour is asked for by letter until it is proposed."""

from __future__ import annotations

from datetime import timedelta

import pytest
from django.utils import timezone

from alliance_site.outbox.facts import DONE
from alliance_site.outbox.models import Message
from people.models import Employment
from people.services import end_employment, set_manager
from tests import reminding
from tests.factories import MORNING as NOW
from tests.factories import (
    TODAY,
    make_amended_tour,
    make_early_end,
    make_next_step,
    make_proposed_tour,
    make_signed_tour,
)
from tours import services
from tours.models import Tour
from tours.reminders import outcome_unsigned, tour_ends

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("no_missing_words")]

STARTS = TODAY - timedelta(days=800)
BOTH = {("Alice", 0), ("Bob", 0)}
LAST_DAY = "The tour has no last day yet, and goes on until one is signed: agree on it, and propose it."
OUTCOMES = ["new_tour", "extension", "foundational", "move", "part_well"]


@pytest.fixture
def tour(cast) -> Tour:
    endless = {"ends_on": None, "review_on": TODAY + timedelta(days=50), "starts_on": STARTS}
    return make_signed_tour(cast.alice, cast.bob, type="foundational", **endless)


def planned(days: int = 7) -> set[tuple[str, int]]:
    return reminding.planned(outcome_unsigned, NOW + timedelta(days=days))


def agreed(tour: Tour, outcome: str = "part_well") -> Tour:
    make_next_step(tour, outcome, words="Narwhal", confirmed_at=NOW)
    return tour


@pytest.mark.parametrize("outcome", ["move", "part_well"])
def test_both_hear_that_the_last_day_is_missing_at_each_step_once(tour, outcome):
    agreed(tour, outcome)
    found = {days: planned(days) for days in (0, 6, 7, 8, 21, 42, 59, 70)}
    assert {days: said for days, said in found.items() if said} == {
        7: BOTH,
        21: {("Alice", 1), ("Bob", 1)},
        42: {("Alice", 2), ("Bob", 2)},
    }
    assert {m.subject for m in Message.objects.filter(recipient=tour.employee)} == {
        "What you agreed on with Bob Brand is not signed yet"
    }
    for letter in Message.objects.all():
        assert LAST_DAY in letter.text
        assert "what comes after the tour of duty between the two of you" in letter.text
        assert not any(word in letter.text + letter.html for word in ("Narwhal", "part well", "move"))
    assert reminding.planned(tour_ends, NOW + timedelta(days=30)) == set()


@pytest.mark.parametrize("outcome", OUTCOMES)
def test_after_every_outcome_alike_for_hr_sees_that_it_goes_out(tour, outcome):
    agreed(tour, outcome)
    assert planned() == BOTH
    assert {m.subject for m in Message.objects.filter(recipient=tour.manager)} == {
        "What you agreed on with Alice Ames is not signed yet"
    }
    assert all((LAST_DAY in m.text) == (outcome in ("move", "part_well")) for m in Message.objects.all())


def test_of_the_old_one_once_the_next_is_signed_for_else_the_two_run_side_by_side(cast, tour):
    agreed(tour, "new_tour")
    starts_on = TODAY + timedelta(days=60)
    make_signed_tour(cast.alice, cast.bob, starts_on=starts_on, ends_on=starts_on + timedelta(days=300))
    assert planned() == BOTH
    assert all(LAST_DAY in letter.text for letter in Message.objects.all())


class TestNothingComes:
    def silenced(self) -> set[str]:
        after = NOW + timedelta(days=7, hours=1)
        return {reminding.silenced(letter, after) for letter in Message.objects.all()}

    def waiting(self, tour: Tour, outcome: str = "part_well") -> None:
        agreed(tour, outcome)
        assert planned() == BOTH

    def test_once_a_last_day_is_proposed_or_signed(self, cast, tour):
        self.waiting(tour)
        make_amended_tour(tour, starts_on=STARTS, ends_on=TODAY + timedelta(days=90))
        assert self.silenced() == {DONE}
        assert planned(21) == set()

    def test_while_newer_terms_or_the_next_tour_are_on_the_table(self, cast, tour):
        self.waiting(tour, "extension")
        services.extend(tour, TODAY + timedelta(days=900), "On we go.", actor=cast.bob, now=timezone.now())
        assert self.silenced() == {DONE}

    def test_while_the_next_tour_is_proposed(self, cast, tour):
        self.waiting(tour, "new_tour")
        make_proposed_tour(cast.alice, cast.bob, starts_on=TODAY + timedelta(days=60))
        assert self.silenced() == {DONE}

    def test_once_one_of_the_two_ends_it(self, tour):
        self.waiting(tour)
        make_early_end(tour, TODAY + timedelta(days=30))
        assert self.silenced() == {DONE}

    def test_once_both_leave_it_open_again_and_of_what_they_agree_on_instead_from_that_day(self, tour):
        self.waiting(tour)
        make_next_step(tour, "undecided", confirmed_at=NOW + timedelta(days=1))
        assert self.silenced() == {DONE}
        make_next_step(tour, "move", confirmed_at=NOW + timedelta(days=20))
        assert planned(21) == set()
        assert planned(27) == BOTH

    def test_what_is_recorded_and_not_confirmed_takes_nothing_back(self, tour):
        self.waiting(tour)
        make_next_step(tour, "move", recorded_at=NOW + timedelta(days=1))
        assert self.silenced() == {""}

    @pytest.mark.parametrize("who", ["alice", "bob"])
    def test_once_one_has_left(self, cast, tour, who):
        self.waiting(tour)
        Employment.objects.filter(person=getattr(cast, who)).update(left_on=TODAY, ending="resignation")
        assert DONE in self.silenced()
        assert planned(21) == set()

    def test_where_the_employment_ends_soon(self, cast, tour):
        self.waiting(tour)
        end_employment(cast.alice, last_day=TODAY + timedelta(days=60), ending="resignation")
        assert self.silenced() == {DONE}

    def test_while_somebody_else_manages_the_employee(self, cast, tour):
        self.waiting(tour)
        set_manager(cast.alice, cast.carol, since=TODAY)
        assert self.silenced() == {DONE}

    @pytest.mark.parametrize("ends_on", [TODAY + timedelta(days=50)])
    def test_of_a_tour_that_has_a_last_day(self, cast, ends_on):
        agreed(make_signed_tour(cast.alice, cast.bob, starts_on=STARTS, ends_on=ends_on))
        assert planned() == set()

    def test_of_what_only_one_has_recorded(self, tour):
        make_next_step(tour, "move", recorded_at=NOW)
        assert planned() == set()
