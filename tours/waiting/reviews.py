"""The open-ended tours that are to be reviewed, see `people.waiting`."""

from __future__ import annotations

from datetime import date, timedelta
from typing import Any

from django.db.models import Case, CharField, Exists, F, OuterRef, QuerySet, Value, When
from django.db.models.functions import Cast, Coalesce

from people.models import Person
from tours import policy
from tours.models import Terms, Tour
from tours.models.dates import employment_lasts


def reviews(person: Person, on: date) -> QuerySet[Any, Any]:
    """From the last letter before the day on; until newer terms are on the table, which then wait by
    themselves. For the employee it is with whoever manages them by now."""
    soon = on + timedelta(days=policy.TOUR_ENDS_STEPS[-1])
    newer = Terms.objects.on_table().filter(tour=OuterRef("pk"))
    own = Tour.objects.cared_for_by(person, on).agreed()
    due = own.filter(~Exists(newer), employment_lasts(Value(on)), in_force__ends_on=None)
    due = due.filter(in_force__review_on__lte=soon).with_nothing_agreed_beyond().without_outcome()
    company = Coalesce("manager_now_name", "manager__name")
    name = Case(When(employee=person, then=company), default=F("employee__name"))
    rows = due.with_standing(on)
    return rows.values_list(Value("review"), Cast("pk", CharField()), name, F("in_force__review_on"))
