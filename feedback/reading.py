"""What pages say of check-ins and their answers, to the side that reads them."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import date

from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from feedback.measures import Gap, perception_gaps
from feedback.models import Answer, CheckIn
from people.models import Person
from tours.diff import Piece, word_diff
from tours.models import Side

APART = (
    gettext_lazy("the same"),
    gettext_lazy("one apart"),
    gettext_lazy("two apart"),
    gettext_lazy("three apart"),
    gettext_lazy("four apart"),
)
TICKS = [20 + 60 * n for n in range(5)]  # where the marks 1 to 5 stand on the line


@dataclass(frozen=True)
class Line:
    """A check-in in the list, as one of its two sides sees it."""

    checkin: CheckIn
    other: Person
    state: CheckIn.State
    own_in: bool
    other_in: bool


@dataclass(frozen=True)
class Compared:
    """A gap, in words and on a line from 1 to 5."""

    wording: str
    low: str
    high: str
    gap: Gap
    sentence: str

    @property
    def employee_x(self) -> int:
        return TICKS[self.gap.marks[Side.EMPLOYEE] - 1]

    @property
    def manager_x(self) -> int:
        return TICKS[self.gap.marks[Side.MANAGER] - 1]


@dataclass(frozen=True)
class Row:
    """What one side said, below the question as that side was asked it."""

    person: Person
    wording: str
    said: str


def line(checkin: CheckIn, reader: Person, today: date) -> Line:
    side = checkin.side_of(reader) or Side.EMPLOYEE
    return Line(
        checkin,
        checkin.party(side.other),
        checkin.state(today),
        checkin.has_handed_in(side),
        checkin.has_handed_in(side.other),
    )


def compared(checkin: CheckIn, answers: Iterable[Answer], reader: Person) -> list[Compared]:
    """Both marks on each question, the widest gap first."""
    side = checkin.side_of(reader) or Side.EMPLOYEE
    return [
        Compared(gap.question.wording(side, checkin), *gap.question.ends, gap, _sentence(gap, checkin, side))
        for gap in perception_gaps(answers)
    ]


def _sentence(gap: Gap, checkin: CheckIn, side: Side) -> str:
    return _("You %(own)s, %(name)s %(theirs)s: %(apart)s") % {
        "own": gap.marks[side],
        "name": checkin.party(side.other).name,
        "theirs": gap.marks[side.other],
        "apart": APART[gap.size],
    }


def rows(checkin: CheckIn, answers: Iterable[Answer], side: Side) -> list[Row]:
    """All that this side said, in the order asked."""
    person = checkin.party(side)
    return [
        Row(person, answer.question.wording(side, checkin), spoken(answer.scale or answer.text))
        for answer in answers
        if answer.sheet.side == side
    ]


def pairs(checkin: CheckIn, answers: Iterable[Answer], *sides: Side) -> list[list[Row]]:
    """Question by question, what each of these sides said."""
    said = {(answer.question, answer.sheet.side): spoken(answer.scale or answer.text) for answer in answers}
    return [
        [
            Row(checkin.party(side), question.wording(side, checkin), said.get((question, side.value), ""))
            for side in sides
        ]
        for question in dict.fromkeys(question for question, _side in said)
    ]


def differences(
    wordings: Mapping[int, str], saved: Mapping[int, int | str | None], typed: Mapping[int, int | str | None]
) -> list[tuple[str, list[Piece]]]:
    """Question by question, where what was typed is not what was saved."""
    return [
        (wording, word_diff(spoken(saved.get(pk)), spoken(typed.get(pk))))
        for pk, wording in wordings.items()
        if spoken(saved.get(pk)) != spoken(typed.get(pk))
    ]


def spoken(answer: int | str | None) -> str:
    if isinstance(answer, int):
        return _("%(mark)s of 5") % {"mark": answer}
    return answer or ""
