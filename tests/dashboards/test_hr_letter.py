"""HR's letter on Mondays: numbers, and nothing where there are none."""

from __future__ import annotations

from datetime import date, timedelta

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from alliance_site.dashboards import kept
from alliance_site.dashboards.hr_letter import hr_letter
from alliance_site.outbox import planning
from alliance_site.outbox.models import Message
from alliance_site.outbox.planning import NOTHING
from tests.factories import (
    DAY,
    NOW,
    make_checkin,
    make_hr,
    make_policy,
    make_proposed_tour,
    make_return,
    make_signed_tour,
)
from tests.reminding import planned

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("no_missing_words")]


def after(days: int):
    return NOW + timedelta(days=days)


def test_hr_hears_once_a_week_what_is_left_undone_for_long(cast):
    make_proposed_tour(cast.alice, cast.bob)
    assert planned(hr_letter, after(35)) == {("Heidi", 0)}
    assert planned(hr_letter, after(38)) == set()
    letter = Message.objects.get()
    assert (letter.state, letter.due_on) == ("waiting", date(2026, 4, 20))
    assert "– 1 tour waits for signatures" in letter.text
    assert "Alice" not in letter.text + letter.html
    assert planned(hr_letter, after(42)) == {("Heidi", 0)}


def test_where_nothing_is_left_undone_nothing_is_said_and_that_is_noted(cast):
    make_proposed_tour(cast.alice, cast.bob)
    planned(hr_letter, after(21))
    letter = Message.objects.get()
    assert (letter.state, letter.reason, letter.text) == ("silenced", NOTHING, "")
    assert planned(hr_letter, after(22)) == set()


def test_the_days_are_hrs_policy(cast):
    make_policy(cast.heidi, hr_days=7)
    make_proposed_tour(cast.alice, cast.bob)
    planned(hr_letter, after(7))
    assert Message.objects.get().state == "waiting"


def test_check_ins_that_lapsed_are_counted_and_nothing_is_said_of_them(cast):
    tour = make_signed_tour(cast.alice, cast.bob, starts_on=DAY - timedelta(days=100))
    make_checkin(tour, DAY)
    planned(hr_letter, after(49))
    assert "– 1 check-in has lapsed and was not made up for" in Message.objects.get().text


def test_a_check_in_that_lapsed_with_who_left_is_left_undone_by_nobody(cast):
    make_checkin(make_signed_tour(cast.alice, cast.bob, starts_on=DAY - timedelta(days=100)), DAY)
    make_return(cast.alice, left_on=DAY, hired_on=DAY + timedelta(days=10))
    planned(hr_letter, after(49))
    assert "check-in" not in Message.objects.get().text


def test_only_whoever_works_in_hr_that_day_is_written_to(cast):
    make_proposed_tour(cast.alice, cast.bob)
    make_hr(cast.mallory)
    cast.heidi.roles.update(until=DAY)
    assert planned(hr_letter, after(35)) == {("Mallory", 0)}


def test_where_counting_takes_long_it_is_done_once_for_all_readers(cast, monkeypatch):
    make_hr(cast.carol)
    make_proposed_tour(cast.alice, cast.bob)
    monkeypatch.setattr(planning, "CHUNK", 1)
    monkeypatch.setattr(kept, "NOTICEABLE", 0)
    monkeypatch.setattr(kept, "TIMES_AS_LONG", kept.LONGEST * 1000)
    with CaptureQueriesContext(connection) as asked:
        assert planned(hr_letter, after(35)) == {("Carol", 0), ("Heidi", 0)}
    counted = [query for query in asked if "how_many" in query["sql"]]
    assert len(counted) == 1
    assert all("– 1 tour waits for signatures" in message.text for message in Message.objects.all())
