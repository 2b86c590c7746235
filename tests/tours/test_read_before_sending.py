"""Who signs, proposes or changes terms does that to what stood on the page they have read: in two windows, or
while the other acts, they are told what is otherwise by now, and read it before they send it once more."""

from __future__ import annotations

import re
from datetime import timedelta

import pytest
from django.test import Client
from django.urls import reverse

from people.services import set_manager
from tests.factories import MORNING as NOW
from tests.factories import (
    TODAY,
    make_action,
    make_amended_tour,
    make_policy,
    make_revealed_checkin,
    make_signed_tour,
    write_anew,
)
from tests.sending import read, sent_again
from tours import services
from tours.models import Parting, Terms, Tour

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("no_missing_words")]

SPAN = {"starts_on": TODAY - timedelta(days=200), "ends_on": TODAY + timedelta(days=200)}
LATER = TODAY + timedelta(days=500)

TYPED = {
    "tour_amend": {"words": "Narwhal."},
    "tour_extend": {"until": LATER, "reason": "Narwhal."},
    "tour_end_early": {"ended_on": TODAY, "reason": "Narwhal.", "learnt": "Walrus."},
    "tour_promise": {
        "owed_by": "manager",
        "what": "Walrus.",
        "due_on": TODAY + timedelta(days=30),
        "known_by": "A photo.",
        "words": "Narwhal.",
    },
}
TYPED["action_promise"] = TYPED["tour_promise"]
SIGN = ["tour_extend", "tour_promise", "action_promise"]


@pytest.fixture
def tour(cast) -> Tour:
    return make_signed_tour(cast.alice, cast.bob, **SPAN)


def url(tour: Tour, page: str) -> str:
    if page != "action_promise":
        return reverse(page, args=[tour.pk])
    return reverse(page, args=[make_action(make_revealed_checkin(tour, TODAY - timedelta(days=9))).pk])


def unchanged(tour: Tour) -> tuple[object, ...]:
    tour.refresh_from_db()
    versions = list(tour.versions.values_list("number", "proposed_at", "signatures"))
    return (tour.state, tour.in_force_id, versions, Parting.objects.count())


def refused(client: Client, tour: Tour, at: str, typed: dict[str, object], why: str) -> str:
    """Nothing is done, and the page as it is now holds all that was typed; sent from there it is done."""
    before = unchanged(tour)
    reply = client.post(at, typed)
    assert reply.status_code == 400
    assert why in reply.text
    form = reply.context["form"]
    for name in form.fields:
        assert name in ("force", "number", "to", "policy", "open") or str(typed[name]) in reply.text
    assert unchanged(tour) == before
    assert client.post(at, sent_again(reply.text, **typed)).status_code == 302
    return str(reply.text)


@pytest.mark.parametrize("page", ["tour_amend", "tour_extend"])
@pytest.mark.parametrize("before", ["bob", "carol"])
def test_who_read_another_managers_name_is_told(cast, as_, tour, page, before):
    set_manager(cast.alice, getattr(cast, before), since=TODAY - timedelta(days=1))
    alice, at = as_(cast.alice), url(tour, page)
    typed = read(alice, at, **TYPED[page])
    set_manager(cast.alice, cast.dan, since=TODAY)
    text = refused(alice, tour, at, typed, "The statement now names Dan Drew as manager.")
    assert text.count("Dan Drew") > 1  # the page speaks of him, too
    assert Terms.objects.get(number=2).manager == cast.dan


@pytest.mark.parametrize("page", TYPED)
def test_who_read_other_terms_in_force_is_told(cast, as_, tour, page):
    alice, at = as_(cast.alice), url(tour, page)
    typed = read(alice, at, **TYPED[page])
    make_amended_tour(tour, starts_on=SPAN["starts_on"], ends_on=SPAN["ends_on"] + timedelta(days=90))
    refused(alice, tour, at, typed, "Version 2 is in force by now.")


@pytest.mark.parametrize("page", SIGN)
def test_who_would_sign_another_number_is_told(cast, as_, tour, page):
    alice, at = as_(cast.alice), url(tour, page)
    typed = read(alice, at, **TYPED[page])
    between(tour, cast)
    refused(alice, tour, at, typed, "It would be version 3 by now.")
    assert Terms.objects.get(number=3).signatures.get().signer == cast.alice


def test_so_is_who_reaffirms(cast, as_, tour):
    set_manager(cast.alice, cast.carol, since=TODAY)
    alice, at = as_(cast.alice), url(tour, "tour_reaffirm")
    typed = read(alice, at, words="Narwhal.")
    between(tour, cast, cast.carol)
    assert "version 3" in refused(alice, tour, at, typed, "It would be version 3 by now.")


@pytest.mark.parametrize("page", ["tour_amend", "tour_end_early"])
def test_who_signs_nothing_by_it_is_not_asked_about_the_number_or_the_policy(cast, as_, tour, page):
    alice, at = as_(cast.alice), url(tour, page)
    typed = read(alice, at, **TYPED[page])
    between(tour, cast)
    make_policy(cast.heidi, non_binding="A handshake.", holds_from=TODAY)
    assert alice.post(at, typed).status_code == 302


@pytest.mark.parametrize("page", SIGN)
def test_who_would_sign_under_another_policy_is_told(cast, as_, tour, page):
    alice, at = as_(cast.alice), url(tour, page)
    typed = read(alice, at, **TYPED[page])
    make_policy(cast.heidi, non_binding="A handshake.", holds_from=TODAY)
    refused(alice, tour, at, typed, "policy has changed in the meantime")
    assert Terms.objects.get(number=2).policy.non_binding == "A handshake."


@pytest.mark.parametrize("page", SIGN)
def test_all_that_is_otherwise_is_told_at_once_and_is_there_to_read(cast, as_, tour, page):
    alice, at = as_(cast.alice), url(tour, page)
    typed = read(alice, at, **TYPED[page])
    make_policy(cast.heidi, non_binding="A handshake.", holds_from=TODAY)
    make_amended_tour(tour, **SPAN, mission="Another mission altogether.")
    text = refused(alice, tour, at, typed, "Version 2 is in force by now.")
    for words in ("policy has changed in the meantime", "A handshake.", "Another mission altogether."):
        assert words in text
    assert "It would be version 3" not in text  # as it follows from the first


def test_so_is_another_manager(cast, as_, tour):
    alice, at = as_(cast.alice), url(tour, "tour_extend")
    typed = read(alice, at, **TYPED["tour_extend"])
    set_manager(cast.alice, cast.dan, since=TODAY)
    between(tour, cast, cast.dan)
    text = refused(alice, tour, at, typed, "The statement now names Dan Drew as manager.")
    assert "It would be version 3 by now." in text
    assert "for which Dan Drew speaks" in text


def test_only_what_was_told_counts_as_read(cast, as_, tour):
    alice, at = as_(cast.alice), url(tour, "tour_amend")
    typed = read(alice, at, **TYPED["tour_amend"])
    set_manager(cast.alice, cast.dan, since=TODAY)
    make_policy(cast.heidi, non_binding="A handshake.", holds_from=TODAY)
    again = sent_again(alice.post(at, typed).text)
    assert (again["to"], again.get("policy")) == (str(cast.dan.pk), typed.get("policy"))


@pytest.mark.parametrize("page", ["tour_amend", "tour_end_early"])
def test_who_signs_nothing_reads_what_is_otherwise_too(cast, as_, tour, page):
    alice, at = as_(cast.alice), url(tour, page)
    typed = read(alice, at, **TYPED[page])
    assert "<article" not in alice.get(at).text
    make_amended_tour(tour, **SPAN, mission="Another mission altogether.")
    assert "Another mission altogether." in alice.post(at, typed).text


OTHERWISE = {  # and nothing else: each is another thing to be done
    "tour_amend": [{"words": "Walrus, rather."}],
    "tour_extend": [{"reason": "Walrus, rather."}, {"until": LATER + timedelta(days=1)}],
    "tour_promise": [
        {"words": "Walrus, rather."},
        {"what": "Two walruses."},
        {"due_on": TODAY + timedelta(days=31)},
        {"owed_by": "employee"},
        {"known_by": "A film."},
    ],
    "tour_end_early": [
        {"reason": "Walrus, rather."},
        {"learnt": "Nothing."},
        {"ended_on": TODAY + timedelta(days=1)},
    ],
    "tour_reaffirm": [{"words": "Walrus, rather."}],
}


@pytest.mark.parametrize("page", OTHERWISE)
def test_the_same_sent_twice_is_done_once(cast, as_, tour, page):
    if page == "tour_reaffirm":
        set_manager(cast.alice, cast.carol, since=TODAY)
    alice, at = as_(cast.alice), url(tour, page)
    typed = read(alice, at, **TYPED.get(page, {"words": "Narwhal."}))
    replies = [alice.post(at, typed)]
    done = unchanged(tour)
    replies.append(alice.post(at, typed))
    assert [(reply.status_code, reply.url) for reply in replies] == [(302, replies[0].url)] * 2
    assert unchanged(tour) == done
    for other in OTHERWISE[page]:
        assert alice.post(at, typed | other).status_code == 400, other
    assert unchanged(tour) == done


def test_nothing_ends_with_an_early_end_that_its_page_did_not_mention(cast, as_, tour):
    alice, at = as_(cast.alice), url(tour, "tour_end_early")
    typed = read(alice, at, **TYPED["tour_end_early"])
    services.extend(tour, LATER, "More time.", actor=cast.bob, now=NOW)
    text = refused(alice, tour, at, typed, "A change of the terms is now being agreed on")
    assert reverse("terms_changes", args=[tour.pk, 2]) in text


def test_what_is_on_the_table_ends_where_the_page_said_so(cast, as_, tour):
    services.extend(tour, LATER, "More time.", actor=cast.bob, now=NOW)
    alice, at = as_(cast.alice), url(tour, "tour_end_early")
    assert alice.post(at, read(alice, at, **TYPED["tour_end_early"])).status_code == 302


@pytest.mark.parametrize("page", ["tour_amend", "tour_extend", "tour_reaffirm"])
def test_the_window_keeps_what_is_typed_while_one_reads_elsewhere(cast, as_, tour, page):
    set_manager(cast.alice, cast.carol, since=TODAY)
    assert "data-keep" in as_(cast.alice).get(url(tour, page)).text


@pytest.mark.parametrize("came_of_it", ["signed", "declined"])
@pytest.mark.parametrize("page", ["tour_amend", "tour_extend", "tour_reaffirm"])
def test_what_was_sent_does_not_come_back_on_the_page_of_the_next_as_not_saved(
    cast, as_, tour, page, came_of_it
):
    def name() -> str:
        (found,) = re.findall('data-keep="([^"]+)"', as_(cast.alice).get(url(tour, page)).text)
        return str(found)

    set_manager(cast.alice, cast.carol, since=TODAY)
    before = name()
    if came_of_it == "signed":
        make_amended_tour(tour, cast.carol, **SPAN)
        set_manager(cast.alice, cast.dan, since=TODAY)
    else:
        terms = services.reaffirm(tour, "I stand by it.", actor=cast.alice, now=NOW)
        services.decline(terms, "Not so.", actor=cast.carol, now=NOW)
    assert name() != before


@pytest.mark.parametrize("page", TYPED)
def test_nothing_is_done_for_who_does_not_say_what_they_read(cast, as_, tour, page):
    before = unchanged(tour)
    for more in ({}, {"to": "x"}, {"force": "9" * 30}):
        reply = as_(cast.alice).post(url(tour, page), TYPED[page] | more)
        assert reply.status_code == 400
    assert unchanged(tour) == before


SAID = {  # by which hidden field, where all others say what is so
    "tour_amend": ["force", "to"],
    "tour_extend": ["force", "number", "to"],
    "tour_promise": ["force", "number", "to"],
    "tour_end_early": ["force"],
}


@pytest.mark.parametrize("said", ["", "x", "9" * 9])
@pytest.mark.parametrize(("page", "name"), [(page, name) for page in SAID for name in SAID[page]])
def test_nor_for_who_leaves_out_or_spoils_one_word_of_it(cast, as_, tour, page, name, said):
    alice, at, before = as_(cast.alice), url(tour, page), unchanged(tour)
    typed = read(alice, at, **TYPED[page])
    assert alice.post(at, typed | {name: said}).status_code == 400
    del typed[name]
    assert alice.post(at, typed).status_code == 400
    assert unchanged(tour) == before


@pytest.mark.parametrize("page", SIGN)
def test_nor_for_who_leaves_out_the_policy_where_there_is_one(cast, as_, tour, page):
    make_policy(cast.heidi, non_binding="A handshake.", holds_from=TODAY)
    alice, at, before = as_(cast.alice), url(tour, page), unchanged(tour)
    typed = read(alice, at, **TYPED[page])
    assert alice.post(at, typed | {"policy": ""}).status_code == 400
    assert unchanged(tour) == before


def test_nor_where_an_early_end_does_not_say_what_it_ends(cast, as_, tour):
    services.extend(tour, LATER, "More time.", actor=cast.bob, now=NOW)
    alice, at, before = as_(cast.alice), url(tour, "tour_end_early"), unchanged(tour)
    typed = read(alice, at, **TYPED["tour_end_early"])
    assert alice.post(at, typed | {"open": ""}).status_code == 400
    assert unchanged(tour) == before


def test_a_day_that_is_too_early_by_now_hides_no_newer_terms(cast, as_, tour):
    alice, at = as_(cast.alice), url(tour, "tour_extend")
    typed = read(alice, at, **TYPED["tour_extend"])
    make_amended_tour(tour, starts_on=SPAN["starts_on"], ends_on=LATER + timedelta(days=90))
    page = alice.post(at, typed).text
    assert "Choose a day from" in page
    typed = sent_again(page, until=LATER + timedelta(days=91), reason="Narwhal.")
    assert "Version 2 is in force by now." in alice.post(at, typed).text


def between(tour: Tour, cast, manager=None) -> None:
    """A version that was proposed and withdrawn again."""
    by = manager or cast.bob
    write_anew(services.amend(tour, "Not so.", actor=by, now=NOW))
    services.propose(Terms.objects.get(tour=tour, number=2), actor=by, now=NOW)
    services.withdraw(Terms.objects.get(tour=tour, number=2), "After all not.", actor=by, now=NOW)
