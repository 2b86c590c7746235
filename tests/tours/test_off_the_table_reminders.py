"""Who hears that proposed terms were taken off the table: a change asked for, declined, withdrawn."""

from __future__ import annotations

from datetime import timedelta

import pytest

from alliance_site.outbox.facts import DONE, OVERTAKEN
from alliance_site.outbox.models import Message
from people.models import Employment
from people.services import set_manager
from tests.factories import (
    NOW,
    make_giving,
    make_programme,
    make_proposed_tour,
    make_signed_tour,
    make_tour,
    write_anew,
)
from tests.reminding import planned, silenced
from tours import services
from tours.giving.working import work
from tours.models import Terms, Tour
from tours.reminders import off_the_table

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("no_missing_words")]

WORDS = "Narwhal, between the two of us."


@pytest.fixture
def tour(cast) -> Tour:
    """Bob has proposed it to Alice."""
    return make_proposed_tour(cast.alice, cast.bob)


def say(what: str, tour: Tour, person, at=NOW) -> Terms:
    """The act, on the newest version proposed; returns that version."""
    terms = tour.versions.filter(proposed_at__isnull=False).order_by("-number")[0]
    getattr(services, what)(terms, WORDS, actor=person, now=at)
    return terms


def from_programme(cast) -> Tour:
    """Heidi of HR has given it to Alice."""
    make_giving(make_programme(cast.heidi), [cast.alice], cast.heidi)
    work(NOW)
    return Tour.objects.get(employee=cast.alice)


def propose_anew(tour: Tour, person) -> None:
    draft = write_anew(services.amend(tour, "Other times.", actor=person, now=NOW))
    services.propose(draft, actor=person, now=NOW)


def after(days: int):
    return NOW + timedelta(days=days)


class TestAChangeAskedFor:
    def test_whoever_is_to_write_hears_at_once_and_then_each_week(self, cast, tour):
        say("ask_for_change", tour, cast.alice)
        assert planned(off_the_table, NOW) == {("Bob", 0)}
        assert planned(off_the_table, after(6)) == set()
        assert planned(off_the_table, after(7)) == {("Bob", 1)}
        assert silenced(Message.objects.get(step=0), after(7)) == OVERTAKEN
        assert planned(off_the_table, after(14)) == {("Bob", 2)}
        assert planned(off_the_table, after(40)) == set()

    def test_it_says_who_asked_and_leads_to_the_next_version_without_a_word_of_what(self, cast, tour):
        say("ask_for_change", tour, cast.alice)
        planned(off_the_table, NOW)
        letter = Message.objects.get()
        assert letter.subject == "Alice Ames asks for a change of the terms"
        assert f"/tours/{tour.pk}/draft/" in letter.text
        assert "Narwhal" not in letter.subject + letter.text + letter.html

    @pytest.mark.parametrize("from_hr", [False, True])
    def test_it_says_truthfully_who_proposed_the_terms(self, cast, from_hr):
        proposed = from_programme(cast) if from_hr else make_proposed_tour(cast.alice, cast.bob)
        say("ask_for_change", proposed, cast.alice)
        assert planned(off_the_table, NOW) == {("Bob", 0)}
        proposer = "Heidi Hart" if from_hr else "you"
        assert f"a change of the terms that {proposer} proposed for a tour" in Message.objects.get().text

    def test_it_ends_once_the_next_version_is_on_the_table(self, cast, tour):
        say("ask_for_change", tour, cast.alice)
        planned(off_the_table, NOW)
        assert silenced(Message.objects.get(), NOW) == ""
        services.propose(tour.versions.get(number=2), actor=cast.bob, now=NOW)
        assert silenced(Message.objects.get(), NOW) == DONE
        assert planned(off_the_table, after(7)) == set()

    def test_it_ends_when_the_whole_is_withdrawn_and_the_other_side_hears_of_that(self, cast, tour):
        say("ask_for_change", tour, cast.alice)
        planned(off_the_table, NOW)
        say("withdraw", tour, cast.bob)
        assert silenced(Message.objects.get(), NOW) == DONE
        assert planned(off_the_table, after(7)) == {("Alice", 0)}

    def test_it_ends_with_a_new_manager_who_has_nothing_to_do_with_it(self, cast, tour):
        say("ask_for_change", tour, cast.alice)
        set_manager(cast.alice, cast.carol, since=NOW.date())
        assert planned(off_the_table, after(1)) == set()

    @pytest.mark.parametrize("who", ["alice", "bob"])
    def test_it_ends_when_one_of_the_two_has_left(self, cast, tour, who):
        say("ask_for_change", tour, cast.alice)
        gone = {"left_on": NOW.date(), "ending": Employment.Ending.RESIGNATION}
        Employment.objects.filter(person=getattr(cast, who)).update(**gone)
        assert planned(off_the_table, after(1)) == set()

    def test_old_history_is_not_dug_up(self, cast, tour):
        say("ask_for_change", tour, cast.alice)
        assert planned(off_the_table, after(61)) == set()


class TestDeclinedOrWithdrawn:
    @pytest.mark.parametrize(
        ("what", "who", "hears", "subject"),
        [
            ("decline", "alice", "Bob", "Alice Ames has declined the terms"),
            ("withdraw", "bob", "Alice", "Bob Brand has withdrawn the terms"),
        ],
    )
    def test_the_other_side_hears_once(self, cast, tour, what, who, hears, subject):
        terms = say(what, tour, getattr(cast, who))
        assert planned(off_the_table, NOW) == {(hears, 0)}
        assert planned(off_the_table, after(7)) == set()
        letter = Message.objects.get()
        assert letter.subject == subject
        assert terms.get_absolute_url() in letter.text
        assert "in force" not in letter.text
        assert "Narwhal" not in letter.subject + letter.text + letter.html

    def test_of_a_change_it_says_that_what_both_signed_stays_in_force(self, cast):
        tour = make_signed_tour(cast.alice, cast.bob)
        propose_anew(tour, cast.bob)
        say("decline", tour, cast.alice)
        assert planned(off_the_table, NOW) == {("Bob", 0)}
        assert "What you both signed stays in force." in Message.objects.get().text

    @pytest.mark.parametrize(("what", "who"), [("decline", "alice"), ("withdraw", "carol")])
    def test_to_a_new_manager_it_does_not_say_that_they_signed_what_is_in_force(self, cast, what, who):
        tour = make_signed_tour(cast.alice, cast.bob)
        set_manager(cast.alice, cast.carol, since=NOW.date())
        services.reaffirm(tour, "I stand by this.", actor=cast.carol, now=NOW)
        say(what, tour, getattr(cast, who))
        planned(off_the_table, NOW)
        assert "between you" in Message.objects.get().text
        assert "in force" not in Message.objects.get().text

    def test_it_is_no_news_any_more_once_newer_terms_are_on_the_table(self, cast):
        tour = make_signed_tour(cast.alice, cast.bob)
        propose_anew(tour, cast.bob)
        say("decline", tour, cast.alice)
        planned(off_the_table, NOW)
        assert silenced(Message.objects.get(), NOW) == ""
        propose_anew(tour, cast.bob)
        assert silenced(Message.objects.get(), NOW) == DONE

    def test_a_draft_that_the_other_side_never_saw_brings_no_letter(self, cast):
        tour = make_tour(cast.alice, cast.bob)
        services.withdraw(tour.versions.get(), WORDS, actor=cast.bob, now=NOW)
        assert planned(off_the_table, NOW) == set()

    def test_who_was_named_hears_that_what_was_in_vain_is_cleared_away(self, cast, tour):
        set_manager(cast.alice, cast.carol, since=NOW.date())
        say("decline", tour, cast.alice)
        assert planned(off_the_table, NOW) == {("Bob", 0)}
