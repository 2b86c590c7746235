"""To whom somebody might give a programme."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date
from typing import Any

from django.db.models import Q

from people.models import Employment, Person, PersonQuerySet, Position
from tours.models import Tour


def candidates(giver: Person, on: date) -> PersonQuerySet:
    """HR: everybody who is here or yet to begin; a manager: their own reports. Nobody themselves."""
    spells = Employment.objects.filter(Q(left_on=None) | Q(left_on__gte=on))
    people: PersonQuerySet = Person.objects.all() if giver.is_hr else Person.objects.reports_of(giver, on)
    here: PersonQuerySet = people.filter(pk__in=spells.values("person"))
    return here.exclude(pk=giver.pk)


def matching(found: PersonQuerySet, asked: Mapping[str, Any], on: date) -> PersonQuerySet:
    """Of these, those who fit what was asked for in a `CandidateFilter`."""
    if asked["q"]:
        found = found.filter(name__icontains=asked["q"])
    if asked["department"]:
        there = Position.objects.current(on).filter(department__name__iexact=asked["department"])
        found = found.filter(pk__in=there.values("person"))
    if asked.get("cohort"):
        found = found.filter(came_with=asked["cohort"])
    if asked["hired_from"] or asked["hired_to"]:
        spells = Employment.objects.filter(
            Q(left_on=None) | Q(left_on__gte=on),
            hired_on__gte=asked["hired_from"] or date.min,
            hired_on__lte=asked["hired_to"] or date.max,
        )
        found = found.filter(pk__in=spells.values("person"))
    if asked["free"]:
        found = found.exclude(pk__in=Tour.objects.within(on, date.max).values("employee"))
    return found
