"""A manager takes along what the page of their team shows, and nothing else."""

from __future__ import annotations

from django.http import HttpResponse
from django.shortcuts import redirect
from django.urls import reverse
from django.views.decorators.http import require_safe

from alliance_site.dashboards.retention import report, team, told
from alliance_site.dashboards.retention.sheets import Sheet
from alliance_site.dashboards.retention.team import TeamView
from people.files import attached
from people.requests import SignedInRequest


@require_safe
def team_export(request: SignedInRequest, kind: str) -> HttpResponse:
    _form, asked = team.read(request)
    if asked is None:
        return redirect(f"{reverse('team')}?{request.GET.urlencode()}")  # which says what is wrong
    content = report.SPREADSHEETS[kind](asked, _sheets(asked))
    return attached(content, f"team-{asked.period.first}-{asked.period.last}.{kind}")


def _sheets(asked: TeamView) -> list[Sheet]:
    shown = team.figures(asked)
    sheets = [
        shown["health"],
        shown["soon"],
        told.sheet(shown["rates"], shown["rates_note"]),
        shown["endings"],
    ]
    return [sheet for sheet in sheets if sheet]
