"""Who is reminded of a check-in, when, and no longer; and that no letter breaks the blind rule."""

from __future__ import annotations

from datetime import UTC, date, datetime, timedelta

import pytest

from alliance_site.outbox.facts import DONE, OVERTAKEN
from alliance_site.outbox.models import Message
from feedback import services
from feedback.models import CheckIn
from feedback.reminders import checkin_due, checkin_lapsed
from people.models import Employment, Person
from tests.factories import DAY, NOW, make_checkin, make_early_end, make_policy, make_sheet, make_signed_tour
from tests.reminding import planned, silenced
from tours.models import Side

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("no_missing_words")]

DUE = DAY + timedelta(days=60)


@pytest.fixture
def checkin(cast) -> CheckIn:
    return make_checkin(make_signed_tour(cast.alice, cast.bob), DUE)


def day(after: int) -> datetime:
    """So many days after the check-in is due."""
    return datetime.combine(DUE + timedelta(days=after), datetime.min.time(), UTC) + timedelta(hours=9)


def hand_in(checkin: CheckIn, side: Side) -> None:
    make_sheet(checkin, side, text="Narwhal", submitted_at=NOW)


def test_both_sides_hear_when_it_opens_when_it_is_due_and_once_more(checkin):
    assert planned(checkin_due, day(-8)) == set()
    assert planned(checkin_due, day(-7)) == {("Alice", 0), ("Bob", 0)}
    assert planned(checkin_due, day(-1)) == set()
    assert planned(checkin_due, day(0)) == {("Alice", 1), ("Bob", 1)}
    assert planned(checkin_due, day(2)) == set()
    assert planned(checkin_due, day(3)) == {("Alice", 2), ("Bob", 2)}
    assert planned(checkin_due, day(14)) == set()


def test_however_early_and_late_hr_lets_a_check_in_be_it_is_reminded_of(cast):
    make_policy(cast.heidi, checkin_opens_before=50, checkin_lapses_after=70)
    make_policy(cast.heidi)  # a later one does not change what is planned
    spans = {"opens_on": DUE - timedelta(days=50), "lapses_on": DUE + timedelta(days=70)}
    make_checkin(make_signed_tour(cast.alice, cast.bob), DUE, **spans)
    assert planned(checkin_due, day(-50)) == {("Alice", 0), ("Bob", 0)}
    assert planned(checkin_due, day(70)) == {("Alice", 2), ("Bob", 2)}
    assert planned(checkin_lapsed, day(71)) == {("Alice", 0), ("Bob", 0)}


def test_a_step_that_still_waits_gives_way_to_the_later_one(checkin):
    planned(checkin_due, day(-1))
    message = Message.objects.first()
    assert silenced(message, day(-1)) == ""
    assert silenced(message, day(0)) == OVERTAKEN


def test_only_who_has_not_handed_in_is_reminded(checkin):
    planned(checkin_due, day(-1))
    hand_in(checkin, Side.EMPLOYEE)
    mail = {message.recipient.get_short_name(): message for message in Message.objects.all()}
    assert silenced(mail["Alice"], day(-1)) == DONE
    assert silenced(mail["Bob"], day(-1)) == ""
    assert planned(checkin_due, day(0)) == {("Bob", 1)}


def test_a_draft_is_not_handed_in(checkin):
    make_sheet(checkin, Side.EMPLOYEE)
    assert ("Alice", 1) in planned(checkin_due, day(0))


def test_a_letter_does_not_say_how_far_the_other_side_is(checkin):
    planned(checkin_due, day(0))
    before = {
        message.recipient: (message.subject, message.text, message.html) for message in Message.objects.all()
    }
    Message.objects.all().delete()
    hand_in(checkin, Side.EMPLOYEE)
    planned(checkin_due, day(0))
    message = Message.objects.get()
    assert (message.subject, message.text, message.html) == before[message.recipient]
    assert "Narwhal" not in message.text


def test_a_skipped_one_is_not_reminded_of(checkin):
    planned(checkin_due, day(0))
    CheckIn.objects.update(skipped_at=NOW, skipped_by=Side.MANAGER, skipped_reason="On leave")
    assert silenced(Message.objects.first(), day(0)) == DONE
    assert planned(checkin_due, day(3)) == set()
    assert planned(checkin_lapsed, day(15)) == set()


def test_a_check_in_that_was_taken_back_is_not_reminded_of(checkin):
    planned(checkin_due, day(0))
    CheckIn.objects.all().delete()
    assert silenced(Message.objects.first(), day(0)) == DONE


def test_a_tour_that_has_ended_asks_for_no_check_in(checkin):
    make_early_end(checkin.tour, DAY, Side.MANAGER)
    assert planned(checkin_due, day(0)) == set()
    assert planned(checkin_lapsed, day(15)) == set()


def test_when_one_side_has_left_neither_is_reminded(cast, checkin):
    Employment.objects.filter(person=cast.bob).update(left_on=DAY, ending=Employment.Ending.RESIGNATION)
    assert planned(checkin_due, day(0)) == set()


def test_a_lapsed_one_is_said_once_to_who_has_not_handed_in(checkin):
    hand_in(checkin, Side.MANAGER)
    assert planned(checkin_lapsed, day(14)) == set()
    assert planned(checkin_due, day(15)) == set()
    assert planned(checkin_lapsed, day(15)) == {("Alice", 0)}
    assert planned(checkin_lapsed, day(16)) == set()
    message = Message.objects.get()
    assert silenced(message, day(16)) == ""
    hand_in(checkin, Side.EMPLOYEE)
    assert silenced(message, day(16)) == DONE


def test_a_check_in_that_lapsed_long_ago_is_history(checkin):
    assert planned(checkin_lapsed, day(14 + 32)) == set()


def test_today_is_the_recipients_today(cast, checkin):
    Person.objects.filter(pk=cast.alice.pk).update(time_zone="Pacific/Auckland")
    Person.objects.filter(pk=cast.bob.pk).update(time_zone="Pacific/Honolulu")
    eve = day(-1).replace(hour=13)  # Auckland is twelve hours ahead of UTC, Honolulu ten behind
    assert planned(checkin_due, eve) == {("Alice", 1), ("Bob", 0)}
    assert planned(checkin_due, day(0).replace(hour=9, minute=59)) == set()
    assert planned(checkin_due, day(0).replace(hour=10)) == {("Bob", 1)}


def test_a_leap_day_is_a_day(cast):
    tour = make_signed_tour(cast.alice, cast.bob, ends_on=date(2029, 1, 1))
    make_checkin(tour, date(2028, 2, 29))
    assert planned(checkin_due, datetime(2028, 2, 29, 9, tzinfo=UTC)) == {("Alice", 1), ("Bob", 1)}
    assert planned(checkin_due, datetime(2028, 3, 2, 9, tzinfo=UTC)) == set()
    assert planned(checkin_due, datetime(2028, 3, 3, 9, tzinfo=UTC)) == {("Alice", 2), ("Bob", 2)}


def test_who_is_told_of_another_day_is_told_too_that_it_is_the_old_one_again(cast, checkin):
    """Also when that day was reminded of already, before it was moved."""
    assert planned(checkin_due, day(0)) == {("Alice", 1), ("Bob", 1)}
    later = DUE + timedelta(days=4)
    assert services.move(checkin, later, seen=DUE, actor=cast.alice, now=day(0))
    assert planned(checkin_due, day(0)) == {("Bob", 0)}
    assert services.move(checkin, DUE, seen=later, actor=cast.bob, now=day(0))
    assert planned(checkin_due, day(0)) == {("Alice", 1), ("Bob", 1)}
    first, newest = Message.objects.filter(recipient=cast.alice).order_by("created_at", "about")
    assert (silenced(first, day(0)), silenced(newest, day(0))) == (DONE, "")
    assert planned(checkin_due, day(3)) == {("Alice", 2), ("Bob", 2)}
