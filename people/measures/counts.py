"""The counts of periods, for the company or its departments, in one or two queries whatever the size."""

from __future__ import annotations

from collections.abc import Callable, Collection, Mapping, Sequence
from dataclasses import dataclass, fields
from datetime import date
from typing import Any

from django.db.models import Min, Q

from people.measures import tallies
from people.measures.periods import Period
from people.measures.whom import EVERYBODY, Service, Whom
from people.models import Tenure


@dataclass(frozen=True)
class Counts:
    """Numbers of employments in a period, by the names of `tallies`.

    `point_sum` adds up the headcounts at the period's `points`.
    """

    points: int = 0
    point_sum: int = 0
    opening: int = 0
    joiners: int = 0
    leavers: int = 0
    closing: int = 0
    resignations: int = 0
    unsorted_leavers: int = 0
    regretted_leavers: int = 0
    regret_unsaid: int = 0
    retained: int = 0
    a_year_before: int = 0
    with_a_year: int = 0
    boomerangs: int = 0
    observed_90_days: int = 0
    left_within_90_days: int = 0
    observed_1_year: int = 0
    left_within_1_year: int = 0
    position_changes: int = 0
    transfers_in: int = 0
    transfers_out: int = 0

    @property
    def is_empty(self) -> bool:
        """Nobody is in any headcount of the period, and nobody came or went. By length of service people are
        in it without having come, or go from it without having been there at the beginning."""
        moved = self.transfers_in or self.transfers_out
        return not (self.point_sum or self.joiners or self.leavers or moved)

    def less(self, parts: Sequence[Counts]) -> Counts:
        """What is left of the company's counts without these departments'.

        Of moves from and to no department, only the difference is known: what the departments lost more
        than they gained.
        """
        rest = {name: getattr(self, name) - sum(getattr(part, name) for part in parts) for name in COUNTED}
        gained = rest.pop("transfers_in") - rest.pop("transfers_out")
        return Counts(self.points, transfers_in=max(gained, 0), transfers_out=max(-gained, 0), **rest)


COUNTED = [field.name for field in fields(Counts) if field.name != "points"]


def of(whom: Whom, periods: Sequence[Period], today: date) -> list[Counts]:
    """Each period's counts of those asked about, in one or two queries."""
    if whom.places is None:
        return of_company(periods, today, whom.service)
    return of_departments(whom.places, periods, today, whom.service)


def of_company(periods: Sequence[Period], today: date, service: Service = EVERYBODY.service) -> list[Counts]:
    """Each period's counts of the whole company, in two queries."""
    where = tallies.narrowed(tallies.anywhere, service)
    row: dict[str, Any] = Tenure.objects.aggregate(
        **_for_each(
            periods,
            lambda period: {
                **tallies.of_employments(period, today, where),
                **tallies.whole_span(period, service),
            },
        )
    )
    days = min(period.first for period in periods), max(period.last for period in periods)
    begun = tallies.stays(Q(position__since__range=days))
    row |= begun.aggregate(**_for_each(periods, lambda period: tallies.of_changes(period, service)))
    return [_read(period, n, row) for n, period in enumerate(periods)]


def of_departments(
    departments: Collection[int],
    periods: Sequence[Period],
    today: date,
    service: Service = EVERYBODY.service,
) -> list[Counts]:
    """Each period's counts of some departments looked at as one, in one query."""
    here = tallies.stays(Q(position__department__in=departments))
    row = here.aggregate(
        **_for_each(periods, lambda period: _in_position(period, today, service, departments))
    )
    return [_read(period, n, row) for n, period in enumerate(periods)]


def by_department(period: Period, today: date, service: Service = EVERYBODY.service) -> dict[str, Counts]:
    """Each department that had people in the period or within the year before its end, by name; in one query.
    With those that are empty by now, they account for whoever is in some department."""
    earliest = min(period.eve, period.last - tallies.YEAR)
    rows = (
        tallies.stays(
            Q(left_on=None) | Q(left_on__gte=earliest),
            Q(position__until=None) | Q(position__until__gte=earliest),
            Q(hired_on__lte=period.last, position__since__lte=period.last),
        )
        .values("position__department")  # numbers are grouped faster than names
        .annotate(name=Min("position__department__name"))
        .annotate(**_for_each([period], lambda period: _in_position(period, today, service)))
    )
    counted = {row["name"]: _read(period, 0, row) for row in rows}
    return {name: counted[name] for name in sorted(counted)}


def _in_position(
    period: Period, today: date, service: Service, among: Collection[int] | None = None
) -> tallies.Tallies:
    where = tallies.narrowed(tallies.in_position, service)
    return {
        **tallies.of_employments(period, today, where),
        **tallies.span_in_position(period, service),
        **tallies.of_changes(period, service),
        **tallies.of_transfers(period, among, service),
    }


def _for_each(periods: Sequence[Period], make: Callable[[Period], tallies.Tallies]) -> tallies.Tallies:
    return {f"p{n}_{name}": tally for n, period in enumerate(periods) for name, tally in make(period).items()}


def _read(period: Period, n: int, row: Mapping[str, Any]) -> Counts:
    """The sum over no rows is null in SQL, and 0 here."""
    read = {name: row.get(f"p{n}_{name}") or 0 for name in COUNTED}
    return Counts(points=len(period.points()), **read)
