"""How people stand that day to a programme that begins on some day: what their terms need, and why some
cannot get it. A few queries for any number of them."""

from __future__ import annotations

from collections import Counter
from collections.abc import Collection
from dataclasses import dataclass
from datetime import date

from django.db.models import Exists, OuterRef

from people.models import Employment, Person, ReportingLine, on_day
from people.presence import here_on
from tours.giving.copying import last_day, placeholders, placeholders_used
from tours.models import Given, Revision, Tour
from tours.models.tours import TourQuerySet

Outcome = Given.Outcome


@dataclass(frozen=True)
class Named:
    """Somebody, with what the words of a programme say of them on its first day."""

    person: Person
    manager: Person | None
    department: str
    title: str

    def fills(self, days: tuple[date, date]) -> dict[str, str]:
        """What stands for the placeholders, in the language that is active."""
        return placeholders(self.person, self.manager, self.department, self.title, days)


@dataclass(frozen=True)
class Standing(Named):
    here: bool  #: has not left
    employed: bool  #: on the day of the start
    busy: bool  #: a tour in that time is agreed or proposed
    again: bool  #: has or had a tour by this programme


def named(person: int, starts_on: date, today: date) -> Named:
    row = Person.objects.with_position(starts_on).get(pk=person)
    manager = managers_of([person], today, starts_on).get(person)
    return Named(row, manager, row.department or "", row.title or "")


def standings(
    revision: Revision, starts_on: date, people: Collection[int], today: date
) -> dict[int, Standing]:
    managers = managers_of(people, today, starts_on)
    theirs = Tour.objects.filter(employee__in=people)
    busy = _employees(theirs.within(starts_on, last_day(starts_on, revision.months)))
    again = _employees(theirs.given_programme(revision.programme_id))
    spells = Employment.objects.current(starts_on).filter(person=OuterRef("pk"))
    rows = Person.objects.filter(pk__in=people).with_position(starts_on)
    rows = rows.annotate(here=here_on(today), employed=Exists(spells))
    return {
        row.pk: Standing(
            person=row,
            manager=managers.get(row.pk),
            department=row.department or "",
            title=row.title or "",
            here=row.here,
            employed=row.employed,
            busy=row.pk in busy,
            again=row.pk in again,
        )
        for row in rows
    }


def managers_of(people: Collection[int], today: date, starts_on: date) -> dict[int, Person]:
    """Whoever manages each of them today; of those who are yet to begin, whoever does on the first day."""
    begun = Employment.objects.current(today).filter(person=OuterRef("person"))
    lines = ReportingLine.objects.annotate(begun=Exists(begun)).filter(
        on_day(today, "since", "until") | on_day(starts_on, "since", "until"),
        here_on(today, "manager"),
        person__in=people,
    )
    return {
        line.person_id: line.manager
        for line in lines.select_related("manager")
        if _covers(line, today if vars(line)["begun"] else starts_on)
    }


def _covers(line: ReportingLine, day: date) -> bool:
    return line.since <= day and (line.until is None or line.until >= day)


def _employees(tours: TourQuerySet) -> set[int]:
    return set(tours.values_list("employee", flat=True))


LOOKED_AT = 5000  #: for so many it is said before who cannot get it
SOME = 50  #: of more


@dataclass(frozen=True)
class Rights:
    """What whoever gives may do by now."""

    giver: Person
    as_hr: bool  #: the giving is HR's
    allowed: bool  #: is HR still; or is still here


def refusal(standing: Standing, rights: Rights, needed: set[str]) -> Outcome | None:
    """Why the person cannot get it, the plainest reason first; None if they can.

    `needed` are the placeholders that the texts hold.
    """
    manager = standing.manager
    reasons = (
        (Outcome.NOT_ALLOWED, not rights.allowed),
        (Outcome.LEFT, not standing.here),
        (Outcome.OWN, standing.person == rights.giver),
        (Outcome.NOT_YOURS, not rights.as_hr and manager != rights.giver),
        (Outcome.NO_MANAGER, manager is None),
        (Outcome.NOT_EMPLOYED, not standing.employed),
        (Outcome.AGAIN, standing.again),
        (Outcome.OVERLAPS, standing.busy),
        (Outcome.UNNAMED, "department" in needed and not standing.department),
        (Outcome.UNNAMED, "title" in needed and not standing.title),
    )
    return next((reason for reason, holds in reasons if holds), None)


@dataclass(frozen=True)
class Look:
    """How people stand to it as of now, and why some cannot get it."""

    found: list[tuple[Standing, Outcome | None]]  #: of very many people, some
    people: int

    @property
    def reasons(self) -> Counter[Outcome]:
        """With how many they concern; none where not all were looked at."""
        told = Counter(reason for _standing, reason in self.found if reason)
        return told if len(self.found) == self.people else Counter()

    @property
    def nobody(self) -> bool:
        return self.reasons.total() == self.people

    @property
    def example(self) -> Standing | None:
        """Somebody who gets it, if anybody does."""
        first = min(self.found, key=lambda one: one[1] is not None, default=None)
        return first[0] if first else None


def look(giver: Person, revision: Revision, people: Collection[int], starts_on: date, today: date) -> Look:
    needed = placeholders_used(revision, list(revision.pledges.all()))
    rights = Rights(giver, as_hr=giver.is_hr, allowed=True)
    some = people if len(people) <= LOOKED_AT else sorted(people)[:SOME]
    found = standings(revision, starts_on, some, today)
    return Look([(found[pk], refusal(found[pk], rights, needed)) for pk in sorted(found)], len(people))
