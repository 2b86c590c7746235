"""Who hears of a remark on proposed terms, and of an early end; and who no longer."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

import pytest

from alliance_site.outbox.facts import DONE, OVERTAKEN
from alliance_site.outbox.models import Message
from people.models import Person
from people.services import set_manager
from tests.factories import NOW, make_early_end, make_proposed_tour, make_signed_tour
from tests.reminding import planned, silenced
from tests.tours.test_reminders import sign
from tours import services
from tours.models import Side, Tour
from tours.reminders import comment, ended_early, terms_waiting

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("no_missing_words")]

HOUR = timedelta(hours=1)


def say(tour: Tour, person, at=NOW, part="mission") -> None:
    services.comment(tour.proposed[-1], "Which platform?", actor=person, now=at, part=part)


class TestRemarks:
    def test_the_other_side_hears_once_a_day_whatever_was_remarked_on(self, cast):
        tour = make_proposed_tour(cast.alice, cast.bob)
        say(tour, cast.alice)
        say(tour, cast.alice, NOW + HOUR, part="time")
        assert planned(comment, NOW + HOUR) == {("Bob", 0)}
        assert planned(comment, NOW + 2 * HOUR) == set()
        say(tour, cast.alice, NOW + timedelta(days=1))
        assert planned(comment, NOW + timedelta(days=1)) == {("Bob", 0)}
        assert Message.objects.count() == 2

    def test_what_was_told_is_not_told_again_after_a_change_of_time_zone(self, cast):
        tour = make_proposed_tour(cast.alice, cast.bob)
        say(tour, cast.alice, datetime(2026, 3, 17, 0, 30, tzinfo=UTC))
        now = datetime(2026, 3, 18, 12, tzinfo=UTC)
        assert planned(comment, now) == {("Bob", 0)}
        for zone in ("America/Los_Angeles", "Pacific/Auckland"):
            Person.objects.filter(pk=cast.bob.pk).update(time_zone=zone)
            assert planned(comment, now) == set()
            assert silenced(Message.objects.get(), now) == ""

    @pytest.mark.parametrize("who", ["alice", "bob"])
    def test_each_side_hears_of_the_other(self, cast, who):
        say(make_proposed_tour(cast.alice, cast.bob), getattr(cast, who))
        assert planned(comment, NOW) == {({"alice": "Bob", "bob": "Alice"}[who], 0)}

    def test_who_signed_before_it_was_said_hears_of_it(self, cast):
        tour = make_proposed_tour(cast.alice, cast.bob)
        sign(tour, Side.MANAGER)
        say(tour, cast.alice, NOW + HOUR)
        assert planned(comment, NOW + HOUR) == {("Bob", 0)}

    @pytest.mark.parametrize("answer", ["comment", "sign", "revise", "withdraw"])
    def test_nobody_hears_of_what_they_have_answered(self, cast, answer):
        tour = make_proposed_tour(cast.alice, cast.bob)
        terms = tour.proposed[-1]
        say(tour, cast.alice)
        planned(comment, NOW)
        message = Message.objects.get()
        assert silenced(message, NOW) == ""
        later = NOW + HOUR
        if answer == "comment":
            say(tour, cast.bob, later)
        elif answer == "withdraw":
            services.withdraw(terms, "Not now.", actor=cast.bob, now=later)
        else:
            getattr(services, answer)(terms, actor=cast.bob, now=later)
        assert silenced(message, later) == DONE

    def test_nobody_is_asked_for_what_can_no_longer_be_agreed_on(self, cast):
        tour = make_proposed_tour(cast.alice, cast.bob)
        say(tour, cast.alice)
        set_manager(cast.alice, cast.carol, since=NOW.date())
        assert planned(comment, NOW + timedelta(days=1)) == set()
        assert planned(terms_waiting, NOW + timedelta(days=1)) == set()


class TestEarlyEnds:
    @pytest.mark.parametrize(("side", "hears"), [(Side.EMPLOYEE, "Bob"), (Side.MANAGER, "Alice")])
    def test_the_other_side_hears_twice_at_most(self, cast, side, hears):
        make_early_end(make_signed_tour(cast.alice, cast.bob), NOW.date(), side)
        assert planned(ended_early, NOW) == {(hears, 0)}
        assert planned(ended_early, NOW + timedelta(days=6)) == set()
        assert planned(ended_early, NOW + timedelta(days=7)) == {(hears, 1)}
        assert planned(ended_early, NOW + timedelta(days=40)) == set()

    def test_who_has_added_words_hears_no_more(self, cast):
        tour = make_early_end(make_signed_tour(cast.alice, cast.bob), NOW.date(), Side.MANAGER)
        planned(ended_early, NOW)
        message = Message.objects.get()
        assert silenced(message, NOW) == ""
        assert silenced(message, NOW + timedelta(days=7)) == OVERTAKEN
        services.add_words_on_end(tour, reason="A pity.", learnt="", actor=cast.alice, now=NOW)
        assert silenced(message, NOW) == DONE
        assert planned(ended_early, NOW + timedelta(days=7)) == set()

    def test_nobody_hears_who_has_left_or_ended_it(self, cast):
        make_early_end(make_signed_tour(cast.alice, cast.bob), NOW.date(), Side.MANAGER)
        cast.alice.employments.update(left_on=NOW.date() - timedelta(days=1), ending="resignation")
        assert planned(ended_early, NOW) == set()

    def test_the_letter_does_not_say_why(self, cast):
        tour = make_signed_tour(cast.alice, cast.bob)
        make_early_end(tour, NOW.date(), Side.MANAGER, reason="Between the two of us.")
        planned(ended_early, NOW)
        letter = Message.objects.get()
        assert "Between the two of us" not in letter.subject + letter.text + letter.html
        assert f"/tours/{tour.pk}/words-on-the-end/" in letter.text
