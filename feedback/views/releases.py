"""The page on which the employee chooses what a new manager may read of earlier check-ins."""

from __future__ import annotations

from django.contrib import messages
from django.http import Http404, HttpResponse
from django.shortcuts import get_object_or_404, redirect
from django.utils import timezone
from django.utils.formats import date_format
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from feedback import reading
from feedback.access import reader_of_releases
from feedback.forms.releases import ReleaseForm
from feedback.models import CheckIn, Release
from feedback.services import releases as services
from people.clicks import clicked
from people.days import today_for
from people.requests import SignedInRequest, form_page
from tours.models import Tour


def releases(request: SignedInRequest, pk: int) -> HttpResponse:
    """The employee's alone; nobody else learns that there is such a page."""
    today = today_for(request.user)
    tours = Tour.objects.select_related("employee", "manager", "in_force").with_standing(today)
    tour = get_object_or_404(tours, pk=pk, employee=request.user, in_force__isnull=False)
    reader = reader_of_releases(tour, today)
    rows = services.releasable(tour, actor=request.user, reader=reader)
    offered = [(checkin, _named(checkin)) for checkin in rows]
    form = ReleaseForm(
        request.POST if request.method == "POST" else None,
        offered=offered,
        reader=reader,
        label=_("What %(name)s may read") % {"name": reader.name if reader else ""},
    )
    if form.is_valid():
        return _release(request, tour, form)
    standing = Release.objects.standing().filter(checkin__tour=tour).order_by("checkin__due_on", "pk")
    given = [
        (release, _named(release.checkin))
        for release in standing.select_related("reader", "checkin__employee", "checkin__manager")
    ]
    context = {"tour": tour, "reader": reader, "form": form, "offered": offered, "given": given}
    return form_page(request, "feedback/releases.html", context, form)


@clicked
def release_take_back(request: SignedInRequest, pk: int) -> HttpResponse:
    found = Release.objects.select_related("reader", "checkin").filter(pk=pk, released_by=request.user)
    release = found.first()
    if release is None:
        raise Http404
    if services.take_back(pk, actor=request.user, now=timezone.now()):
        said = _("%(name)s can no longer read it. What was read before stays read.")
        messages.success(request, said % {"name": release.reader.name})
    return redirect("releases", release.checkin.tour_id)


def _release(request: SignedInRequest, tour: Tour, form: ReleaseForm) -> HttpResponse:
    chosen = form.cleaned_data["checkins"]
    count = services.release(tour, chosen, actor=request.user, now=timezone.now())
    said = ngettext("%(count)s check-in is released.", "%(count)s check-ins are released.", count)
    messages.success(request, said % {"count": count})
    return redirect("releases", tour.pk)


def _named(checkin: CheckIn) -> str:
    """As the employee knows it."""
    about = {"title": reading.title(checkin, checkin.manager), "day": date_format(checkin.due_on)}
    return _("%(title)s, %(day)s") % about
