"""Both sides' promises against each other, as a page shows them: counts, a mark for each, and the list.

It says how promises stand, never how a person does: the same shape for both sides, and no sum of it.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from enum import StrEnum

from django.utils.functional import Promise as Lazy
from django.utils.translation import gettext_lazy as _

from tours.ledger import LedgerAct, Line, State
from tours.models import LedgerEntry, Side

STEP = 20  #: from one mark to the next, in the drawing's own units


class Mark(StrEnum):
    """As shapes, so that nobody needs to tell colours apart; the names stand beside them."""

    KEPT = "kept"
    OPEN = "open"
    OVERDUE = "overdue"
    NOT_KEPT = "not_kept"
    GONE = "gone"


MARKS = {
    State.KEPT: Mark.KEPT,
    State.OPEN: Mark.OPEN,
    State.DUE: Mark.OPEN,
    State.OVERDUE: Mark.OVERDUE,
    State.NOT_KEPT: Mark.NOT_KEPT,
    State.DROPPED: Mark.GONE,
    State.ENDED: Mark.GONE,
    State.CARRIED: Mark.GONE,
}
NAMES: dict[Mark, str | Lazy] = {
    Mark.KEPT: _("kept"),
    Mark.OPEN: _("open"),
    Mark.OVERDUE: _("overdue"),
    Mark.NOT_KEPT: _("not kept"),
    Mark.GONE: _("no longer owed"),
}


@dataclass(frozen=True)
class Row:
    """One promise with what the reader may do about it."""

    line: Line
    mark: Mark
    can: dict[LedgerAct, bool]

    @property
    def last(self) -> LedgerEntry | None:
        return self.line.entries[-1] if self.line.entries else None

    @property
    def earlier(self) -> list[LedgerEntry]:
        """Newest first."""
        return list(reversed(self.line.entries[:-1]))


@dataclass(frozen=True)
class Half:
    side: Side
    rows: list[Row]

    @property
    def counts(self) -> list[tuple[Mark, str | Lazy, int]]:
        """Those that every balance has, and what is no longer owed where there is any."""
        found = [(mark, name, sum(row.mark is mark for row in self.rows)) for mark, name in NAMES.items()]
        return [count for count in found if count[0] is not Mark.GONE or count[2]]

    @property
    def drawing(self) -> list[tuple[int, Mark]]:
        return [(index * STEP, row.mark) for index, row in enumerate(self.rows)]

    @property
    def width(self) -> int:
        return len(self.rows) * STEP


def balance(lines: Iterable[Line], reader: Side | None) -> list[Half]:
    """The company's promises and the employee's, with what whoever speaks for `reader` may do."""
    rows = [Row(line, MARKS[line.state], dict.fromkeys(line.acts(reader), True)) for line in lines]
    if not rows:
        return []
    sides = (Side.MANAGER, Side.EMPLOYEE)
    return [Half(side, [row for row in rows if row.line.promise.owed_by == side]) for side in sides]
