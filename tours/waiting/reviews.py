"""The open-ended tours that are to be reviewed, see `people.waiting`."""

from __future__ import annotations

from datetime import date, timedelta
from typing import Any

from django.db.models import Case, CharField, Exists, F, OuterRef, Q, QuerySet, Value, When
from django.db.models.functions import Cast, Coalesce

from people.models import Person
from tours import policy
from tours.failing import yet_to_end
from tours.models import NextStep, Terms, Tour
from tours.models.dates import employment_lasts, leaves_before_the_end
from tours.models.following import followed
from tours.models.next_steps import DECIDED, NOTHING_TO_SIGN, both_agreed


def reviews(person: Person, on: date) -> QuerySet[Any, Any]:
    """From the last letter before the day on; until newer terms are on the table, which then wait by
    themselves. For the employee it is with whoever manages them by now. What the two who agreed have decided
    they are asked to write from then on, and nobody after them."""
    soon = on + timedelta(days=policy.TOUR_ENDS_STEPS[-1])
    newer = Terms.objects.on_table().filter(tour=OuterRef("pk"))
    own = Tour.objects.cared_for_by(person, on).agreed()
    stays = employment_lasts(Value(on)), ~leaves_before_the_end()
    due = own.filter(~Exists(newer), *stays, in_force__ends_on=None)
    due = due.filter(Q(in_force__review_on__lte=soon) | both_agreed(DECIDED))
    due = yet_to_end(due).with_standing(on)
    theirs = Q(manager_now_id=None) | Q(manager_now_id=F("manager"))
    due = due.annotate(waits=_to_do()).filter(theirs | ~both_agreed(DECIDED), waits__isnull=False)
    company = Coalesce("manager_now_name", "manager__name")
    name = Case(When(employee=person, then=company), default=F("employee__name"))
    return due.values_list(F("waits"), Cast("pk", CharField()), name, F("in_force__review_on"))


def _to_do() -> Case:
    """Nothing while a next tour is proposed that both wanted, for that waits by itself; once it is signed,
    this one has yet to end."""
    proposed = Tour.objects.filter(employee=OuterRef("employee"), state=Tour.State.PROPOSED)
    return Case(
        When(both_agreed(Q(outcome__in=NOTHING_TO_SIGN)), then=Value("agree_last_day")),
        When(both_agreed(Q(outcome=NextStep.Outcome.EXTENSION)), then=Value("write_extension")),
        When(Q(followed(Tour.objects.all(), "comes_to")), then=Value("agree_last_day")),
        When(both_agreed(DECIDED) & Q(Exists(proposed)), then=None),
        When(both_agreed(DECIDED), then=Value("write_next")),
        default=Value("review"),
        output_field=CharField(),
    )
