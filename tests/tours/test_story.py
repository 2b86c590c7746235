"""A person's tours, read as one story."""

from datetime import date, timedelta
from typing import Any

import pytest
from django.urls import reverse
from django.utils import timezone

from people.models import Person
from people.services import set_manager
from tests.factories import (
    DAY,
    make_amended_tour,
    make_early_end,
    make_line,
    make_person,
    make_proposed_tour,
    make_signed_tour,
    make_terms,
    make_tour,
)
from tours.models import Tour
from tours.story import chapters


def nine_years(person: Person, dan: Person, bob: Person) -> list[Tour]:
    """Four tours over nine years: the second amended twice, and the third handed over once."""
    days: dict[str, Any] = {"starts_on": date(2017, 4, 1), "ends_on": date(2018, 9, 30)}
    field = "Learn the field work in three regions."
    first = make_signed_tour(person, dan, type=Tour.Type.ROTATIONAL, mission=field, **days)

    days = {"starts_on": date(2018, 10, 1), "ends_on": date(2021, 3, 31)}
    parts = "Build the spare-parts service."
    second = make_signed_tour(person, dan, previous=first, mission=parts, **days)
    longer = {date(2021, 9, 30): "The supplier is late.", date(2021, 12, 31): "Two more sites."}
    for end, reason in longer.items():
        make_amended_tour(second, mission=parts, reason=reason, **{**days, "ends_on": end})

    days = {"starts_on": date(2022, 6, 1), "ends_on": date(2025, 5, 31)}
    lead = "Lead the region through the change of systems."
    third = make_signed_tour(person, dan, previous=second, mission=lead, **days)
    make_amended_tour(third, bob, mission=lead, reason="I stand by this.", **days)

    days = {"starts_on": date(2025, 6, 1), "ends_on": None, "review_on": date(2027, 6, 1)}
    steward = "Be the one who knows how we serve customers."
    last = make_signed_tour(person, bob, type=Tour.Type.FOUNDATIONAL, previous=third, mission=steward, **days)
    return [first, second, third, last]


@pytest.fixture
def tours(cast) -> list[Tour]:
    return nine_years(cast.alice, cast.dan, cast.bob)


def told(reader: Person) -> list:
    every = Tour.objects.filter(in_force__isnull=False).with_versions().select_related("in_force")
    return chapters(every, reader, DAY)


def page(client, person: Person) -> str:
    return client.get(reverse("story", args=[person.pk])).text


class TestChapters:
    def test_they_come_in_the_order_they_began(self, cast, tours):
        assert [chapter.tour for chapter in told(cast.alice)] == tours

    def test_a_tour_begins_with_its_first_terms_and_tells_each_change(self, cast, tours):
        second = told(cast.alice)[1]
        assert second.first.ends_on == date(2021, 3, 31)
        assert [turn.terms.ends_on for turn in second.turns] == [date(2021, 9, 30), date(2021, 12, 31)]
        assert all(turn.moved_end and not turn.is_handover for turn in second.turns)

    def test_a_hand_over_is_told_as_one(self, cast, tours):
        (turn,) = told(cast.alice)[2].turns
        assert (turn.before.manager, turn.terms.manager) == (cast.dan, cast.bob)
        assert (turn.is_handover, turn.moved_end) == (True, False)

    def test_a_long_time_between_two_tours_is_told(self, cast, tours):
        gaps = [chapter.gap for chapter in told(cast.alice)]
        assert gaps == [None, None, (date(2022, 1, 1), date(2022, 5, 31)), None]

    def test_a_version_that_came_to_nothing_is_no_turn(self, cast, tours):
        make_terms(tours[3], ends_on=None, review_on=date(2028, 1, 1))
        assert told(cast.alice)[3].turns == []

    def test_words_on_an_early_end_are_for_the_two_of_them(self, cast):
        make_early_end(make_signed_tour(cast.alice, cast.bob), DAY, reason="Between us.")
        assert told(cast.alice)[0].partings
        assert not told(cast.heidi)[0].partings


class TestThePage:
    def test_it_tells_every_tour_with_its_changes(self, cast, as_, tours):
        shown = page(as_(cast.alice), cast.alice)
        for words in (
            "Learn the field work",
            "The supplier is late.",
            "Two more sites.",
            "Handed over from Dan Drew to Bob Brand.",
            "It now goes to 31 Dec 2021.",
            "From 1 Jan 2022 to 31 May 2022 there was no tour",
            "since 1 Jun 2025, open-ended",
        ):
            assert words in shown

    def test_a_time_without_a_tour_that_is_still_to_come_is_not_told_as_past(self, cast, as_):
        today = timezone.localdate()
        for first, last in ((-100, 20), (60, 600)):
            span = {"starts_on": today + timedelta(days=first), "ends_on": today + timedelta(days=last)}
            make_signed_tour(cast.alice, cast.bob, **span)
        shown = page(as_(cast.alice), cast.alice)
        assert "there is no tour, for" in shown
        assert "there was no tour" not in shown

    def test_what_is_on_the_way_is_said_without_its_words(self, cast, as_, tours):
        make_proposed_tour(cast.alice, cast.bob, mission="Not agreed yet.")
        shown = page(as_(cast.alice), cast.alice)
        assert "A transformational tour with Bob Brand is proposed." in shown
        assert "Not agreed yet." not in shown

    def test_nobody_learns_of_a_draft_that_is_not_theirs(self, cast, as_):
        make_tour(cast.alice, cast.bob)
        assert "is being written" in page(as_(cast.bob), cast.alice)
        assert "is being written" not in page(as_(cast.alice), cast.alice)

    def test_a_look_by_somebody_else_is_noted(self, cast, as_, tours):
        page(as_(cast.alice), cast.alice)
        assert not cast.alice.accesses.exists()
        page(as_(cast.heidi), cast.alice)
        assert cast.alice.accesses.get().viewer == cast.heidi

    def test_a_former_manager_has_no_story_to_read(self, cast, as_, tours):
        assert as_(cast.dan).get(reverse("story", args=[cast.alice.pk])).status_code == 404

    def test_whoever_manages_now_reads_what_came_before(self, cast, as_, tours):
        set_manager(cast.alice, cast.carol, since=DAY)
        assert "Learn the field work" in page(as_(cast.carol), cast.alice)

    def test_one_who_has_no_tour_is_told_how_it_begins(self, cast, as_):
        assert "Your story begins" in page(as_(cast.alice), cast.alice)

    def test_as_many_queries_for_many_tours_as_for_few(self, as_, statements):
        for tours_of in (1, 3):
            person, dan, bob = (make_person() for _ in range(3))
            make_line(person, bob)
            for _ in range(tours_of):
                nine_years(person, dan, bob)
            url = reverse("story", args=[person.pk])
            assert len(statements(as_(person), url, has="Learn the field work")) == 8
