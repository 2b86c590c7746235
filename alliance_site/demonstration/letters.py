"""The letters that the mail sink took, read from its Maildir."""

from __future__ import annotations

import re
from dataclasses import dataclass
from datetime import UTC, datetime
from email import policy
from email.message import EmailMessage
from email.parser import BytesHeaderParser, BytesParser
from email.utils import parseaddr
from functools import cached_property
from pathlib import Path

from django.conf import settings

from people.models import Person


@dataclass(frozen=True)
class Letter:
    path: Path

    @property
    def key(self) -> str:
        """The file's name as a word for an address; a Maildir's names have dots and the machine's name."""
        return re.sub(r"[^A-Za-z0-9_]", "-", self.path.name)

    @cached_property
    def message(self) -> EmailMessage:
        return BytesParser(policy=policy.default).parsebytes(self.path.read_bytes())

    @property
    def arrived_at(self) -> datetime:
        return datetime.fromtimestamp(self.path.stat().st_mtime, UTC)

    @property
    def to(self) -> str:
        return str(self.message["To"] or self.message["X-RcptTo"] or "")

    @property
    def to_name(self) -> str:
        name, address = parseaddr(self.to)
        return name or address

    @property
    def is_private(self) -> bool:
        """Known to its recipient alone, in the demonstration too. Only its head is read to tell."""
        with self.path.open("rb") as file:
            return BytesHeaderParser().parse(file)["Sensitivity"] == "Private"

    def is_for(self, person: Person) -> bool:
        return not self.is_private or parseaddr(self.to)[1] == person.email

    @property
    def sender(self) -> str:
        return str(self.message["From"] or "")

    @property
    def subject(self) -> str:
        return str(self.message["Subject"] or "")

    @property
    def text(self) -> str:
        return self._part("plain")

    @property
    def html(self) -> str:
        return self._part("html")

    def _part(self, kind: str) -> str:
        part = self.message.get_body((kind,))
        return str(part.get_content()) if part else ""


def letters_for(person: Person) -> list[Letter]:
    """All that the person may read, the newest first; a letter's own words are read when asked for."""
    paths = [path for box in ("new", "cur") for path in (folder() / box).glob("*")]
    newest = sorted(paths, key=lambda path: path.stat().st_mtime_ns, reverse=True)
    return [letter for letter in map(Letter, newest) if letter.is_for(person)]


def find(key: str, person: Person) -> Letter | None:
    return next((letter for letter in letters_for(person) if letter.key == key), None)


def folder() -> Path:
    return Path(settings.DATA_DIR) / "letters"
