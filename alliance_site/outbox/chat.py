"""Titles of what is due, in a channel of the company's chat, by an incoming webhook.

A channel is read by many. So a post names nobody and quotes nothing: it says how many letters of which
kind have gone out, and where to look. Private occasions never come here.
"""

from __future__ import annotations

import http.client
import ipaddress
import json
import socket
import ssl
import threading
from collections import Counter
from collections.abc import Iterator, Sequence
from contextlib import contextmanager, suppress
from datetime import datetime
from urllib.parse import urlsplit

from django.conf import settings
from django.contrib.auth.base_user import AbstractBaseUser
from django.db import transaction
from django.utils import translation
from django.utils.encoding import iri_to_uri
from django.utils.translation import gettext_noop, ngettext

from alliance_site.outbox.letters import Letter
from alliance_site.outbox.models import Hook, Message
from alliance_site.outbox.occasions import occasions
from alliance_site.outbox.smtp import Lost, Refused, Unreachable

TIMEOUT = 10.0  #: seconds for each word of the other side
PATIENCE = 20.0  #: seconds for all of them, or who lets bytes drip would hold a sender for ever
LATER = (408, 425, 429)  #: what a chat answers that will take it another time
GIVEN_OUT = ipaddress.ip_network("2000::/3")  #: all of IPv6 that is anybody's in public
TRANSLATED = ipaddress.ip_network("64:ff9b::/96")  #: NAT64: the last four bytes are the IPv4 address meant
FORGOTTEN = "https://"
State = Message.State
ENDED = gettext_noop("HR has ended this channel.")
INSIDE = gettext_noop("This address is inside the company's own network, or nobody's.")
NO_ADDRESS = gettext_noop("This is no address of a chat: it must begin with https:// and name a host.")


def outside(host: str, port: int) -> str:
    """The network address to connect to. Raises ValueError if any of the host's is not a public one.

    What was looked at is what is connected to: a name that answers differently the next time gains nothing.
    """
    found = {entry[4][0] for entry in socket.getaddrinfo(host, port, proto=socket.IPPROTO_TCP)}
    if not all(_is_public(ipaddress.ip_address(str(address).partition("%")[0])) for address in found):
        raise ValueError(INSIDE)
    return str(sorted(found, key=lambda address: ":" in str(address))[0])


def _is_public(address: ipaddress.IPv4Address | ipaddress.IPv6Address) -> bool:
    """What Python calls global includes old kinds of private addresses, and such as lead to an IPv4 one."""
    if isinstance(address, ipaddress.IPv4Address):
        return address.is_global and not address.is_multicast
    if address in TRANSLATED:
        return _is_public(ipaddress.IPv4Address(address.packed[-4:]))
    inner = address.sixtofour
    return address in GIVEN_OUT and address.is_global and (inner is None or _is_public(inner))


def host_of(url: str) -> tuple[str, int]:
    """Raises ValueError for what is no https address, or says more than an address should."""
    parts = urlsplit(url)
    if parts.scheme != "https" or not parts.hostname or parts.username or parts.password:
        raise ValueError(NO_ADDRESS)
    return parts.hostname, parts.port or 443


class Connection(http.client.HTTPSConnection):
    """To the one address that was looked at; the certificate must be of the host all the same."""

    def connect(self) -> None:
        context = ssl.create_default_context()
        plain = socket.create_connection((outside(self.host, self.port), self.port), TIMEOUT)
        self.sock = context.wrap_socket(plain, server_hostname=self.host, do_handshake_on_connect=False)
        with in_time(self.sock):
            self.sock.do_handshake()


@contextmanager
def in_time(line: socket.socket) -> Iterator[None]:
    """Hangs up when the whole takes too long. What was said by then is heard, and the rest is silence."""
    clock = threading.Timer(PATIENCE, _hang_up, [line])
    clock.daemon = True
    clock.start()
    try:
        yield
    finally:
        clock.cancel()


def _hang_up(line: socket.socket) -> None:
    with suppress(OSError):
        socket.socket.shutdown(line, socket.SHUT_RDWR)  # not TLS's own, which another thread is at


class Post:
    """One post: connected before the fence, said after it. No redirect is followed."""

    def __init__(self, hook: Hook) -> None:
        self.hook = hook
        self.connection: http.client.HTTPConnection | None = None

    def envelope(self, letter: Letter) -> None:
        if self.hook.ended_at:
            raise Refused(410, ENDED, permanent=True)
        try:
            self.connection = Connection(*host_of(self.hook.url), timeout=TIMEOUT)
            self.connection.connect()
        except ValueError as error:
            raise Refused(400, str(error), permanent=True) from error
        except OSError as error:
            self.close()
            raise Unreachable(str(error)) from error

    def begin(self) -> None:
        """Nothing comes between the fence and the words."""

    def finish(self, letter: Letter) -> None:
        parts = urlsplit(self.hook.url)
        path = iri_to_uri((parts.path or "/") + (f"?{parts.query}" if parts.query else ""))
        headers = {"Content-Type": "application/json; charset=utf-8", "User-Agent": "Alliance"}
        try:
            assert self.connection
            with in_time(self.connection.sock):
                self.connection.request("POST", path, letter.content, headers)
                answer = self.connection.getresponse()
                words = answer.read(200)
        except (OSError, http.client.HTTPException) as error:
            raise Lost(str(error)) from error
        finally:
            self.close()
        if answer.status // 100 != 2:
            raise Refused(
                answer.status,
                f"{answer.status} {words.decode('utf-8', 'replace')}",
                permanent=answer.status // 100 != 5 and answer.status not in LATER,
            )

    def reset(self) -> None:
        self.close()

    def close(self) -> None:
        connection, self.connection = self.connection, None
        if connection:
            with suppress(OSError):
                connection.close()


def compose(messages: Sequence[Message], kind: str = Hook.Kind.SLACK) -> Letter:
    """How many of what, and where to look, as the chat wants to have it."""
    known, counted = occasions(), Counter(message.occasion for message in messages)
    with translation.override(settings.LANGUAGE_CODE):
        lines = [
            ngettext("%(title)s: %(count)s letter", "%(title)s: %(count)s letters", number)
            % {"title": known[key].title, "count": number}
            for key, number in counted.items()
            if key in known and not known[key].private
        ]
    said = [*lines, settings.SITE_URL]
    post = _card(said) if kind == Hook.Kind.TEAMS else {"text": "\n\n".join(said)}
    return Letter("", "", json.dumps(post).encode())


def _card(lines: Sequence[str]) -> dict[str, object]:
    """Teams takes cards; a text by itself only where an older kind of webhook still runs."""
    card = {
        "$schema": "http://adaptivecards.io/schemas/adaptive-card.json",
        "type": "AdaptiveCard",
        "version": "1.2",
        "body": [{"type": "TextBlock", "text": line, "wrap": True} for line in lines],
    }
    attachment = {"contentType": "application/vnd.microsoft.card.adaptive", "content": card}
    return {"type": "message", "attachments": [attachment]}


@transaction.atomic
def end(hook: Hook, *, actor: AbstractBaseUser, now: datetime) -> bool:
    """Nothing more goes there, and the address is forgotten. False if it was ended before.

    What has not gone by then is nobody's to look after.
    """
    open_ones = Hook.objects.filter(pk=hook.pk, ended_at__isnull=True)
    if not open_ones.update(ended_at=now, ended_by=actor.pk, url=FORGOTTEN):
        return False
    left = Message.objects.filter(channel=hook, state__in=[State.WAITING, State.HELD, State.FAILED])
    left.update(state=State.SILENCED, reason=ENDED, settled_at=now)
    return True


def put_off(channel_id: int, until: datetime) -> None:
    """Whatever waits for a chat that is away waits as long: no batch of letters is to ask it again."""
    waiting = Message.objects.filter(channel=channel_id, state=State.WAITING, send_after__lt=until)
    waiting.update(send_after=until)
