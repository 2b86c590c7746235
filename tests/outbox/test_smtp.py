"""How a conversation begins: signed in, and never in the clear where it was to be secret."""

from __future__ import annotations

import os
import shutil
import socket
import ssl
import struct
import subprocess
import threading
from concurrent.futures import ThreadPoolExecutor

import pytest

from alliance_site.outbox.delivery import CUT_OFF, deliver
from alliance_site.outbox.models import Bounce, Message
from alliance_site.outbox.smtp import NO_CONVERSATION
from tests.factories import NOW

pytestmark = pytest.mark.django_db
State = Message.State


@pytest.fixture
def certificate(tmp_path):
    if not shutil.which("openssl"):
        sentence = "openssl is not on this machine, and makes the certificate of this test"
        if os.environ.get("CI", "").lower() == "true":
            pytest.fail(sentence)
        pytest.skip(sentence)
    key, cert = tmp_path / "key.pem", tmp_path / "cert.pem"
    made_out = ["-subj", "/CN=localhost", "-addext", "subjectAltName=DNS:localhost", "-days", "2"]
    command = [
        "openssl",
        "req",
        "-x509",
        "-newkey",
        "rsa:2048",
        "-nodes",
        "-keyout",
        key,
        "-out",
        cert,
        *made_out,
    ]
    subprocess.run(command, check=True, capture_output=True)
    return key, cert


@pytest.fixture
def secret_office(office, certificate, settings):
    """Offers STARTTLS and wants a user to sign in."""
    key, cert = certificate
    office.tls = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    office.tls.load_cert_chain(cert, key)
    office.extensions = ["STARTTLS", "AUTH PLAIN"]
    office.usual["AUTH"] = "235 welcome"
    settings.EMAIL_URL = f"smtp+tls://us%40x:s3cret@localhost:{office.server_address[1]}"
    return office


def reason() -> str:
    return Message.objects.get().reason


def test_it_signs_in_behind_tls(cast, secret_office, make_message, certificate, monkeypatch):
    monkeypatch.setenv("SSL_CERT_FILE", str(certificate[1]))
    make_message(cast.alice)
    assert deliver(NOW) == 1
    assert secret_office.heard.index("STARTTLS") < secret_office.heard.index("AUTH")


def test_a_certificate_that_nobody_vouches_for_ends_it(cast, secret_office, make_message):
    make_message(cast.alice)
    assert deliver(NOW) == 0
    assert reason().startswith(f"{NO_CONVERSATION} ")
    assert "certificate verify failed" in reason()
    assert "AUTH" not in secret_office.heard


def test_a_password_that_is_not_taken_costs_no_try(
    cast, secret_office, make_message, certificate, monkeypatch
):
    monkeypatch.setenv("SSL_CERT_FILE", str(certificate[1]))
    secret_office.usual["AUTH"] = "535 wrong"
    make_message(cast.alice)
    assert deliver(NOW) == 0
    assert "535" in reason()
    assert "s3cret" not in reason()
    assert Message.objects.get().attempts == 0


def test_nothing_is_said_in_the_clear_where_tls_was_asked_for(cast, office, make_message, settings):
    settings.EMAIL_URL = office.url.replace("smtp://", "smtp+tls://u:p@")
    make_message(cast.alice)
    assert deliver(NOW) == 0
    assert reason().startswith(f"{NO_CONVERSATION} ")
    assert "STARTTLS" in reason()
    assert not {"AUTH", "MAIL"} & set(office.heard)


def test_a_server_that_hangs_up_before_it_greets_was_reached(cast, office, make_message, settings):
    with socket.create_server(("127.0.0.1", 0)) as server:
        server.settimeout(10)
        settings.EMAIL_URL = f"smtp://127.0.0.1:{server.getsockname()[1]}"
        make_message(cast.alice)
        hanging_up = threading.Thread(target=lambda: server.accept()[0].close())
        hanging_up.start()
        assert deliver(NOW) == 0
        hanging_up.join(10)
    assert reason().startswith(f"{NO_CONVERSATION} ")


@pytest.mark.parametrize("resets", [True, False])
def test_a_server_that_resets_or_is_silent_before_all_is_secret_was_reached(
    cast, office, make_message, settings, resets
):
    with socket.create_server(("127.0.0.1", 0)) as server:
        server.settimeout(10)
        settings.EMAIL_URL = f"smtps://127.0.0.1:{server.getsockname()[1]}?timeout=0.5"
        make_message(cast.alice)
        answering = ThreadPoolExecutor(1).submit(_take, server, resets)
        assert deliver(NOW) == 0
        answering.result(10).close()
    assert reason().startswith(f"{NO_CONVERSATION} ")
    assert ("reset" if resets else "timed out") in reason()


def _take(server: socket.socket, resets: bool) -> socket.socket:
    taken = server.accept()[0]
    if resets:
        taken.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, struct.pack("ii", 1, 0))
        taken.recv(1)
        taken.close()
    return taken


def test_a_server_without_tls_is_no_server_for_smtps(cast, office, make_message, settings):
    settings.EMAIL_URL = office.url.replace("smtp://", "smtps://")
    make_message(cast.alice)
    assert deliver(NOW) == 0
    assert Message.objects.get().state == Message.State.WAITING
    assert reason().startswith(f"{NO_CONVERSATION} ")


def test_an_old_server_that_knows_only_helo_will_do(cast, office, make_message):
    office.script["EHLO"] = ["502 what?"]
    make_message(cast.alice)
    assert deliver(NOW) == 1


@pytest.mark.parametrize(
    ("script", "state", "reason", "conversations"),
    [
        ({}, State.SENT, "", 1),
        ({"MAIL": "451 later"}, State.WAITING, "451 later", 1),
        ({"MAIL": "550 no"}, State.FAILED, "550 no", 1),
        ({"MAIL": "421 enough"}, State.WAITING, "421 enough", 2),
        ({"RCPT": "451 later"}, State.WAITING, "451 later", 1),
        ({"RCPT": "550 5.1.1 nobody"}, State.FAILED, "550 5.1.1 nobody", 1),
        ({"RCPT": None}, State.WAITING, "Connection unexpectedly closed", 2),
        ({"DATA": "451 later"}, State.WAITING, "451 later", 1),
        ({"DOT": None}, State.UNCERTAIN, CUT_OFF, 2),
    ],
)
@pytest.mark.parametrize("extensions", [[], ["PIPELINING"]])
def test_in_one_breath_or_in_two_it_ends_alike(
    cast, office, make_message, extensions, script, state, reason, conversations
):
    office.extensions = extensions
    first, other = make_message(cast.alice), make_message(cast.bob)
    office.script.update({verb: [answer] for verb, answer in script.items()})
    if extensions and conversations == 1 and "MAIL" in script:
        office.script["RCPT"] = ["503 MAIL first"]
    deliver(NOW)
    first.refresh_from_db()
    other.refresh_from_db()
    assert (first.state, first.reason, other.state) == (state, reason, State.SENT)
    assert office.conversations == conversations
    assert Bounce.objects.exists() is ("5.1.1" in reason)


@pytest.mark.parametrize("answer", [None, "421 enough"])
def test_in_one_breath_an_old_conversation_that_has_ended_is_begun_anew(cast, office, make_message, answer):
    office.extensions = ["PIPELINING"]
    office.script["MAIL"] = ["250 ok", answer]
    make_message(cast.alice), make_message(cast.bob)
    assert deliver(NOW) == 2
    assert set(office.ids.values()) == {1}


def test_a_mail_server_that_is_not_there_is_told_as_a_sentence(cast, office, make_message, settings):
    make_message(cast.alice)
    settings.EMAIL_URL = "smtp://localhost:9"
    deliver(NOW)
    assert reason().startswith("The mail server could not be reached. ")
    assert "refused" in reason()
