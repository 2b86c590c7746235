"""Where an alliance is failing: lists for HR, and for whoever else may know of these tours.

They say that something is missing, never who said what: any outcome that both confirmed takes a tour off
them alike, so that nobody can tell from a list which it was.
"""

from __future__ import annotations

from datetime import date, timedelta
from typing import Any

from django.db.models import (
    BooleanField,
    Case,
    Exists,
    F,
    FilteredRelation,
    OuterRef,
    Q,
    QuerySet,
    Subquery,
    When,
)
from django.db.models.functions import Coalesce

from people.models import Person, PersonQuerySet, Position, ReportingLine, on_day
from people.presence import INFINITY, gone_by
from tours import policy
from tours.models import Terms, Tour, TourQuerySet
from tours.models.dates import NOT_CALLED_OFF, came_back, lasts, leaves_before_the_end
from tours.models.following import followed
from tours.models.next_steps import DECIDED, both_agreed
from tours.models.states import ON_THE_WAY


def ending(tours: TourQuerySet, on: date) -> TourQuerySet:
    """Inside the next-tour window, with nothing signed beyond it and no outcome that both confirmed. The two
    whose tour it is are asked on until what they decided is signed: see `ending_with_nothing_agreed`."""
    return tours.ending_with_nothing_agreed(on).without_outcome()


def ended_undecided(tours: TourQuerySet, on: date) -> TourQuerySet:
    """Over for no more than the three months in which a next one should follow, and none was agreed on that
    lasts longer: as planned or early."""
    lately = (on - timedelta(days=policy.ENDED_UNDECIDED_DAYS), on - timedelta(days=1))
    over = tours.filter(last_day__range=lately, in_force__isnull=False)
    here = ~gone_by(on, "employee"), ~came_back(on)
    return over.filter(~followed(Tour.objects.all(), "last_day"), *here).without_outcome()


def review_overdue(
    tours: TourQuerySet, on: date, days: int = policy.REVIEW_OVERDUE_STEPS[-1]
) -> TourQuerySet:
    """Open-ended, and not reviewed by the time of the last letter about it; or long after its review nothing
    of its own is signed: whatever both agreed on, also that there will be no next tour, and also where that
    is signed, for it has no last day yet."""
    by, long = (on - timedelta(days=number) for number in (days, policy.REVIEW_UNSIGNED_DAYS))
    here = ~gone_by(on, "employee"), ~came_back(on), ~leaves_before_the_end()
    due = tours.agreed().filter(*here, last_day=None, review_day__lte=by)
    return due.annotate(comes_to=F("review_day")).filter(_lacks_what_follows(long))


def _lacks_what_follows(long: date) -> Case:
    """Where both have agreed on what comes next, and so not that this one goes on beside what is signed, it
    lacks its last day, but not before long. Else nothing is signed beyond its review.

    So that each is asked once for a tour, and what is signed only where it matters."""
    unsigned = ~followed(Tour.objects.all(), "comes_to")
    agreed = When(both_agreed(DECIDED), then=Q(review_day__lte=long))
    return Case(agreed, default=unsigned, output_field=BooleanField())


def unsigned(tours: TourQuerySet, on: date, days: int = policy.UNSIGNED_DAYS) -> TourQuerySet:
    """Proposed, never in force, and no version has been put on the table for some weeks."""
    newest = Terms.objects.proposed().filter(tour=OuterRef("pk")).order_by("-number")
    waiting = tours.filter(~gone_by(on, "employee"), state__in=ON_THE_WAY)
    by = on - timedelta(days=days)
    return waiting.annotate(put_at=Subquery(newest.values("proposed_at")[:1])).filter(put_at__date__lte=by)


def without_tour(on: date) -> PersonQuerySet:
    """Employed, managed by somebody, and on no tour that was proposed or has force, and is of the present
    employment, which ends after its first day. A draft that nobody else has seen is nobody else's business,
    and counts for nothing here."""
    theirs = Tour.objects.filter(employee=OuterRef("pk"))
    last = Coalesce(OuterRef("spell__left_on"), INFINITY)
    of_it = theirs.filter(first_day__gte=OuterRef("spell__since"), first_day__lte=last)
    in_force = of_it.filter(lasts(on), NOT_CALLED_OFF)
    # Apart, for those are few, and in what has force some version was proposed.
    shown = Exists(Terms.objects.proposed().filter(tour=OuterRef("pk")))
    on_the_way = theirs.filter(shown, state__in=ON_THE_WAY)
    managed = ReportingLine.objects.current(on).filter(person=OuterRef("pk"))
    employed = on_day(on, "spell__hired_on", "spell__left_on")
    found: PersonQuerySet = Person.objects.alias(spell=FilteredRelation("tenures")).filter(
        employed, Exists(managed), ~Exists(in_force), ~Exists(on_the_way)
    )
    return found


def placed(
    rows: QuerySet[Any, Any], person: str, on: date
) -> QuerySet[Any, tuple[int, int | None, str | None]]:
    """Their keys in their order, each with the key and the name of the department in which the person under
    that name works that day; there may be none."""
    position = Position.objects.current(on).filter(person=OuterRef(person))
    in_team, called = (Subquery(position.values(what)[:1]) for what in ("department", "department__name"))
    found: QuerySet[Any, tuple[int, int | None, str | None]] = rows.annotate(in_team=in_team, called=called)
    return found.values_list("pk", "in_team", "called")
