"""Two texts that were both made from a third, put together."""

from __future__ import annotations

import re
from difflib import SequenceMatcher
from typing import NamedTuple

from tours.diff import MOST

#: Between sentences, and between lines: two people may both have changed a text, but not the same sentence.
#: Their words put together within one could say what neither meant.
BETWEEN = re.compile(r"(\s*\n\s*|(?<=[.!?…؟])\s+|(?<=[。！？])\s*)")


def merged(base: str, one: str, other: str) -> str | None:
    """With the changes of both; None where they changed the same place, or there is too much to compare."""
    if other in (base, one):
        return one
    if one == base:
        return other
    before, first, second = (_sentences(text) for text in (base, one, other))
    if len(before) * max(len(first), len(second)) > MOST:
        return None
    ours, theirs = _changes(before, first), _changes(before, second)
    theirs = [change for change in theirs if change not in ours]
    if any(change.touches(another) for change in ours for another in theirs):
        return None
    # From the end, so that what is before stays in its place.
    for change in sorted([*ours, *theirs], reverse=True):
        before[change.start : change.end] = change.words
    return "".join(before).strip()


class _Change(NamedTuple):
    """These words in place of what stood from `start` to before `end`."""

    start: int
    end: int
    words: list[str]

    def touches(self, other: _Change) -> bool:
        return self.start <= other.end and other.start <= self.end


def _changes(before: list[str], after: list[str]) -> list[_Change]:
    compared = SequenceMatcher(None, before, after, autojunk=False).get_opcodes()
    return [_Change(i, j, after[k:m]) for what, i, j, k, m in compared if what != "equal"]


def _sentences(text: str) -> list[str]:
    return [part for part in BETWEEN.split(text) if part]
