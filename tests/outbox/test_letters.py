"""What leaves: headers that nobody can forge, addresses in any alphabet, words in any language."""

from __future__ import annotations

from email import message_from_bytes, policy
from html import unescape
from zoneinfo import ZoneInfo

import pytest

from alliance_site.dashboards.wordings import example
from alliance_site.outbox.delivery import NO_SUCH_ADDRESS, deliver
from alliance_site.outbox.letters import Digest, compose, message_id, one_line, write
from alliance_site.outbox.models import Message
from alliance_site.outbox.occasions import Recipient, Wording, occasions
from alliance_site.outbox.smtp import NO_SUCH_LETTERS, Server, Unreachable
from people.models import Person
from tests.factories import DAY, NOW

State = Message.State


def letter(**kw):
    message = Message(subject="News", text="Hi\n", html="<p>Hi</p>", language="en")
    recipient = {"address": "a@example.com", "name": "A", "language": "en", "zone": ZoneInfo("UTC")}
    for name in kw.keys() & {"subject", "text", "html"}:
        setattr(message, name, kw.pop(name))
    envelope = compose(message, Recipient(**{**recipient, **kw}))
    return message_from_bytes(envelope.content, policy=policy.default)


@pytest.mark.parametrize(
    "newline", ["\n", "\r\n", "\r", "\x0b", "\x0c", "\x1c", "\x85", "\u2028", "\u2029", "\x00"]
)
def test_no_name_or_subject_begins_a_header_of_its_own(newline):
    evil = f"x{newline}Bcc: eve@example.com{newline}{newline}body"
    parsed = letter(name=evil, subject=evil)
    assert parsed["Bcc"] is None
    assert parsed["Subject"] == "x Bcc: eve@example.com body"
    assert len(parsed["To"].addresses) == 1
    assert parsed["To"].addresses[0].addr_spec == "a@example.com"


@pytest.mark.parametrize(
    "address",
    [
        "",
        "a",
        "a@",
        "@example.com",
        "a@example.com\nBcc: e@example.com",
        "a@example.com, e@example.com",
        "a@-..",
        "a b@c",
    ],
)
def test_what_is_no_address_is_said_to_be_none(address):
    with pytest.raises(ValueError, match=r".*"):
        letter(address=address)


def test_an_unusable_address_fails_alone(cast, office, make_message):
    Person.objects.filter(pk=cast.alice.pk).update(email="a@b, c@d")
    bad, good = make_message(cast.alice), make_message(cast.bob)
    assert deliver(NOW) == 1
    bad.refresh_from_db()
    assert (bad.state, bad.reason) == (State.FAILED, NO_SUCH_ADDRESS)
    good.refresh_from_db()
    assert good.state == State.SENT


def test_any_alphabet_arrives_as_written():
    parsed = letter(name="Ülkü Ñandú", subject="Grüße – تحية", text="…\nGrüße\n.\n", html="<p>…</p>")
    assert parsed["Subject"] == "Grüße – تحية"
    assert parsed["To"].addresses[0].display_name == "Ülkü Ñandú"
    assert parsed.get_body(("plain",)).get_content().split() == ["…", "Grüße", "."]


def test_a_line_with_a_single_dot_does_not_end_the_letter(cast, office, make_message):
    make_message(cast.alice, text="one\n.\n..two\n")
    deliver(NOW)
    assert office.taken[0].get_body(("plain",)).get_content().split() == ["one", ".", "..two"]


def test_words_arrive_to_the_letter():
    text = "From the start = 100 %, tab\t, “quotes”, " + "long " * 300 + "end \n"
    assert letter(text=text).get_body(("plain",)).get_content().replace("\r\n", "\n") == text


def test_no_line_is_long(cast, office, make_message):
    message = make_message(cast.alice, subject="ü" * 200, text="x" * 5000, html="<p>" + "ü" * 5000)
    content = compose(message, Recipient("a@example.com", "Ü" * 200, "en", ZoneInfo("UTC"))).content
    assert max(map(len, content.split(b"\r\n"))) <= 100
    assert b"\n" not in content.replace(b"\r\n", b"")
    assert message_from_bytes(content, policy=policy.default)["Subject"] == "ü" * 200


def test_a_domain_in_another_alphabet_is_written_as_mail_servers_know_it(cast, office, make_message):
    Person.objects.filter(pk=cast.alice.pk).update(email="alice@bücher.example")
    make_message(cast.alice)
    assert deliver(NOW) == 1
    assert office.envelopes[0][1] == "TO:<alice@xn--bcher-kva.example>"


def test_a_mailbox_in_another_alphabet_goes_where_the_server_takes_it(cast, office, make_message):
    Person.objects.filter(pk=cast.alice.pk).update(email="أليس@example.com")
    make_message(cast.alice)
    make_message(cast.bob)
    assert deliver(NOW) == 2
    assert office.envelopes[0][1] == "TO:<أليس@example.com>"
    assert office.envelopes[0][0].endswith("SMTPUTF8 BODY=8BITMIME")
    assert office.envelopes[1][0] == "FROM:<alliance@localhost>"


def test_a_mailbox_in_another_alphabet_fails_plainly_where_it_does_not(cast, office, make_message):
    office.extensions = []
    Person.objects.filter(pk=cast.alice.pk).update(email="أليس@example.com")
    bad, good = make_message(cast.alice), make_message(cast.bob)
    assert deliver(NOW) == 1
    bad.refresh_from_db()
    assert (bad.state, bad.reason) == (State.FAILED, NO_SUCH_LETTERS)
    good.refresh_from_db()
    assert good.state == State.SENT


def test_a_letter_leads_to_the_settings_of_whoever_reads_it(settings):
    settings.SITE_URL = "https://alliance.example"
    reader = Recipient("a@example.com", "A", "de", ZoneInfo("UTC"))
    words = write(Digest, reader, {"messages": [], "path": "/"})
    assert words.text.endswith(" https://alliance.example/my/settings/\n")
    assert '<a href="https://alliance.example/my/settings/"' in words.html


@pytest.mark.parametrize("path", ["/", "/tours/7/?a=b&c=d"])
def test_a_letter_that_waited_while_the_application_moved_leads_to_where_it_is(settings, path):
    settings.SITE_URL = "http://localhost:8000"
    reader = Recipient("a@example.com", "A", "en", ZoneInfo("UTC"))
    words = write(occasions()["tours.tour_starts"], reader, example(DAY) | {"path": path})
    settings.SITE_URL = "https://alliance.example"
    sent = compose(Message(language="en", **words._asdict()), reader).content
    parsed = message_from_bytes(sent, policy=policy.default)
    for part in parsed.iter_parts():
        said = unescape(part.get_content())
        assert f"https://alliance.example{path}" in said
        assert "https://alliance.example/my/settings/" in said
        assert "localhost:8000" not in said


def test_links_in_what_the_company_says_are_none_that_moved(settings):
    settings.SITE_URL = "http://localhost:8000"
    ours = {"en": Wording("Ask https://intranet.example.com/ or https://alliance.example/ for it.")}
    reader = Recipient("a@example.com", "A", "en", ZoneInfo("UTC"), wordings=ours)
    words = write(occasions()["tours.tour_starts"], reader, example(DAY) | {"path": "/"})
    settings.SITE_URL = "https://alliance.example"
    sent = compose(Message(language="en", **words._asdict()), reader).content
    for part in message_from_bytes(sent, policy=policy.default).iter_parts():
        said = part.get_content()
        assert "https://intranet.example.com/ or" in said
        assert "localhost:8000" not in said


def test_the_message_id_is_the_messages_own(settings):
    settings.DEFAULT_FROM_EMAIL = "Alliance <alliance@example.org>"
    message = Message()
    assert message_id(message.pk) == message_id(message.pk) == f"<{message.pk}@example.org>"


def test_one_line_keeps_what_is_no_line_break():
    assert one_line("  a\tb\u200f c\u00a0d ") == "a b\u200f c d"


@pytest.mark.parametrize(
    ("url", "server"),
    [
        ("smtp://localhost", Server("localhost", 25)),
        ("smtp://[::1]:1025?timeout=3", Server("::1", 1025, timeout=3)),
        ("smtp+tls://u%40x:p%2Fw@mail.example", Server("mail.example", 587, "u@x", "p/w", starttls=True)),
        ("submission://mail.example", Server("mail.example", 587, starttls=True)),
        ("smtps://mail.example", Server("mail.example", 465, tls=True)),
        ("smtp+ssl://mail.example:4465", Server("mail.example", 4465, tls=True)),
    ],
)
def test_the_address_of_the_mail_server(url, server):
    assert Server.from_url(url) == server


@pytest.mark.parametrize("url", ["", "localhost", "http://localhost", "smtp://", "smtp://localhost:mail"])
def test_what_names_no_mail_server(url):
    with pytest.raises(Unreachable):
        Server.from_url(url)
