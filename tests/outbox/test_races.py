"""People who click while letters are under way: what they were told holds from that moment on."""

from __future__ import annotations

import threading
from collections.abc import Callable
from contextlib import closing
from dataclasses import replace
from typing import Any

import pytest
from django.db import connection, transaction

from alliance_site.outbox import gate
from alliance_site.outbox.delivery import claim, deliver, fence
from alliance_site.outbox.facts import DECLINED
from alliance_site.outbox.models import Gate, Message
from alliance_site.outbox.parcels import Parcel
from alliance_site.outbox.services import LEADS, Verdict, settle, settle_all
from people.preferences import choose, decline
from tests.factories import NOW
from tests.outbox.conftest import DAYTIME
from tests.racing import at_once, until_somebody_waits

pytestmark = pytest.mark.django_db(transaction=True)
State = Message.State


def states() -> dict[str, int]:
    rows = Message.objects.values_list("state", flat=True)
    return {state: list(rows).count(state) for state in set(rows)}


def meanwhile(act: Callable[[], Any], answer: str = "250 ok") -> Callable[[], str]:
    """As an answer of the mail server: somebody acts, and is told it is done, before the server says it."""

    def say() -> str:
        act()
        connection.close()  # this thread's own
        return answer

    return say


@pytest.mark.parametrize(("verb", "gone"), [("RCPT", 0), ("DATA", 1), ("DOT", 1)])
def test_once_all_is_held_only_what_is_past_its_fence_goes(cast, office, make_message, verb, gone):
    for person in (cast.alice, cast.bob, cast.carol):
        make_message(person)
    answer = {"RCPT": "250 ok", "DATA": "354 go on", "DOT": "250 taken"}[verb]
    office.script[verb] = [meanwhile(lambda: gate.hold(NOW, actor=cast.heidi), answer)]
    assert deliver(NOW) == gone
    assert len(office.taken) == gone
    assert states() == {State.WAITING: 3 - gone} | ({State.SENT: gone} if gone else {})
    gate.release(NOW)
    assert deliver(NOW) == 3 - gone
    assert set(office.ids.values()) == {1}


def test_nobody_is_told_that_all_is_held_while_one_is_at_its_fence(cast, office, make_message):
    make_message(cast.alice)
    told: list[bool] = []

    def hold() -> None:
        told.append(gate.hold(NOW, actor=cast.heidi))
        connection.close()

    holding = threading.Thread(target=hold)
    with transaction.atomic():
        assert fence(Parcel(claim(NOW)), "alice@example.com")
        holding.start()
        until_somebody_waits("advisory")
        assert told == []
    holding.join()
    assert told == [True]


@pytest.mark.parametrize("how", ["one click", "the settings"])
def test_what_is_declined_stops_at_its_fence(cast, office, make_message, settings, monkeypatch, how):
    monkeypatch.setattr("tests.outbox.conftest.DAYTIME", replace(DAYTIME, may_decline=True))
    settings.OUTBOX_OCCASIONS = ["tests.outbox.conftest.DAYTIME"]
    first, other = (make_message(person, occasion=DAYTIME.key) for person in (cast.alice, cast.bob))

    def act() -> None:
        if how == "one click":
            assert decline(cast.alice, DAYTIME.key)
        else:
            choose(cast.alice, wanted=())

    office.script["RCPT"] = [meanwhile(act)]
    assert deliver(NOW) == 1
    first.refresh_from_db()
    other.refresh_from_db()
    assert (first.state, first.reason, first.text) == (State.SILENCED, DECLINED, "")
    assert other.state == State.SENT
    assert [letter["To"] for letter in office.taken] == ["Bob Brand <bob@example.com>"]


def test_one_of_two_who_let_letters_go_did(cast):
    gate.hold(NOW, actor=cast.heidi)
    assert sorted(at_once(lambda: gate.release(NOW), lambda: gate.release(NOW))) == [False, True]


def test_a_release_means_the_hold_that_was_seen(cast):
    """However these two fall, letters go or are held by the second hold, and the page says so."""
    gate.hold(NOW, actor=cast.heidi)
    later = NOW.replace(hour=23)
    released, held = at_once(
        lambda: ("released", gate.release(NOW)), lambda: ("held", gate.hold(later, actor=cast.carol))
    )
    results = dict([released, held])
    assert results["released"]
    assert Gate.objects.get().held_at == (later if results["held"] else None)


@pytest.mark.parametrize("verdict", [Verdict.HOLD, Verdict.AGAIN])
def test_what_a_sender_had_first_is_settled_by_nobody_who_picked_it_by_name(cast, make_message, verdict):
    """Whoever is found by a name is found by a join, and waited for; by then it is another matter."""
    seen = {"state": State.UNCERTAIN, "settled_at": NOW} if verdict is Verdict.AGAIN else {}
    message, settled = make_message(cast.alice, **seen), []

    def click() -> None:
        of_hers = Message.objects.filter(recipient__name__icontains="alice", state=message.state)
        with closing(connection):
            settled.append(settle_all(of_hers, verdict, actor=cast.heidi, seen_at=NOW, now=NOW))

    clicking = threading.Thread(target=click)
    with transaction.atomic():
        if verdict is Verdict.HOLD:
            assert claim(NOW)
        else:  # the mail server's late answer
            Message.objects.update(state=State.SENT, settled_at=NOW.replace(hour=23))
        clicking.start()
        until_somebody_waits("transactionid")
    clicking.join()
    assert (settled, Message.objects.get().settled_by) == ([0], None)
    assert Message.objects.get().state not in (*LEADS[verdict][0], LEADS[verdict][1])


def test_two_clicks_on_send_again_send_it_once(cast, office, make_message):
    message = make_message(cast.alice, state=State.UNCERTAIN, settled_at=NOW)

    def click() -> bool:
        return settle(Message.objects.get(pk=message.pk), Verdict.AGAIN, actor=cast.heidi, now=NOW)

    def click_on_what_was_seen() -> bool:
        return settle(message, Verdict.AGAIN, actor=cast.heidi, now=NOW)

    assert sorted(at_once(click_on_what_was_seen, click_on_what_was_seen)) == [False, True]
    office.script["DOT"] = [None]
    deliver(NOW.replace(hour=23))
    message_now = Message.objects.get()
    assert message_now.state == State.UNCERTAIN
    assert not click_on_what_was_seen()  # it was about the first doubt
    assert click()
