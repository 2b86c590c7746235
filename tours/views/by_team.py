"""A list for HR by team: how many are in each, and those of one alone."""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass
from datetime import date
from typing import Any

from django.db.models import QuerySet
from django.http import Http404
from django.shortcuts import get_object_or_404

from people.models import Department
from people.requests import SignedInRequest
from people.teams import named
from tours import failing


@dataclass(frozen=True)
class Team:
    """A department, without those below it, and how many rows of a list are in it. Without a key: of those
    who are in none."""

    pk: int | None
    name: str
    count: int


class ByTeam:
    """By where the person under that name works that day; `keys` are in the order of the rows, of the `team`
    in the address alone if there is one. Raises `Http404` where there is no such department.

    All that are found are read at once, for to find them takes a large company long.
    """

    def __init__(self, request: SignedInRequest, rows: QuerySet[Any, Any], person: str, on: date) -> None:
        placed = list(failing.placed(rows, person, on))
        counted = Counter((pk, name or "–") for _key, pk, name in placed)
        teams = [Team(pk, name, count) for (pk, name), count in counted.items()]
        self.teams = sorted(teams, key=lambda team: (-team.count, team.name))
        self.team = _asked(request.GET.get("team", ""), self.teams)
        self.keys = [key for key, pk, _name in placed if self.team is None or pk == self.team.pk]

    @property
    def context(self) -> dict[str, Any]:
        return named(self.teams) | {"team": self.team}


def _asked(team: str, teams: list[Team]) -> Team | None:
    """Also one in which nobody is left to be listed."""
    if not team:
        return None
    if found := next((each for each in teams if str(each.pk) == team), None):
        return found
    if not team.isdecimal():
        raise Http404
    department = get_object_or_404(Department, pk=team)
    return Team(department.pk, department.name, 0)
