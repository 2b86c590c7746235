"""What pages say of check-ins and their answers, to the side that reads them."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import date

from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from feedback.measures.gaps import Gap, perception_gaps
from feedback.models import Answer, CheckIn, Kind, Outlook, Owed, Question, Rest, Reviews, Said
from people.days import written
from people.models import Person
from tours.diff import Piece, word_diff
from tours.models import Promise, Side

APART = (
    gettext_lazy("the same"),
    gettext_lazy("one apart"),
    gettext_lazy("two apart"),
    gettext_lazy("three apart"),
    gettext_lazy("four apart"),
)
TICKS = [20 + 60 * n for n in range(5)]  # where the marks 1 to 5 stand on the line


TITLES = {
    Kind.REGULAR: gettext_lazy("Check-in with %(name)s"),
    Kind.CAREER: gettext_lazy("Career check-in with %(name)s"),
    Kind.NEXT_TOUR: gettext_lazy("What comes next, with %(name)s"),
    Kind.CLOSE_OUT: gettext_lazy("Close-out with %(name)s"),
}
CALLS = {
    Kind.REGULAR: gettext_lazy("Answer the check-in with %(name)s"),
    Kind.CAREER: gettext_lazy("Say which role you see ahead: the career check-in with %(name)s"),
    Kind.NEXT_TOUR: gettext_lazy("Say what you want after the tour with %(name)s"),
    Kind.CLOSE_OUT: gettext_lazy("Look back on the tour with %(name)s: the close-out"),
}


def title(checkin: CheckIn, other: Person) -> str:
    """What the check-in is called, to the side that has it with that person."""
    return TITLES[Kind(checkin.kind)] % {"name": other.name}


def call(checkin: CheckIn, other: Person) -> str:
    """What that side is asked to do."""
    return CALLS[Kind(checkin.kind)] % {"name": other.name}


def arranged(checkin: CheckIn, reader: Person) -> str:
    """Who asked for it or chose its day, to one of its sides; nothing where it is as the terms have it."""
    side = checkin.side_of(reader)
    by = checkin.moved_by or checkin.asked_by
    if side is None or by is None:
        return ""
    about = {"name": checkin.party(Side(by)).name, "day": written(checkin.moved_from or checkin.due_on)}
    if checkin.moved_by:
        mine, theirs = _("You moved it here from %(day)s."), _("%(name)s moved it here from %(day)s.")
    else:
        mine, theirs = _("You asked for it."), _("%(name)s asked for it.")
    return (mine if by == side else theirs) % about


def came_of(checkin: CheckIn, reader: Person, on: date) -> str:
    """Why nobody is asked for it any more, to one of its two sides; of a row that came by `read_by`."""
    rest = checkin.rest(on)
    if rest is None:
        return ""
    side = checkin.side_of(reader)
    if rest is Rest.LEFT and side and checkin.is_gone(side):
        return _(
            "You left the company. Nobody is reminded of this any more, and what was written stays as it is."
        )
    gone = checkin.employee if checkin.is_gone(Side.EMPLOYEE) else checkin.manager
    about = {
        "gone": gone.name,
        "employee": checkin.employee.name,
        "manager": checkin.manager.name,
        "day": written(checkin.tour.ended_on) if checkin.tour.ended_on else "",
    }
    return str(CAME_OF[rest]) % about


CAME_OF = {
    Rest.LEFT: gettext_lazy(
        "%(gone)s left the company. Nobody is reminded of this any more, and what was written stays as it is."
    ),
    Rest.ENDED: gettext_lazy(
        "The tour ended early, on %(day)s. Nobody is reminded of this any more; you can both still"
        " complete it."
    ),
    Rest.TAKEN_OVER: gettext_lazy(
        "Somebody else has taken the tour over. What was open before stays between %(employee)s and"
        " %(manager)s: nobody is reminded of it any more, and you can both still complete it."
    ),
    Rest.HANDED_OVER: gettext_lazy(
        "Somebody else manages %(employee)s by now. Nobody is reminded of this until the tour is taken over;"
        " what has not opened by then goes to the new manager."
    ),
    Rest.PASSED_ON: gettext_lazy(
        "Somebody else manages %(employee)s by now. Nobody is reminded of this any more; you can both still"
        " complete it."
    ),
    Rest.UNTIL_OVER: gettext_lazy(
        "Somebody else manages %(employee)s by now. Nobody is reminded of this until the tour is over."
    ),
}


@dataclass(frozen=True)
class Line:
    """A check-in in the list, as one of its two sides sees it."""

    checkin: CheckIn
    other: Person
    state: CheckIn.State
    own_in: bool
    other_in: bool
    arranged: str
    is_overdue: bool

    @property
    def title(self) -> str:
        return title(self.checkin, self.other)

    @property
    def call(self) -> str:
        return call(self.checkin, self.other)


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
class Chose:
    """A question with choices: what each side took, and in words whether that is the same."""

    rows: list[Row]
    sentence: str
    differs: bool


@dataclass(frozen=True)
class Reviewed:
    """How one side sees what the other owes it."""

    person: Person
    wording: str
    lines: list[tuple[Promise, Outlook]]


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
        "" if checkin.revealed_at or checkin.skipped_at else arranged(checkin, reader),
        vars(checkin).get("is_overdue", False),
    )


def compared(checkin: CheckIn, answers: Iterable[Answer], reader: Person) -> list[Compared]:
    """Both marks on each question, the widest gap first; to whom it was released, in the third person."""
    side = checkin.side_of(reader)
    wordings = side or Side.EMPLOYEE
    return [
        Compared(
            gap.question.wording(wordings, checkin), *gap.question.ends, gap, _sentence(gap, checkin, side)
        )
        for gap in perception_gaps(answers)
    ]


def _sentence(gap: Gap, checkin: CheckIn, side: Side | None) -> str:
    if side is None:
        return _("%(employee)s %(first)s, %(manager)s %(second)s: %(apart)s") % {
            "employee": checkin.employee.name,
            "first": gap.marks[Side.EMPLOYEE],
            "manager": checkin.manager.name,
            "second": gap.marks[Side.MANAGER],
            "apart": APART[gap.size],
        }
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
        Row(person, _asked(answer, side, checkin), in_words(answer.question, answer.said))
        for answer in answers
        if answer.sheet.side == side and (answer.promise is None or answer.choice)
    ]


def _asked(answer: Answer, side: Side, checkin: CheckIn) -> str:
    """Of a review, the promise."""
    return promised(answer.promise) if answer.promise else answer.question.wording(side, checkin)


def promised(promise: Promise | Owed) -> str:
    return _("%(what)s (by %(day)s)") % {"what": promise.what, "day": written(promise.due_on)}


def reviews(checkin: CheckIn, answers: Iterable[Answer], reader: Person) -> list[Reviewed]:
    """How each side sees the other's promises, the reader's own view first."""
    lines: dict[tuple[Side, Question], list[tuple[Promise, Outlook]]] = {}
    for answer in answers:
        if answer.promise and answer.choice:
            of = (Side(answer.sheet.side), answer.question)
            lines.setdefault(of, []).append((answer.promise, Outlook(answer.choice)))
    own = checkin.side_of(reader) or Side.EMPLOYEE
    return [
        Reviewed(checkin.party(side), question.wording(side, checkin), lines[side, question])
        for side, question in sorted(lines, key=lambda of: (of[1].position, of[0] != own))
    ]


def pairs(checkin: CheckIn, answers: Iterable[Answer], *sides: Side) -> list[list[Row]]:
    """Question by question, what each of these sides said."""
    said = {(row.question, row.sheet.side): in_words(row.question, row.said) for row in answers}
    return [
        [
            Row(checkin.party(side), question.wording(side, checkin), said.get((question, side.value), ""))
            for side in sides
        ]
        for question in dict.fromkeys(question for question, _side in said)
    ]


def chosen(checkin: CheckIn, answers: Iterable[Answer], reader: Person) -> list[Chose]:
    """The questions with choices, in the order asked, the reader's own choice first."""
    side = checkin.side_of(reader)
    first = side or Side.EMPLOYEE
    picked = [answer for answer in answers if answer.question.is_choice]
    rows = pairs(checkin, picked, first, first.other)
    return [_chose(own, other, is_party=side is not None) for own, other in rows]


def _chose(own: Row, other: Row, *, is_party: bool) -> Chose:
    about = {"who": own.person.name, "own": own.said, "name": other.person.name, "theirs": other.said}
    differs = own.said != other.said
    if is_party:
        apart = _("You differ: you say “%(own)s”, %(name)s says “%(theirs)s”.")
        said = apart if differs else _("Both of you say “%(own)s”.")
    else:
        apart = _("They differ: %(who)s says “%(own)s”, %(name)s says “%(theirs)s”.")
        said = apart if differs else _("Both say “%(own)s”.")
    return Chose([own, other], said % about, differs)


def differences(
    wordings: Mapping[Question, str], saved: Mapping[int, Said], typed: Mapping[int, Said]
) -> list[tuple[str, list[Piece]]]:
    """Question by question, where what was typed is not what was saved."""
    told = {
        wording: (in_words(question, saved.get(question.pk)), in_words(question, typed.get(question.pk)))
        for question, wording in wordings.items()
    }
    return [(wording, word_diff(old, new)) for wording, (old, new) in told.items() if old != new]


def in_words(question: Question, said: Said) -> str:
    """An answer as its reader's language has it."""
    if isinstance(said, int):
        return _("%(mark)s of 5") % {"mark": said}
    if isinstance(said, Reviews):
        said_of = _("%(promise)s: %(outlook)s")
        lines = [(promised(owed), said.get(owed.pk)) for owed in question.owed]
        return "\n".join(
            said_of % {"promise": promise, "outlook": Outlook(outlook).label}
            for promise, outlook in lines
            if outlook
        )
    if question.is_promises:
        return str(Outlook(said).label) if said else ""
    return question.labels.get(said or "", "") if question.is_choice else said or ""
