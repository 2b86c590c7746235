"""Lines of check-ins: by far the most."""

from __future__ import annotations

from datetime import UTC, date, datetime, time

from alliance_site.demonstration.company import facts
from alliance_site.demonstration.company.checking import GRACE, OPENS
from alliance_site.demonstration.company.rows.copying import NOTHING, KeyedRows, Lines, line, words
from alliance_site.demonstration.company.rows.people import PeopleRows
from alliance_site.demonstration.company.rows.tours import Agreed, TourRows
from feedback.models import Kind
from feedback.questions import SHIPPED, latest_sets

MARKS = {mark: f"{mark}\t\t\t{NOTHING}" for mark in range(1, 6)}
NEITHER, NOT_SKIPPED = f"{NOTHING}\t{NOTHING}", f"{NOTHING}\t{NOTHING}\t"


class CheckInRows(KeyedRows):
    TABLES = ("feedback_checkin", "feedback_sheet")

    def __init__(self, lines: Lines, after: dict[str, int], people: PeopleRows, founded_on: date) -> None:
        super().__init__(after)
        self.lines, self.people = lines, people
        sets = latest_sets(SHIPPED, now=datetime.combine(founded_on, time(9), tzinfo=UTC))
        self.sets = {kind.value: questions.pk for kind, questions in sets.items()}
        self.questions = {
            kind.value: {key: f"\t{pk}\t" for key, pk in questions.questions.values_list("key", "pk")}
            for kind, questions in sets.items()
        }
        self._review = self.questions[Kind.REGULAR.value]["promises"]

    def write(self, tour: facts.Tour, pk: int, agreed: list[Agreed]) -> None:
        employee, manager = self.people.keys[tour.employee], self.people.keys[tour.manager]
        for checkin in tour.checkins:
            other = self.people.keys[checkin.manager] if checkin.manager else manager
            row = next(self._next["feedback_checkin"])
            self._checkin(checkin, row, pk, employee, other)
            for sheet in checkin.sheets:
                author = employee if sheet.side == facts.EMPLOYEE else other
                self._sheet(sheet, row, author, checkin.kind, tour, agreed)
            if checkin.summary or checkin.actions:
                self._agreed(checkin, row, {facts.EMPLOYEE: employee, facts.MANAGER: other})

    def _checkin(self, checkin: facts.CheckIn, row: int, tour: int, employee: int, manager: int) -> None:
        """Put together by hand, for there are millions."""
        due, revealed = checkin.due_on, checkin.revealed_at
        opens, lapses = checkin.opens_on or due - OPENS, checkin.lapses_on or due + GRACE
        shown = f"{revealed.isoformat()}\t{revealed.date().isoformat()}" if revealed else NEITHER
        by, reason, at = checkin.skipped or (None, "", None)
        self.lines["feedback_checkin"].append(
            f"{row}\t{tour}\t{checkin.kind}\t{employee}\t{manager}\t{self.sets[checkin.kind]}\t"
            f"{opens.isoformat()}\t{due.isoformat()}\t{lapses.isoformat()}\t{shown}\t"
            f"{line(at, by, reason) if by else NOT_SKIPPED}\t"
            f"{checkin.slot.isoformat() if checkin.slot else NOTHING}"
        )

    def _sheet(
        self, sheet: facts.Sheet, checkin: int, author: int, kind: str, tour: facts.Tour, agreed: list[Agreed]
    ) -> None:
        row, at = next(self._next["feedback_sheet"]), sheet.saved_at.isoformat()
        shown = sheet.shown_at.isoformat() if sheet.shown_at else NOTHING
        self.lines["feedback_sheet"].append(
            f"{row}\t{checkin}\t{sheet.side}\t{author}\t1\t{at}\t{at}\t{shown}"
        )
        add, questions, nth = self.lines["feedback_answer"].append, self.questions[kind], str(row)
        for key, mark in sheet.marks.items():
            add(nth + questions[key] + MARKS[mark])
        for key, text in sheet.words.items():
            add(f"{nth}{questions[key]}{NOTHING}\t{words(text)}\t\t{NOTHING}")
        for key, choice in sheet.choices.items():
            add(f"{nth}{questions[key]}{NOTHING}\t\t{choice}\t{NOTHING}")
        if sheet.reviews:
            terms = TourRows.in_force(tour, agreed, sheet.saved_at)
            for owed, outlook in sheet.reviews:
                add(f"{nth}{self._review}{NOTHING}\t\t{outlook}\t{terms.promises[owed].pk}")

    def _agreed(self, checkin: facts.CheckIn, row: int, parties: dict[str, int]) -> None:
        if checkin.summary:
            side, said, at = checkin.summary
            self.lines["feedback_summary"].append(line(row, 1, said, side, parties[side], at))
        for action in checkin.actions:
            settled = action.settled or (None, None)
            values = (action.owner, action.what, action.due_on, action.side, parties[action.side], action.at)
            self.lines["feedback_action"].append(line(row, *values, action.outcome, *settled, action.why))
