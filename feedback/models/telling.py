"""Which marks say something that both sides should talk about: see `feedback.signals`."""

from __future__ import annotations

from django.db.models import Case, Exists, F, OuterRef, Q, Subquery, When
from django.db.models.functions import Abs, JSONObject
from django.db.models.lookups import GreaterThanOrEqual

from feedback.models.answers import Answer, AnswerQuerySet, Sheet
from feedback.models.questions import Question
from feedback.policy import FELL_BY, LEARNING, LITTLE_LEARNT, WIDE_GAP
from people.models import Person
from tours.models import Side

FELL = Q(before__gte=F("scale") + FELL_BY)
APART = Q(GreaterThanOrEqual(Abs(F("beside") - F("scale")), WIDE_GAP))
# In this order: what was said before is looked up only where the rest holds.
UNLEARNT = Q(question__key=LEARNING, scale__lte=LITTLE_LEARNT) & Q(before__lte=LITTLE_LEARNT)

#: What is told of such a mark, as one column: a page of a tour has no query to spare for it.
TOLD = JSONObject(
    checkin_id=F("sheet__checkin"),
    due_on=F("sheet__checkin__due_on"),
    employee_id=F("sheet__checkin__employee"),
    employee=F("sheet__checkin__employee__name"),
    manager_id=F("sheet__checkin__manager"),
    manager=F("sheet__checkin__manager__name"),
    for_employee=F("question__for_employee"),
    for_manager=F("question__for_manager"),
    mark=F("scale"),
    **{name: F(name) for name in ("before", "beside", "fell", "apart", "unlearnt")},
)

#: Check-ins that follow each other: of one tour and kind, with one manager, who may read no other's.
SERIES = ("tour", "kind", "manager")


def telling_marks(reader: Person) -> AnswerQuerySet:
    """The employee's, in the newest revealed check-in of its series, if one of these holds; for either side
    the same. Annotates which (`fell`, `apart`, `unlearnt`), the mark `before`, and `beside` it the
    manager's."""
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
    marks = shared.filter(~Exists(newer), sheet__side=Side.EMPLOYEE).annotate(
        before=Subquery(before.values("scale")[:1]), beside=Subquery(beside.values("scale")[:1])
    )
    return marks.filter(FELL | APART | UNLEARNT).annotate(
        fell=_holds(FELL), apart=_holds(APART), unlearnt=_holds(UNLEARNT)
    )


def _same_series(path: str) -> dict[str, OuterRef]:
    return {f"{path}__{name}": OuterRef(f"sheet__checkin__{name}") for name in SERIES}


def _holds(what: Q) -> Case:
    return Case(When(what, then=True), default=False)
