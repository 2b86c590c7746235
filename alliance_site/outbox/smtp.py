"""One conversation with the mail server, for as many messages as it will take.

What can happen to a message is said in three ways: `Refused`, the server's own answer; `Lost`, the
connection went away in the middle; `Unreachable`, there is no conversation to be had, which is
nothing that the message could help.
"""

from __future__ import annotations

import re
import smtplib
import ssl
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from urllib.parse import parse_qs, unquote, urlsplit

from django.core.mail.utils import DNS_NAME
from django.utils.translation import gettext as _
from django.utils.translation import gettext_noop

from alliance_site.outbox.letters import Letter, as_said

TIMEOUT = 30.0  # seconds for each answer of the server
PORTS = {"smtp": 25, "smtp+tls": 587, "submission": 587, "smtp+ssl": 465, "smtps": 465}
CLOSING = 421  # the server ends the conversation
NOT_ALLOWED = (530, 535, 538)  # it wants us to sign in, or to do so otherwise
NO_SUCH = (550, 551, 553)  # where a server says no more than the code
# RFC 3463, first in the answer or, as some have it, in brackets: more exact than the code.
STATUS = re.compile(rb"(?:^|\(#)5\.(\d{1,3}\.\d{1,3})\b")
NO_SUCH_BY_STATUS = (b"1.0", b"1.1", b"1.2", b"1.3", b"1.4", b"1.6", b"1.10")  # others are about the sender
PIPELINING = "pipelining"
DOT_FIRST = re.compile(rb"(?m)^\.")
NO_SERVER = gettext_noop("EMAIL_URL does not name a mail server, such as smtp://localhost:25")
NOT_REACHED = gettext_noop("The mail server could not be reached.")
NO_CONVERSATION = gettext_noop("The mail server was reached, but no conversation with it came about.")
NO_SUCH_LETTERS = gettext_noop("The mail server does not take addresses with letters beyond a to z.")


class Trouble(Exception):
    """In words that can be kept and shown, whatever a server says."""

    def __init__(self, words: str) -> None:
        super().__init__(as_said(words))


class Unreachable(Trouble):
    """There is no mail server at the address, or it will not talk to us."""


class Lost(Trouble):
    """The connection ended before the answer came."""


class Refused(Trouble):
    """The server's own answer: below 500 it may answer otherwise later."""

    def __init__(self, code: int, words: bytes | str, *, permanent: bool | None = None) -> None:
        self.code = code
        self.permanent = code >= 500 if permanent is None else permanent
        super().__init__(words if isinstance(words, str) else f"{code} {words.decode('utf-8', 'replace')}")


class NoSuchMailbox(Refused):
    """The server will have nothing for this recipient, now or later."""


@dataclass(frozen=True)
class Server:
    """`smtp://` in the clear, `smtp+tls://` by STARTTLS, `smtps://` or `smtp+ssl://` by TLS at once."""

    host: str
    port: int
    user: str = ""
    password: str = ""
    starttls: bool = False
    tls: bool = False
    timeout: float = TIMEOUT

    @classmethod
    def from_url(cls, url: str) -> Server:
        """Raises `Unreachable` for what is not the address of a mail server."""
        try:
            parts = urlsplit(url)
            port = parts.port or PORTS[parts.scheme]
        except (ValueError, KeyError):
            raise Unreachable(NO_SERVER) from None
        if not parts.hostname:
            raise Unreachable(NO_SERVER)
        options = parse_qs(parts.query)
        return cls(
            host=parts.hostname,
            port=port,
            user=unquote(parts.username or ""),
            password=unquote(parts.password or ""),
            starttls=parts.scheme in ("smtp+tls", "submission"),
            tls=parts.scheme in ("smtp+ssl", "smtps"),
            timeout=float(options.get("timeout", [TIMEOUT])[-1]),
        )


class Session:
    """Connects when first needed, and anew after the connection was lost."""

    def __init__(self, url: str) -> None:
        self.url = url
        self._smtp: smtplib.SMTP | None = None

    @property
    def is_open(self) -> bool:
        """Whether there is a server that talks with us."""
        return self._smtp is not None

    def envelope(self, letter: Letter) -> None:
        """MAIL and RCPT, in one breath where the server takes that (RFC 2920). After this it has promised
        nothing and has nothing."""
        self._mail(letter)
        with self._talking() as smtp:
            if not smtp.has_extn(PIPELINING):
                smtp.send(_rcpt(letter))
            code, words = smtp.getreply()
            if means_no_such_mailbox(code, words):
                raise NoSuchMailbox(code, words)
            expect(250, code, words)

    def begin(self) -> None:
        """DATA. As long as this has not returned, the server cannot have the message."""
        with self._talking() as smtp:
            expect(354, *smtp.docmd("DATA"))

    def finish(self, letter: Letter) -> None:
        """The message and the final dot. If `Lost`, nobody knows whether the server has it."""
        with self._talking() as smtp:
            smtp.send(DOT_FIRST.sub(b"..", letter.content) + b".\r\n")
            expect(250, *smtp.getreply())

    def reset(self) -> None:
        """Forget the envelope, keep the connection."""
        with suppress(Lost), self._talking() as smtp:
            smtp.rset()

    def quit(self) -> None:
        """Say goodbye, if there is anybody to say it to."""
        with suppress(Lost), self._talking() as smtp:
            smtp.quit()
        self._smtp = None

    def close(self) -> None:
        smtp, self._smtp = self._smtp, None
        if smtp:
            smtp.close()

    def _mail(self, letter: Letter) -> None:
        """A server may end an old conversation whenever it likes; that is a reason to begin a new one."""
        if self._smtp:
            try:
                return self._say_mail(letter)
            except Lost:
                pass
            except Refused as refused:
                if refused.code != CLOSING:
                    raise
        self._smtp = self._smtp or _connect(Server.from_url(self.url))
        return self._say_mail(letter)

    def _say_mail(self, letter: Letter) -> None:
        with self._talking() as smtp:
            if letter.international and not smtp.has_extn("smtputf8"):
                raise Refused(553, NO_SUCH_LETTERS)
            at_once = smtp.has_extn(PIPELINING)
            smtp.send(_mail(letter) + (_rcpt(letter) if at_once else b""))
            code, words = smtp.getreply()
            if code in NOT_ALLOWED:
                self.close()
                raise Unreachable(str(Refused(code, words)))
            try:
                expect(250, code, words)
            except Refused:
                if at_once and code != CLOSING:
                    smtp.getreply()  # RCPT has an answer, too, which means nothing
                raise

    @contextmanager
    def _talking(self) -> Iterator[smtplib.SMTP]:
        if self._smtp is None:
            raise Lost("not connected")
        try:
            yield self._smtp
        except (smtplib.SMTPException, OSError) as error:
            self.close()
            raise Lost(str(error)) from error
        except Refused as refused:
            if refused.code == CLOSING:
                self.close()
            raise


def _mail(letter: Letter) -> bytes:
    options = " SMTPUTF8 BODY=8BITMIME" if letter.international else ""
    return f"MAIL FROM:<{letter.sender}>{options}\r\n".encode()


def _rcpt(letter: Letter) -> bytes:
    return f"RCPT TO:<{letter.recipient}>\r\n".encode()


def means_no_such_mailbox(code: int, words: bytes) -> bool:
    """Not so a full mailbox, or a letter that is unwanted: there the address is in order."""
    if code // 100 != 5:
        return False
    status = STATUS.search(words)
    return status[1] in NO_SUCH_BY_STATUS if status else code in NO_SUCH


def expect(expected: int, code: int, words: bytes) -> None:
    if code // 100 == expected // 100:
        return
    if code // 100 not in (4, 5):
        raise smtplib.SMTPException(f"unexpected answer: {code} {words!r}")
    raise Refused(code, words)


def _connect(server: Server) -> smtplib.SMTP:
    smtp: smtplib.SMTP | None = None
    try:
        smtp = _greet(server)
        smtp.ehlo_or_helo_if_needed()
        if server.starttls:
            smtp.starttls(context=ssl.create_default_context())
            smtp.ehlo()
        if server.user:
            smtp.login(server.user, server.password)
    except (smtplib.SMTPException, OSError, UnicodeError) as error:
        if smtp:
            smtp.close()
        reached = smtp is not None or isinstance(error, ssl.SSLError | smtplib.SMTPException)
        raise Unreachable(_said(error, NO_CONVERSATION if reached else NOT_REACHED)) from error
    return smtp


def _said(error: Exception, sentence: str) -> str:
    if isinstance(error, smtplib.SMTPResponseException):
        return str(Refused(error.smtp_code, error.smtp_error))
    return f"{sentence} {error}"


def in_words(reason: str) -> str:
    """What a person reads, with the words of the machine behind it, which nobody translates."""
    for sentence in (NOT_REACHED, NO_CONVERSATION):
        if reason.startswith(sentence):
            return _(sentence) + reason.removeprefix(sentence)
    return _(reason) if reason else ""


class _Behind(ssl.SSLSocket):
    """Who hangs up or says nothing before all is secret was reached: it answered at the address."""

    def do_handshake(self, block: bool = False) -> None:
        try:
            super().do_handshake(block)
        except (ConnectionError, TimeoutError) as error:
            raise smtplib.SMTPServerDisconnected(str(error)) from error


def _greet(server: Server) -> smtplib.SMTP:
    if server.tls:
        context = ssl.create_default_context()
        context.sslsocket_class = _Behind
        return smtplib.SMTP_SSL(
            server.host, server.port, DNS_NAME.get_fqdn(), timeout=server.timeout, context=context
        )
    return smtplib.SMTP(server.host, server.port, DNS_NAME.get_fqdn(), timeout=server.timeout)
