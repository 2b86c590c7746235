"""What a file says of how employments ended, and what that probably means: HR looks it over."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping as Asked
from dataclasses import dataclass
from hashlib import sha256
from typing import Any

from people.importing.mapping import fold
from people.importing.table import Table
from people.models import Employment

MOST_ASKED = 40  #: words of a file; the others mean what is known of them, or nothing
KINDS = ("status", "reason")  #: the few types first
Ending = Employment.Ending
#: Besides our own words, in small letters: what the mappings that come along know, and forms of these.
SYNONYMS = {
    "voluntarily terminated": Ending.RESIGNATION,
    "resigned": Ending.RESIGNATION,
    "terminated for cause": Ending.DISMISSAL,
    "dismissed": Ending.DISMISSAL,
    "retiring": Ending.RETIREMENT,
    "retired": Ending.RETIREMENT,
    "contract ended": Ending.END_OF_CONTRACT,
}


@dataclass(frozen=True)
class Word:
    """What a column says of some who have left."""

    kind: str  #: which column: one of KINDS
    text: str
    people: int

    @property
    def key(self) -> str:
        """The name of its field, in an address too: whatever the words, and wherever they stand."""
        return f"{self.kind}_{sha256(fold(self.text).encode()).hexdigest()[:12]}"


def known() -> dict[str, str]:
    """Words in small letters → what they mean; ours in the reader's language."""
    ours = {fold(str(told)): value for value, label in Ending.choices for told in (value, label)}
    return {**SYNONYMS, **{told.replace("_", " "): value for told, value in ours.items()}, **ours}


def said(table: Table, columns: Asked[str, Any]) -> tuple[list[Word], int]:
    """What is to be asked, the most frequent of each kind first, and how many words there are."""
    heading = [name.strip() for name in table[0]]
    places = {name: heading.index(column) for name, column in columns.items() if column and column in heading}
    if "left_on" not in places:
        return [], 0
    day = places["left_on"]
    left = [line for line in table[1:] if len(line) == len(heading) and line[day].strip()]
    words = []
    for kind in KINDS:
        if kind in places:
            words += _counted(kind, [" ".join(line[places[kind]].split()) for line in left])
    return words[:MOST_ASKED], len(words)


def _counted(kind: str, texts: list[str]) -> list[Word]:
    """However they are capitalised, as they stand first."""
    first: dict[str, str] = {}
    for text in texts:
        first.setdefault(fold(text), text)
    counts = Counter(fold(text) for text in texts if text)
    return [Word(kind, first[word], people) for word, people in counts.most_common()]
