"""The letters that the mail sink took, read from its Maildir."""

from __future__ import annotations

import re
from dataclasses import dataclass
from datetime import UTC, datetime
from email import policy
from email.message import EmailMessage
from email.parser import BytesParser
from email.utils import parseaddr
from functools import cached_property
from pathlib import Path

from django.conf import settings


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


def all_letters() -> list[Letter]:
    """The newest first. Only names are read here; a letter's own words when they are asked for."""
    paths = [path for box in ("new", "cur") for path in (folder() / box).glob("*")]
    return [Letter(path) for path in sorted(paths, key=lambda path: path.stat().st_mtime_ns, reverse=True)]


def find(key: str) -> Letter | None:
    return next((letter for letter in all_letters() if letter.key == key), None)


def folder() -> Path:
    return Path(settings.DATA_DIR) / "letters"
