"""What became of programmes and their givings, in numbers: that tours exist, and their state, no more."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date

from django.db.models import Count, Q, QuerySet

from tours.models import Given, Giving, Programme, Tour
from tours.models.states import ON_THE_WAY

State = Tour.State


@dataclass(frozen=True)
class Tally:
    given: int = 0
    waiting: int = 0  #: for a signature
    signed: int = 0  #: by both, whatever came later
    running: int = 0
    declined: int = 0
    withdrawn: int = 0


def tallies(programmes: Iterable[Programme], on: date) -> dict[int, Tally]:
    """For each programme; one query for any number."""
    tours = Tour.objects.filter(programme__in=list(programmes))
    running = tours.active(on).values("pk")
    counted = (
        tours.order_by()
        .values("programme")
        .annotate(
            given=Count("pk"),
            waiting=Count("pk", filter=Q(state__in=ON_THE_WAY)),
            signed=Count("in_force"),
            running=Count("pk", filter=Q(pk__in=running)),
            declined=Count("pk", filter=Q(state=State.DECLINED)),
            withdrawn=Count("pk", filter=Q(state=State.WITHDRAWN)),
        )
    )
    rows = counted.values_list("programme", "given", "waiting", "signed", "running", "declined", "withdrawn")
    found = {programme: Tally(*figures) for programme, *figures in rows}
    return {programme.pk: found.get(programme.pk, Tally()) for programme in programmes}


@dataclass(frozen=True)
class Progress:
    """How far a giving has come."""

    people: int
    waiting: int
    given: int

    @property
    def settled(self) -> int:
        return self.people - self.waiting

    @property
    def refused(self) -> int:
        return self.settled - self.given

    @property
    def finished(self) -> bool:
        return self.waiting == 0


def progress(giving: Giving) -> Progress:
    counts = dict(giving.given.order_by().values_list("outcome").annotate(Count("pk")))
    outcome = Given.Outcome
    return Progress(sum(counts.values()), counts.get(outcome.WAITING, 0), counts.get(outcome.GIVEN, 0))


def with_progress(givings: QuerySet[Giving]) -> list[tuple[Giving, Progress]]:
    counted = givings.annotate(
        people=Count("given"),
        waiting=Count("given", filter=Q(given__outcome=Given.Outcome.WAITING)),
        got=Count("given", filter=Q(given__outcome=Given.Outcome.GIVEN)),
    )
    return [(row, Progress(row.people, row.waiting, row.got)) for row in counted]
