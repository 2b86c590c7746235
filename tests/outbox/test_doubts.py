"""Doubts that end by what the provider tells, or by rule."""

from __future__ import annotations

import json
from datetime import timedelta

import pytest
from django.test import Client
from django.urls import reverse

from alliance_site.outbox.bounces import standing
from alliance_site.outbox.delivery import deliver
from alliance_site.outbox.doubts import Event, heard, settle_old_ones
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


@pytest.mark.parametrize("state", [State.SENT, State.UNCERTAIN])
def test_a_letter_that_came_back_has_failed_and_its_address_is_noted(cast, make_message, tell, state):
    message = make_message(cast.alice, state=state)
    tell(event(message, "bounced", reason="550 gone\r\nX: y"))
    message.refresh_from_db()
    assert (message.state, message.reason) == (State.FAILED, "550 gone X: y")
    assert standing().get().address == "alice@example.com"
    Person.objects.filter(pk=cast.alice.pk).update(email="new@example.com")
    assert not standing().exists()


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


def test_half_a_character_is_no_reason_to_fail(cast, make_message, tell):
    message = make_message(cast.alice, state=State.SENT)
    assert tell(event(message, "bounced", reason="gone \ud800!")).text == "1\n"
    assert standing().get().words == "gone !"


def test_what_came_back_after_it_was_sent_goes_again_with_its_words(cast, office, words, settings):
    settings.OUTBOX_OCCASIONS = ["tests.outbox.test_planning.GREETING"]
    settings.OUTBOX_PREPARE = []
    plan(NOW)
    assert deliver(NOW) == 6
    message = Message.objects.get(recipient=cast.alice)
    heard(Event.BOUNCED, str(message.pk), "550 gone", NOW)
    message.refresh_from_db()
    assert (message.state, message.text) == (State.FAILED, "")
    assert settle(message, Verdict.AGAIN, actor=cast.heidi, now=NOW)
    assert deliver(NOW) == 1
    hers = [str(letter.get_body(("plain",))) for letter in office.taken if "alice" in letter["To"]]
    assert f"/people/{cast.alice.pk}/" in hers[1]
    assert hers[0] == hers[1]
