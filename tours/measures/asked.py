"""Of which tours a figure is: of whom, of which type, and from which day to which."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date

from django.db.models import Exists, F, FilteredRelation, OuterRef, Q
from django.db.models.expressions import Combinable
from django.db.models.functions import Least

from people.measures.whom import EVERYBODY, Whom
from people.models import on_day
from tours.models import Tour, TourQuerySet
from tours.models.dates import LAST_DAY, NOT_CALLED_OFF


@dataclass(frozen=True)
class Asked:
    whom: Whom = EVERYBODY
    type: str = ""  #: of `Tour.Type`; nothing for all

    def among(self, tours: TourQuerySet, day: date | Combinable) -> TourQuerySet:
        """Those of employees who are asked about on the day."""
        found = tours.filter(self.whom.works("employee", day))
        return found.filter(type=self.type) if self.type else found


ALL = Asked()


def begun(by: date, *conditions: Q) -> TourQuerySet:
    """In force, and begun by that day in some employment, or before it and after the one before; not what was
    called off before.

    Its dates are those of the terms in force, as both signed them last. Annotates `over_on`: its last day,
    or that of the employment if it was earlier; null while both are open. The employment is `spell`, of
    which there may be further conditions.
    """
    return _in_an_employment(Q(in_force__starts_on__lte=by), *conditions)


def followed() -> Exists:
    """In SQL, of such a tour: another of that employee begins later, and lasts longer. None does that was
    signed, and that the employee left before its first day; nor where both ended as they left."""
    another = _in_an_employment(
        Q(employee=OuterRef("employee"), in_force__starts_on__gt=OuterRef("in_force__starts_on"))
    )
    return Exists(another.filter(Q(over_on=None) | Q(over_on__gt=OuterRef("over_on"))))


def _in_an_employment(*conditions: Q) -> TourQuerySet:
    in_it = on_day(F("in_force__starts_on"), "spell__since", "spell__left_on")
    tours = Tour.objects.alias(spell=FilteredRelation("employee__tenures"))
    return tours.filter(NOT_CALLED_OFF, in_it, *conditions).annotate(
        over_on=Least(LAST_DAY, F("spell__left_on"))
    )
