"""Which words changed from one version to the next."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from difflib import SequenceMatcher
from typing import Literal

MOST = 1_000_000  #: the numbers of words on both sides, multiplied, that are compared one by one

Change = Literal["same", "added", "removed"]


@dataclass(frozen=True)
class Piece:
    change: Change
    text: str


def is_same(pieces: Iterable[Piece]) -> bool:
    return all(piece.change == "same" for piece in pieces)


def word_diff(old: str, new: str) -> list[Piece]:
    """The new text with what was removed from the old one in its place. Blanks belong to the word before."""
    return list(_pieces(_words(old), _words(new)))


def line_diff(old: str, new: str) -> list[Piece]:
    """The same line by line, for lists: an entry is there or not, whatever words it shares with others."""
    return list(_pieces(old.splitlines(keepends=True), new.splitlines(keepends=True)))


def _steps(before: list[str], after: list[str]) -> Iterator[tuple[str, int, int, int, int]]:
    """As from a matcher, but for texts whose comparison would take minutes: those are replaced whole."""
    if len(before) * len(after) <= MOST:
        yield from SequenceMatcher(None, before, after, autojunk=False).get_opcodes()
    elif before == after:
        yield "equal", 0, len(before), 0, len(after)
    else:
        yield "replace", 0, len(before), 0, len(after)


def _words(text: str) -> list[str]:
    return re.findall(r"\S+\s*|\s+", text)


def _pieces(before: list[str], after: list[str]) -> Iterator[Piece]:
    for tag, i1, i2, j1, j2 in _steps(before, after):
        if tag == "equal":
            yield Piece("same", "".join(after[j1:j2]))
            continue
        if i2 > i1:
            yield Piece("removed", "".join(before[i1:i2]))
        if j2 > j1:
            yield Piece("added", "".join(after[j1:j2]))
