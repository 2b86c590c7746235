"""A manager takes along what the page of their team shows, and nothing else."""

from __future__ import annotations

from django.http import HttpResponse
from django.shortcuts import redirect
from django.urls import reverse
from django.views.decorators.http import require_safe

from alliance_site.dashboards.paper import taken_along
from alliance_site.dashboards.retention import report, team, told
from alliance_site.dashboards.retention.sheets import Sheet
from alliance_site.dashboards.retention.team import TeamView
from people.requests import SignedInRequest


@require_safe
def team_export(request: SignedInRequest, kind: str) -> HttpResponse:
    _form, asked = team.read(request)
    if asked is None:
        return redirect(f"{reverse('team')}?{request.GET.urlencode()}")  # which says what is wrong
    return taken_along(
        request,
        f"team-{asked.period.first}-{asked.period.last}.{kind}",
        lambda: report.taken(kind, asked, sheets(asked)),
        f"{reverse('team')}?{asked.address}",
    )


def sheets(asked: TeamView) -> list[Sheet]:
    shown = team.figures(asked)
    rates = told.sheet(shown["rates"], shown["rates_note"])
    return [sheet for sheet in (shown["health"], shown["soon"], rates, shown["endings"]) if sheet]
