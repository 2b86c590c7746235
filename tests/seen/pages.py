"""Every page that the tables of all rooms know, about everything there is, as each of the cast reads it."""

from __future__ import annotations

import logging
import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from html import unescape
from typing import Any, get_type_hints

from django.test import Client
from django.urls import reverse

from alliance_site.outbox.models import Message
from feedback.models import CheckIn
from people.models import Person
from tests.access import Page, all_pages
from tests.seen.company import MARK, TODAY, Company
from tests.world import World
from tours.models import Programme, Tour
from tours.models.calendars import make_feed

WORD = re.compile(rf"\b{MARK}\d+x\b")  #: not inside the random letters of a form's token
#: The same face as the page of that version, set by a process of its own; and each their own, see below.
LEFT_OUT = {"terms_pdf", "calendar_feed"}
#: Forms in which words stand that no other page has yet.
WRITING = {"terms_edit"}


@dataclass
class Read:
    """What everybody got to read: pages by reader and address, and the words in them."""

    pages: dict[tuple[str, str], str] = field(default_factory=dict)
    letters: list[tuple[str, str]] = field(default_factory=list)

    def words(self) -> dict[str, set[str]]:
        """Who read each."""
        found: dict[str, set[str]] = {}
        for who, text in [*((who, page) for (who, _url), page in self.pages.items()), *self.letters]:
            for word in WORD.findall(text):
                found.setdefault(word, set()).add(who)
        return found


class Sort:
    """Stands for the company of another test in a page's arguments, and tells what they are about."""

    def __init__(self, name: str = "") -> None:
        self.name = name

    def __getattr__(self, name: str) -> Sort:
        return Sort(self.name or name)

    def rows(self) -> Iterable[Any]:
        model = Person if self.name == "cast" else get_type_hints(World)[self.name]
        return model._default_manager.order_by("pk")


#: Their addresses are signed for one person, and tell of kinds of letters alone.
SIGNED = {"letters_declined"}


def addresses(name: str, page: Page) -> Iterator[tuple[Any, str]]:
    """Of that page, with every row that it can be about, and with every number that such a row has."""
    if name in SIGNED:
        return
    arguments = page.args(Sort())
    about = next(((key, value) for key, value in arguments.items() if isinstance(value, Sort)), None)
    if about is None:
        yield None, reverse(name, kwargs=arguments)
        return
    key, sort = about
    for row in sort.rows():
        for number in _numbers(row) if "number" in arguments else [None]:
            numbered = {"number": number} if number else {}
            yield row, reverse(name, kwargs={**arguments, key: row.pk, **numbered})


def _numbers(row: Any) -> list[int]:
    kept = {Tour: "versions", CheckIn: "summaries", Programme: "revisions"}[type(row)]
    return list(getattr(row, kept).values_list("number", flat=True))


class Reader:
    """One of the cast at the browser."""

    def __init__(self, who: str, person: Person | None, read: Read) -> None:
        self.who, self.person, self.read, self.client = who, person, read, Client()
        if person is not None:
            self.client.force_login(person)
        self.seen: dict[str, bool] = {}  #: whether each address opened

    def opens(self, url: str) -> bool:
        if url not in self.seen:
            reply = self.client.get(url)
            self.seen[url] = reply.status_code == 200
            if self.seen[url]:
                self.read.pages[self.who, url] = unescape(reply.text)
        return self.seen[url]

    def has_door_to(self, row: Any) -> bool:
        """Whether the row's own page opens, if it has one. That none of the others opens to somebody for
        whom that does not is what `tests/test_access.py` shows, page by page."""
        return not hasattr(row, "get_absolute_url") or self.opens(row.get_absolute_url())


def read_all(company: Company) -> Read:
    """Whoever may not know is told so in thousands of answers, and each would be a line in the log."""
    logging.disable(logging.WARNING)
    try:
        return _read_all(company)
    finally:
        logging.disable(logging.NOTSET)


def _read_all(company: Company) -> Read:
    read = Read()
    readers = [Reader(who, person, read) for who, person in [*company.people.items(), ("nobody", None)]]
    for name, page in all_pages().items():
        if page.get and name not in LEFT_OUT:
            once = bool(page.post) and name not in WRITING
            _read(list(addresses(name, page)), readers, once)
    for reader in readers:
        if reader.person:  # whoever has the address reads it, and nobody else has it
            reader.opens(reverse("calendar_feed", args=[make_feed(reader.person, TODAY)]))
        found = reader.client.post(reverse("notes"), {"q": MARK})
        read.pages[reader.who, f"{reverse('notes')}?searched"] = unescape(found.text)
    names = {person.pk: who for who, person in company.people.items()}
    for message in Message.objects.all():
        text = f"{message.subject} {message.text} {message.html}"
        read.letters.append((names[message.recipient_id], unescape(text)))
    return read


def _read(about: list[tuple[Any, str]], readers: list[Reader], once: bool) -> None:
    """A form is the same for every row of its kind: it is read with the first for which it opens."""
    for row, url in about:
        opened = [reader for reader in readers if reader.has_door_to(row) and reader.opens(url)]
        if once and opened and url != getattr(row, "get_absolute_url", str)():
            return
