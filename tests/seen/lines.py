"""The lines "Who can see this", read as a person reads them: whom does this sentence name?"""

from __future__ import annotations

import re
from collections.abc import Mapping

from people.models import Person
from tours.access import Relation

#: What a line says of those who do not read the words: it names nobody.
OTHERS = (
    "By nobody else.",
    "and by nobody else.",
    "HR never reads it.",
    "HR alone can change it.",
    "HR sees that it was skipped, not why.",
    "HR sees that it is there and how it stands, not what it says.",
    "HR and the managers above see only whether it is decided.",
    "Nobody else learns that it exists.",
    "Nobody else learns that you have written anything.",
    "Others see it only as one of many, in figures of a whole group.",
    "You may show it to a new manager or to HR; else HR sees only how it stands.",
    "but for the address, which nobody is shown again.",
    "What goes to the channel can be read by everybody in it.",
)
PASSED_ON = re.compile(r"What was said until it was passed on is (read by .*) too\.")
ASKED = re.compile(r"[\w ]+ may show it to a new manager or to HR; else HR sees only how it stands\.")

#: What becomes of it at a turn: before it the first half holds, after it the second.
TURNS = (
    re.compile(r"(?P<now>.*) until both have handed in, then by (?P<then>.*)"),
    re.compile(r"(?P<now>.*) until you propose it; then (?P<then>.*)"),
    re.compile(r"(?P<now>.*), until you share it with your manager\.(?P<then>)"),
    re.compile(r"(?P<now>.*), also after (?:both have handed in|you leave)\.(?P<then>)"),
)

#: Whom a line can name besides people of that name, the longest first, so that none hides within another.
TWO = "the two of you"
AGREED = "the two who agreed on it"
RELEASED = "those to whom the employee releases that check-in"
CHOSEN = "the one you choose"
EMPLOYED = "everybody employed in the company"
MANAGING = "everybody who manages somebody"
GIVEN = "those who are given it read it as terms"
ASKING = "both sides of every check-in that asks it"
GAVE = "whoever gave it"
HR = "HR"
ONLY_YOU = "only you"

PHRASES = (TWO, AGREED, RELEASED, CHOSEN, EMPLOYED, MANAGING, GIVEN, ASKING, GAVE, HR, ONLY_YOU)

#: What may be left of a line once all whom it names are taken out.
FILLING = re.compile(
    r"How it ends, and whether it is regretted, is seen by|Who can see this"
    r"|(?:Each is )?[Rr]ead by|You have released it to|has released it to"
    r"|to whom .* has shown it|you have shown it|\b(?:alone|and|by)\b|[\s,.;:]"
)


def named(
    line: str, people: Mapping[str, Person], to: str, who: Mapping[str, str], *, over: bool
) -> set[str]:
    """The cast that a line names as readers, told to one of them; `who` says who each phrase means, and
    `over` whether the turn that it speaks of has come. A line with other words in it is refused: somebody
    must say first whom these mean."""
    rest = line
    for others in OTHERS:
        rest = rest.replace(others, "")
    rest = PASSED_ON.sub("" if over else r"\1", ASKED.sub("", rest))
    for turn in TURNS:
        if found := turn.fullmatch(rest.strip()):
            now, then = found["now"], found["then"]
            rest = (then or now) if over else now
            break
    meant = meanings(people, to, who)
    readers: set[str] = set()
    for phrase in sorted(meant, key=len, reverse=True):
        if re.search(rf"(?<!\w){re.escape(phrase)}(?!\w)", rest):
            readers |= set(meant[phrase].split())
            rest = rest.replace(phrase, "")
    assert not FILLING.sub("", rest), f"nobody has said whom this names: {rest!r} in {line!r}"
    return readers


def meanings(people: Mapping[str, Person], to: str, who: Mapping[str, str]) -> dict[str, str]:
    labels = {str(relation.label): who.get(relation, "") for relation in Relation}
    phrases = {phrase: who.get(phrase, "") for phrase in PHRASES}
    return phrases | labels | {"you": to, ONLY_YOU: to} | {row.name: name for name, row in people.items()}
