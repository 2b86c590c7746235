"""All pages, and the two that the others are compared with."""

from __future__ import annotations

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import include, path

from people.models import Employment, Position


def minimal(request: HttpRequest) -> HttpResponse:
    """Session, user, and one query."""
    return render(request, "bench/minimal.html", {"rows": Employment.objects.filter(person=request.user.pk)})


def minimal_list(request: HttpRequest) -> HttpResponse:
    """Session, user, and fifty rows of five cells, as one would write them down without a second thought."""
    rows = Position.objects.select_related("person", "department").order_by("pk")[:50]
    return render(request, "bench/list.html", {"rows": rows})


urlpatterns = [
    path("bench/minimal/", minimal),
    path("bench/list/", minimal_list),
    path("", include("alliance_site.urls")),
]
