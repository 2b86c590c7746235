"""In SQL: what follows from the days of a tour and of the people in it."""

from __future__ import annotations

from datetime import date

from django.db.models import DateField, Exists, Expression, ExpressionWrapper, F, OuterRef, Q, Subquery, Value
from django.db.models.expressions import Combinable, CombinedExpression
from django.db.models.functions import Cast, Coalesce
from django.db.models.lookups import GreaterThanOrEqual, IsNull, LessThanOrEqual

from people.models import Employment
from tours.models.policy import Policy

#: The last day in force; null while open-ended.
LAST_DAY = Coalesce("ended_on", "in_force__ends_on")
LAST_DAY_IS_SET = IsNull(LAST_DAY, False)

#: Not called off before its first day: what never ran has neither ended nor followed another.
NOT_CALLED_OFF = Q(ended_on=None) | Q(ended_on__gte=F("in_force__starts_on"))

#: Of terms: their last day, or while open-ended the day of review. An index has it.
COMES_TO = Coalesce("ends_on", "review_on")


def take_over_by(since: str) -> ExpressionWrapper[CombinedExpression]:
    """In SQL: as many days after a new manager began as the policy of that day gives them."""
    days = Policy.objects.number_on("handover_days", OuterRef(since))
    return ExpressionWrapper(F(since) + days, output_field=DateField())


def lasts(on: date | Expression) -> Q:
    """Not over by that day. Where no terms are in force there is no last day either."""
    return Q(IsNull(LAST_DAY, True)) | Q(GreaterThanOrEqual(LAST_DAY, on))


def came_back(by: date | OuterRef, who: str = "employee", begun: str = "in_force__starts_on") -> Exists:
    """In SQL: since a tour began its employee has left, and was employed anew by that day; both under these
    paths. It was over with the employment in which it began: nobody takes one of an earlier up again.

    For lists that go through the whole company: the few who ever came back are found in one pass.
    """
    left = Employment.objects.filter(left_on__isnull=False)
    earlier = left.filter(person=OuterRef("person"), left_on__lt=OuterRef("hired_on"))
    anew = Employment.objects.filter(Exists(earlier), hired_on__lte=by)
    return Exists(anew.filter(person=OuterRef(who), hired_on__gt=OuterRef(begun)))


def employed_until(starts_on: Combinable) -> Coalesce:
    """In SQL, of one tour and not of many: the last day of the employment in which it begins that day, as
    `came_back` has it; infinity while that is open, or where none is on record. What has no day yet is of the
    latest one, and what begins before the first of the first."""
    always = Cast(Value("infinity"), DateField())
    spells = Employment.objects.filter(person=OuterRef("employee"))
    last_days = spells.values(last=Coalesce("left_on", always))
    begun = last_days.filter(hired_on__lte=Coalesce(starts_on, always)).order_by("-hired_on")
    return Coalesce(Subquery(begun[:1]), Subquery(last_days.order_by("hired_on")[:1]), always)


def near_the_end(on: date) -> LessThanOrEqual:
    """The last day is at most the policy's days of being undecided after this one, or over."""
    days = Policy.objects.number_on("undecided_days", Value(on))
    near = ExpressionWrapper(Cast(Value(on), DateField()) + days, DateField())
    return LessThanOrEqual(LAST_DAY, near)
