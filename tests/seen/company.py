"""A company in which every field that holds somebody's words holds one that can be told from all others."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta
from itertools import count
from typing import Any

from people.models import Person
from tests.conftest import make_cast
from tests.factories import make_line, make_person
from tests.seen.lines import EMPLOYED, HR, MANAGING
from tours.access import Relation

TODAY = datetime(2026, 6, 15, 9, 0, tzinfo=UTC)
LAST_DAY_OF_NED = date(2026, 5, 1)
MARK = "Zq"  #: all words begin with it, and no other word does

#: Whom a line means wherever it stands.
EVERYWHERE = {
    HR: "heidi",
    EMPLOYED: "alice bob carol dan heidi mallory mia",
    MANAGING: "bob carol mallory",
    Relation.HR: "heidi",
    Relation.ABOVE: "carol",
}


@dataclass(frozen=True)
class Said:
    """One word in one field, with the line that one of its readers is told."""

    word: str
    field: str
    line: str
    to: str
    who: Mapping[str, str]
    over: bool
    beside: bool  #: whether the line stands on the same page as the word by now


class Company:
    """The cast and three more: Mia, who reports to Mallory; Lea, who did and has left; and Ned, who agreed
    on a tour with Alice and has left since."""

    def __init__(self) -> None:
        mia, lea = make_person("Mia Munro"), make_person("Lea Lund", left_on=date(2025, 8, 1))
        ned = make_person("Ned North", left_on=LAST_DAY_OF_NED)
        self.people: dict[str, Person] = {**vars(make_cast()), "mia": mia, "lea": lea, "ned": ned}
        make_line(mia, self.people["mallory"])
        make_line(lea, self.people["mallory"], until=date(2025, 8, 1))
        self.said: list[Said] = []
        self.fields: dict[str, str] = {}  #: of each word
        self._numbers = count(1)

    def __getattr__(self, name: str) -> Person:
        try:
            return self.__dict__["people"][name]
        except KeyError:
            raise AttributeError(name) from None

    def word(self, field: str) -> str:
        word = f"{MARK}{next(self._numbers)}x"
        self.fields[word] = field
        return word

    def words(self, model: str, *fields: str) -> dict[str, Any]:
        return {field: self.word(f"{model}.{field}") for field in fields}

    def claim(
        self,
        line: str,
        to: str,
        words: Iterable[str],
        who: Mapping[Any, str],
        *,
        over: bool = False,
        beside: bool = True,
    ) -> None:
        """That this is the line which that reader is told of these words."""
        for word in words:
            whom = {**EVERYWHERE, **who}
            self.said.append(Said(word, self.fields[word], line, to, whom, over, beside))


def days_ago(days: int) -> date:
    return TODAY.date() - timedelta(days=days)
