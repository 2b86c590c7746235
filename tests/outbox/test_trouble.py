"""One occasion's trouble, or one letter's, holds up nobody else's."""

from __future__ import annotations

import logging
from datetime import timedelta

import pytest
from django.db.models import DateField, IntegerField, Value
from django.db.models.functions import Cast

from alliance_site.outbox import delivery
from alliance_site.outbox.delivery import BACKOFF, CUT_OFF, TROUBLE, deliver
from alliance_site.outbox.models import Heartbeat, Message
from alliance_site.outbox.occasions import Occasion, as_text
from alliance_site.outbox.smtp import Session
from people.models import Person
from tests.factories import DAY, NOW

State = Message.State


def _counted(now, about):
    """Whoever the thing's number is: what is no number breaks the whole of it."""
    ids = [int(each) if each.isdecimal() else 1 // 0 for each in about.keys or ()]
    return [
        Person.objects.filter(pk__in=ids).values(
            recipient_id=Cast("pk", IntegerField()),
            about=as_text("pk"),
            due_on=Value(DAY, DateField()),
            step=Value(0),
        )
    ]


COUNTED = Occasion(key="tests.counted", title="Counted", template="tests/news", due=_counted, any_hour=True)


@pytest.fixture(autouse=True)
def _occasions(office, settings):
    settings.OUTBOX_OCCASIONS = ["tests.outbox.conftest.NEWS", "tests.outbox.test_trouble.COUNTED"]


def reload(message: Message) -> Message:
    message.refresh_from_db()
    return message


def test_an_occasion_that_fails_holds_up_neither_others_nor_its_own_good_ones(
    cast, office, make_message, caplog
):
    broken = make_message(cast.alice, occasion=COUNTED.key, about="x", send_after=NOW - timedelta(days=1))
    whole = make_message(cast.bob, occasion=COUNTED.key, about=str(cast.bob.pk))
    other = make_message(cast.carol)
    assert deliver(NOW) == 2
    assert {reload(whole).state, reload(other).state} == {State.SENT}
    assert (reload(broken).state, broken.attempts, broken.reason) == (State.WAITING, 1, TROUBLE)
    assert BACKOFF[0] <= broken.send_after - NOW <= BACKOFF[0] * 1.2
    assert broken.lease_until is None
    [told] = [record for record in caplog.records if record.levelno == logging.ERROR]
    assert str(broken.pk) in told.message
    assert told.exc_info[0] is ZeroDivisionError
    assert Heartbeat.objects.get().name == "deliver"


def test_it_is_tried_a_bounded_number_of_times_and_then_failed_in_words(cast, office, make_message):
    broken, now = make_message(cast.alice, occasion=COUNTED.key, about="x"), NOW
    for _ in range(20):
        assert deliver(now) == 0
        now += timedelta(days=1)
    assert (reload(broken).state, broken.reason) == (State.FAILED, TROUBLE)
    assert broken.attempts == len(BACKOFF) + 1
    assert broken.text


def test_a_person_of_whom_nothing_can_be_found_out_holds_up_nobody(cast, office, make_message, monkeypatch):
    broken, other = make_message(cast.alice), make_message(cast.bob)
    known = delivery.recipients

    def recipients(ids, now):
        if cast.alice.pk in ids:
            raise KeyError("zone")
        return known(ids, now)

    monkeypatch.setattr(delivery, "recipients", recipients)
    assert deliver(NOW) == 1
    assert (reload(broken).state, reload(other).state) == (State.WAITING, State.SENT)


@pytest.mark.parametrize("step", ["compose", "envelope", "begin"])
def test_a_letter_that_fails_before_its_words_waits_and_the_others_go(
    cast, office, make_message, monkeypatch, step
):
    broken, other = make_message(cast.alice), make_message(cast.bob)
    place = delivery if step == "compose" else Session
    original, passages = getattr(place, step), iter([True])

    def fail_once(*words):
        if next(passages, False):
            raise KeyError("a bug")
        return original(*words)

    monkeypatch.setattr(place, step, fail_once)
    assert deliver(NOW) == 1
    assert (reload(broken).state, broken.reason, broken.data_at) == (State.WAITING, TROUBLE, None)
    assert reload(other).state == State.SENT
    assert deliver(broken.send_after) == 1
    assert set(office.ids.values()) == {1}


def test_a_letter_that_fails_in_mid_word_leaves_doubt_and_the_others_go(
    cast, office, make_message, monkeypatch
):
    broken, other = make_message(cast.alice), make_message(cast.bob)
    original, passages = Session.finish, iter([True])

    def fail_once(*words):
        original(*words)
        if next(passages, False):
            raise KeyError("a bug")

    monkeypatch.setattr(Session, "finish", fail_once)
    assert deliver(NOW) == 1
    assert (reload(broken).state, broken.reason) == (State.UNCERTAIN, CUT_OFF)
    assert reload(other).state == State.SENT
    assert office.conversations == 2  # nobody knows what the first was about to say
    assert deliver(NOW + timedelta(days=2)) == 0
