"""In SQL: whether another tour follows one. There is this one rule of it."""

from __future__ import annotations

from typing import TYPE_CHECKING

from django.db.models import Exists, F, FilteredRelation, OuterRef, Q
from django.db.models.functions import Least

from people.models import Tenure, on_day
from tours.models.dates import NOT_CALLED_OFF

if TYPE_CHECKING:
    from tours.models.tours import TourQuerySet


def in_an_employment(tours: TourQuerySet, *conditions: Q) -> TourQuerySet:
    """Of these the ones begun in an employment, or before it and after the one before: neither called off nor
    left before the first day.

    Annotates `over_on`: the last day, or that of the employment if it was earlier; null while both are open.
    The employment is `spell`, of which there may be further conditions.
    """
    in_it = on_day(F("first_day"), "spell__since", "spell__left_on")
    found = tours.alias(spell=FilteredRelation("employee__tenures")).filter(
        NOT_CALLED_OFF, in_it, *conditions
    )
    over_on = Least("last_day", "spell__left_on")
    return found.annotate(over_on=over_on)


def followed(tours: TourQuerySet, until: str) -> Exists:
    """Whether one of these is of the same employee, begins later, and lasts longer than up to the day under
    that name. None does that is known to end by then, nor one that the employee leaves before its first day.

    `feedback.measures.timeliness` asks the same of a day in the past.
    """
    first, beyond = OuterRef("first_day"), OuterRef(until)
    later = tours.filter(
        NOT_CALLED_OFF,
        Q(last_day=None) | Q(last_day__gt=beyond),
        employee=OuterRef("employee"),
        first_day__gt=first,
    )
    # As `in_an_employment`, whose `over_on` lies beyond where both days do: of each by itself Postgres asks
    # the one that tells most first, and goes to the employments without the person between.
    spells = Tenure.objects.filter(on_day(first, "since", "left_on"), person=OuterRef("employee"))
    lasting = spells.filter(Q(left_on=None) | Q(left_on__gt=OuterRef(beyond)))
    return Exists(later.filter(Exists(lasting)))
