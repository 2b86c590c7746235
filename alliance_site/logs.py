"""What is written down of requests, without the addresses that are as good as a password."""

from __future__ import annotations

import logging
import re

TOKEN = re.compile(r"(/password/new/[^/\s]+/|(?<!/my)/calendar/|/messages/declined/)[^/\s?]+")


def without_tokens(text: str) -> str:
    """A token goes with whatever hangs on it, for an address that was typed wrongly holds it too."""
    return TOKEN.sub(r"\1…", text)


class DiscreetFormatter(logging.Formatter):
    """Whichever library writes the line, and with whatever traceback."""

    def format(self, record: logging.LogRecord) -> str:
        return without_tokens(super().format(record))
