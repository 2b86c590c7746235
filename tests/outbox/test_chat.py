"""Titles in the company's chat: by the same door, and to nobody inside the company's own network."""

from __future__ import annotations

import json
import socket
import threading
from http.server import BaseHTTPRequestHandler, HTTPServer
from typing import Any

import pytest

from alliance_site.outbox import chat, delivery
from alliance_site.outbox.chat import Connection, host_of, outside
from alliance_site.outbox.delivery import deliver
from alliance_site.outbox.models import Hook, Message
from alliance_site.outbox.planning import plan
from tests.factories import NOW, make_hook

State = Message.State
DRIP = 0  #: one letter after the other, and never a whole answer


class Channel(HTTPServer):
    """What was said in it, and what it answers."""

    def __init__(self) -> None:
        super().__init__(("127.0.0.1", 0), Chat)
        self.said: list[dict[str, Any]] = []
        self.answers: list[int | None] = []
        self.over = threading.Event()


class Chat(BaseHTTPRequestHandler):
    """Answers what it is told to, or hangs up."""

    server: Channel

    def do_POST(self) -> None:
        self.server.said.append(json.loads(self.rfile.read(int(self.headers["Content-Length"]))))
        status = self.server.answers.pop(0) if self.server.answers else 200
        if status is None:
            self.connection.shutdown(socket.SHUT_RDWR)
            return
        if status == DRIP:
            while not self.server.over.wait(0.01):
                self.wfile.write(b"H")
        self.send_response(status)
        self.send_header("Location", "https://elsewhere.example.com/")
        self.end_headers()

    def log_message(self, *args) -> None:
        """Tests are quiet."""


@pytest.fixture
def channel(monkeypatch, office, settings, words):
    """A chat without TLS on this machine, reached as if it were outside."""
    settings.OUTBOX_PREPARE = []
    settings.OUTBOX_OCCASIONS = ["tests.outbox.test_planning.GREETING", "tests.outbox.conftest.SECRET"]
    with Channel() as server:

        def connect(self) -> None:
            self.sock = socket.create_connection(server.server_address)

        monkeypatch.setattr(Connection, "connect", connect)
        thread = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.02})
        thread.start()
        yield server
        server.shutdown()
        thread.join()


def chat_states() -> set[str]:
    return set(Message.objects.filter(channel__isnull=False).values_list("state", flat=True))


def test_a_channel_hears_titles_and_numbers_and_no_name(cast, channel):
    make_hook(cast.heidi, occasions=["tests.greeting", "tests.secret"])
    assert plan(NOW) == 12
    assert plan(NOW) == 0
    assert deliver(NOW) == 12
    assert channel.said == [{"text": "Greeting: 6 letters\n\nhttps://alliance.example"}]
    assert chat_states() == {State.SENT}
    went_to = set(Message.objects.filter(recipient=cast.alice).values_list("went_to__0", flat=True))
    assert went_to == {"alice@example.com", None}


def test_teams_gets_a_card(cast, channel):
    make_hook(cast.heidi, kind=Hook.Kind.TEAMS, occasions=["tests.greeting"])
    plan(NOW)
    deliver(NOW)
    [attachment] = channel.said[0]["attachments"]
    assert attachment["contentType"] == "application/vnd.microsoft.card.adaptive"
    assert attachment["content"]["body"][0]["text"] == "Greeting: 6 letters"


def test_private_occasions_never_come_there(cast, channel, make_message):
    hook = make_hook(cast.heidi, occasions=["tests.secret"])
    plan(NOW)
    assert not Message.objects.filter(channel=hook).exists()
    assert chat.compose([make_message(cast.alice, occasion="tests.secret")]).content == (
        b'{"text": "https://alliance.example"}'
    )


@pytest.mark.parametrize(
    ("answer", "state"),
    [
        (429, State.WAITING),
        (503, State.WAITING),
        (404, State.FAILED),
        (302, State.FAILED),  # no redirect is followed
        (None, State.UNCERTAIN),
    ],
)
def test_what_the_chat_answers(cast, channel, answer, state):
    make_hook(cast.heidi, occasions=["tests.greeting"])
    channel.answers.append(answer)
    plan(NOW)
    assert deliver(NOW) == 6  # the letters go all the same
    assert chat_states() == {state}
    assert len(channel.said) == 1


def test_a_chat_that_lets_its_answer_drip_holds_no_sender(cast, channel, monkeypatch):
    monkeypatch.setattr(chat, "PATIENCE", 0.2)
    make_hook(cast.heidi, occasions=["tests.greeting"])
    channel.answers.append(DRIP)
    plan(NOW)
    assert deliver(NOW) == 6
    assert chat_states() == {State.UNCERTAIN}
    channel.over.set()


def test_a_chat_that_is_away_keeps_no_letter_from_going(cast, channel, monkeypatch):
    asked = []

    def connect(self) -> None:
        asked.append("asked")
        raise ConnectionRefusedError("away")

    monkeypatch.setattr(Connection, "connect", connect)
    monkeypatch.setattr(delivery, "BATCH", 2)
    monkeypatch.setattr(delivery, "MOST_IN_A_POST", 1)
    make_hook(cast.heidi, occasions=["tests.greeting"])
    plan(NOW)
    assert deliver(NOW) == 6
    assert chat_states() == {State.WAITING}
    assert asked == ["asked"]  # and is left in peace for a minute


def test_what_waits_for_a_channel_is_one_post_beyond_the_batch(cast, channel, monkeypatch):
    monkeypatch.setattr(delivery, "BATCH", 2)
    make_hook(cast.heidi, occasions=["tests.greeting"])
    plan(NOW)
    deliver(NOW)
    assert [said["text"].partition("\n")[0] for said in channel.said] == ["Greeting: 6 letters"]


def test_an_ended_channel_hears_nothing_and_its_address_is_forgotten(cast, channel):
    hook = make_hook(cast.heidi, occasions=["tests.greeting"])
    plan(NOW)
    assert chat.end(hook, actor=cast.heidi, now=NOW)
    assert not chat.end(hook, actor=cast.heidi, now=NOW)
    deliver(NOW)
    assert channel.said == []
    assert chat_states() == {State.SILENCED}  # nobody of HR has to look after them
    assert "s3cret" not in Hook.objects.get().url


INSIDE = ["127.0.0.1", "10.1.2.3", "169.254.169.254", "192.168.0.1", "::1", "fd00::1", "::ffff:127.0.0.1"]
# Such as Python calls global: site-local, IPv4 in the old way, and by translation at the edge of the network.
INSIDE += ["fec0::1", "::127.0.0.1", "64:ff9b::10.1.2.3", "64:ff9b:1::10.1.2.3", "2002:a01:203::1", "ff0e::1"]


@pytest.mark.parametrize("address", INSIDE)
def test_nothing_inside_is_called(monkeypatch, address):
    """Whatever the name says; also when only one of its addresses is inside."""
    found = [(0, 0, 0, "", (known, 443)) for known in ("93.184.215.14", address)]
    monkeypatch.setattr(socket, "getaddrinfo", lambda *_, **__: found)
    with pytest.raises(ValueError, match="inside"):
        outside("chat.example.com", 443)


@pytest.mark.parametrize(
    "url", ["http://chat.example.com/", "https://", "https://u:p@chat.example.com/", "file:///etc/passwd", ""]
)
def test_what_is_no_address_of_a_chat(url):
    with pytest.raises(ValueError, match="no address"):
        host_of(url)


@pytest.mark.parametrize("address", ["93.184.215.14", "2606:4700::1", "64:ff9b::93.184.215.14"])
def test_what_is_public_is_called(monkeypatch, address):
    monkeypatch.setattr(socket, "getaddrinfo", lambda *_, **__: [(0, 0, 0, "", (address, 443))])
    assert outside("chat.example.com", 443) == address


def test_an_address_in_another_alphabet_keeps_no_letter_back(cast, channel):
    make_hook(cast.heidi, occasions=["tests.greeting"], url="https://chat.example.com/für/\u202e?an=Zoë")
    plan(NOW)
    assert deliver(NOW) == 12
    assert chat_states() == {State.SENT}
