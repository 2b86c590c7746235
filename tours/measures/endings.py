"""How tours end: as agreed, early by one side, or because the person left; and whether another followed.

The rates are defined here: they are of what this product alone has.
"""

from __future__ import annotations

from dataclasses import dataclass
from functools import partial
from typing import Any

from django.db import models
from django.db.models import (
    BooleanField,
    Case,
    Count,
    ExpressionWrapper,
    F,
    OuterRef,
    Q,
    QuerySet,
    Value,
    When,
)
from django.db.models.lookups import Exact
from django.utils.translation import gettext_lazy as _

from people.measures.periods import Period
from people.measures.rates import Rate
from people.prepared import prepared
from tours.measures.asked import ALL, Asked, begun
from tours.models import Side, Tour, TourQuerySet
from tours.models.dates import lasts
from tours.models.following import followed

NOTHING_ENDED = _("No tour ended in the period.")
OPEN_ENDED = Q(in_force__ends_on=None)
TOO_FEW = _("Fewer than %(least)s tours ended early: too few to say by which side.")


class Ended(models.TextChoices):
    """How a tour ended, as it is told to whoever may know that it exists."""

    COMPLETED = "completed", _("As agreed")
    EARLY = "early", _("Early")
    LEFT = "left", _("With the employment, before the tour’s end")

    @property
    def closes(self) -> tuple[Close, ...]:
        return (Close.EMPLOYEE, Close.MANAGER) if self is Ended.EARLY else (Close(self.value),)


class Close(models.TextChoices):
    """The same with the side that ended it early, which is read with its terms."""

    COMPLETED = "completed"
    EMPLOYEE = "employee"
    MANAGER = "manager"
    LEFT = "left"


@dataclass(frozen=True)
class Endings:
    """How many tours ended in which way, by what HR recorded of a leaving on the same day (nothing: the
    person stayed); how many of all were followed by another, and how many had no agreed end to reach."""

    by_reason: dict[tuple[Close, str], int]
    followed: int
    open_ended: int

    @property
    def total(self) -> int:
        return sum(self.by_reason.values())

    def number(self, *closes: Close, why: str | None = None) -> int:
        return sum(
            number
            for (how, recorded), number in self.by_reason.items()
            if how in closes and why in (None, recorded)
        )

    @property
    def completion(self) -> Rate:
        """Completion rate = tours that reached the end both agreed on ÷ tours ended in the period, also
        those that were `open_ended`."""
        return self.of(Close.COMPLETED)

    @property
    def renewal(self) -> Rate:
        """Renewal rate = tours ended in the period followed by another tour of that person ÷ tours ended
        in the period. The other is signed, begins later, before the person leaves, and lasts longer."""
        return self._share(self.followed)

    def early_ends(self, side: Side, least: int) -> Rate:
        """Tours that this side ended early ÷ tours ended in the period.

        Undefined where fewer than `least` ended early: HR reads which side ended one with its terms, where
        the look is noted, and this is no way around. A bar to the single look, as `Keeping.rate` has it.
        """
        early = self.number(*Ended.EARLY.closes)
        return Rate(0, 0, TOO_FEW % {"least": least}) if 0 < early < least else self.of(Close(side.value))

    @property
    def left(self) -> Rate:
        """Tours that ended with the employment, before the end both agreed on ÷ tours ended in the period."""
        return self.of(Close.LEFT)

    def of(self, *closes: Close) -> Rate:
        return self._share(self.number(*closes))

    def _share(self, part: int) -> Rate:
        return Rate(part, self.total, "" if self.total else NOTHING_ENDED)


def endings(period: Period, asked: Asked = ALL) -> Endings:
    """Of the tours whose last day fell in the period, both ends inclusive; one query.

    A side's words about an early end are read by the two alone: by reason means by what HR itself recorded
    of the leaving, where person and tour went on the same day.
    """
    by_reason: dict[tuple[Close, str], int] = {}
    followed = open_ended = 0
    for how, why, goes_on, endless, number in _numbers(period, asked):
        key = Close(how), why or ""
        by_reason[key] = by_reason.get(key, 0) + number
        followed += number if goes_on else 0
        open_ended += number if endless else 0
    return Endings(by_reason, followed, open_ended)


@partial(prepared, keep_plan=False)
def _numbers(period: Period, asked: Asked) -> QuerySet[Any, Any]:
    found: Any = ended(period, asked)  # whose annotations the type checker does not know
    numbers: QuerySet[Any, Any] = (
        found.order_by()
        .values("how", "why", "followed", endless=ExpressionWrapper(OPEN_ENDED, BooleanField()))
        .annotate(number=Count("pk"))
        .values_list("how", "why", "followed", "endless", "number")
    )
    return numbers


def ended(period: Period, asked: Asked = ALL) -> TourQuerySet:
    """Annotates `over_on`, `how` (a `Close`), `why` (how the employment ended that day, if it did), and
    whether it is `followed`."""
    # That it lasts so long follows from the days of `over_on`, but Postgres does not see that.
    over = begun(period.last, lasts(period.first)).filter(Q(over_on__range=(period.first, period.last)))
    return asked.among(over, OuterRef("over_on")).annotate(
        how=_how(),
        why=Case(When(spell__left_on=F("over_on"), then=F("spell__ending"))),
        followed=ExpressionWrapper(followed(Tour.objects.all(), "over_on"), BooleanField()),
    )


def _how() -> Case:
    by_a_side = [
        When(Q(ended_by=side.value) & Q(Exact(F("ended_on"), F("over_on"))), then=Value(Close(side.value)))
        for side in Side
    ]
    as_agreed = Q(state=Tour.State.AGREED) & Q(Exact(F("last_day"), F("over_on")))
    return Case(
        *by_a_side,
        When(as_agreed, then=Value(Close.COMPLETED)),
        default=Value(Close.LEFT),
        output_field=models.CharField(),
    )
