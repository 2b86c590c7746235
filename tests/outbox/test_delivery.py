"""Sent once, or known not to be: against a mail server that does what mail servers do."""

from __future__ import annotations

from datetime import timedelta
from uuid import uuid4

import pytest
from django.db import connection, transaction
from django.test.utils import CaptureQueriesContext

from alliance_site.outbox import delivery, gate
from alliance_site.outbox.delivery import BACKOFF, ClockTimestamp, claim, deliver, expire_leases, fence
from alliance_site.outbox.models import Heartbeat, Message
from alliance_site.outbox.parcels import Parcel
from people.models import Employment, Person
from people.recipients import LEFT, NO_ADDRESS
from tests.factories import NOW, make_hook
from tests.outbox.conftest import DAYTIME
from tests.racing import at_once

#: For tests in which a second connection to the database must see what the first one does.
two_connections = pytest.mark.django_db(transaction=True)

State = Message.State
LATER = NOW + timedelta(days=2)


def reload(message: Message) -> Message:
    message.refresh_from_db()
    return message


def test_a_waiting_message_is_sent_once(cast, office, make_message):
    message = make_message(cast.alice)
    assert deliver(NOW) == 1
    assert deliver(NOW) == 0
    [letter] = office.taken
    assert letter["To"] == "Alice Ames <alice@example.com>"
    assert letter["Message-ID"] == f"<{message.pk}@localhost>"
    assert letter["Auto-Submitted"] == "auto-generated"
    assert letter.get_body(("plain",)).get_content().strip() == "News 0"
    assert letter.get_body(("html",)).get_content().strip() == "<p>News 0</p>"
    assert reload(message).state == State.SENT
    assert (message.attempts, message.settled_at, message.lease_until) == (1, NOW, None)


def test_what_is_sent_is_forgotten(cast, office, make_message):
    message = make_message(cast.alice)
    deliver(NOW)
    assert (reload(message).text, message.html) == ("", "")
    assert message.subject == "News"


def test_many_go_in_one_conversation(cast, office, make_message):
    for _ in range(60):
        make_message(cast.alice)
    assert deliver(NOW) == 60
    assert office.conversations == 1
    assert office.heard[-1] == "QUIT"


def test_each_letter_takes_two_statements(cast, office, make_message):
    """And a batch of them a few, however large it is."""
    deliver(NOW)  # the first time ever, the gate is put there
    taken = []
    for number in (5, 10):
        for _ in range(number):
            make_message(cast.alice)
        with CaptureQueriesContext(connection) as statements:
            assert deliver(NOW) == number
        taken.append(len(statements))
    assert taken[1] - taken[0] == 2 * 5


def test_a_fence_renews_a_lease_that_would_not_outlast_the_mail_server(cast, office, make_message, settings):
    make_message(cast.alice)
    [message], renewed = claim(NOW), []
    for seconds in (119, 60):
        left = ClockTimestamp() + timedelta(seconds=seconds)
        Message.objects.update(lease_until=left)
        before = Message.objects.get().lease_until
        assert fence(Parcel([message]), "alice@example.com")
        renewed.append(Message.objects.get().lease_until > before)
    assert renewed == [False, True]


def test_nothing_goes_before_its_time(cast, office, make_message):
    make_message(cast.alice, send_after=NOW + timedelta(minutes=1))
    assert deliver(NOW) == 0
    assert deliver(NOW + timedelta(minutes=1)) == 1


@pytest.mark.parametrize("verb", ["MAIL", "RCPT", "DATA", "DOT"])
def test_a_temporary_refusal_is_tried_again_later(cast, office, make_message, verb):
    first, second = make_message(cast.alice), make_message(cast.bob)
    office.script[verb] = ["451 try later"]
    assert deliver(NOW) == 1
    assert office.conversations == 1
    assert reload(first).state == State.WAITING
    assert first.reason == "451 try later"
    assert first.data_at is None
    wait = first.send_after - NOW
    assert BACKOFF[0] <= wait <= BACKOFF[0] * 1.2
    assert reload(second).state == State.SENT
    assert deliver(LATER) == 1
    assert reload(first).reason == ""
    assert set(office.ids.values()) == {1}


@pytest.mark.parametrize("verb", ["MAIL", "RCPT", "DATA", "DOT"])
def test_a_permanent_refusal_is_a_failure_in_the_servers_words(cast, office, make_message, verb):
    message = make_message(cast.alice)
    office.script[verb] = ["550 no such mailbox"]
    deliver(NOW)
    assert reload(message).state == State.FAILED
    assert message.reason == "550 no such mailbox"
    assert message.text
    assert deliver(LATER) == 0


def test_it_gives_up_after_a_bounded_number_of_tries(cast, office, make_message):
    message = make_message(cast.alice)
    now = NOW
    for _ in range(20):
        office.script["RCPT"] = ["451 try later"]
        deliver(now)
        now += timedelta(days=1)
    assert reload(message).state == State.FAILED
    assert message.reason == "451 try later"
    assert message.attempts == len(BACKOFF) + 1


@pytest.mark.parametrize("verb", ["RCPT", "DATA"])
def test_a_line_that_goes_dead_before_the_words_loses_nothing(cast, office, make_message, verb):
    message, other = make_message(cast.alice), make_message(cast.bob)
    office.script[verb] = [None]
    deliver(NOW)
    assert reload(message).state == State.WAITING
    assert reload(other).state == State.SENT
    assert deliver(LATER) == 1
    assert set(office.ids.values()) == {1}


def test_a_line_that_goes_dead_after_the_dot_leaves_doubt(cast, office, make_message):
    message, other = make_message(cast.alice), make_message(cast.bob)
    office.script["DOT"] = [None]
    deliver(NOW)
    assert reload(message).state == State.UNCERTAIN
    assert message.text
    assert reload(other).state == State.SENT
    assert deliver(LATER) == 0
    assert len(office.taken) == 2


def test_an_answer_that_means_nothing_leaves_doubt(cast, office, make_message):
    message = make_message(cast.alice)
    office.script["DOT"] = ["what?"]
    deliver(NOW)
    assert reload(message).state == State.UNCERTAIN


@pytest.mark.parametrize("answer", [None, "421 too many messages"])
def test_a_conversation_that_the_server_ended_is_begun_anew(cast, office, make_message, answer):
    make_message(cast.alice), make_message(cast.bob)
    office.script["MAIL"] = ["250 ok", answer]
    assert deliver(NOW) == 2
    assert office.conversations == 2


@pytest.mark.parametrize(
    ("script", "words"),
    [
        ({"CONNECT": ["554 not you"]}, "554"),
        ({"CONNECT": [None]}, "unexpectedly closed"),
        ({"EHLO": ["421 busy"], "HELO": ["421 busy"]}, "421"),
        ({"MAIL": ["530 sign in first"]}, "530 sign in first"),
    ],
)
def test_a_server_that_will_not_talk_costs_no_message_a_try(cast, office, make_message, script, words):
    messages = [make_message(cast.alice), make_message(cast.bob)]
    office.script.update(script)
    assert deliver(NOW) == 0
    for message in messages:
        assert reload(message).state == State.WAITING
        assert words in message.reason
        assert message.attempts == 0
    assert not Heartbeat.objects.exists()
    assert deliver(LATER) == 2


def test_who_left_between_planning_and_sending_gets_nothing(cast, office, make_message):
    message, other = make_message(cast.alice), make_message(cast.bob)
    left_on = NOW.date() - timedelta(days=1)
    Employment.objects.filter(person=cast.alice).update(left_on=left_on, ending="resignation")
    assert deliver(NOW) == 1
    assert (reload(message).state, message.reason) == (State.SILENCED, LEFT)
    assert (message.text, message.attempts) == ("", 0)
    assert reload(other).state == State.SENT


def test_a_batch_of_which_nothing_may_go_is_looked_at_once(
    cast, office, make_message, django_assert_max_num_queries
):
    for _ in range(3):
        make_message(cast.alice, occasion="tests.gone", created_at=NOW - timedelta(days=8))
    with django_assert_max_num_queries(30):
        assert deliver(NOW) == 0
    assert set(Message.objects.values_list("state", flat=True)) == {State.SILENCED}


def test_who_has_no_address_any_more_gets_nothing(cast, office, make_message):
    message = make_message(cast.alice)
    Person.objects.filter(pk=cast.alice.pk).update(email=None)
    assert deliver(NOW) == 0
    assert (reload(message).state, message.reason) == (State.SILENCED, NO_ADDRESS)


def test_what_could_not_go_by_day_waits_for_the_next_morning(cast, office, make_message, settings):
    settings.OUTBOX_OCCASIONS = ["tests.outbox.conftest.DAYTIME"]
    message = make_message(cast.alice, occasion=DAYTIME.key)
    night = NOW.replace(hour=23)
    assert deliver(night) == 0
    assert reload(message).state == State.WAITING
    assert message.send_after == night + timedelta(hours=8)
    assert deliver(message.send_after) == 1


def test_what_was_taken_is_written_down_even_if_the_server_then_vanishes(cast, office, make_message):
    first, second = make_message(cast.alice), make_message(cast.bob)
    office.script["MAIL"] = ["250 ok", None]
    office.script["CONNECT"] = ["220 ready", None]
    assert deliver(NOW) == 1
    assert (reload(first).state, reload(second).state) == (State.SENT, State.WAITING)
    assert deliver(LATER) == 1
    assert set(office.ids.values()) == {1}


@two_connections
def test_what_was_taken_is_written_down_before_another_word_is_said(cast, office, make_message):
    make_message(cast.alice)
    make_message(cast.bob)
    seen = []

    def look() -> str:
        handed_over = Message.objects.filter(data_at__isnull=False)
        seen.append(set(handed_over.values_list("state", flat=True)))
        connection.close()  # this thread's own
        return "250 ok"

    office.usual["MAIL"] = look
    assert deliver(NOW) == 2
    assert seen == [set(), {State.SENT}]


@two_connections
def test_only_the_fence_waits_for_the_disk(cast, office, make_message):
    message = make_message(cast.alice)

    def waits() -> bool:
        with connection.cursor() as cursor:
            cursor.execute("SHOW synchronous_commit")
            return bool(cursor.fetchone()[0] == "on")

    assert deliver(NOW) == 1
    assert waits()  # whatever this connection says next
    token = uuid4()
    Message.objects.update(state=State.UNCERTAIN, token=token)
    with transaction.atomic():
        with connection.cursor() as cursor:
            row = {"state": "sent", "reason": "", "now": NOW, "tried": 1, "forget": True}
            cursor.execute(delivery.END, row | {"ids": [message.pk], "token": token})
        assert not waits()


@pytest.mark.parametrize("url", ["", "smtp://127.0.0.1:1", "http://localhost", "smtps://127.0.0.1:1"])
def test_without_a_server_everything_waits(cast, office, make_message, settings, url):
    message = make_message(cast.alice)
    settings.EMAIL_URL = url
    assert deliver(NOW) == 0
    assert reload(message).state == State.WAITING
    assert not Heartbeat.objects.exists()


def test_while_there_is_no_server_no_run_counts_as_one_that_came_to_its_end(
    cast, office, make_message, settings
):
    """Most find nothing due, as what waits was put off: that says nothing of the server."""
    make_message(cast.alice)
    make_message(cast.bob, attempts=1, reason="450 later")
    there = settings.EMAIL_URL
    settings.EMAIL_URL = "smtp://127.0.0.1:1"
    for seconds in range(0, 200, 20):
        deliver(NOW + timedelta(seconds=seconds))
    assert not Heartbeat.objects.exists()
    now = NOW + timedelta(seconds=260)
    held = claim(now)  # another sender, who waits for the server to answer
    deliver(now)
    assert not Heartbeat.objects.exists()
    delivery.give_back(held)
    settings.EMAIL_URL = there
    office.script["RCPT"] = ["450 later", "450 later"]
    assert deliver(now) == 0
    assert Heartbeat.objects.get().at == now, "a server that declines is a server"


@pytest.mark.parametrize("waits", ["until the morning", "as all are held", "in the chat"])
def test_what_waits_for_something_else_is_no_sign_that_the_server_is_away(cast, office, make_message, waits):
    now = NOW + timedelta(seconds=61)
    fields = {"reason": "Connection refused", "send_after": NOW + timedelta(seconds=60)}
    if waits == "until the morning":
        fields["send_after"] = now + timedelta(hours=8)
    elif waits == "as all are held":
        gate.hold(now, actor=cast.heidi)
    else:
        fields |= {"channel": make_hook(cast.heidi), "send_after": now + timedelta(seconds=30)}
    make_message(cast.alice, **fields)
    deliver(now)
    assert Heartbeat.objects.get().at == now


def test_a_sender_that_dies_before_the_words_leaves_the_message_waiting(cast, office, make_message, settings):
    settings.OUTBOX_LEASE = timedelta(0)
    message = make_message(cast.alice)
    claim(NOW)
    assert reload(message).state == State.SENDING
    settings.OUTBOX_LEASE = timedelta(minutes=2)
    assert deliver(NOW) == 1


def test_a_held_message_is_left_alone(cast, office, make_message):
    message = make_message(cast.alice)
    claim(NOW)
    assert deliver(LATER) == 0
    assert reload(message).state == State.SENDING


def test_a_sender_that_dies_after_handing_over_leaves_doubt(cast, office, make_message, settings):
    settings.OUTBOX_LEASE = timedelta(0)
    message = make_message(cast.alice)
    claim(NOW)
    Message.objects.update(data_at=NOW)
    expire_leases(NOW)
    assert reload(message).state == State.UNCERTAIN
    assert message.reason == delivery.DIED
    assert deliver(LATER) == 0


@two_connections
def test_nobody_hands_over_without_a_lease(cast, office, make_message):
    """The sender slept past its lease; another one has sent the message meanwhile."""
    message = make_message(cast.alice)

    def sleep_past_the_lease() -> str:
        Message.objects.update(lease_until=NOW - timedelta(days=9000))
        connection.close()
        return "250 ok"

    office.script["RCPT"] = [sleep_past_the_lease]
    assert deliver(NOW) == 0
    assert office.taken == []
    assert deliver(NOW) == 1
    assert reload(message).state == State.SENT


@two_connections
def test_an_answer_that_comes_late_ends_the_doubt(cast, office, make_message):
    message = make_message(cast.alice)

    def while_another_looks_in() -> str:
        Message.objects.update(lease_until=NOW - timedelta(days=9000))
        expire_leases(NOW)
        assert reload(message).state == State.UNCERTAIN
        connection.close()
        return "250 taken"

    office.script["DOT"] = [while_another_looks_in]
    assert deliver(NOW) == 1
    assert reload(message).state == State.SENT


@two_connections
def test_two_senders_at_once_send_each_once(cast, office, make_message):
    for _ in range(120):
        make_message(cast.alice)
    assert sum(at_once(*[lambda: deliver(NOW, budget=timedelta(minutes=1))] * 2)) == 120
    assert len(office.ids) == 120
    assert set(office.ids.values()) == {1}
    assert not Message.objects.exclude(state=State.SENT).exists()


def test_a_run_ends_in_time_and_leaves_the_rest_to_the_next(cast, office, make_message):
    for _ in range(60):
        make_message(cast.alice)
    assert deliver(NOW, budget=timedelta(0)) == 0
    assert Message.objects.filter(state=State.WAITING).count() == 60


def test_a_run_to_the_end_leaves_a_heartbeat(cast, office):
    deliver(NOW)
    assert Heartbeat.objects.get(name="deliver").at == NOW


def test_the_clock_of_the_lease_is_the_databases(cast, office, make_message):
    """An application whose clock is years off neither sends twice nor takes from others."""
    message = make_message(cast.alice)
    claim(NOW)
    expire_leases(NOW + timedelta(days=36500))
    assert reload(message).state == State.SENDING


def test_what_a_newer_release_wrote_waits_for_a_worker_that_knows_it(cast, office, make_message, settings):
    make_message(cast.alice)
    settings.OUTBOX_OCCASIONS, known = [], settings.OUTBOX_OCCASIONS
    assert deliver(NOW) == 0
    message = Message.objects.get()
    assert (message.state, message.attempts, message.text) == (State.WAITING, 0, "News 0\n")
    settings.OUTBOX_OCCASIONS = known
    assert deliver(NOW + timedelta(minutes=1)) == 1
