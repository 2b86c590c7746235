"""In SQL: whether another tour follows one. There is this one rule of it."""

from __future__ import annotations

from typing import TYPE_CHECKING

from django.db.models import Exists, F, FilteredRelation, OuterRef, Q
from django.db.models.functions import Least

from people.models import on_day
from tours.models.dates import LAST_DAY, NOT_CALLED_OFF

if TYPE_CHECKING:
    from tours.models.tours import TourQuerySet


def in_an_employment(tours: TourQuerySet, *conditions: Q) -> TourQuerySet:
    """Of these the ones begun in an employment, or before it and after the one before: neither called off nor
    left before the first day.

    Annotates `over_on`: the last day, or that of the employment if it was earlier; null while both are open.
    The employment is `spell`, of which there may be further conditions.
    """
    in_it = on_day(F("in_force__starts_on"), "spell__since", "spell__left_on")
    found = tours.alias(spell=FilteredRelation("employee__tenures")).filter(
        NOT_CALLED_OFF, in_it, *conditions
    )
    over_on = Least(LAST_DAY, F("spell__left_on"))
    return found.annotate(over_on=over_on)


def followed(tours: TourQuerySet, until: str) -> Exists:
    """Whether one of these is of the same employee, begins later, and lasts longer than up to the day under
    that name. None does that is known to end by then, nor one that the employee leaves before its first day.

    `feedback.measures.timeliness` asks the same of a day in the past.
    """
    first = OuterRef("in_force__starts_on")
    later = in_an_employment(tours, Q(employee=OuterRef("employee"), in_force__starts_on__gt=first))
    return Exists(later.filter(Q(over_on=None) | Q(over_on__gt=OuterRef(until))))
