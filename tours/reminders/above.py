"""What is left undone although those whom it concerns were reminded: to whoever manages them.

The days are HR's policy. Nobody above learns more than that a tour waits: not what is agreed, nor what
either side said. Of expected roles and promises nobody above knows; HR is told how many there are.
"""

from __future__ import annotations

from collections.abc import Collection, Iterator, Mapping, Sequence
from datetime import UTC, datetime
from typing import Any

from django.db.models import CharField, Exists, F, IntegerField, OuterRef, QuerySet, Subquery, Value
from django.db.models.functions import Cast, Concat, TruncDate
from django.db.models.lookups import LessThanOrEqual
from django.utils.translation import gettext_lazy as _

from alliance_site.outbox.occasions import Due, Occasion
from people.days import add_days, dates_anywhere, local_day
from people.recipients import still_here
from tours import access
from tours.models import Policy, Side, Signature, Tour
from tours.reminders.company_side import company_side, line_of
from tours.reminders.tours import on_the_table

UNSIGNED, HAND_OVER, UNDECIDED = "unsigned", "handover", "undecided"


def _left_undone(now: datetime, about: Collection[str] | None) -> Sequence[QuerySet[Any]]:
    asked = None if about is None else [key.split(" ") for key in about]

    def only(kind: str, rows: QuerySet[Any], tour: str) -> QuerySet[Any]:
        rows = rows.annotate(
            about=Concat(Value(f"{kind} "), Cast(tour, CharField())), step=Value(0, IntegerField())
        )
        if asked is None:
            return rows
        return rows.filter(**{f"{tour}__in": [int(pk) for each, pk in asked if each == kind]})

    return [
        *(only(UNSIGNED, _unsigned(now, side), "tour_id") for side in Side),
        only(HAND_OVER, _not_taken_over(now), "pk"),
        only(UNDECIDED, _undecided(now), "pk"),
    ]


def _unsigned(now: datetime, side: Side) -> QuerySet[Any]:
    """A version that has lain on the table for long, for whoever manages the side that has not signed."""
    day, after = TruncDate("proposed_at", tzinfo=UTC), _days("above_days", now)
    return (
        on_the_table(now)
        .filter(~Exists(Signature.objects.filter(terms=OuterRef("pk"), side=side)))
        .annotate(due_on=day, **_above(now, side))
        .filter(recipient_id__isnull=False, due_on__lte=add_days(F("above_day"), -after))
    )


def _not_taken_over(now: datetime) -> QuerySet[Any]:
    """For whoever manages the new manager."""
    today, after = local_day(now, "line__manager"), _days("above_days", now)
    late = LessThanOrEqual(F("take_over_by"), add_days(F("above_day"), -after))
    rows = Tour.objects.to_take_over(today).annotate(
        due_on=F("successor_since"),  # which no policy moves
        **_above(now, "line__manager"),
    )
    return rows.filter(late, recipient_id__isnull=False)


def _undecided(now: datetime) -> QuerySet[Any]:
    """A tour of somebody who is here, near its end with nothing agreed beyond, for whoever manages their
    manager of today."""
    near = _days("undecided_days", now) - _days("above_days", now)
    ending = (
        Tour.objects.agreed()
        .with_nothing_agreed_beyond()
        .without_outcome()
        .filter(
            still_here(now, "employee"),
            ended_on=None,
            in_force__ends_on__gte=dates_anywhere(now)[0],
            in_force__talk_on__lte=dates_anywhere(now)[1],
        )
        .annotate(due_on=F("in_force__ends_on"), **company_side(now))
        .annotate(**_above(now, "manager_now_id"))
    )
    return ending.filter(
        recipient_id__isnull=False,
        due_on__gte=F("above_day"),
        due_on__lte=add_days(F("above_day"), near),
    )


def _above(now: datetime, person: str) -> dict[str, Any]:
    """Annotations: who manages the person under that path by now, and what date it is for them."""
    line = line_of(now, person).annotate(day=local_day(now, "manager"))
    return {
        "recipient_id": Subquery(line.values("manager")[:1]),
        "above_day": Subquery(line.values("day")[:1]),
    }


def _days(name: str, now: datetime) -> Any:
    return Policy.objects.number_on(name, Value(now.astimezone(UTC).date()))


def _in_words(dues: Sequence[Due]) -> Iterator[Mapping[str, Any]]:
    keys = [due.about.split(" ") for due in dues]
    found = Tour.objects.select_related("employee", "manager").in_bulk({int(pk) for _kind, pk in keys})
    for due, (kind, pk) in zip(dues, keys, strict=True):
        tour = found[int(pk)]
        own = due.recipient_id == tour.manager_id
        yield {
            "kind": kind,
            "tour": tour,
            "day": due.due_on,
            "own": own,
            "who_sees": _who_sees,
            "path": (tour if own else tour.employee).get_absolute_url(),
        }


def _who_sees() -> str:
    """Called by the template, in the recipient's language."""
    return access.who_sees(access.What.EXISTENCE)


left_undone = Occasion(
    key="tours.left_undone",
    title=_("Something is left undone below"),
    template="tours/left_undone",
    to=_("whoever manages the one who was reminded"),
    steps=_("once, after the days of the policy"),
    until=_("it is done"),
    due=_left_undone,
    context=_in_words,
)
