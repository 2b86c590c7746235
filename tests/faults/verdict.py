"""What must hold after every fault, and the line of the table that says how it was."""

from __future__ import annotations

import time
from collections import Counter
from dataclasses import dataclass, field
from typing import NamedTuple

from alliance_site.outbox.models import Message
from tests.outbox.post_office import PostOffice

State = Message.State
ENDS = (State.SENT, State.SILENCED, State.FAILED, State.UNCERTAIN)


class Row(NamedTuple):
    fault: str
    messages: int
    sent: int
    silenced: int
    failed: int
    uncertain: int
    doubled: int
    lost: int
    seconds: float
    remark: str = ""


ROWS: list[Row] = []


@dataclass
class Fault:
    """One row of the table: begun before the fault, judged after it."""

    name: str
    office: PostOffice
    begun: float = field(default_factory=time.monotonic)

    def judge(self, *, in_the_air: int = 0, remark: str = "") -> Row:
        """Doubled 0, lost 0, and no more in doubt than was in the air at the moment of the fault."""
        known = [
            (f"<{letter or key}@localhost>", state)
            for key, letter, state in Message.objects.values_list("pk", "letter", "state")
        ]
        states, came = Counter(state for _, state in known), self.office.ids
        open_or_gone = [state for _, state in known if state not in ENDS]
        never_came = [letter for letter, state in known if state == State.SENT and not came[letter]]
        said = {letter for letter, state in known if state in (State.SENT, State.UNCERTAIN)}
        row = Row(
            fault=self.name,
            messages=len(known),
            sent=states[State.SENT],
            silenced=states[State.SILENCED],
            failed=states[State.FAILED],
            uncertain=states[State.UNCERTAIN],
            doubled=sum(times - 1 for times in came.values()),
            lost=len(open_or_gone) + len(never_came),
            seconds=time.monotonic() - self.begun,
            remark=remark,
        )
        ROWS.append(row)
        assert (row.doubled, row.lost, set(+came) - said) == (0, 0, set()), row
        assert row.uncertain <= in_the_air, row
        return row


def table() -> list[str]:
    """As a person reads it in a minute."""
    width = max(len(row.fault) for row in ROWS)
    titles = ["messages", "sent", "silenced", "failed", "uncertain", "doubled", "lost", "seconds"]
    lines = [f"{'fault':{width}}  {'  '.join(titles)}"]
    for row in ROWS:
        numbers = [str(number) for number in row[1:8]] + [f"{row.seconds:.1f}"]
        cells = "  ".join(number.rjust(len(title)) for number, title in zip(numbers, titles, strict=True))
        lines.append(f"{row.fault:{width}}  {cells}  {row.remark}".rstrip())
    return lines
