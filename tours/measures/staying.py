"""How long people stay once a tour has begun, by its type."""

from __future__ import annotations

from datetime import date
from functools import partial
from typing import Any

from django.db.models import Count, F, OuterRef, Q, QuerySet, Value
from django.db.models.functions import Least

from people.measures.survival import DaysBetween, Survival, by_group, in_columns
from people.measures.tallies import Spans
from people.prepared import prepared
from tours.measures.asked import ALL, Asked, begun
from tours.models import Tour


def curves_by_type(reference: date, asked: Asked = ALL) -> dict[Tour.Type, Survival]:
    """Survival after tour start by type, defined here: the estimate of Kaplan and Meier (1958) from a tour's
    first day to the last day of the employment in which it began, whether the tour lasts so long or not; who
    is employed still is censored on the reference day. In a department by where the person worked on the
    first day.

    Somebody with several tours is followed from each: the curve is of tours, not of people. One query.
    """
    found = by_group(_by_type(reference, asked))
    return {type_: found[type_.value] for type_ in Tour.Type if type_.value in found}


@partial(prepared, keep_plan=False)
def _by_type(reference: date, asked: Asked) -> QuerySet[Any, Any]:
    lasted = DaysBetween(Least(F("spell__left_on"), Value(reference)), F("first_day"))
    rows: Spans = asked.among(begun(reference), OuterRef("first_day"))
    counted = rows.order_by().values(group=F("type"), days=lasted)
    left = Count("pk", filter=Q(spell__left_on__lte=reference))
    return in_columns(counted.annotate(left=left, all=Count("pk")))
