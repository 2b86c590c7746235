"""The page of a tour on what comes after it, and the page on which that is recorded."""

from __future__ import annotations

import re
from datetime import timedelta

import pytest
from django.urls import reverse
from django.utils import timezone
from django.utils.html import strip_tags

from people.services import set_manager
from tests.factories import TODAY, make_amended_tour, make_hr, make_next_step, make_signed_tour, write_anew
from tests.sending import read, sent_again
from tests.tours.test_next_steps import agree, ending, record
from tours import services
from tours.models import NextStep, Tour

Outcome = NextStep.Outcome


@pytest.fixture
def tour(cast) -> Tour:
    """In its window, and within the 60 days before its end."""
    return ending(cast.alice, cast.bob)


def test_the_page_of_the_tour_says_how_it_stands_to_both(cast, as_, tour):
    page = strip_tags(as_(cast.alice).get(tour.get_absolute_url()).text)
    assert "Undecided near the end" in page
    assert "Nothing is recorded yet. Talk with Bob Brand" in page
    bob, at = as_(cast.bob), reverse("next_step", args=[tour.pk])
    bob.post(at, read(bob, at, outcome="new_tour", words="Lead <b>it</b>"))
    page = as_(cast.alice).get(tour.get_absolute_url()).text
    assert "Bob Brand recorded on" in page
    assert "It waits for you to confirm." in page
    assert "Lead &lt;b&gt;it&lt;/b&gt;" in page
    assert "It waits for Alice Ames to confirm." in as_(cast.bob).get(tour.get_absolute_url()).text
    step = NextStep.objects.get()
    said = as_(cast.alice).post(reverse("next_step_confirm", args=[tour.pk, step.pk]), follow=True).text
    assert "Confirmed. That is what you both agreed on." in said
    assert "Agreed by both on" in said
    assert "Undecided near the end" not in said


def test_what_comes_next_has_no_primary_button_beside_what_waits_above_it(cast, as_, tour):
    def primary() -> list[str]:
        page = as_(cast.alice).get(tour.get_absolute_url()).text
        assert "Confirm it" in page
        return re.findall(r'btn-primary"[^>]*>([^<]+)<', page)

    record(tour, cast.bob, Outcome.EXTENSION)
    assert primary() == ["Confirm it"]
    by = {"actor": cast.bob, "now": timezone.now()}
    services.propose(write_anew(services.amend(tour, "More time.", **by)), **by)
    assert primary() == ["See what would change"]


def test_the_page_of_the_tour_shows_who_proposes_to_change_it_and_what_was_recorded_earlier(cast, as_, tour):
    record(tour, cast.alice, Outcome.EXTENSION, "One more year")
    agree(tour, Outcome.MOVE)
    change = record(tour, cast.bob, Outcome.PART_WELL, "Nothing came of it")
    alice, bob = (as_(person).get(tour.get_absolute_url()).text for person in (cast.alice, cast.bob))
    assert "Bob Brand proposes to change it to <strong>To part well</strong>" in alice
    assert "You propose to change it to <strong>To part well</strong>" in bob
    assert reverse("next_step_confirm", args=[tour.pk, change.pk]) in alice
    assert reverse("next_step_confirm", args=[tour.pk, change.pk]) not in bob
    for page in (alice, bob):
        assert "Agreed by both on" in page
        assert page.count("One more year") == 1
        assert page.index("One earlier entry") < page.index("One more year")
    assert "There is nothing more to sign." in bob


@pytest.mark.parametrize("outcome", [Outcome.MOVE, Outcome.PART_WELL])
def test_an_open_ended_tour_is_given_its_last_day_where_nothing_comes_next(cast, as_, outcome):
    review = {"starts_on": TODAY - timedelta(days=800), "ends_on": None, "review_on": TODAY}
    endless = make_signed_tour(cast.alice, cast.bob, type=Tour.Type.FOUNDATIONAL, **review)
    agree(endless, outcome)
    page = as_(cast.alice).get(endless.get_absolute_url()).text
    assert "There is nothing more to sign." not in page
    link = f'href="{reverse("tour_amend", args=[endless.pk])}">Agree on its last day</a>'
    assert link in page
    make_amended_tour(endless, starts_on=review["starts_on"], ends_on=TODAY + timedelta(days=30))
    agree(endless, outcome)
    page = as_(cast.alice).get(endless.get_absolute_url()).text
    assert link not in page
    assert "There is nothing more to sign." in page


def test_it_is_so_once_the_next_tour_is_begun_too(cast, as_):
    review = {"starts_on": TODAY - timedelta(days=800), "ends_on": None, "review_on": TODAY}
    endless = make_signed_tour(cast.alice, cast.bob, type=Tour.Type.FOUNDATIONAL, **review)
    agree(endless, Outcome.NEW_TOUR)
    page = as_(cast.alice).get(endless.get_absolute_url()).text
    assert "Write the next tour" in page
    assert "Agree on its last day" not in page
    services.follow_up(endless, "rotational", actor=cast.alice, now=timezone.now())
    assert "Agree on its last day" in as_(cast.alice).get(endless.get_absolute_url()).text


def test_what_was_recorded_with_a_manager_before_stays_with_them(cast, as_, tour):
    record(tour, cast.bob, Outcome.MOVE, "Narwhal")
    assert "Narwhal" in as_(cast.alice).get(tour.get_absolute_url()).text
    set_manager(cast.alice, cast.carol, since=TODAY)
    make_amended_tour(tour, cast.carol, starts_on=tour.starts_on, ends_on=tour.ends_on)
    for person in (cast.alice, cast.bob, cast.carol):
        assert "Narwhal" not in as_(person).get(tour.get_absolute_url()).text


def test_whoever_was_overtaken_sees_what_was_recorded_and_keeps_what_was_typed(cast, as_, tour):
    bob, url = as_(cast.bob), reverse("next_step", args=[tour.pk])
    assert 'name="seen" value="0"' in bob.get(url).text
    theirs = record(tour, cast.alice, Outcome.MOVE, "To Product.")
    mine = {"outcome": "extension", "words": "One more year.", "seen": "0", "force": "1"}
    reply = bob.post(url, mine)
    assert reply.status_code == 400
    assert "Something else was recorded in the meantime." in reply.text
    assert "To Product." in reply.text
    assert "One more year." in reply.text
    assert NextStep.objects.get() == theirs
    assert f'name="seen" value="{theirs.pk}"' in reply.text
    assert bob.post(url, mine | {"seen": theirs.pk}).status_code == 302
    assert NextStep.objects.count() == 2


@pytest.mark.parametrize("seen", ["", "x", "-1", "9" * 30])
def test_a_page_that_does_not_say_what_it_showed_records_only_the_first(cast, as_, tour, seen):
    record(tour, cast.alice)
    url = reverse("next_step", args=[tour.pk])
    typed = {"outcome": "move", "words": "To Product.", "seen": seen, "force": "1"}
    reply = as_(cast.bob).post(url, typed)
    assert (reply.status_code, NextStep.objects.count()) == (400, 1)
    assert "To Product." in reply.text


@pytest.mark.parametrize("recorded", [False, True])
def test_what_is_meant_for_one_manager_is_not_recorded_with_the_next(cast, as_, tour, recorded):
    """Who reads it, and so whose word is asked for, follows from the terms in force."""
    if recorded:
        record(tour, cast.bob, Outcome.MOVE, "To Product.")
    alice, at = as_(cast.alice), reverse("next_step", args=[tour.pk])
    typed = read(alice, at, outcome="move", words="Narwhal, Bob.")
    set_manager(cast.alice, cast.carol, since=TODAY)
    make_amended_tour(tour, cast.carol, starts_on=tour.starts_on, ends_on=tour.ends_on)
    before = NextStep.objects.count()
    for sent in (typed, typed | {"force": ""}):
        reply = alice.post(at, sent)
        assert reply.status_code == 400
        for words in ("Version 2 is in force by now.", "once Carol Cole has confirmed it", "Narwhal, Bob."):
            assert words in reply.text
    assert NextStep.objects.count() == before
    assert alice.post(at, sent_again(reply.text, outcome="move", words="Carol, hello.")).status_code == 302
    assert NextStep.objects.last().terms.manager == cast.carol


def test_the_page_leads_once_to_the_next_tour(cast, as_, tour):
    def shown(person) -> list[str]:
        page = as_(person).get(tour.get_absolute_url()).text
        leads = ("Define the next tour", "Write the next tour", "The next tour of Alice Ames")
        return [lead for lead in leads if lead in page]

    assert shown(cast.alice) == ["Define the next tour"]
    agree(tour, Outcome.NEW_TOUR)
    assert shown(cast.alice) == shown(cast.bob) == ["Write the next tour"]
    draft = services.follow_up(tour, tour.type, actor=cast.alice, now=timezone.now())
    assert draft.get_absolute_url() in as_(cast.alice).get(tour.get_absolute_url()).text
    assert shown(cast.alice) == ["The next tour of Alice Ames"]
    assert shown(cast.bob) == ["Write the next tour"]  # of a draft of hers he is told nothing
    services.withdraw(draft.latest, "", actor=cast.alice, now=timezone.now())
    assert shown(cast.alice) == ["Write the next tour"]


def test_once_they_part_well_the_page_offers_no_next_tour(cast, as_, tour):
    agree(tour, Outcome.PART_WELL)
    assert "Define the next tour" not in as_(cast.alice).get(tour.get_absolute_url()).text


def test_words_are_between_the_two(cast, as_, tour):
    record(tour, cast.bob, Outcome.MOVE, "Narwhal")
    make_hr(cast.dan)
    for person in (cast.carol, cast.heidi, cast.dan):
        assert "Narwhal" not in as_(person).get(tour.get_absolute_url()).text


@pytest.mark.parametrize(
    "wrong", [{}, {"outcome": ""}, {"outcome": "gone"}, {"outcome": "move", "words": "x" * 4001}]
)
def test_what_cannot_be_recorded_is_shown_again(cast, as_, tour, wrong):
    response = as_(cast.alice).post(reverse("next_step", args=[tour.pk]), wrong)
    assert response.status_code == 400
    assert "This cannot be saved yet" in response.text
    assert not NextStep.objects.exists()


def test_a_step_of_another_tour_is_not_found(cast, as_, tour):
    other = make_next_step(ending(cast.mallory, cast.carol))
    url = reverse("next_step_confirm", args=[tour.pk, other.pk])
    assert as_(cast.alice).post(url).status_code == 404


def test_the_page_of_a_tour_with_an_outcome_asks_no_more_of_the_database(cast, as_, tour, statements):
    def asked() -> int:
        return len(statements(as_(cast.alice), tour.get_absolute_url(), has="Bob Brand"))

    asked()
    before = asked()
    agree(tour, Outcome.NEW_TOUR)
    record(tour, cast.bob, Outcome.MOVE)
    assert asked() == before
