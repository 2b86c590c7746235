"""In SQL: what follows from the days of a tour and of the people in it."""

from __future__ import annotations

from datetime import date

from django.db.models import DateField, Exists, Expression, ExpressionWrapper, F, OuterRef, Q, Value
from django.db.models.expressions import CombinedExpression
from django.db.models.functions import Cast, Coalesce
from django.db.models.lookups import GreaterThanOrEqual, IsNull, LessThanOrEqual

from people.days import add_days
from people.models import Employment, ReportingLine
from people.recipients import here_on
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


def tour_lasts(on: date) -> Q:
    """The same of terms, for the tour that they are of."""
    last_day = Coalesce("tour__ended_on", "tour__in_force__ends_on")
    return Q(IsNull(last_day, True)) | Q(GreaterThanOrEqual(last_day, on))


def came_back(by: date | OuterRef, who: str = "employee", begun: str = "in_force__starts_on") -> Exists:
    """In SQL: since a tour began its employee has left, and was employed anew by that day; both under these
    paths. It was over with the employment in which it began: nobody takes one of an earlier up again. Whose
    next contract begins the day after the last one has not left.

    For lists that go through the whole company: the few who ever came back are found in one pass.
    """
    left = Employment.objects.filter(left_on__isnull=False, person=OuterRef("person"))
    earlier = left.filter(left_on__lt=OuterRef("hired_on"))
    day_before = left.filter(left_on=add_days(OuterRef("hired_on"), -1))
    anew = Employment.objects.filter(Exists(earlier), ~Exists(day_before), hired_on__lte=by)
    return Exists(anew.filter(person=OuterRef(who), hired_on__gt=OuterRef(begun)))


def passed_by(on: date) -> Exists:
    """In SQL, of terms: somebody else manages the employee by then than whom they name."""
    line = ReportingLine.objects.current(on).filter(person=OuterRef("employee"))
    return Exists(line.exclude(manager=OuterRef("manager")))


def could_agree(on: date) -> Q:
    """In SQL, of terms: the two whom they name are here, and nobody else manages the employee."""
    day = Cast(Value(on), DateField())
    return Q(~passed_by(on), here_on(day, "employee"), here_on(day, "manager"))


def near_the_end(on: date) -> LessThanOrEqual:
    """The last day is at most the policy's days of being undecided after this one, or over."""
    days = Policy.objects.number_on("undecided_days", Value(on))
    near = ExpressionWrapper(Cast(Value(on), DateField()) + days, DateField())
    return LessThanOrEqual(LAST_DAY, near)
