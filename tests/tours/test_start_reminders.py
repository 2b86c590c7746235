"""Who hears that a tour begins."""

from __future__ import annotations

from datetime import timedelta

import pytest

from alliance_site.outbox.facts import DONE
from alliance_site.outbox.models import Message
from people.services import set_manager
from tests.factories import DAY, NOW, make_early_end, make_signed_tour
from tests.reminding import planned, silenced
from tours.models import Side, Tour
from tours.reminders import tour_starts

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("no_missing_words")]

BOTH = ("Alice", "Bob")


def make(cast, days: int) -> Tour:
    """Signed now, beginning so many days on."""
    return make_signed_tour(cast.alice, cast.bob, starts_on=DAY + timedelta(days=days))


def test_both_hear_a_week_ahead_and_on_the_day(cast):
    make(cast, days=20)
    assert planned(tour_starts, NOW + timedelta(days=12)) == set()
    assert planned(tour_starts, NOW + timedelta(days=13)) == {(name, 0) for name in BOTH}
    assert planned(tour_starts, NOW + timedelta(days=20)) == {(name, 1) for name in BOTH}
    letter = Message.objects.filter(recipient=cast.bob).last()
    assert "Alice Ames begins on 5 Apr 2026" in letter.subject


def test_after_a_week_it_is_no_news(cast):
    make(cast, days=20)
    late = NOW + timedelta(days=29)
    assert planned(tour_starts, late) == set()
    assert planned(tour_starts, late - timedelta(days=6)) == {(name, 1) for name in BOTH}


def test_whoever_has_only_just_signed_is_not_told(cast):
    make(cast, days=5)
    assert planned(tour_starts, NOW) == set()
    assert planned(tour_starts, NOW + timedelta(days=5)) == {(name, 1) for name in BOTH}
    make(cast, days=0)
    assert planned(tour_starts, NOW) == set()


def test_who_has_handed_it_over_before_it_began_hears_no_more(cast):
    """Whoever manages by now is asked to take it over, by letters of their own."""
    make(cast, days=20)
    planned(tour_starts, NOW + timedelta(days=13))
    letter = Message.objects.get(recipient=cast.bob)
    set_manager(cast.alice, cast.carol, since=DAY + timedelta(days=14))
    assert silenced(letter, NOW + timedelta(days=14)) == DONE
    assert planned(tour_starts, NOW + timedelta(days=20)) == {("Alice", 1)}


def test_where_nobody_manages_who_agreed_hears(cast):
    make(cast, days=20)
    set_manager(cast.alice, None, since=DAY)
    assert planned(tour_starts, NOW + timedelta(days=20)) == {(name, 1) for name in BOTH}


def test_what_is_ended_before_it_began_is_not_said(cast):
    tour = make(cast, days=20)
    planned(tour_starts, NOW + timedelta(days=13))
    make_early_end(tour, DAY + timedelta(days=20), Side.EMPLOYEE)
    assert silenced(Message.objects.first(), NOW + timedelta(days=13)) == DONE
