"""Whether a tour was followed by another: for the list of those that were not, and for the figure."""

from __future__ import annotations

from django.db.models import Exists, OuterRef, Q

from tours.models import Tour
from tours.models.dates import LAST_DAY, NOT_CALLED_OFF


def followed(last_day: str) -> Exists:
    """In SQL, of a tour: another of that employee begins later, and lasts longer than the day annotated under
    that name; it was not called off before it began."""
    another = Tour.objects.annotate(until=LAST_DAY).filter(
        NOT_CALLED_OFF,
        Q(until=None) | Q(until__gt=OuterRef(last_day)),
        employee=OuterRef("employee"),
        in_force__starts_on__gt=OuterRef("in_force__starts_on"),
    )
    return Exists(another)
