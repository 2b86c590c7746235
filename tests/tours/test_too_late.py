"""What is sent from a page that was overtaken: the reason is said, and nothing typed is lost."""

from __future__ import annotations

from datetime import timedelta

import pytest
from django.urls import reverse
from django.utils import timezone

from people.services import end_employment, set_manager
from tests.factories import MORNING as NOW
from tests.factories import TODAY, make_amended_tour, make_signed_tour, write_anew
from tests.sending import read
from tests.tours.conftest import SPAN
from tours import services
from tours.models import LedgerEntry, NextStep, Promise, Terms, Tour

MOVED_ON = "the tour has moved on in the meantime"

pytestmark = pytest.mark.usefixtures("no_missing_words")


@pytest.fixture
def signed(cast) -> Tour:
    due = {"due_on": TODAY - timedelta(days=3)}
    return make_signed_tour(cast.alice, cast.bob, promises=[due], **SPAN)


@pytest.fixture
def promise(signed) -> Promise:
    return signed.in_force.promises.get()


def told(reply, why: str, *words: str) -> str:
    """The page again, with the reason and what was typed."""
    page = " ".join(reply.text.split())
    assert reply.status_code == 400
    assert 'role="alert"' in page
    for said in (why, *words):
        assert said in page
    return page


def taken_over(tour: Tour, cast) -> Terms:
    """By Carol, and signed by both."""
    set_manager(cast.alice, cast.carol, since=TODAY)
    newer = services.reaffirm(tour, "I stand by it.", actor=cast.carol, now=timezone.now())
    services.sign(newer, actor=cast.alice, now=timezone.now())
    return newer


class TestWithdrawing:
    def url(self, tour: Tour, number: int = 1) -> str:
        return reverse("tour_withdraw", args=[tour.pk, number])

    def test_a_version_that_its_author_never_saw_is_not_withdrawn(self, cast, as_, proposed):
        bob = as_(cast.bob)
        assert bob.get(self.url(proposed)).status_code == 200
        services.revise(proposed.proposed[-1], actor=cast.alice, now=NOW)
        services.propose(Terms.objects.get(number=2), actor=cast.alice, now=NOW)
        reply = bob.post(self.url(proposed), {"words": "Narwhal"})
        told(reply, "You were reading version 1, but version 2 is on the table by now.", "Narwhal")
        assert Tour.objects.get().state == Tour.State.PROPOSED

    def test_what_was_declined_meanwhile_leaves_the_words_on_the_page(self, cast, as_, proposed):
        services.decline(proposed.proposed[-1], "No.", actor=cast.alice, now=NOW)
        told(as_(cast.bob).post(self.url(proposed), {"words": "Narwhal"}), MOVED_ON, "Narwhal")

    def test_the_page_of_the_tour_leads_to_the_version_that_it_shows(self, cast, as_, signed):
        draft = write_anew(services.amend(signed, "The office moves.", actor=cast.bob, now=NOW))
        assert self.url(signed, 2) in as_(cast.bob).get(signed.get_absolute_url()).text
        services.propose(draft, actor=cast.bob, now=NOW)
        assert self.url(signed, 2) in as_(cast.bob).get(draft.get_absolute_url()).text
        reply = as_(cast.bob).post(self.url(signed, 2), {"words": "After all not."}, follow=True)
        assert "Withdrawn." in reply.text
        assert Tour.objects.get().in_force.number == 1

    def test_nobody_else_withdraws_and_nobody_a_draft_of_another(self, cast, as_, proposed, signed):
        for person in (cast.carol, cast.dan, cast.heidi, cast.mallory):
            assert as_(person).get(self.url(proposed)).status_code == 404
            assert as_(person).post(self.url(proposed), {"words": "Mine."}).status_code == 404
        services.amend(signed, "Mine alone.", actor=cast.bob, now=NOW)
        for number in (1, 2, 3):
            assert as_(cast.alice).get(self.url(signed, number)).status_code == 404
        assert as_(cast.alice).post(self.url(signed, 2), {"words": "Mine."}).status_code == 404


class TestTakingOver:
    def test_of_two_who_reaffirm_the_second_keeps_their_words(self, cast, as_, signed):
        set_manager(cast.alice, cast.carol, since=TODAY)
        url = reverse("tour_reaffirm", args=[signed.pk])
        services.reaffirm(signed, "I stand by it.", actor=cast.alice, now=NOW)
        told(as_(cast.carol).post(url, {"words": "Narwhal"}), MOVED_ON, "Narwhal")
        assert as_(cast.carol).get(url).status_code == 404

    def test_whose_new_manager_has_left_since_keeps_their_words(self, cast, as_, signed):
        set_manager(cast.alice, cast.carol, since=TODAY - timedelta(days=3))
        alice, url = as_(cast.alice), reverse("tour_reaffirm", args=[signed.pk])
        sent = read(alice, url, words="Narwhal")
        end_employment(cast.carol, last_day=TODAY - timedelta(days=1), ending="resignation")
        assert "None" not in told(alice.post(url, sent), MOVED_ON, "Narwhal", "In a few words")

    def test_a_new_manager_who_renegotiates_too_late_keeps_their_words(self, cast, as_, signed):
        set_manager(cast.alice, cast.carol, since=TODAY)
        services.amend(signed, "Mine.", actor=cast.alice, now=NOW)
        for page in ("tour_amend", "tour_extend"):
            words = {"words": "Narwhal", "reason": "Narwhal", "until": SPAN["ends_on"] + timedelta(days=9)}
            told(as_(cast.carol).post(reverse(page, args=[signed.pk]), words), MOVED_ON, "Narwhal")

    @pytest.mark.parametrize("page", ["tour_amend", "tour_extend", "tour_end_early"])
    def test_whose_tour_was_taken_over_keeps_their_words_and_learns_nothing_newer(
        self, cast, as_, signed, page
    ):
        taken_over(signed, cast)
        url = reverse(page, args=[signed.pk])
        words = {"words": "Narwhal", "reason": "Narwhal", "ended_on": TODAY}
        words["until"] = SPAN["ends_on"] + timedelta(days=9)
        assert "version 2" not in told(as_(cast.bob).post(url, words), MOVED_ON, "Narwhal")
        assert as_(cast.bob).get(url).status_code == 404
        for person in (cast.dan, cast.heidi, cast.mallory):
            assert as_(person).post(url, words).status_code == 404

    @pytest.mark.parametrize("page", ["next_step", "tour_promise"])
    @pytest.mark.parametrize("again", [False, True])
    def test_who_was_overtaken_keeps_what_comes_next_and_a_promise_too(self, cast, as_, page, again):
        tour = make_signed_tour(cast.alice, cast.bob, **SPAN | {"ends_on": TODAY + timedelta(days=60)})
        bob, url = as_(cast.bob), reverse(page, args=[tour.pk])
        due = TODAY + timedelta(days=30)
        typed = {"outcome": "move", "owed_by": "manager", "what": "Walrus", "due_on": due, "words": "Narwhal"}
        sent = read(bob, url, **typed)
        taken_over(tour, cast)
        if again:
            set_manager(cast.alice, cast.dan, since=TODAY)
            newer = services.reaffirm(tour, "I stand by it.", actor=cast.dan, now=timezone.now())
            services.sign(newer, actor=cast.alice, now=timezone.now())
            make_amended_tour(Tour.objects.get(), **SPAN)
            services.amend(tour, "And more.", actor=cast.dan, now=timezone.now())
        text = told(bob.post(url, sent), "", "Narwhal")
        assert "Dan Drew" not in text
        assert "None" not in text
        assert "version" not in text.replace("new version", "")
        assert bob.get(url).status_code == 404
        for person in (cast.heidi, cast.mallory):
            assert as_(person).post(url, sent).status_code == 404


class TestPromises:
    def url(self, promise: Promise, name: str) -> str:
        return reverse(f"promise_{name}", args=[promise.pk])

    def test_who_says_twice_that_it_is_done_keeps_the_second_words(self, cast, as_, promise):
        for words in ("Done it is.", "Narwhal"):
            reply = as_(cast.bob).post(self.url(promise, "done"), {"words": words})
        told(reply, "settled or answered in the meantime", "Narwhal")
        assert LedgerEntry.objects.get().words == "Done it is."

    @pytest.mark.parametrize("words", ["Narwhal", "Narwhal" * 600])
    def test_a_wish_taken_back_leaves_the_answer_on_the_page(self, cast, as_, promise, words):
        services.ask_to_drop(promise, "It helps nobody.", actor=cast.bob, now=NOW)
        services.take_back_drop(promise, actor=cast.bob, now=NOW)
        answer = {"answer": "no", "words": words}
        told(as_(cast.alice).post(self.url(promise, "drop_answer"), answer), "", words)
        assert as_(cast.alice).get(self.url(promise, "drop_answer")).status_code == 400

    def test_other_words_for_the_promise_leave_the_answer_on_the_page(self, cast, as_, signed, promise):
        services.ask_to_drop(promise, "It helps nobody.", actor=cast.bob, now=NOW)
        newer = services.amend(signed, "Other words.", actor=cast.bob, now=NOW)
        newer.promises.update(what="Another thing.")
        services.propose(newer, actor=cast.bob, now=NOW)
        for person in (cast.alice, cast.bob):
            services.sign(newer, actor=person, now=NOW)
        answer = {"answer": "no", "words": "Narwhal"}
        reply = as_(cast.alice).post(self.url(promise, "drop_answer"), answer)
        told(reply, "Both of you have signed other words for this promise since.", "Narwhal")

    def test_whose_tour_was_taken_over_keeps_their_words_and_learns_nothing_newer(
        self, cast, as_, signed, promise
    ):
        newer = taken_over(signed, cast)
        services.judge(newer.promises.get(), False, "Walrus", actor=cast.alice, now=timezone.now())
        reply = as_(cast.bob).post(self.url(promise, "done"), {"words": "Narwhal"})
        assert "Walrus" not in told(reply, "no longer possible", "Narwhal")
        assert as_(cast.bob).get(self.url(promise, "done")).status_code == 404
        assert as_(cast.dan).post(self.url(promise, "done"), {"words": "Narwhal"}).status_code == 404

    def test_who_handed_it_over_is_not_told_who_came_after_the_next_one(self, cast, as_, signed, promise):
        taken_over(signed, cast)
        make_amended_tour(signed, cast.dan, **SPAN)
        text = told(as_(cast.bob).post(self.url(promise, "done"), {"words": "Narwhal"}), "", "Narwhal")
        assert "Carol Cole" in text
        assert "Dan Drew" not in text


def test_an_outcome_recorded_after_the_tour_changed_hands_stays_on_the_page(cast, as_):
    tour = make_signed_tour(cast.alice, cast.bob, **{**SPAN, "ends_on": TODAY + timedelta(days=40)})
    set_manager(cast.alice, cast.carol, since=TODAY)
    typed = {"outcome": "move", "words": "Narwhal", "seen": "0"}
    reply = as_(cast.bob).post(reverse("next_step", args=[tour.pk]), typed)
    told(reply, "The time to record what comes next has not come yet, or is over.", "Narwhal")
    assert not NextStep.objects.exists()
