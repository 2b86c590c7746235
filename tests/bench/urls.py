"""All pages, and the two that the others are compared with."""

from __future__ import annotations

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import include, path

from people.models import Employment, Person

PAGE = "bench/minimal.html"


def minimal(request: HttpRequest) -> HttpResponse:
    """Session, user, and one query."""
    return render(request, PAGE, {"rows": Employment.objects.filter(person=request.user.pk)})


def minimal_list(request: HttpRequest) -> HttpResponse:
    """Session, user, and fifty rows."""
    return render(request, PAGE, {"rows": Person.objects.order_by("pk")[:50]})


urlpatterns = [
    path("bench/minimal/", minimal),
    path("bench/list/", minimal_list),
    path("", include("alliance_site.urls")),
]
