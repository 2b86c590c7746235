"""The dates of tours for one's own calendar: as a file, and under a private address."""

from __future__ import annotations

from django.conf import settings
from django.contrib import messages
from django.contrib.auth.decorators import login_not_required
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_safe

from people.clicks import clicked
from people.days import today_for
from people.requests import SignedInRequest
from tours import access, calendar
from tours.models import CalendarFeed, Tour
from tours.models.calendars import make_feed
from tours.views.doors import known_tour

ICS = "text/calendar; charset=utf-8"


@require_safe
def tour_calendar(request: SignedInRequest, pk: int) -> HttpResponse:
    """For the two sides of a tour in force; not for a manager who has left."""
    tour, _seen = known_tour(request, pk)
    if not access.has_dates(request.user, tour):
        raise Http404
    reply = HttpResponse(calendar.tour_calendar(pk, request.user), content_type=ICS)
    reply["Content-Disposition"] = f'attachment; filename="tour-{pk}.ics"'
    return reply


@login_not_required
@require_safe
def calendar_feed(request: HttpRequest, token: str) -> HttpResponse:
    """Whoever knows the address reads it, as calendars cannot sign in; revoked, it is as if it never was."""
    found = get_object_or_404(CalendarFeed.objects.of_token(token).select_related("person"))
    now = timezone.now()
    CalendarFeed.objects.filter(pk=found.pk).update(read_at=now)
    return HttpResponse(calendar.feed(found.person, today_for(found.person, now)), content_type=ICS)


def my_calendar(request: SignedInRequest) -> HttpResponse:
    """Makes the private address, or a new one in its place, and shows it this once."""
    address = ""
    if request.method == "POST":
        token = make_feed(request.user, timezone.now())
        address = settings.SITE_URL + reverse("calendar_feed", args=[token])
    known = CalendarFeed.objects.filter(person=request.user).first()
    mine = Tour.objects.kept_by(request.user, today_for(request.user))
    has_tours = mine.filter(in_force__isnull=False).exists()
    context = {"feed": known, "address": address, "has_tours": has_tours}
    return render(request, "tours/calendar.html", context)


@clicked
def my_calendar_revoke(request: SignedInRequest) -> HttpResponse:
    if CalendarFeed.objects.filter(person=request.user).delete()[0]:
        messages.success(request, _("Revoked. The address answers nobody any more."))
    return redirect("my_calendar")
