"""Of which tours a figure is: of whom, and of which type."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date

from django.db.models import F, FilteredRelation
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


def begun(by: date) -> TourQuerySet:
    """In force, and begun by that day in some employment, or before it and after the one before; not what was
    called off before.

    Its dates are those of the terms in force, as both signed them last. Annotates `over_on`: its last day,
    or that of the employment if it was earlier; null while both are open. The employment is `spell`.
    """
    tours: TourQuerySet = Tour.objects.alias(spell=FilteredRelation("employee__tenures")).filter(
        NOT_CALLED_OFF,
        on_day(F("in_force__starts_on"), "spell__since", "spell__left_on"),
        in_force__starts_on__lte=by,
    )
    return tours.annotate(over_on=Least(LAST_DAY, F("spell__left_on")))
