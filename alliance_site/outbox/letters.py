"""Words: from an occasion's templates to a subject, a text and an HTML part, and to the bytes sent."""

from __future__ import annotations

import re
from binascii import b2a_qp
from collections.abc import Collection, Mapping, Sequence
from email.errors import HeaderParseError
from email.header import Header
from email.headerregistry import Address
from email.utils import format_datetime, parseaddr, quote
from functools import cache, lru_cache
from typing import Any, NamedTuple
from unicodedata import category
from uuid import UUID

from django.conf import settings
from django.urls import reverse
from django.utils import timezone, translation

from alliance_site.outbox.declining import one_click
from alliance_site.outbox.frames import as_html, as_text, pieces
from alliance_site.outbox.models import Message
from alliance_site.outbox.occasions import Occasion, Recipient, Wording, occasions

SUBJECT_LENGTH = 200
LONGEST_ANSWER = 500

#: What several messages in one letter look like.
Digest = Occasion(key="outbox.digest", title="")


class NoAddress(ValueError):
    """What is written there is no e-mail address."""


class Words(NamedTuple):
    subject: str
    text: str
    html: str
    path: str = ""  #: where the button leads


def one_line(words: str) -> str:
    """Nothing in it can begin a header of its own, and half a character, as JSON can bring, is none."""
    plain = " ".join(words.split())
    if plain.isprintable():  # then it has none of these, which is soon known
        return plain
    return " ".join("".join(" " if category(c) in ("Cc", "Cs", "Zl", "Zp") else c for c in words).split())


def as_said(words: str) -> str:
    """What a server said, as it can be kept and shown."""
    return one_line(words)[:LONGEST_ANSWER]


def write(occasion: Occasion, recipient: Recipient, context: Mapping[str, Any]) -> Words:
    """In the recipient's language, with dates and times in their time zone."""
    with translation.override(recipient.language), timezone.override(recipient.zone):
        said = pieces(occasion.words, {**context, "recipient": recipient, "site_url": settings.SITE_URL})
    said |= recipient.wordings.get(recipient.language, Wording())._asdict() | {
        "name": recipient.name,
        "link": settings.SITE_URL + context["path"],
        "settings_link": settings.SITE_URL + _settings_page(),
    }
    return Words(
        one_line(said["subject"])[:SUBJECT_LENGTH],
        as_text(recipient.language, said),
        as_html(recipient.language, said),
        context["path"],
    )


@cache
def _settings_page() -> str:
    return reverse("my_settings")


def message_id(pk: UUID) -> str:
    """The same however often the message is tried, so that a provider's log can settle doubt."""
    return f"<{pk}@{sender().domain}>"


def sender() -> Address:
    """Raises `NoAddress` if the setting is none."""
    return _sender(settings.DEFAULT_FROM_EMAIL)


@lru_cache(maxsize=1)
def _sender(written: str) -> Address:
    return addressed(*parseaddr(written))


def addressed(name: str, address: str) -> Address:
    """With the domain as mail servers know it. Raises `NoAddress` for what is none."""
    mailbox, _, domain = address.rpartition("@")
    try:
        domain = domain.encode("idna").decode()
        # The parser takes no other alphabet; that the rest is in order can be seen without it.
        Address(addr_spec=re.sub(r"[^\x00-\x7f]", "x", f"{mailbox}@{domain}"))
    except (HeaderParseError, IndexError, ValueError) as error:
        raise NoAddress(address) from error
    return Address(one_line(name), username=mailbox, domain=domain)


def same_address(one: str, other: str) -> bool:
    """However a provider spells it."""
    return _spelt(one) == _spelt(other)


def _spelt(address: str) -> str:
    try:
        return addressed("", address).addr_spec.casefold()
    except NoAddress:
        return address.casefold()


def digest(messages: Sequence[Message], recipient: Recipient) -> Message:
    """One letter that lists what each of these is about, under the number of the first."""
    first = messages[0]
    context = {"messages": messages, "path": "/"}
    words = write(Digest, recipient, context)
    who = {"recipient_id": first.recipient_id, "language": recipient.language}
    return Message(pk=first.pk, **who, **words._asdict())


class Letter(NamedTuple):
    """As the mail server gets it: the envelope's two addresses, and the bytes."""

    sender: str
    recipient: str
    content: bytes

    @property
    def international(self) -> bool:
        return not (self.sender.isascii() and self.recipient.isascii())


def compose(message: Message, recipient: Recipient, *, brings: Collection[str] = ()) -> Letter:
    """`brings` are the occasions of a digest. Raises `NoAddress`.

    All letters are of one shape, and laid out by hand: Python's email takes four times as long for it.
    """
    addresser, addressee = sender(), addressed(recipient.name, recipient.address)
    boundary = f"=_{message.pk.hex}"  # what is quoted-printable has no such thing in it
    headers = {
        "From": _mailbox(addresser),
        "To": _mailbox(addressee),
        "Subject": _unstructured(message.subject),
        "Date": format_datetime(timezone.now()),
        "Message-ID": message_id(message.pk),
        "Auto-Submitted": "auto-generated",
        "Content-Language": message.language,
        "MIME-Version": "1.0",
        "Content-Type": f'multipart/alternative; boundary="{boundary}"',
    }
    headers |= _of_occasions(message.recipient_id, brings or [message.occasion], digest=bool(brings))
    head = "".join(f"{name}: {value}\r\n" for name, value in headers.items())
    text, html = _with_links_of_today(message)
    parts = {"plain": text, **({"html": html} if html else {})}
    body = "".join(f"\r\n--{boundary}\r\n{_part(words, kind)}" for kind, words in parts.items())
    content = f"{head}{body}\r\n--{boundary}--\r\n"
    return Letter(addresser.addr_spec, addressee.addr_spec, content.encode())


def _with_links_of_today(message: Message) -> tuple[str, str]:
    """Words are written when a letter is planned; while it waited the application may have moved."""
    text, html, path, here = message.text, message.html, message.path, settings.SITE_URL
    # The button's, above the foot: the company's words may have links, too.
    written = re.search(rf"(?m)^(https?://\S+?){re.escape(path)}\n\n-- $", text) if path else None
    if not written or written[1] == here:
        return text, html
    before = f"{written[1]}/"
    return text.replace(before, f"{here}/"), html.replace(before, f"{here}/")


def _of_occasions(person_id: int, keys: Collection[str], *, digest: bool) -> dict[str, str]:
    known, headers = occasions(), {}
    said = [known[key] for key in keys if key in known]
    if any(occasion.private for occasion in said):
        headers["Sensitivity"] = "Private"  # RFC 4021: mail programs show it to no stand-in
    if may_go := sorted(occasion.key for occasion in said if occasion.may_decline):
        url = settings.SITE_URL + one_click(person_id, may_go)
        headers["List-Unsubscribe"] = f"<{url}>"
        if url.startswith("https://"):  # RFC 8058 knows no other
            headers["List-Unsubscribe-Post"] = "List-Unsubscribe=One-Click"
    elif settings.SITE_URL.startswith("https://") and (digest or any(occasion.due for occasion in said)):
        # Reminders that must come: there one chooses a single letter a day. No click does away with them.
        headers["List-Unsubscribe"] = f"<{settings.SITE_URL}{reverse('my_settings')}>"
    return headers


def _mailbox(address: Address) -> str:
    name = address.display_name
    shown = f'"{quote(name)}"' if name.isascii() else _unstructured(name)
    return f"{shown} <{address.addr_spec}>"


def _unstructured(words: str) -> str:
    """For a header: encoded if need be, folded, and nothing in it that could begin another one."""
    return Header(one_line(words)).encode(linesep="\r\n")


def _part(words: str, kind: str) -> str:
    lines = re.sub(r"\r\n?", "\n", words)
    content = b2a_qp(lines.encode(), istext=True).decode().replace("\n", "\r\n")
    return (
        f'Content-Type: text/{kind}; charset="utf-8"\r\n'
        f"Content-Transfer-Encoding: quoted-printable\r\n\r\n{content}"
    )
