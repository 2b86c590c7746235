"""How the marks of two people went, from one revealed check-in to the next.

Each reads only the check-ins of which they are a side: nothing that was released to them, and nobody else
reads any. A question is the same as long as it has the same key, whatever the version of its set.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date
from functools import cached_property
from itertools import pairwise

from django.db.models import Q, QuerySet

from feedback.models import Answer, CheckIn, Kind, Question
from people.models import Person
from tours.models import Side


@dataclass(frozen=True)
class Point:
    """One check-in, and the marks in it; none where it was skipped or has lapsed, or nobody gave one."""

    checkin: CheckIn
    marks: dict[Side, int]
    question: Question | None = None

    @property
    def asked(self) -> Question:
        assert self.question is not None, "a mark answers a question"
        return self.question

    def worded(self, side: Side) -> tuple[str, str, str]:
        question = self.asked
        wording = question.for_employee if side is Side.EMPLOYEE else question.for_manager
        return wording, question.low, question.high


@dataclass(frozen=True)
class Trend:
    """One question over time, oldest first; as the newest version words it."""

    kind: Kind
    points: Sequence[Point]

    @cached_property
    def marked(self) -> list[Point]:
        return [point for point in self.points if point.marks]

    @property
    def question(self) -> Question:
        return self.marked[-1].asked

    @property
    def newest(self) -> CheckIn:
        return self.marked[-1].checkin

    def has_marks_of(self, side: Side) -> bool:
        return any(side in point.marks for point in self.marked)

    def worded_before(self, side: Side) -> list[Point]:
        """The last check-in of each earlier wording, oldest first: of the question or of its two ends."""
        return [old for old, new in pairwise(self.marked) if old.worded(side) != new.worded(side)]


def past_checkins(person: Person, on: date) -> QuerySet[CheckIn]:
    """Those in which they are a side, had, skipped or lapsed by that day; the newest first."""
    over = Q(revealed_at__isnull=False) | Q(skipped_at__isnull=False) | Q(lapses_on__lt=on)
    rows = CheckIn.objects.of(person).filter(over).select_related("employee", "manager", "tour")
    return rows.order_by("-due_on", "-pk")


def kinds_with_marks(person: Person, checkins: QuerySet[CheckIn]) -> list[Kind]:
    """Those that have anything to draw."""
    marks = Answer.objects.revealed_marks(person).filter(sheet__checkin__in=checkins.order_by().values("pk"))
    found = set(marks.values_list("sheet__checkin__kind", flat=True).distinct())
    return [kind for kind in Kind if kind in found]


def trends(person: Person, checkins: Iterable[CheckIn]) -> list[Trend]:
    """A trend for each scale question, in the order asked, of check-ins that go on from old to new."""
    rows = list(checkins)
    marks = Answer.objects.revealed_marks(person).filter(sheet__checkin__in=rows)
    said: dict[tuple[str, str], dict[int, Point]] = {}
    at = {checkin.pk: checkin for checkin in rows}
    for answer in marks.select_related("sheet", "question"):
        checkin = at[answer.sheet.checkin_id]
        points = said.setdefault((checkin.kind, answer.question.key), {})
        point = points.setdefault(checkin.pk, Point(checkin, {}, answer.question))
        point.marks[Side(answer.sheet.side)] = answer.scale or 0
    found = [Trend(Kind(kind), _with_gaps(points, rows, kind)) for (kind, _key), points in said.items()]
    return sorted(found, key=lambda trend: (list(Kind).index(trend.kind), trend.question.position))


def _with_gaps(points: dict[int, Point], rows: Sequence[CheckIn], kind: str) -> list[Point]:
    """From the first mark to the last, and on over what was skipped or has lapsed since: not where the
    newest check-ins no longer ask this."""
    line = [points.get(checkin.pk) or Point(checkin, {}) for checkin in rows if checkin.kind == kind]
    marked = [n for n, point in enumerate(line) if point.marks]
    first, last = marked[0], marked[-1]
    asked_since = not any(point.checkin.revealed_at for point in line[last + 1 :])
    return line[first:] if asked_since else line[first : last + 1]
