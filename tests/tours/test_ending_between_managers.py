"""A tour that comes to its end after a reorganisation: who is asked to talk about what comes next."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

import pytest
from django.utils import timezone

from alliance_site.dashboards.todo import todo
from alliance_site.outbox.facts import DONE
from alliance_site.outbox.models import Message
from people.models import Person
from people.services import end_employment, set_manager
from tests.factories import make_next_step, make_signed_tour
from tests.reminding import planned, silenced
from tours.models import Side, Tour
from tours.reminders import next_step_waiting, tour_ends

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("no_missing_words")]

TODAY = timezone.now().date()
END = TODAY + timedelta(days=90)
SINCE = TODAY - timedelta(days=10)
AT_NOON = datetime.combine(TODAY, datetime.min.time(), UTC) + timedelta(hours=12)


@pytest.fixture
def tour(cast) -> Tour:
    """Of Alice and Bob, with nothing agreed beyond."""
    return make_signed_tour(cast.alice, cast.bob, starts_on=TODAY - timedelta(days=500), ends_on=END)


def told(person: Person) -> list[str]:
    return [item.sentence for item in todo(person, TODAY)]


def hears_of_the_end(person: Person) -> bool:
    return any("what comes next" in sentence for sentence in told(person))


class TestLetters:
    def test_whoever_manages_by_now_hears_in_place_of_who_agreed(self, cast, tour):
        planned(tour_ends, AT_NOON)
        to_bob = Message.objects.get(recipient=cast.bob)
        assert silenced(to_bob, AT_NOON) == ""
        set_manager(cast.alice, cast.carol, since=SINCE)
        assert silenced(to_bob, AT_NOON) == DONE
        assert planned(tour_ends, AT_NOON) == {("Carol", 1)}
        assert planned(tour_ends, AT_NOON + timedelta(days=30)) == {("Alice", 2), ("Carol", 2)}

    def test_the_new_manager_reads_whose_tour_it_is_and_who_agreed_to_it(self, cast, tour):
        set_manager(cast.alice, cast.carol, since=SINCE)
        planned(tour_ends, AT_NOON)
        letter = Message.objects.get(recipient=cast.carol)
        assert letter.subject.startswith("The tour of duty of Alice Ames ends on")
        for words in (letter.text, letter.html):
            assert "Alice Ames agreed with Bob Brand" in words
            assert "because you manage Alice Ames" in words
            assert "that you agreed" not in words

    def test_of_an_open_ended_tour_too(self, cast):
        make_signed_tour(cast.alice, cast.bob, type=Tour.Type.FOUNDATIONAL, ends_on=None, review_on=END)
        set_manager(cast.alice, cast.carol, since=SINCE)
        assert planned(tour_ends, AT_NOON) == {("Alice", 1), ("Carol", 1)}
        assert (
            "Alice Ames agreed with Bob Brand is to be reviewed"
            in Message.objects.get(recipient=cast.carol).text
        )

    def test_the_employee_hears_whether_or_not_who_agreed_is_still_here(self, cast, tour):
        end_employment(cast.bob, last_day=TODAY - timedelta(days=1), ending="resignation")
        assert planned(tour_ends, AT_NOON) == {("Alice", 1)}
        set_manager(cast.alice, cast.carol, since=TODAY)
        assert planned(tour_ends, AT_NOON) == {("Carol", 1)}

    def test_where_nobody_manages_who_agreed_hears_on(self, cast, tour):
        set_manager(cast.alice, None, since=SINCE)
        assert planned(tour_ends, AT_NOON) == {("Alice", 1), ("Bob", 1)}

    @pytest.mark.parametrize("outcome", ["new_tour", "move", "part_well"])
    def test_what_both_decided_with_who_agreed_is_not_told_to_the_new_manager_by_a_letter(
        self, cast, tour, outcome
    ):
        make_next_step(tour, outcome, recorded_at=AT_NOON, confirmed_at=AT_NOON)
        set_manager(cast.alice, cast.carol, since=SINCE)
        assert "Carol" not in {name for name, _step in planned(tour_ends, AT_NOON)}

    @pytest.mark.parametrize("side", Side)
    def test_nobody_is_asked_to_confirm_an_outcome_who_may_not(self, cast, tour, side):
        make_next_step(tour, side=side, recorded_at=AT_NOON)
        assert len(planned(next_step_waiting, AT_NOON)) == 1
        letter = Message.objects.get()
        set_manager(cast.alice, cast.carol, since=TODAY)
        assert silenced(letter, AT_NOON) == DONE
        assert planned(next_step_waiting, AT_NOON + timedelta(days=7)) == set()
        set_manager(cast.alice, cast.bob, since=TODAY)
        assert len(planned(next_step_waiting, AT_NOON + timedelta(days=7))) == 1


class TestToDo:
    def test_it_names_whoever_manages_by_now_and_not_who_agreed(self, cast, tour):
        assert "Talk with Bob Brand about what comes next: nothing is agreed" in told(cast.alice)
        assert hears_of_the_end(cast.bob)
        set_manager(cast.alice, cast.carol, since=SINCE)
        assert "Talk with Carol Cole about what comes next: nothing is agreed" in told(cast.alice)
        assert "Talk with Alice Ames about what comes next: nothing is agreed" in told(cast.carol)
        assert not hears_of_the_end(cast.bob)

    def test_nobody_is_asked_to_confirm_what_they_cannot(self, cast, tour):
        make_next_step(tour, side=Side.MANAGER)
        set_manager(cast.alice, cast.carol, since=SINCE)
        assert not any("Confirm" in sentence for sentence in [*told(cast.alice), *told(cast.carol)])
        assert hears_of_the_end(cast.alice)

    @pytest.mark.parametrize("outcome", ["new_tour", "part_well"])
    def test_what_both_decided_with_who_agreed_does_not_show_on_the_new_managers(self, cast, tour, outcome):
        make_next_step(tour, outcome, confirmed_at=AT_NOON)
        set_manager(cast.alice, cast.carol, since=SINCE)
        assert not hears_of_the_end(cast.carol)

    def test_where_nobody_manages_who_agreed_is_asked_on(self, cast, tour):
        set_manager(cast.alice, None, since=SINCE)
        assert hears_of_the_end(cast.bob)
        assert "Talk with Bob Brand about what comes next: nothing is agreed" in told(cast.alice)

    def test_with_nobody_left_to_talk_with_the_employee_is_sent_to_hr(self, cast, tour):
        end_employment(cast.bob, last_day=TODAY - timedelta(days=1), ending="resignation")
        assert told(cast.alice) == ["Ask HR who manages you now: your tour ends, and nothing is agreed"]
