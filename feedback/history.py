"""How it went with an expected role: what was stated, asked, answered and said, in the order of time."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum
from itertools import pairwise
from typing import Any

from feedback.models import Asking, Debrief, Expectation, Reply

ANSWER = ("verdict", "condition", "words")  #: what is confirmed when only the day of review is new


class Kind(StrEnum):
    STATED = "stated"
    PASSED_ON = "passed_on"
    ANSWERED = "answered"
    CONFIRMED = "confirmed"
    GONE = "gone"
    SAID_GONE = "said_gone"
    HEARD = "heard"
    SHOWN = "shown"
    WITHDRAWN = "withdrawn"


@dataclass(frozen=True)
class Moment:
    at: datetime
    kind: Kind
    row: Any


def history(
    expectation: Expectation,
    askings: Iterable[Asking],
    replies: list[Reply],
    debriefs: list[Debrief],
    until: datetime | None = None,
) -> list[Moment]:
    """What happened, up to a moment if one is given: that is all a former manager may read."""
    found = [Moment(expectation.stated_at, Kind.STATED, expectation)]
    found += (Moment(a.at, Kind.PASSED_ON, a) for a in askings if a.at > expectation.stated_at)
    found += _answers(replies)
    if expectation.gone_at and expectation.is_said_gone(debriefs):
        found.append(Moment(expectation.gone_at, Kind.SAID_GONE, expectation))
    for debrief in debriefs:
        found.append(Moment(debrief.at, Kind.GONE, debrief))
        if debrief.heard_at:
            found.append(Moment(debrief.heard_at, Kind.HEARD, debrief))
    if expectation.shown_to_hr_at:
        found.append(Moment(expectation.shown_to_hr_at, Kind.SHOWN, expectation))
    if expectation.withdrawn_at:
        found.append(Moment(expectation.withdrawn_at, Kind.WITHDRAWN, expectation))
    told = sorted(found, key=lambda moment: moment.at)
    return [moment for moment in told if until is None or moment.at <= until]


def _answers(replies: list[Reply]) -> Iterator[Moment]:
    if replies:
        yield Moment(replies[0].at, Kind.ANSWERED, replies[0])
    for before, after in pairwise(replies):
        same = all(getattr(before, name) == getattr(after, name) for name in ANSWER)
        yield Moment(after.at, Kind.CONFIRMED if same else Kind.ANSWERED, after)
