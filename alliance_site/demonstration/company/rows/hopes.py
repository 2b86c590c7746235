"""Lines of the roles that people expect, and of what was answered."""

from __future__ import annotations

from alliance_site.demonstration.company.facts import Hope
from alliance_site.demonstration.company.rows.copying import KeyedRows, Lines, line
from alliance_site.demonstration.company.rows.people import PeopleRows


class HopeRows(KeyedRows):
    TABLES = ("feedback_expectation",)

    def __init__(self, lines: Lines, after: dict[str, int], people: PeopleRows) -> None:
        super().__init__(after)
        self.lines, self.people = lines, people

    def write(self, hope: Hope) -> None:
        row, manager = next(self._next["feedback_expectation"]), self.people.keys[hope.manager]
        reply, gone, lines = hope.reply, hope.gone, self.lines
        moments = (reply and reply.at, gone and gone[1], hope.heard_at, hope.withdrawn_at)
        lines["feedback_expectation"].append(
            line(row, self.people.keys[hope.employee], manager, hope.role, hope.by_when, hope.why,
                 hope.stated_at, hope.due_on, *moments)
        )  # fmt: skip
        lines["feedback_asking"].append(line(row, manager, hope.stated_at))
        if reply:
            said = (reply.verdict, reply.condition, reply.words, reply.review_on, reply.at)
            lines["feedback_reply"].append(line(row, manager, *said))
        if gone:
            words, at = gone
            heard = "t" if hope.heard_at else None
            lines["feedback_debrief"].append(
                line(row, manager, at.date(), at.date(), words, at, heard, "", hope.heard_at)
            )
