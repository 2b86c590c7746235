"""Of which tours a figure is: of whom, of which type, and from which day to which."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date

from django.db.models import Q
from django.db.models.expressions import Combinable

from people.measures.whom import EVERYBODY, Whom
from tours.models import Tour, TourQuerySet
from tours.models.following import in_an_employment


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
    return in_an_employment(Tour.objects.all(), Q(first_day__lte=by), *conditions)
