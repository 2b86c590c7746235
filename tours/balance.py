"""Both sides' promises against each other, as a page shows them: counts, a mark for each, and the list.

It says how promises stand, never how a person does: the same shape for both sides, and no sum of it.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date
from enum import StrEnum
from functools import cached_property

from django.utils.functional import Promise as Lazy
from django.utils.safestring import SafeString
from django.utils.text import Truncator
from django.utils.translation import gettext, pgettext
from django.utils.translation import gettext_lazy as _

from alliance_site.addresses import address
from people.days import far, written
from tours.ledger import LedgerAct, Line, State
from tours.models import Side

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


SHAPES = {
    Mark.KEPT: SafeString('<circle class="mark-kept" cx="10" cy="10" r="6.5" />'),
    Mark.OPEN: SafeString('<circle class="mark-open" cx="10" cy="10" r="5.5" />'),
    Mark.OVERDUE: SafeString('<path class="mark-overdue" d="M10 3.5 17 16.5H3z" />'),
    Mark.NOT_KEPT: SafeString('<path class="mark-not-kept" d="M4.5 4.5l11 11m0-11l-11 11" />'),
    Mark.GONE: SafeString('<path class="mark-gone" d="M5 10h10" />'),
}
#: The colours of their tags.
TAGS = {
    State.KEPT: "tag-active",
    State.DUE: "tag-wait",
    State.OVERDUE: "tag-wait",
    State.NOT_KEPT: "tag-bad",
}
#: What leads to a page of its own, in this order; to take a wish back is done at once.
LINKS: dict[LedgerAct, tuple[str, str | Lazy]] = {
    LedgerAct.JUDGE: ("promise_judge", _("Judge it")),
    LedgerAct.SAY_DONE: ("promise_done", _("Say that it is done")),
    LedgerAct.ANSWER: ("promise_drop_answer", _("Answer the wish to drop it")),
    LedgerAct.ASK_TO_DROP: ("promise_drop", _("Ask to drop it")),
}
ANEW = _("Judge it anew")


@dataclass(frozen=True)
class Row:
    """One promise with what the reader may do about it."""

    line: Line
    mark: Mark
    can: set[LedgerAct]
    today: date

    @property
    def due(self) -> str:
        day = self.line.promise.due_on
        told = gettext("was due on %(day)s") if day < self.today else gettext("due on %(day)s")
        due = told % {"day": written(day)}
        comma = pgettext("between a day and how far it is", ", ")
        return f"{due}{comma}{far(day, self.today)}" if self.line.is_open else due

    @property
    def tag(self) -> str:
        return TAGS.get(self.line.state, "tag-done")

    @property
    def links(self) -> list[tuple[str, str | Lazy]]:
        """Where to do it, and what."""
        return [self._link(act, *link) for act, link in LINKS.items() if act in self.can]

    def _link(self, act: LedgerAct, name: str, words: str | Lazy) -> tuple[str, str | Lazy]:
        again = act is LedgerAct.JUDGE and self.line.verdict
        return address(name, self.line.promise.pk), ANEW if again else words

    @cached_property
    def short(self) -> str:
        return Truncator(self.line.promise.what).words(8, truncate=" …")

    @property
    def takes_back(self) -> bool:
        return LedgerAct.TAKE_BACK in self.can


@dataclass(frozen=True)
class Half:
    side: Side
    rows: list[Row]

    @property
    def counts(self) -> list[tuple[SafeString, int, str | Lazy]]:
        """Those that every balance has, and what is no longer owed where there is any."""
        number = Counter(row.mark for row in self.rows)
        return [(SHAPES[m], number[m], NAMES[m]) for m in NAMES if m is not Mark.GONE or number[m]]

    @property
    def drawing(self) -> list[tuple[int, SafeString]]:
        return [(index * STEP, SHAPES[row.mark]) for index, row in enumerate(self.rows)]

    @property
    def width(self) -> int:
        return len(self.rows) * STEP


def balance(lines: Iterable[Line], reader: Side | None, today: date) -> list[Half]:
    """The company's promises and the employee's, with what whoever speaks for `reader` may do."""
    rows = [Row(line, MARKS[line.state], line.acts(reader), today) for line in lines]
    if not rows:
        return []
    sides = (Side.MANAGER, Side.EMPLOYEE)
    return [Half(side, [row for row in rows if row.line.promise.owed_by == side]) for side in sides]
