"""Nudges that never hurt, and doubts that are settled once."""

from __future__ import annotations

import socket
import time
from contextlib import closing
from datetime import timedelta

import pytest
from celery import current_app
from django.conf import settings
from django.core.cache import cache
from django.db import connection, transaction
from redis import Redis

from alliance_site.outbox.delivery import deliver
from alliance_site.outbox.models import Message
from alliance_site.outbox.services import DELIVER, NOTED, PLAN, Verdict, forget, heard, nudge, settle
from alliance_site.outbox.tasks import deliver_messages, plan_messages
from tests.factories import NOW
from tests.outbox.conftest import SECRET

State = Message.State


@pytest.fixture
def broker():
    """Points the publisher at another Redis, and back."""
    url = current_app.conf.broker_write_url

    def point(to: str) -> None:
        current_app.conf.update(broker_write_url=to)

    yield point
    current_app.conf.update(broker_write_url=url)


def queued() -> int:
    with Redis.from_url(settings.REDIS_URL) as client:
        return client.llen(settings.CELERY_TASK_DEFAULT_QUEUE)


def test_a_nudge_is_published_once_the_transaction_is_committed(transactional_db):
    before = queued()
    with transaction.atomic():
        nudge()
        assert queued() == before
    assert queued() == before + 1


def test_a_rolled_back_transaction_nudges_nobody(transactional_db):
    before = queued()
    with transaction.atomic():
        nudge()
        transaction.set_rollback(True)
    assert queued() == before


def test_many_nudges_wait_as_one_until_it_is_heard(transactional_db):
    before = queued()
    for _ in range(3):
        nudge()
        nudge(DELIVER)
    assert queued() == before + 2
    heard(PLAN)
    nudge()
    nudge(DELIVER)
    assert queued() == before + 3


def test_a_task_that_begins_can_be_nudged_again(office, monkeypatch, transactional_db):
    monkeypatch.setattr(settings, "OUTBOX_PREPARE", [])
    nudge()
    nudge(DELIVER)
    before = queued()
    plan_messages()
    deliver_messages()
    nudge()
    nudge(DELIVER)
    assert queued() == before + 2


def test_a_task_goes_on_without_redis(monkeypatch, caplog):
    def away(key: str) -> None:
        raise ConnectionError("no Redis")

    monkeypatch.setattr(cache, "delete", away)
    heard(PLAN)
    assert "outbox.plan goes on without Redis" in caplog.text


def test_a_dead_redis_neither_fails_nor_delays(transactional_db, broker, caplog):
    broker("redis://127.0.0.1:1/0")
    started = time.monotonic()
    nudge()
    assert time.monotonic() - started < 3
    assert "no nudge to outbox.plan" in caplog.text


def test_a_redis_that_says_nothing_neither_fails_nor_delays_for_long(transactional_db, broker, caplog):
    with socket.create_server(("127.0.0.1", 0)) as silent:
        broker(f"redis://127.0.0.1:{silent.getsockname()[1]}/0")
        started = time.monotonic()
        nudge()
        assert time.monotonic() - started < 3
    assert "no nudge to outbox.plan" in caplog.text


#: From which states each verdict leads, and to which. No other does anything.
LEADS = {
    Verdict.ARRIVED: ({State.UNCERTAIN, State.HELD}, State.SENT),
    Verdict.AGAIN: ({State.UNCERTAIN, State.FAILED}, State.WAITING),
    Verdict.HOLD: ({State.WAITING}, State.HELD),
    Verdict.RELEASE: ({State.HELD}, State.WAITING),
}


@pytest.mark.parametrize("state", State.values)
@pytest.mark.parametrize("verdict", list(Verdict))
def test_each_verdict_is_about_certain_states_alone(cast, make_message, state, verdict):
    lease = {"token": "4" * 32, "lease_until": NOW} if state == State.SENDING else {}
    message = make_message(cast.alice, state=state, **lease)
    before, after = LEADS[verdict]
    assert settle(message, verdict, actor=cast.heidi, now=NOW) is (state in before)
    message.refresh_from_db()
    expected = (after, cast.heidi) if state in before else (state, None)
    assert (message.state, message.settled_by) == expected


def test_what_is_held_stays_until_it_is_released(cast, make_message, office):
    message = make_message(cast.alice)
    assert settle(message, Verdict.HOLD, actor=cast.heidi, now=NOW)
    assert deliver(NOW) == 0
    assert settle(message, Verdict.RELEASE, actor=cast.heidi, now=NOW)
    assert deliver(NOW) == 1


def test_what_is_sent_again_keeps_its_message_id(cast, make_message, office):
    message = make_message(cast.alice)
    office.script["DOT"] = [None]
    deliver(NOW)
    message.refresh_from_db()
    assert settle(message, Verdict.AGAIN, actor=cast.heidi, now=NOW)
    assert deliver(NOW + timedelta(minutes=1)) == 1
    assert set(office.ids.values()) == {2}


@pytest.mark.parametrize("state", [State.UNCERTAIN, State.HELD])
def test_what_has_arrived_is_forgotten_and_says_that_somebody_noted_it(cast, make_message, state):
    message = make_message(cast.alice, state=state)
    settle(message, Verdict.ARRIVED, actor=cast.heidi, now=NOW)
    message.refresh_from_db()
    assert (message.text, message.html, message.reason) == ("", "", NOTED)


def test_the_tasks_do_what_their_names_say(cast, office, make_message, monkeypatch):
    monkeypatch.setattr(settings, "OUTBOX_PREPARE", [])
    make_message(cast.alice)
    assert (plan_messages.name, deliver_messages.name) == (PLAN, DELIVER)
    plan_messages()
    deliver_messages()
    assert len(office.taken) == 1


class TestPrivateOccasions:
    """Of these HR knows nothing, and whoever caused them can make them unsaid."""

    @pytest.fixture
    def secret(self, cast, office, make_message, settings) -> Message:
        settings.OUTBOX_OCCASIONS = ["tests.outbox.conftest.NEWS", "tests.outbox.conftest.SECRET"]
        return make_message(cast.alice, occasion=SECRET.key, about="a key", state=State.FAILED)

    def test_hr_does_not_know_of_them(self, cast, make_message, secret):
        known = make_message(cast.alice)
        assert list(Message.objects.known_to_hr()) == [known]

    def test_they_are_forgotten_whatever_became_of_them(self, cast, make_message, secret):
        about = {"occasion": SECRET.key, "about": "a key"}
        for step, state in enumerate((State.WAITING, State.SENT, State.SILENCED), start=1):
            make_message(cast.alice, state=state, step=step, **about)
        others = [make_message(cast.alice, occasion=SECRET.key), make_message(cast.alice, about="a key")]
        forget(SECRET, about="a key")
        assert set(Message.objects.all()) == set(others)

    @pytest.mark.django_db(transaction=True)
    def test_one_that_a_sender_holds_stops_at_the_fence(self, cast, office, secret):
        Message.objects.filter(pk=secret.pk).update(state=State.WAITING)

        def unsay() -> str:
            with closing(connection):  # the mail server's thread has one of its own
                forget(SECRET, about="a key")
            return "250 ok"

        office.script["RCPT"] = [unsay]
        assert deliver(NOW) == 0
        assert office.taken == []
        assert not Message.objects.exists()

    def test_others_are_not_marked_as_private(self, cast, office, make_message, secret):
        Message.objects.filter(pk=secret.pk).update(state=State.WAITING)
        make_message(cast.alice)
        deliver(NOW)
        assert sorted(letter["Sensitivity"] or "" for letter in office.taken) == ["", "Private"]
