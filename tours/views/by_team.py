"""A list for HR by team: how many are in each, and those of one alone."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date
from typing import Any

from django.db.models import OuterRef, QuerySet, Subquery
from django.http import Http404
from django.shortcuts import get_object_or_404

from people.models import Department, Position
from people.requests import SignedInRequest
from people.teams import named

NOWHERE = "none"  #: what the address says of those who are in no team


@dataclass(frozen=True)
class Team:
    """A department, without those below it, and how many rows of a list are in it. Without a key and a name:
    of those who are in none."""

    pk: int | None
    name: str
    count: int

    @property
    def address(self) -> str:
        return str(self.pk or NOWHERE)


class ByTeam:
    """By where the person under that name works that day; `keys` are in the order of the rows, of the `team`
    in the address alone if there is one. Raises `Http404` where there is no such department.

    The keys of all that are found are read at once, for to find them takes a large company long.
    """

    def __init__(self, request: SignedInRequest, rows: QuerySet[Any, Any], person: str, on: date) -> None:
        position = Position.objects.current(on).filter(person=OuterRef(person))
        placed = rows.annotate(in_team=Subquery(position.values("department")[:1]))
        found = list(placed.values_list("pk", "in_team"))
        self.teams = _teams(Counter(team for _key, team in found))
        self.team = _asked(request.GET.get("team", ""), self.teams)
        self.keys = [key for key, team in found if self.team is None or team == self.team.pk]

    @property
    def context(self) -> dict[str, Any]:
        return named(self.teams) | {"team": self.team}


def _teams(counted: Counter[int | None]) -> list[Team]:
    """The most first."""
    names = _names(pk for pk in counted if pk)
    teams = [Team(pk, names[pk] if pk else "", count) for pk, count in counted.items()]
    return sorted(teams, key=lambda team: (-team.count, team.name))


def _names(departments: Iterable[int]) -> dict[int, str]:
    return dict(Department.ever.filter(pk__in=departments).values_list("pk", "name"))


def _asked(team: str, teams: list[Team]) -> Team | None:
    """Also one in which nobody is left to be listed; of one that was united with another, the other."""
    if not team:
        return None
    if found := next((each for each in teams if each.address == team), None):
        return found
    if team == NOWHERE:
        return Team(None, "", 0)
    if not team.isdecimal():
        raise Http404
    department = get_object_or_404(Department.ever.select_related("united_with"), pk=team)
    if department.united_with:
        return _asked(str(department.united_with_id), teams)
    return Team(department.pk, department.name, 0)
