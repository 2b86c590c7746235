"""HR's letter on Mondays: numbers, and nothing where there are none."""

from __future__ import annotations

from datetime import UTC, date, datetime, timedelta

import pytest
import time_machine
from django.conf import settings
from django.db import connection
from django.test.utils import CaptureQueriesContext

from alliance_site.dashboards import hr_letter as module
from alliance_site.dashboards import kept
from alliance_site.dashboards.hr_letter import hr_letter
from alliance_site.outbox import planning
from alliance_site.outbox.models import Message
from alliance_site.outbox.planning import NOTHING
from feedback.models import Kind
from people.models import Person
from tests.factories import (
    DAY,
    NOW,
    make_checkin,
    make_expectation,
    make_hr,
    make_policy,
    make_proposed_tour,
    make_reply,
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


def test_it_says_as_of_when_it_is_and_leads_to_the_list_of_each_number(cast, as_):
    """Written on the Thursday, after an outage: by Monday's dates, from what Thursday knows."""
    make_proposed_tour(cast.alice, cast.bob)
    tour = make_signed_tour(cast.carol, cast.heidi, starts_on=DAY - timedelta(days=100))
    make_checkin(tour, DAY)
    with time_machine.travel(after(45), tick=False):
        planned(hr_letter, after(45))
        letter = Message.objects.get()
        assert "As of 27 Apr 2026, from what was recorded by 30 Apr 2026, 09:00." in letter.text
        lists = {"/tours/?show=unsigned": "Alice", "/signals/?kind=lapsed": "Carol"}
        for path, listed in lists.items():
            assert f"\n  {settings.SITE_URL}{path}\n" in letter.text
            assert f'href="{settings.SITE_URL}{path}"' in letter.html
            assert listed in as_(cast.heidi).get(path).text


def test_numbers_are_by_the_dates_of_each_readers_own_monday(cast):
    """After a week away it is Monday in Auckland, and still the Sunday of another week in Berlin."""
    make_hr(cast.carol)
    Person.objects.filter(pk=cast.carol.pk).update(time_zone="Pacific/Auckland")
    make_proposed_tour(cast.alice, cast.bob)  # on 16 March, so that 28 days are over on 13 April
    planned(hr_letter, datetime(2026, 4, 12, 12, 30, tzinfo=UTC))
    told = {message.recipient: (message.due_on, message.state) for message in Message.objects.all()}
    assert told == {
        cast.carol: (date(2026, 4, 13), "waiting"),
        cast.heidi: (date(2026, 4, 6), "silenced"),
    }


def test_where_nothing_is_left_undone_nothing_is_said_and_that_is_noted(cast):
    make_proposed_tour(cast.alice, cast.bob)
    planned(hr_letter, after(21))
    letter = Message.objects.get()
    assert (letter.state, letter.reason, letter.text) == ("silenced", NOTHING, "")
    assert planned(hr_letter, after(22)) == set()


@pytest.mark.parametrize(("by_when", "left"), [(date(2026, 3, 23), True), (date(2026, 3, 24), False)])
def test_a_role_whose_day_came_after_a_missed_look_has_waited_since_that_day(cast, by_when, left):
    row = make_expectation(cast.alice, cast.bob, by_when=by_when, stated_at=NOW - timedelta(days=60))
    make_reply(row, at=NOW - timedelta(days=50), review_on=DAY - timedelta(days=10))
    planned(hr_letter, after(35))  # 20 April, 28 days after 23 March
    letter = Message.objects.get()
    assert ("– 1 expected role has waited too long for an answer" in letter.text) is left
    assert letter.state == ("waiting" if left else "silenced")


def test_the_days_are_hrs_policy(cast):
    make_policy(cast.heidi, hr_days=7)
    make_proposed_tour(cast.alice, cast.bob)
    planned(hr_letter, after(7))
    assert Message.objects.get().state == "waiting"


def test_of_each_tour_and_kind_the_last_that_lapsed_is_counted_in_words_that_say_so(cast):
    tour = make_signed_tour(cast.alice, cast.bob, starts_on=DAY - timedelta(days=100))
    for days in (60, 30, 0):
        make_checkin(tour, DAY - timedelta(days=days))
    planned(hr_letter, after(49))
    said = "– 1 check-in has lapsed and was not made up for;"
    assert f"{said} only the latest of each kind in a tour counts" in " ".join(
        Message.objects.get().text.split()
    )


def test_two_kinds_of_one_tour_that_lapsed_are_two_check_ins(cast):
    tour = make_signed_tour(cast.alice, cast.bob, starts_on=DAY - timedelta(days=100))
    for kind in (Kind.REGULAR, Kind.CAREER):
        make_checkin(tour, DAY, kind=kind)
    planned(hr_letter, after(49))
    said = "– 2 check-ins have lapsed and were not made up for; only the latest of each kind in a tour counts"
    assert said in " ".join(Message.objects.get().text.split())


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


@pytest.fixture
def slow(monkeypatch):
    """As if counting took long."""
    monkeypatch.setattr(planning, "CHUNK", 1)
    monkeypatch.setattr(kept, "NOTICEABLE", 0)
    monkeypatch.setattr(kept, "TIMES_AS_LONG", kept.LONGEST * 1000)


def test_where_counting_takes_long_it_is_done_once_for_all_readers(cast, slow):
    make_hr(cast.carol)
    make_proposed_tour(cast.alice, cast.bob)
    with CaptureQueriesContext(connection) as asked:
        assert planned(hr_letter, after(35)) == {("Carol", 0), ("Heidi", 0)}
    counted = [query for query in asked if "how_many" in query["sql"]]
    assert len(counted) == 1
    assert all("– 1 tour waits for signatures" in message.text for message in Message.objects.all())


def test_another_release_does_not_take_these_numbers_for_its_own(cast, slow, monkeypatch):
    make_proposed_tour(cast.alice, cast.bob)
    planned(hr_letter, after(35))
    Message.objects.all().delete()
    newer = module._left_undone
    monkeypatch.setattr(module, "_left_undone", lambda on: newer(on)[::-1][1:])
    planned(hr_letter, after(35))
    letter = Message.objects.get()
    assert "– 1 tour waits for signatures" in letter.text
    assert letter.text.count("\n– ") == 1
