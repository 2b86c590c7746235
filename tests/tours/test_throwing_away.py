"""A draft that nobody else has seen can be thrown away without a word, and leaves nothing behind."""

from __future__ import annotations

from datetime import timedelta

import pytest
from django.urls import reverse

from tests.factories import MORNING as NOW
from tests.factories import make_note, make_promise, make_proposed_tour, make_signed_tour, make_tour
from tours import services
from tours.models import Comment, Promise, Terms, Tour
from tours.services import Refused

pytestmark = pytest.mark.usefixtures("no_missing_words")
SPAN = {"starts_on": NOW.date() - timedelta(days=100), "ends_on": NOW.date() + timedelta(days=400)}


@pytest.fixture
def draft(cast) -> Tour:
    tour = make_tour(cast.alice, cast.bob, **SPAN)
    make_promise(tour.versions.get())
    return tour


def page(tour: Tour) -> str:
    return reverse("draft_throw_away", args=[tour.pk])


def test_it_is_asked_once_and_for_no_reason(cast, as_, draft):
    bob = as_(cast.bob)
    for address in (draft.get_absolute_url(), reverse("terms_edit", args=[draft.pk])):
        assert page(draft) in bob.get(address).content.decode()
    asked = bob.get(page(draft)).content.decode()
    assert "nobody learns of it" in asked
    assert "<textarea" not in asked
    assert Tour.objects.exists(), "nothing happens by looking"
    reply = bob.post(page(draft), follow=True)
    assert "The draft is thrown away." in reply.content.decode()
    for model in (Tour, Terms, Promise, Comment):
        assert not model.objects.exists()


def test_whoever_still_has_the_page_to_withdraw_it_comes_here(cast, as_, draft):
    assert as_(cast.bob).get(reverse("tour_withdraw", args=[draft.pk, 1])).url == page(draft)


def test_of_a_change_the_terms_in_force_stay(cast, as_):
    tour = make_signed_tour(cast.alice, cast.bob, **SPAN)
    services.amend(tour, "Never finished.", actor=cast.alice, now=NOW)
    assert "version 1 stays in force" in as_(cast.alice).get(page(tour)).content.decode()
    assert as_(cast.alice).post(page(tour)).url == tour.get_absolute_url()
    assert Terms.objects.get() == tour.in_force
    services.amend(tour, "Once more.", actor=cast.bob, now=NOW)


def test_who_has_a_private_note_about_it_is_told_that_it_goes_with_it(cast, as_, draft):
    bob, told = as_(cast.bob), "Your private note about it is deleted with it."
    assert told not in bob.get(page(draft)).text
    make_note(cast.bob, draft, "Walrus")
    shown = bob.get(page(draft)).text
    assert told in shown
    assert f'href="{reverse("tour_note", args=[draft.pk])}"' in shown
    assert "Walrus" not in shown
    bob.post(page(draft))
    assert not Tour.objects.exists()


def test_of_a_change_the_notes_stay(cast, as_):
    tour = make_signed_tour(cast.alice, cast.bob, **SPAN)
    services.amend(tour, "Never finished.", actor=cast.alice, now=NOW)
    note = make_note(cast.alice, tour, "Walrus")
    assert "private note" not in as_(cast.alice).get(page(tour)).text
    as_(cast.alice).post(page(tour))
    note.refresh_from_db()


def test_what_was_proposed_is_withdrawn_with_a_word_and_stays(cast, as_):
    tour = make_proposed_tour(cast.alice, cast.bob, **SPAN)
    assert as_(cast.bob).post(page(tour)).status_code == 404
    services.ask_for_change(tour.proposed[-1], "More time.", actor=cast.alice, now=NOW)
    assert as_(cast.bob).post(page(tour)).status_code == 404, "the version before was seen"
    assert Terms.objects.count() == 2


def test_proposed_in_another_window_it_stays(cast, draft):
    terms = draft.versions.get()
    services.propose(terms, actor=cast.bob, now=NOW)
    with pytest.raises(Refused):
        services.throw_away(terms, actor=cast.bob, now=NOW)
    assert Terms.objects.get() == terms


def test_who_writes_on_in_another_window_is_told(cast, as_, draft):
    terms = draft.versions.get()
    services.throw_away(terms, actor=cast.bob, now=NOW)
    with pytest.raises(Refused, match="thrown away"):
        services.save_draft(terms, revision=0, actor=cast.bob, now=NOW)
    assert as_(cast.bob).post(page(draft)).status_code == 404
