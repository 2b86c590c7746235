"""Two texts that were both made from a third, put together."""

from __future__ import annotations

import re

from merge3 import Merge3

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
    groups = list(Merge3(before, first, second).merge_groups())
    if any(group[0] == "conflict" for group in groups):
        return None
    return "".join(sentence for group in groups for sentence in group[1]).strip()


def _sentences(text: str) -> list[str]:
    return [part for part in BETWEEN.split(text) if part]
