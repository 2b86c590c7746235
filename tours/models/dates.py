"""In SQL: what follows from the days of a tour and of the people in it."""

from __future__ import annotations

from datetime import date, datetime

from django.db.models import (
    Case,
    DateField,
    Exists,
    Expression,
    ExpressionWrapper,
    F,
    Max,
    Min,
    OuterRef,
    Q,
    Subquery,
    Value,
    When,
)
from django.db.models.expressions import Combinable, CombinedExpression
from django.db.models.functions import Cast, Coalesce
from django.db.models.lookups import Exact, GreaterThanOrEqual, IsNull, LessThanOrEqual

from people.days import add_days, local_day
from people.models import Employment, ReportingLine, Tenure
from people.presence import INFINITY, gone_by, here_on
from tours.models.policy import Policy
from tours.policy import LEAVING_DAYS

#: Not called off before its first day: what never ran has neither ended nor followed another.
NOT_CALLED_OFF = Q(ended_on=None) | Q(ended_on__gte=F("first_day"))

#: Of terms: their last day, or while open-ended the day of review. An index has it.
COMES_TO = Coalesce("ends_on", "review_on")


def take_over_by(since: str) -> ExpressionWrapper[CombinedExpression]:
    """In SQL: as many days after a new manager began as the policy of that day gives them."""
    days = Policy.objects.number_on("handover_days", OuterRef(since))
    return ExpressionWrapper(F(since) + days, output_field=DateField())


def lasts(on: date | Expression, tour: str = "") -> Q:
    """The tour under that path is not over by that day. With nothing in force there is no last day either."""
    return Q(**{f"{tour}last_day": None}) | Q(**{f"{tour}last_day__gte": on})


def window_is_open(on: date | Expression, tour: str = "") -> Q:
    """In which both talk about what comes next, of the tour under that path: from the day in its terms, or in
    one that has begun since one side has said that it ends early. See `access.is_time_to_follow_up`."""
    said = Q(**{f"{tour}ended_on__isnull": False, f"{tour}first_day__lte": on})
    return said | Q(**{f"{tour}talk_day__lte": on})


def ending(on: date) -> Q:
    """The same of what has a last day, before which nobody leaves."""
    return Q(window_is_open(on), ~leaves_before_the_end(), last_day__isnull=False)


def began_otherwise(on: date) -> Case:
    """The first day of the tour that terms are of, once that has come, where they would give it another; null
    for all others. As `access.began_otherwise`."""
    first = "tour__first_day"
    moved = ~Q(Exact(F("starts_on"), F(first)))
    return Case(When(moved, **{f"{first}__lte": on}, then=F(first)), default=None, output_field=DateField())


#: `since` of everybody's first `Tenure`.
FIRST_DAY = Cast(Value("0001-01-01"), DateField())


def employed_until(starts_on: Combinable, who: str = "employee") -> Coalesce:
    """In SQL: the last day of the employment in which a tour of the person under that path begins, for it is
    over with that one: nobody takes one of an earlier up again. Contracts without a day between them are one
    employment. What has no day yet is of the latest; with none on record there is no last day."""
    spells = Tenure.objects.filter(person=OuterRef(who))
    last_days = spells.annotate(last=Coalesce("left_on", INFINITY)).values("person")
    until = Coalesce(Min("last", filter=Q(last__gte=starts_on)), Max("last"))
    return Coalesce(Subquery(last_days.annotate(until=until).values("until")), INFINITY)


def employment_lasts(
    day: date | Expression, who: str = "employee", begun: str = "first_day"
) -> GreaterThanOrEqual:
    """In SQL: the employment in which a tour began is not over by that day; whose it is, and when it began,
    is under these paths. As `people.presence.here_on`, but who came back is not here for what they left."""
    return GreaterThanOrEqual(employed_until(OuterRef(begun), who), day)


def still_employed(now: datetime, who: str = "employee", begun: str = "first_day") -> GreaterThanOrEqual:
    """In SQL: the same on their own today, as `people.presence.still_here`."""
    return employment_lasts(local_day(now, who), who, begun)


def came_back(by: date | OuterRef, who: str = "employee", begun: str | OuterRef = "first_day") -> Exists:
    """In SQL: before that day somebody who came back, or will, had left the employment in which a tour began.
    Beside `people.presence.gone_by` it is the contrary of `employment_lasts`, for lists that go through
    the whole company (`is_there`): `since` is the day after that leaving, and hardly anybody ever came back.
    """
    others = Tenure.objects.filter(since__gt=FIRST_DAY, since__lte=by)
    return Exists(others.filter(person=OuterRef(who), since__gt=OuterRef(begun)))


def is_there(on: date, who: str = "employee", begun: str = "first_day") -> Q:
    """In SQL: as `employment_lasts`, for such lists."""
    return Q(~gone_by(on, who), ~came_back(on, who, begun))


def leaves_before_the_end() -> Exists:
    """In SQL: as far as HR knows, the employment in which a tour began ends before the tour's last day, so
    that nothing is to be agreed on for the time after it; or before long after the review of what is
    open-ended, for it ends with the employment. A contract that runs out keeps nobody from a review that it
    lasts to: most are renewed, and the review is where that is spoken about.

    A known limit: of a tour that outlasts a yearly contract nothing is asked until that is renewed here.
    To ask before, what both sign beyond the contract would have to count as agreed, and it does not: see
    `followed`.
    """
    first, dated, review = OuterRef("first_day"), OuterRef("last_day"), OuterRef("review_day")
    after_review = add_days(review, LEAVING_DAYS)
    spells = Tenure.objects.filter(person=OuterRef("employee"), since__lte=first, left_on__gte=first)
    same = Employment.objects.filter(person=OuterRef("person"), left_on=OuterRef("left_on"))
    runs_out = Exists(same.filter(ending=Employment.Ending.END_OF_CONTRACT))
    before = Q(left_on__lt=Coalesce(dated, review))
    return Exists(spells.filter(before | Q(IsNull(dated, True), ~runs_out, left_on__lt=after_review)))


def passed_by(on: date) -> Exists:
    """In SQL, of terms: somebody else manages the employee by then than whom they name."""
    line = ReportingLine.objects.current(on).filter(person=OuterRef("employee"))
    return Exists(line.exclude(manager=OuterRef("manager")))


def could_agree(on: date) -> Q:
    """In SQL, of terms: the two whom they name are here, and nobody else manages the employee."""
    here = employment_lasts(on, "employee", "tour__first_day")
    return Q(~passed_by(on), here, here_on(on, "manager"))


def near_the_end(on: date) -> LessThanOrEqual:
    """The last day is at most the policy's days of being undecided after this one, or over."""
    days = Policy.objects.number_on("undecided_days", Value(on))
    near = ExpressionWrapper(Cast(Value(on), DateField()) + days, DateField())
    return LessThanOrEqual(F("last_day"), near)
