"""Doubts that end by what the provider tells, or by rule."""

from __future__ import annotations

import json
from datetime import timedelta

import pytest
from django.test import Client
from django.urls import reverse

from alliance_site.outbox.bounces import standing
from alliance_site.outbox.delivery import claim, deliver, expire_leases
from alliance_site.outbox.doubts import settle_old_ones
from alliance_site.outbox.models import Bounce, Gate, Message
from alliance_site.outbox.planning import plan
from alliance_site.outbox.services import Verdict, settle
from people.models import Person
from tests.factories import NOW

State = Message.State


@pytest.fixture
def tell(settings):
    settings.OUTBOX_EVENTS_SECRET = "s3cret"

    def post(told, secret="s3cret"):
        body = told if isinstance(told, str) else json.dumps(told)
        headers = {"Authorization": f"Bearer {secret}"}
        url = reverse("message_events")
        return Client().post(url, body, content_type="application/json", headers=headers)

    return post


def event(message: Message, what: str, **kw) -> dict[str, str]:
    return {"event": what, "message_id": f"<{message.pk}@localhost>", **kw}


def test_a_letter_that_came_is_no_longer_in_doubt(cast, make_message, tell):
    message, failed = (
        make_message(cast.alice, state=State.UNCERTAIN),
        make_message(cast.bob, state=State.FAILED),
    )
    told = [event(message, "delivered"), event(failed, "delivered")]
    assert tell(told).text == "1\n"
    assert tell(told).text == "0\n"
    message.refresh_from_db()
    assert (message.state, message.text, message.reason) == (State.SENT, "", "")


def test_what_is_held_after_a_restore_and_came_before_it_is_not_sent_again(cast, make_message, tell):
    held, waits = make_message(cast.alice, state=State.HELD), make_message(cast.alice)
    told = [event(each, "delivered", recipient="alice@example.com") for each in (held, waits)]
    assert tell(told).text == "1\n"
    assert tell(event(held, "bounced", recipient="alice@example.com")).text == "0\n"
    assert list(Message.objects.order_by("about").values_list("state", flat=True)) == [
        State.SENT,
        State.WAITING,
    ]


@pytest.mark.parametrize("state", [State.SENT, State.UNCERTAIN])
def test_a_letter_that_came_back_has_failed_and_its_address_is_noted(cast, make_message, tell, state):
    message = make_message(cast.alice, state=state, went_to=["alice@example.com"])
    tell(event(message, "bounced", reason="550 gone\r\nX: y"))
    message.refresh_from_db()
    assert (message.state, message.reason) == (State.FAILED, "550 gone X: y")
    assert standing().get().address == "alice@example.com"
    Person.objects.filter(pk=cast.alice.pk).update(email="new@example.com")
    assert not standing().exists()


def test_what_comes_back_late_is_no_word_about_the_address_of_today(cast, office, make_message, tell):
    message = make_message(cast.alice)
    deliver(NOW)
    Person.objects.filter(pk=cast.alice.pk).update(email="new@example.com")
    assert tell(event(message, "bounced", reason="550 gone")).text == "1\n"
    message.refresh_from_db()
    assert message.state == State.FAILED
    assert not Bounce.objects.exists()


@pytest.mark.parametrize(
    ("told", "state", "marked"),
    [
        ({"recipient": "alice@example.com"}, State.SENT, set()),
        ({"recipient": "New@BÜCHER.example"}, State.FAILED, {"new@bücher.example"}),
        ({"recipient": "new@xn--bcher-kva.example"}, State.FAILED, {"new@bücher.example"}),
        ({"recipient": "no address"}, State.SENT, set()),
        ({}, State.UNCERTAIN, set()),  # nobody says which of them is meant
    ],
)
def test_what_is_told_again_after_it_went_elsewhere(cast, office, make_message, tell, told, state, marked):
    message = make_message(cast.alice)
    deliver(NOW)
    tell(event(message, "bounced"))
    Bounce.objects.all().delete()
    Person.objects.filter(pk=cast.alice.pk).update(email="new@bücher.example")
    Message.objects.update(state=State.WAITING, text="News\n")
    assert deliver(NOW) == 1
    tell(event(message, "bounced", **told))
    message.refresh_from_db()
    assert message.state == state
    assert {bounce.address for bounce in standing()} == marked


def test_all_that_a_digest_brought_is_settled(cast, make_message, tell):
    first = make_message(cast.alice, state=State.UNCERTAIN)
    Message.objects.update(letter=first.pk)
    make_message(cast.alice, state=State.UNCERTAIN, letter=first.pk)
    assert tell(event(first, "delivered")).text == "2\n"


@pytest.mark.parametrize(
    "told",
    ["", "{", "[1]", '{"event": "lost", "message_id": "x"}', '{"event": "bounced"}', "[" * 100_000, "null"],
)
def test_what_is_no_event_is_refused(db, tell, told):
    assert tell(told).status_code == 400


def test_a_number_that_is_none_settles_nothing(db, tell):
    assert tell({"event": "bounced", "message_id": "\x00🙂" * 1000}).text == "0\n"


@pytest.mark.parametrize(
    ("answer", "noted"),
    [
        ("550 no such mailbox", True),
        ("550 5.1.1 unknown", True),
        ("551 moved", True),
        ("553-no such\r\n553 name", True),
        ("554 no such mailbox (#5.1.1)", True),
        ("550 5.7.1 unwanted, by 5.1.1.9", False),
        ("550 5.1.8 no such sender", False),
        ("552 5.2.2 full", False),
        ("554 no", False),
        ("571 no", False),
    ],
)
def test_only_what_means_that_there_is_no_such_mailbox_marks_the_address(
    cast, office, make_message, answer, noted
):
    message = make_message(cast.alice)
    office.script["RCPT"] = [answer]
    deliver(NOW)
    message.refresh_from_db()
    assert message.state == State.FAILED
    assert Bounce.objects.exists() is noted


@pytest.mark.parametrize("verb", ["CONNECT", "MAIL", "RCPT", "DATA", "DOT"])
def test_whatever_a_server_says_can_be_kept(cast, office, make_message, verb):
    message = make_message(cast.alice)
    office.script[verb] = ["550 a\x00b\x1b[31m \x85\u2028c" + "🙂" * 600]
    deliver(NOW)
    message.refresh_from_db()
    assert message.reason.endswith("🙂")
    assert len(message.reason) <= 500
    assert not set(message.reason) & set("\x00\x1b\x85\u2028\r\n")


@pytest.mark.parametrize("secret", ["", "wrong", "s3cre"])
def test_who_does_not_know_the_secret_finds_nothing(cast, make_message, tell, settings, secret):
    message = make_message(cast.alice, state=State.UNCERTAIN)
    assert tell(event(message, "delivered"), secret).status_code == 404
    settings.OUTBOX_EVENTS_SECRET = ""
    assert tell(event(message, "delivered"), "").status_code == 404
    message.refresh_from_db()
    assert message.state == State.UNCERTAIN


def test_a_mailbox_that_the_server_does_not_know_is_noted(cast, office, make_message):
    make_message(cast.alice)
    office.script["RCPT"] = ["550 no such mailbox"]
    deliver(NOW)
    assert Bounce.objects.get(person=cast.alice).words == "550 no such mailbox"


def test_without_a_rule_doubts_stay(cast, make_message):
    message = make_message(cast.alice, state=State.UNCERTAIN, settled_at=NOW)
    assert settle_old_ones(NOW + timedelta(days=30)) == 0
    message.refresh_from_db()
    assert message.state == State.UNCERTAIN


@pytest.mark.parametrize(("verdict", "state"), [("arrived", State.SENT), ("again", State.WAITING)])
def test_by_rule_a_doubt_ends_after_a_while(cast, make_message, verdict, state):
    Gate.objects.create(pk=1, doubt_minutes=30, doubt_verdict=verdict)
    message = make_message(cast.alice, state=State.UNCERTAIN, settled_at=NOW)
    assert settle_old_ones(NOW + timedelta(minutes=29)) == 0
    assert settle_old_ones(NOW + timedelta(minutes=30)) == 1
    message.refresh_from_db()
    assert message.state == state


def test_a_doubt_by_a_dead_sender_counts_as_a_try_so_that_it_ends(cast, make_message):
    message = make_message(cast.alice)
    claim(NOW)
    Message.objects.update(lease_until=NOW - timedelta(days=36500), data_at=NOW)
    expire_leases(NOW)
    message.refresh_from_db()
    assert (message.state, message.attempts) == (State.UNCERTAIN, 1)


def test_a_letter_that_came_back_is_written_anew_before_it_goes_again(cast, words, settings):
    settings.OUTBOX_PREPARE, settings.OUTBOX_OCCASIONS = [], ["tests.outbox.test_planning.GREETING"]
    plan(NOW)
    message = Message.objects.get(recipient=cast.alice)
    said = message.text
    Message.objects.filter(pk=message.pk).update(state=State.FAILED, text="", html="")
    message.refresh_from_db()
    assert settle(message, Verdict.AGAIN, actor=cast.heidi, now=NOW)
    message.refresh_from_db()
    assert (message.state, message.text) == (State.WAITING, said)
    assert message.html


def test_one_that_cannot_be_written_again_is_not_sent_without_words(cast, office, make_message):
    message = make_message(cast.alice, state=State.FAILED, text="", html="")
    assert not settle(message, Verdict.AGAIN, actor=cast.heidi, now=NOW)
    message.refresh_from_db()
    assert message.state == State.FAILED


def test_half_a_letter_in_what_the_provider_says_is_no_error(cast, make_message, tell):
    message = make_message(cast.alice, state=State.SENT)
    assert tell(event(message, "bounced", reason="gone \ud83d")).text == "1\n"
