"""Several messages in one letter, each with a state of its own."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta
from email import message_from_bytes

import pytest
from django.db import connection

from alliance_site.outbox import delivery
from alliance_site.outbox.delivery import deliver
from alliance_site.outbox.letters import compose
from alliance_site.outbox.models import Heartbeat, Message
from alliance_site.outbox.occasions import recipients
from alliance_site.outbox.planning import plan_occasion
from people.models import Person
from people.reminders import password_reset
from tests.factories import NOW, make_person
from tests.outbox.conftest import DAYTIME, NEWS, SECRET
from tests.outbox.test_planning import GREETING
from tours.reminders.tours import terms_waiting

State = Message.State


@pytest.fixture(autouse=True)
def _occasions(office, settings, cast):
    settings.OUTBOX_OCCASIONS = [f"tests.outbox.conftest.{name}" for name in ("NEWS", "SECRET", "DAYTIME")]
    Person.objects.filter(pk=cast.alice.pk).update(one_digest=True)


def daytime(make_message, person, number: int = 3) -> list[Message]:
    return [
        make_message(person, occasion=DAYTIME.key, subject=f"Thing {n}", path=f"/things/{n}/")
        for n in range(number)
    ]


def test_whoever_wants_one_letter_gets_one(cast, office, make_message):
    daytime(make_message, cast.alice)
    daytime(make_message, cast.bob, 2)
    assert deliver(NOW) == 5
    assert len(office.taken) == 3
    [digest] = [letter for letter in office.taken if "alice" in letter["To"]]
    assert digest["Subject"] == "3 things for you"
    [number] = set(Message.objects.filter(recipient=cast.alice).values_list("letter", flat=True))
    assert digest["Message-ID"] == f"<{number}@localhost>"
    text = digest.get_body(("plain",)).get_content().replace("\r\n", "\n")
    assert all(f"Thing {n}\n  http://localhost:8000/things/{n}/" in text for n in range(3))
    assert set(Message.objects.values_list("state", flat=True)) == {State.SENT}


def test_in_html_each_is_a_link_and_no_name_is_markup(cast, office, make_message):
    daytime(make_message, cast.alice)
    Message.objects.filter(path="/things/1/").update(subject='"Things" <b>of</b> Bob & Co')
    Message.objects.filter(path="/things/2/").update(path="")
    deliver(NOW)
    [letter] = office.taken
    html = letter.get_body(("html",)).get_content()
    assert '<a href="http://localhost:8000/things/0/" dir="auto">Thing 0</a>' in html
    assert "&lt;b&gt;of&lt;/b&gt; Bob &amp; Co</a>" in html
    assert '<span dir="auto">Thing 2</span>' in html


def test_what_somebody_waits_for_and_what_is_private_comes_by_itself(cast, office, make_message):
    daytime(make_message, cast.alice, 2)
    make_message(cast.alice, occasion=NEWS.key)
    make_message(cast.alice, occasion=SECRET.key)
    assert deliver(NOW) == 4
    assert len(office.taken) == 3


def test_one_that_is_no_longer_true_is_left_out(cast, office, make_message):
    daytime(make_message, cast.alice)
    gone = make_message(cast.alice, occasion="tests.gone", created_at=NOW - timedelta(days=8))
    deliver(NOW)
    assert office.taken[0]["Subject"] == "3 things for you"
    gone.refresh_from_db()
    assert gone.state == State.SILENCED


def test_all_that_waits_goes_along_beyond_the_batch(cast, office, make_message, monkeypatch):
    monkeypatch.setattr(delivery, "BATCH", 2)
    daytime(make_message, cast.alice, 7)
    assert deliver(NOW) == 7
    assert len(office.taken) == 1


def test_they_are_in_doubt_refused_and_gone_together(cast, office, make_message):
    daytime(make_message, cast.alice)
    office.script["DOT"] = ["451 later", None]
    deliver(NOW)
    assert set(Message.objects.values_list("state", "attempts")) == {(State.WAITING, 1)}
    deliver(NOW + timedelta(minutes=10))
    [(state, letter)] = set(Message.objects.values_list("state", "letter"))
    assert state == State.UNCERTAIN
    assert Message.objects.filter(pk=letter).exists()


@pytest.mark.django_db(transaction=True)
def test_one_that_is_unsaid_at_the_last_moment_is_in_no_digest(cast, office, make_message, settings):
    first, *others = daytime(make_message, cast.alice)

    def unsay() -> str:
        Message.objects.filter(pk=first.pk).delete()
        connection.close()  # this thread's own
        return "250 ok"

    office.script["RCPT"] = [unsay]
    assert deliver(NOW) == len(others)
    assert len(office.taken) == 1
    assert office.taken[0]["Subject"] == "2 things for you"


def test_a_digest_can_be_declined_for_what_may_be(cast, make_message, office, settings, monkeypatch):
    settings.SITE_URL = "https://alliance.example"
    monkeypatch.setattr("tests.outbox.conftest.DAYTIME", replace(DAYTIME, may_decline=True))
    daytime(make_message, cast.alice)
    deliver(NOW)
    assert office.taken[0]["List-Unsubscribe"].startswith("<https://alliance.example/messages/declined/")
    assert office.taken[0]["List-Unsubscribe-Post"] == "List-Unsubscribe=One-Click"


def test_one_that_may_not_be_declined_leads_to_the_settings(cast, make_message, office, settings):
    settings.SITE_URL = "https://alliance.example"
    daytime(make_message, cast.alice)
    deliver(NOW)
    assert office.taken[0]["List-Unsubscribe"] == "<https://alliance.example/my/settings/>"
    assert "List-Unsubscribe-Post" not in office.taken[0]


@pytest.mark.parametrize(
    ("occasion", "leads"),
    [(terms_waiting, "<https://alliance.example/my/settings/>"), (password_reset, None)],
)
def test_so_does_a_reminder_but_no_letter_about_a_password(cast, make_message, settings, occasion, leads):
    settings.SITE_URL = "https://alliance.example"
    settings.OUTBOX_OCCASIONS = ["tours.reminders.tours.terms_waiting", "people.reminders.password_reset"]
    message = make_message(cast.alice, occasion=occasion.key)
    headers = message_from_bytes(compose(message, recipients([cast.alice.pk], NOW)[cast.alice.pk]).content)
    assert headers["List-Unsubscribe"] == leads


def test_after_an_outage_everybody_gets_one(db, words, settings):
    settings.OUTBOX_OCCASIONS = ["tests.outbox.test_planning.GREETING"]
    make_person()
    plan_occasion(GREETING, NOW, late=True)
    assert not Message.objects.filter(late=False).exists()
    assert not Heartbeat.objects.exists()
