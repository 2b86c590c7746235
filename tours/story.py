"""A person's tours as one story: chapter after chapter, what changed on the way, what came between."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, timedelta

from people.days import ONE_DAY
from people.models import Person
from tours.models import Parting, Terms, Tour

LONG_GAP = timedelta(days=31)  #: a month between two tours is no gap


@dataclass(frozen=True)
class Turn:
    """Terms that came into force after the first of their tour."""

    on: date  #: the day of the second signature
    terms: Terms
    before: Terms

    @property
    def is_handover(self) -> bool:
        return self.terms.manager_id != self.before.manager_id

    @property
    def moved_end(self) -> bool:
        old, new = self.before, self.terms
        return (new.ends_on, new.review_on) != (old.ends_on, old.review_on)


@dataclass(frozen=True)
class Chapter:
    tour: Tour
    status: Tour.Status
    first: Terms
    turns: list[Turn]
    partings: list[Parting]
    gap: tuple[date, date] | None  #: the days without a tour before it

    @property
    def last(self) -> Terms:
        """The terms in force, or those that were at the end."""
        return self.turns[-1].terms if self.turns else self.first


def chapters(tours: Iterable[Tour], reader: Person, on: date) -> list[Chapter]:
    """Of tours that have had force, in the order they began; they come by `with_versions`."""
    found: list[Chapter] = []
    covered: date | None = None  # the last day so far on which there was a tour
    for tour in sorted(tours, key=lambda tour: (_signed(tour)[0].starts_on, tour.pk)):
        first, *later = _signed(tour)
        turns = [Turn(new.agreed_on, new, old) for old, new in zip([first, *later], later, strict=False)]
        gap = _gap(covered, first.starts_on)
        partings = list(tour.partings.all()) if tour.side_of(reader) else []
        found.append(Chapter(tour, tour.status(on), first, turns, partings, gap))
        covered = max(covered or date.min, tour.ends_on or date.max)
    return found


def _signed(tour: Tour) -> list[Terms]:
    """The versions that were ever in force."""
    return [terms for terms in tour.proposed if terms.is_signed]


def _gap(covered: date | None, starts_on: date) -> tuple[date, date] | None:
    if covered is None or starts_on - covered <= LONG_GAP:
        return None
    return covered + ONE_DAY, starts_on - ONE_DAY
