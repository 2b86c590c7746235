"""Which marks say something that both sides should talk about: see `feedback.signals`."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from django.contrib.postgres.expressions import ArraySubquery
from django.db.models import Exists, F, Func, OuterRef, PositiveSmallIntegerField, Q, Subquery
from django.db.models.functions import Abs, JSONObject
from django.db.models.lookups import GreaterThanOrEqual

from feedback.limits import FELL_BY, GROWTH, LEARNING, LITTLE_LEARNT, LOOKED_BACK, WIDE_GAP
from feedback.models.answers import Answer, AnswerQuerySet, Sheet
from feedback.models.questions import Question
from people.models import Person
from tours.models import Side

FELL = Q(before__gte=F("scale") + FELL_BY)
APART = Q(GreaterThanOrEqual(Abs(F("beside") - F("scale")), WIDE_GAP))
# In this order: what was said before is looked up only where the rest holds.
SANK = Q(question__key__in=GROWTH) & Q(best__gte=F("scale") + FELL_BY)
UNLEARNT = Q(question__key=LEARNING, scale__lte=LITTLE_LEARNT) & Q(before__lte=LITTLE_LEARNT)

#: What is told of such a mark, as one column: a page of a tour has no query to spare for it.
TOLD = JSONObject(
    for_employee=F("question__for_employee"),
    for_manager=F("question__for_manager"),
    mark=F("scale"),
    key=F("question__key"),
    lately=F("lately"),
    beside=F("beside"),
)


def before(told: Mapping[str, Any]) -> int | None:
    return next(iter(told["lately"]), None)


def best(told: Mapping[str, Any]) -> int | None:
    """Of the few before."""
    return max(told["lately"], default=None)


def fell(told: Mapping[str, Any]) -> bool:
    was = before(told)
    return was is not None and was - told["mark"] >= FELL_BY


def sank(told: Mapping[str, Any]) -> bool:
    """Be it so slowly that it never fell at once: who is bored a little more each time."""
    was = best(told)
    return told["key"] in GROWTH and was is not None and was - told["mark"] >= FELL_BY


def apart(told: Mapping[str, Any]) -> bool:
    return told["beside"] is not None and abs(told["beside"] - told["mark"]) >= WIDE_GAP


def unlearnt(told: Mapping[str, Any]) -> bool:
    was = before(told)
    twice = was is not None and max(was, told["mark"]) <= LITTLE_LEARNT
    return told["key"] == LEARNING and twice


#: Check-ins that follow each other: of one tour and kind, with one manager, who may read no other's.
SERIES = ("tour", "kind", "manager")


def telling_marks(reader: Person) -> AnswerQuerySet:
    """Those of `newest_marks` of which one of these holds."""
    return newest_marks(reader).filter(FELL | SANK | APART | UNLEARNT)


def newest_marks(reader: Person) -> AnswerQuerySet:
    """The employee's, in the newest revealed check-in of its series; for either side the same. Annotates the
    mark `before`, the few before (`lately`, the newest first) and the `best` of these, and `beside` it the
    manager's. Where these are few, what is told of them is judged by `fell`, `sank`, `apart` and `unlearnt`:
    the database would look all up again."""
    shared = Answer.objects.revealed_marks(reader).exclude(question__visibility=Question.Visibility.AUTHOR)
    due_on = OuterRef("sheet__checkin__due_on")
    newer = Sheet.objects.filter(
        **_same_series("checkin"), checkin__revealed_at__isnull=False, checkin__due_on__gt=due_on
    )
    before = shared.filter(
        **_same_series("sheet__checkin"),
        sheet__side=Side.EMPLOYEE,
        sheet__checkin__due_on__lt=due_on,
        question__key=OuterRef("question__key"),
    ).order_by("-sheet__checkin__due_on")
    # In the same revealed check-in, to the same question: who may read the one may read the other.
    beside = Answer.objects.filter(
        sheet__checkin=OuterRef("sheet__checkin"), sheet__side=Side.MANAGER, question=OuterRef("question")
    )
    lately = ArraySubquery(before.values("scale")[:LOOKED_BACK])
    best = Func(
        lately,
        template="(SELECT MAX(mark) FROM unnest(%(expressions)s) AS mark)",
        output_field=PositiveSmallIntegerField(),
    )
    return shared.filter(~Exists(newer), sheet__side=Side.EMPLOYEE).annotate(
        before=Subquery(before.values("scale")[:1]),
        best=best,
        lately=lately,
        beside=Subquery(beside.values("scale")[:1]),
    )


def _same_series(path: str) -> dict[str, OuterRef]:
    return {f"{path}__{name}": OuterRef(f"sheet__checkin__{name}") for name in SERIES}
