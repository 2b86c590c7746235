"""The open-ended tours that are to be reviewed, see `people.waiting`."""

from __future__ import annotations

from datetime import date, timedelta
from typing import Any

from django.db.models import Case, CharField, Exists, F, OuterRef, Q, QuerySet, Subquery, Value, When
from django.db.models.functions import Cast, Coalesce, NullIf

from people.models import Person
from tours import policy
from tours.models import NextStep, Terms, Tour, TourQuerySet
from tours.models.dates import employment_lasts, leaves_before_the_end
from tours.models.following import followed
from tours.models.next_steps import NOTHING_TO_SIGN

Outcome = NextStep.Outcome
#: What is written into this tour's terms, and what into another's.
HERE, NEXT = [*NOTHING_TO_SIGN, Outcome.EXTENSION], [Outcome.NEW_TOUR, Outcome.FOUNDATIONAL]


def reviews(person: Person, on: date) -> QuerySet[Any, Any]:
    """From the last letter before the day on; until newer terms are on the table, which then wait by
    themselves. For the employee it is with whoever manages them by now. What the two who agreed have decided
    they are asked to write from then on, and nobody after them."""
    soon = on + timedelta(days=policy.TOUR_ENDS_STEPS[-1])
    newer = Terms.objects.on_table().filter(tour=OuterRef("pk"))
    stays = employment_lasts(Value(on)), ~leaves_before_the_end()
    own = Tour.objects.cared_for_by(person, on).agreed().filter(~Exists(newer), *stays, last_day=None)
    due = with_what_is_agreed(own).with_standing(on)
    undecided = Q(agreed__isnull=True, comes_to__lte=soon) & ~_followed_up()
    theirs = Q(manager_now_id=None) | Q(manager_now_id=F("manager"))
    due = due.filter(undecided | (theirs & to_be_written()))
    company = Coalesce("manager_now_name", "manager__name")
    name = Case(When(employee=person, then=company), default=F("employee__name"))
    return due.values_list(to_do(), Cast("pk", CharField()), name, F("comes_to"))


def newest_agreed(what: str) -> Subquery:
    """In SQL, of an open-ended tour: what stands in the outcome that both confirmed last (`both_agreed`)."""
    said = NextStep.objects.filter(
        tour=OuterRef("pk"), terms=OuterRef("in_force"), confirmed_at__isnull=False
    )
    return Subquery(said.order_by("-pk").values(what)[:1])


def with_what_is_agreed(tours: TourQuerySet) -> TourQuerySet:
    """Of those that are open-ended. Annotates on what both have `agreed`, if on anything, and when each is
    reviewed (`comes_to`)."""
    said = NullIf(newest_agreed("outcome"), Value(Outcome.UNDECIDED), output_field=CharField())
    return tours.annotate(agreed=said, comes_to=F("review_day"))


def to_be_written() -> Q:
    """Of rows that came by `with_what_is_agreed`: the two have decided, and have yet to write that down."""
    return Q(agreed__in=HERE) | (Q(agreed__in=NEXT) & (_followed_up() | ~_proposed()))


def _followed_up() -> Q:
    return Q(followed(Tour.objects.all(), "comes_to"))


def _proposed() -> Q:
    """A next tour is on the table, and waits by itself."""
    return Q(Exists(Tour.objects.filter(employee=OuterRef("employee"), state=Tour.State.PROPOSED)))


def to_do() -> Case:
    """Of such rows. Once a next tour is signed that both wanted, this one has yet to end."""
    return Case(
        When(agreed__isnull=True, then=Value("review")),
        When(agreed=Outcome.EXTENSION, then=Value("write_extension")),
        When(Q(agreed__in=NOTHING_TO_SIGN) | _followed_up(), then=Value("agree_last_day")),
        default=Value("write_next"),
        output_field=CharField(),
    )
