"""Figures from the answers of one check-in."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass

from feedback.limits import WIDE_GAP
from feedback.models import Answer, Question
from tours.models import Side


@dataclass(frozen=True)
class Gap:
    """The two sides' marks on one question, from 1 to 5."""

    question: Question
    marks: dict[Side, int]

    @property
    def size(self) -> int:
        """Perception gap, defined here: the difference between the two sides on the same scale question."""
        return abs(self.marks[Side.EMPLOYEE] - self.marks[Side.MANAGER])

    @property
    def is_wide(self) -> bool:
        return self.size >= WIDE_GAP


def perception_gaps(answers: Iterable[Answer]) -> list[Gap]:
    """Of one revealed check-in, the widest first; a question that one side left out has none."""
    marks: dict[Question, dict[Side, int]] = {}
    for answer in answers:
        if answer.scale is not None:
            marks.setdefault(answer.question, {})[Side(answer.sheet.side)] = answer.scale
    gaps = [Gap(question, given) for question, given in marks.items() if len(given) == len(Side)]
    return sorted(gaps, key=lambda gap: (-gap.size, gap.question.position))
