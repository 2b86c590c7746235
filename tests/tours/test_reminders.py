"""Who is reminded of a tour, when, and no longer."""

from __future__ import annotations

from datetime import UTC, date, datetime, timedelta

import pytest

from alliance_site.outbox.facts import DONE, OVERTAKEN
from alliance_site.outbox.models import Message
from people.models import Employment, Person
from people.recipients import LEFT, NO_ADDRESS
from tests.factories import (
    NOW,
    make_amended_tour,
    make_early_end,
    make_proposed_tour,
    make_signed_tour,
    make_terms,
    propose,
)
from tests.reminding import planned, silenced
from tours.models import Policy, Side, Signature, Tour
from tours.reminders import terms_waiting, tour_ends

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("no_missing_words")]

TODAY = NOW.date()


def on(day: date) -> datetime:
    return datetime(day.year, day.month, day.day, 9, tzinfo=UTC)


def sign(tour: Tour, side: Side) -> None:
    terms = tour.versions.get()
    Signature.objects.create(terms=terms, side=side, signer=terms.party(side), signed_at=NOW)


def test_half_of_a_long_window_is_said_before_the_days_that_are_counted(cast, monkeypatch):
    monkeypatch.setattr(Policy, "lead", lambda self, type_: timedelta(days=300))
    start = TODAY - timedelta(days=400)
    make_signed_tour(cast.alice, cast.bob, starts_on=start, ends_on=TODAY + timedelta(days=150))
    assert planned(tour_ends, NOW - timedelta(days=1)) == set()
    assert planned(tour_ends, NOW) == {("Alice", 0), ("Bob", 0)}
    assert planned(tour_ends, NOW + timedelta(days=59)) == set()
    assert planned(tour_ends, NOW + timedelta(days=60)) == {("Alice", 1), ("Bob", 1)}


class TestTermsWaiting:
    def test_the_other_side_hears_at_once_and_then_each_week(self, cast):
        make_proposed_tour(cast.alice, cast.bob)
        assert planned(terms_waiting, NOW) == {("Alice", 0)}
        assert planned(terms_waiting, NOW + timedelta(days=6)) == set()
        assert planned(terms_waiting, NOW + timedelta(days=7)) == {("Alice", 1), ("Bob", 1)}
        assert planned(terms_waiting, NOW + timedelta(days=14)) == {("Alice", 2), ("Bob", 2)}
        assert planned(terms_waiting, NOW + timedelta(days=21)) == set()

    def test_who_has_signed_hears_no_more(self, cast):
        tour = make_proposed_tour(cast.alice, cast.bob)
        planned(terms_waiting, NOW)
        message = Message.objects.get()
        assert silenced(message, NOW) == ""
        sign(tour, Side.EMPLOYEE)
        assert silenced(message, NOW) == DONE
        assert planned(terms_waiting, NOW + timedelta(days=7)) == {("Bob", 1)}

    @pytest.mark.parametrize("state", [Tour.State.DRAFT, Tour.State.DECLINED, Tour.State.WITHDRAWN])
    def test_what_is_off_the_table_waits_for_nobody(self, cast, state):
        tour = make_proposed_tour(cast.alice, cast.bob)
        planned(terms_waiting, NOW)
        Tour.objects.filter(pk=tour.pk).update(state=state)
        assert silenced(Message.objects.get(), NOW) == DONE
        assert planned(terms_waiting, NOW + timedelta(days=7)) == set()

    def test_a_newer_version_takes_the_place_of_the_older(self, cast):
        tour = make_proposed_tour(cast.alice, cast.bob)
        planned(terms_waiting, NOW)
        older = Message.objects.get()
        propose(make_terms(tour))
        assert silenced(older, NOW) == DONE
        assert planned(terms_waiting, NOW) == {("Alice", 0)}

    def test_an_amendment_of_a_tour_in_force_waits_too(self, cast):
        tour = make_signed_tour(cast.alice, cast.bob)
        assert planned(terms_waiting, NOW) == set()
        terms = make_terms(tour)
        type(terms).objects.filter(pk=terms.pk).update(proposed_at=NOW, proposed_by=cast.bob)
        assert planned(terms_waiting, NOW) == {("Alice", 0)}

    def test_old_history_is_not_dug_up(self, cast):
        make_proposed_tour(cast.alice, cast.bob)
        assert planned(terms_waiting, NOW + timedelta(days=61)) == set()

    def test_moving_to_another_time_zone_brings_nothing_twice(self, cast):
        make_proposed_tour(cast.alice, cast.bob)
        planned(terms_waiting, NOW)
        Person.objects.update(time_zone="Pacific/Auckland")
        assert planned(terms_waiting, NOW) == set()

    def test_no_word_of_the_terms_is_in_the_letter(self, cast):
        tour = make_proposed_tour(
            cast.alice, cast.bob, mission="Zebra", company_gain="Yak", employee_gain="Xerus"
        )
        planned(terms_waiting, NOW)
        message = Message.objects.get()
        assert message.subject == "Terms from Bob Brand wait for your signature"
        assert f"/tours/{tour.pk}/" in message.text
        for words in (message.subject, message.text, message.html):
            assert not any(beast in words for beast in ("Zebra", "Yak", "Xerus"))


class TestTourEnds:
    END = date(2027, 9, 1)

    @pytest.fixture
    def tour(self, cast) -> Tour:
        return make_signed_tour(cast.alice, cast.bob, ends_on=self.END)

    def before(self, days: int) -> datetime:
        return on(self.END - timedelta(days=days))

    def test_both_sides_hear_at_each_step_once(self, tour):
        assert planned(tour_ends, self.before(181)) == set()
        assert planned(tour_ends, self.before(180)) == set()  # the check-in about what comes next says it
        for step, days in enumerate((90, 60, 30, 7), start=1):
            assert planned(tour_ends, self.before(days)) == {("Alice", step), ("Bob", step)}
            assert planned(tour_ends, self.before(days)) == set()
            assert planned(tour_ends, self.before(days - 1)) == set()
        assert planned(tour_ends, self.before(0)) == set()

    def test_a_step_that_still_waits_gives_way_to_the_later_one(self, tour):
        planned(tour_ends, self.before(60))
        message = Message.objects.first()
        assert silenced(message, self.before(31)) == ""
        assert silenced(message, self.before(30)) == OVERTAKEN

    def test_the_last_day_counts_and_the_day_after_is_too_late(self, tour):
        assert planned(tour_ends, self.before(-1)) == set()
        assert planned(tour_ends, self.before(0)) == {("Alice", 4), ("Bob", 4)}

    def test_a_tour_that_has_not_begun_does_not_end_yet(self, cast):
        make_signed_tour(
            cast.alice, cast.bob, starts_on=TODAY + timedelta(days=10), ends_on=TODAY + timedelta(days=100)
        )
        assert planned(tour_ends, NOW) == set()
        assert planned(tour_ends, NOW + timedelta(days=10)) == {("Alice", 1), ("Bob", 1)}

    def test_nobody_is_reminded_once_a_next_tour_is_agreed(self, cast, tour):
        planned(tour_ends, self.before(90))
        message = Message.objects.first()
        assert silenced(message, self.before(80)) == ""
        begins = self.END + timedelta(days=1)
        following = {"starts_on": begins, "ends_on": begins + timedelta(days=700)}
        make_proposed_tour(cast.alice, cast.bob, previous=tour, **following)
        assert silenced(message, self.before(80)) == ""
        make_signed_tour(cast.alice, cast.carol, **following)
        assert silenced(message, self.before(80)) == DONE
        assert planned(tour_ends, self.before(60)) == set()

    def test_an_ended_tour_is_over(self, tour):
        planned(tour_ends, self.before(90))
        make_early_end(tour, TODAY)
        assert silenced(Message.objects.first(), self.before(80)) == DONE
        assert planned(tour_ends, self.before(60)) == set()

    def test_an_open_ended_tour_reminds_of_its_review(self, cast):
        make_signed_tour(cast.alice, cast.bob, type=Tour.Type.FOUNDATIONAL, ends_on=None, review_on=self.END)
        assert planned(tour_ends, self.before(90)) == {("Alice", 1), ("Bob", 1)}
        subjects = set(Message.objects.values_list("subject", flat=True))
        assert subjects == {
            "Your tour of duty is to be reviewed on 1 Sep 2027",
            "The tour of duty of Alice Ames is to be reviewed on 1 Sep 2027",
        }

    def test_of_a_review_that_was_missed_nothing_is_said_until_its_next_step(self, cast):
        make_signed_tour(cast.alice, cast.bob, type=Tour.Type.FOUNDATIONAL, ends_on=None, review_on=self.END)
        assert planned(tour_ends, self.before(-1)) == set()
        assert planned(tour_ends, self.before(-7)) == {("Alice", 5), ("Bob", 5)}

    def test_a_review_that_nobody_held_is_said_twice_more(self, cast):
        make_signed_tour(cast.alice, cast.bob, type=Tour.Type.FOUNDATIONAL, ends_on=None, review_on=self.END)
        planned(tour_ends, self.before(7))
        for days in (0, 6, 7, 8, 13, 14, 15, 30, 59):  # what was due in between would come with the next
            step = {7: 5, 14: 6}.get(days)
            due = set() if step is None else {("Alice", step), ("Bob", step)}
            assert planned(tour_ends, self.before(-days)) == due, days
        late = Message.objects.filter(recipient=cast.alice, step__gt=4)
        assert {message.subject for message in late} == {"Your tour of duty was to be reviewed on 1 Sep 2027"}
        assert all("was to be reviewed on 1 Sep 2027" in message.text for message in late)

    def test_a_review_is_said_no_more_once_newer_terms_are_signed(self, cast):
        tour = make_signed_tour(
            cast.alice, cast.bob, type=Tour.Type.FOUNDATIONAL, ends_on=None, review_on=self.END
        )
        planned(tour_ends, self.before(-7))
        message = Message.objects.first()
        assert silenced(message, self.before(-8)) == ""
        make_amended_tour(tour, ends_on=None, review_on=self.END + timedelta(days=300))
        assert silenced(message, self.before(-8)) == DONE
        assert planned(tour_ends, self.before(-14)) == set()

    def test_who_has_left_gets_nothing(self, cast, tour):
        planned(tour_ends, self.before(90))
        mail = {message.recipient_id: message for message in Message.objects.all()}
        Employment.objects.filter(person=cast.alice).update(
            left_on=self.END - timedelta(days=80), ending=Employment.Ending.RESIGNATION
        )
        # Who leaves before its end has nothing to agree on, also while they are still here.
        assert silenced(mail[cast.alice.pk], self.before(80)) == DONE
        assert silenced(mail[cast.alice.pk], self.before(79)) == LEFT
        # Nor is the manager asked to talk about the future with somebody who is gone.
        assert silenced(mail[cast.bob.pk], self.before(79)) == DONE
        assert planned(tour_ends, self.before(60)) == set()

    def test_who_has_no_address_is_said_to_have_none(self, cast, tour):
        Person.objects.filter(pk=cast.alice.pk).update(email=None)
        assert planned(tour_ends, self.before(90)) == {("Alice", 1), ("Bob", 1)}
        assert silenced(Message.objects.get(recipient=cast.alice), self.before(90)) == NO_ADDRESS

    def test_today_is_the_recipients_today(self, cast, tour):
        Person.objects.filter(pk=cast.alice.pk).update(time_zone="Pacific/Auckland")
        Person.objects.filter(pk=cast.bob.pk).update(time_zone="Pacific/Honolulu")
        # 12:30 UTC is 0:30 of the next day in Auckland (New Zealand's winter) and 2:30 in Honolulu.
        eve = datetime(2027, 6, 2, 12, 30, tzinfo=UTC)
        assert planned(tour_ends, eve - timedelta(hours=1)) == set()
        assert planned(tour_ends, eve) == {("Alice", 1)}
        assert planned(tour_ends, datetime(2027, 6, 3, 9, 59, tzinfo=UTC)) == set()
        assert planned(tour_ends, datetime(2027, 6, 3, 10, 1, tzinfo=UTC)) == {("Bob", 1)}

    @pytest.mark.parametrize(
        ("zone", "midnight"),
        [
            ("Europe/Berlin", datetime(2027, 3, 27, 23, tzinfo=UTC)),  # the day the clocks go forward
            ("Europe/Berlin", datetime(2027, 10, 30, 22, tzinfo=UTC)),  # the day they go back
            ("America/Santiago", datetime(2027, 9, 5, 4, tzinfo=UTC)),  # a day without a midnight
        ],
    )
    def test_days_are_counted_by_the_calendar_when_clocks_change(self, cast, zone, midnight):
        Person.objects.update(time_zone=zone)
        day = (midnight + timedelta(hours=2)).date()
        make_signed_tour(cast.alice, cast.bob, ends_on=day + timedelta(days=90))
        assert ("Alice", 1) not in planned(tour_ends, midnight - timedelta(minutes=1))
        assert ("Alice", 1) in planned(tour_ends, midnight)

    def test_a_leap_day_is_a_day(self, cast):
        make_signed_tour(cast.alice, cast.bob, ends_on=date(2028, 2, 29))
        assert planned(tour_ends, on(date(2028, 1, 30))) == {("Alice", 3), ("Bob", 3)}
        assert planned(tour_ends, on(date(2028, 2, 22))) == {("Alice", 4), ("Bob", 4)}
        assert planned(tour_ends, on(date(2028, 3, 1))) == set()

    def test_letters_wait_for_the_recipients_morning(self, cast, tour):
        Person.objects.filter(pk=cast.alice.pk).update(time_zone="Pacific/Auckland")
        now = datetime(2027, 6, 3, 20, tzinfo=UTC)
        planned(tour_ends, now)
        at = {message.recipient: message.send_after for message in Message.objects.all()}
        assert at[cast.alice] == now  # 8:00 in Auckland
        assert at[cast.bob] == datetime(2027, 6, 4, 7, tzinfo=UTC)

    def test_the_words_are_in_the_recipients_language(self, cast, tour):
        Person.objects.filter(pk=cast.alice.pk).update(language="ar")
        planned(tour_ends, self.before(90))
        message = Message.objects.get(recipient=cast.alice)
        assert message.language == "ar"
        assert 'dir="rtl"' in message.html
        assert 'lang="ar"' in message.html
