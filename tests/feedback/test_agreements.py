"""From an action, or freely, to a promise of the tour: one step for whoever proposes, one for the other."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

import pytest
from django.test import Client
from django.urls import reverse
from django.utils.html import escape

from feedback.models import Action
from people.services import end_employment, set_manager
from tests.factories import make_action, make_revealed_checkin, make_signed_tour
from tests.feedback.conftest import TODAY
from tests.racing import at_once, rounds
from tests.sending import read
from tours import services
from tours.models import Promise, Side, Terms, Tour
from tours.policy import MOST_PROMISES, SETTLE_WITHIN_DAYS
from tours.services import NewPromise, Refused

DAY = TODAY.date()
WHAT = "A seat in the architecture round."


@pytest.fixture
def tour(cast, today) -> Tour:
    return make_signed_tour(cast.alice, cast.bob, promises=[{"what": "A mentor."}])


@pytest.fixture
def action(tour) -> Action:
    revealed = make_revealed_checkin(tour, DAY - timedelta(days=30))
    return make_action(revealed, what=WHAT, due_on=DAY + timedelta(days=30))


def url(row: Tour | Action) -> str:
    return reverse("tour_promise" if isinstance(row, Tour) else "action_promise", args=[row.pk])


def typed(**more: object) -> dict[str, object]:
    due = DAY + timedelta(days=30)
    said = {"owed_by": "manager", "what": WHAT, "due_on": due, "known_by": "Her name stands on the list."}
    return {**said, "words": "We agreed on it.", **more}


def send(client: Client, row: Tour | Action, **more: object) -> Any:
    """By whoever has opened the page before."""
    return client.post(url(row), read(client, url(row), **typed(**more)), follow=True)


def newest(tour: Tour) -> Terms:
    return tour.versions.order_by("-number")[0]


def test_an_action_becomes_a_promise_in_one_step_and_the_other_side_signs_it(cast, as_, tour, action):
    page = as_(cast.alice).get(url(action))
    assert page.context["form"].initial["owed_by"] == Side.MANAGER
    assert f"{WHAT}</textarea>" in page.text
    assert "We agreed on it in the check-in of 16 May 2026." in page.text
    told = send(as_(cast.alice), action).text
    assert "Proposed, and signed by you. It counts once Bob Brand has signed it too." in told
    terms = newest(tour)
    assert [promise.what for promise in terms.promises.all()] == ["A mentor.", WHAT]
    added = terms.promises.get(what=WHAT)
    assert (added.owed_by, added.due_on, added.known_by) == (
        "manager",
        DAY + timedelta(days=30),
        "Her name stands on the list.",
    )
    assert [signature.signer for signature in terms.signatures.all()] == [cast.alice]
    tour.refresh_from_db()
    assert tour.in_force.number == 1
    changes = as_(cast.bob).get(reverse("terms_changes", args=[tour.pk, 2])).text
    assert WHAT in changes
    assert "Not a word is different." not in changes
    as_(cast.bob).post(reverse("terms_sign", args=[tour.pk, 2]))
    tour.refresh_from_db()
    assert tour.in_force.number == 2


def test_only_the_one_promise_is_new(tour, cast):
    promise = NewPromise(Side.EMPLOYEE, "A talk.", DAY + timedelta(days=9))
    terms = services.add_promise(tour, promise, "Agreed.", actor=cast.bob, now=TODAY)
    before = tour.versions.get(number=1)
    for name in ("mission", "company_gain", "employee_gain", "values", "starts_on", "ends_on", "rhythm"):
        assert getattr(terms, name) == getattr(before, name)
    kept = set(before.promises.values_list("key", flat=True))
    assert kept < set(terms.promises.values_list("key", flat=True))
    assert terms.reason == "Agreed."


def test_the_action_stays_open_and_says_in_which_version_it_is(cast, as_, tour, action):
    send(as_(cast.bob), action)
    for page in (action.checkin.get_absolute_url(), tour.along_url):
        seen = as_(cast.alice).get(page).text
        assert "proposed as a promise, in version 2" in seen
        assert "Make it a promise of this tour" not in seen
    action.refresh_from_db()
    assert action.outcome is None


def test_what_was_declined_can_be_proposed_again_and_what_was_signed_cannot(cast, as_, tour, action):
    def offered() -> set[bool]:
        pages = (action.checkin.get_absolute_url(), tour.along_url)
        offer = "Make it a promise of this tour"
        return {offer in as_(cast.bob).get(page).text for page in pages}

    send(as_(cast.bob), action)
    assert offered() == {False}
    services.decline(newest(tour), "Not so.", actor=cast.alice, now=TODAY)
    assert offered() == {True}
    send(as_(cast.bob), action)
    as_(cast.alice).post(reverse("terms_sign", args=[tour.pk, newest(tour).number]))
    assert offered() == {False}


def test_it_can_be_added_freely_from_the_page_of_the_tour(cast, as_, tour):
    assert url(tour) in as_(cast.bob).get(tour.along_url).text
    send(as_(cast.bob), tour, owed_by="employee", known_by="")
    assert newest(tour).promises.get(what=WHAT).owed_by == "employee"


def test_with_a_change_on_the_table_the_page_leads_to_it(cast, as_, tour, action):
    services.extend(tour, DAY + timedelta(days=900), "More.", actor=cast.bob, now=TODAY)
    for row in (tour, action):
        page = as_(cast.alice).get(url(row)).text
        assert "Another change of the terms is on the table already." in page
        assert reverse("terms_changes", args=[tour.pk, 2]) in page
        assert "Propose and sign" not in page
        reply = as_(cast.alice).post(url(row), typed())
        assert reply.status_code == 400
        assert "the tour has moved on in the meantime" in reply.text
        assert f"{WHAT}</textarea>" in reply.text
    assert tour.versions.count() == 2


def test_with_a_change_being_written_each_side_is_led_where_it_can_go(cast, as_, tour):
    services.amend(tour, "Another mission.", actor=cast.bob, now=TODAY)
    assert reverse("terms_edit", args=[tour.pk]) in as_(cast.bob).get(url(tour)).text
    seen = as_(cast.alice).get(url(tour)).text
    assert "Bob Brand is writing a change of the terms already." in seen
    assert reverse("terms_edit", args=[tour.pk]) not in seen
    assert "Another mission." not in seen


@pytest.mark.parametrize(
    "wrong",
    [
        {"what": ""},
        {"what": "…"},
        {"what": "x" * 4001},
        {"owed_by": "hr"},
        {"owed_by": ""},
        {"due_on": ""},
        {"due_on": "2026-06-14"},
        {"due_on": "9999-12-31"},
        {"known_by": "x" * 501},
        {"words": ""},
        {"words": " \n"},
    ],
)
def test_what_is_not_right_is_told_and_kept(cast, as_, tour, wrong):
    reply = as_(cast.alice).post(url(tour), typed(**wrong))
    assert reply.status_code == 400
    assert "This cannot be saved yet" in reply.text
    assert tour.versions.count() == 1


@pytest.mark.parametrize(
    "words",
    ["<script>alert(1)</script>", "\N{RIGHT-TO-LEFT OVERRIDE}שלום مرحبا", "🧨\u0301 a {{ 7 }}", "a\x00b"],
)
def test_hostile_words_are_shown_as_they_are(cast, as_, tour, words):
    seen = send(as_(cast.alice), tour, what=words).text
    assert escape(words.replace("\x00", "")) in seen


def test_the_terms_hold_only_so_many(cast, as_, today):
    tour = make_signed_tour(
        cast.alice, cast.bob, promises=[{"what": f"Number {n}."} for n in range(MOST_PROMISES)]
    )
    reply = send(as_(cast.alice), tour)
    assert reply.status_code == 400
    assert "The terms hold as many promises as they can." in reply.text
    assert tour.versions.count() == 1


@pytest.mark.parametrize("name", ["carol", "dan", "heidi", "mallory"])
def test_nobody_else_can(cast, as_, tour, action, name):
    client = as_(getattr(cast, name))
    for row in (tour, action):
        assert client.get(url(row)).status_code == client.post(url(row), typed()).status_code == 404
    assert tour.versions.count() == 1
    assert url(tour) not in client.get(tour.along_url).text


def test_while_a_hand_over_is_pending_neither_can(cast, as_, tour, action):
    set_manager(cast.alice, cast.carol, since=DAY)
    assert "cannot be changed by the two of you now" in as_(cast.alice).get(url(action)).text
    assert url(tour) not in as_(cast.alice).get(tour.along_url).text
    for person in (cast.alice, cast.bob):
        assert as_(person).post(url(action), typed()).status_code == 400
    assert tour.versions.count() == 1
    assert as_(cast.carol).get(url(tour)).status_code == 404


def test_who_has_left_proposes_nothing(cast, as_, tour, action):
    end_employment(cast.bob, last_day=DAY - timedelta(days=1), ending="resignation")
    assert as_(cast.bob).post(url(action), typed()).status_code == 404
    assert as_(cast.bob).post(url(tour), typed()).status_code == 400
    assert tour.versions.count() == 1


def test_nobody_promises_for_a_day_on_which_nobody_could_judge_it(cast, as_, tour):
    late = tour.ends_on + timedelta(days=SETTLE_WITHIN_DAYS + 1)
    reply = as_(cast.alice).post(url(tour), typed(due_on=late))
    assert "nobody can judge a promise any more" in reply.text
    assert tour.versions.count() == 1


def test_an_action_of_one_tour_is_no_promise_of_another(cast, as_, tour, action):
    other = make_signed_tour(cast.alice, cast.bob)
    send(as_(cast.alice), action)
    assert (tour.versions.count(), other.versions.count()) == (2, 1)


@pytest.mark.django_db(transaction=True)
@rounds()
def test_of_two_who_propose_at_once_one_is_told(alice, bob):
    tour = make_signed_tour(alice, bob)
    promise = NewPromise(Side.MANAGER, WHAT, DAY + timedelta(days=30))
    results = at_once(
        *(
            lambda who=who: services.add_promise(tour, promise, "So.", actor=who, now=TODAY)
            for who in (alice, bob)
        )
    )
    assert sum(isinstance(result, Refused) for result in results) == 1
    assert tour.versions.count() == 2
    assert Promise.objects.filter(terms__tour=tour, what=WHAT).count() == 1
