"""Letting a new manager read earlier check-ins, and no longer."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import datetime

from feedback.access import reader_of_releases
from feedback.models import CheckIn, Release
from people.days import today_for
from people.models import Person
from tours.models import Tour


def releasable(tour: Tour, *, actor: Person, reader: Person | None) -> Iterable[CheckIn]:
    """What the employee of the tour could let that reader read, and has not yet."""
    if reader is None or actor.pk != tour.employee_id:
        return CheckIn.objects.none()
    rows = tour.checkins.filter(employee=actor, revealed_at__isnull=False).exclude(manager=reader)
    return rows.exclude(releases__in=Release.objects.standing().filter(reader=reader))


def release(tour: Tour, chosen: Iterable[int], *, actor: Person, now: datetime) -> int:
    """Lets whoever manages the employee now read these check-ins; says how many are new."""
    reader = reader_of_releases(tour, today_for(actor, now))
    wanted = set(chosen)
    rows = [row for row in releasable(tour, actor=actor, reader=reader) if row.pk in wanted]
    # A double click, or another window, may have released some of them meanwhile.
    Release.objects.bulk_create(
        [Release(checkin=row, reader=reader, released_by=actor, released_at=now) for row in rows],
        ignore_conflicts=True,
    )
    return len(rows)


def take_back(pk: int, *, actor: Person, now: datetime) -> bool:
    """From now on that reader no longer reads it. False if it is not the actor's, or was taken back."""
    rows = Release.objects.standing().filter(pk=pk, released_by=actor)
    return bool(rows.update(taken_back_at=now))
