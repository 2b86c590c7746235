"""The pages on which either side chooses another day for a check-in, or asks for one now."""

from __future__ import annotations

from collections.abc import Callable
from functools import partial

from django.contrib import messages
from django.core.exceptions import PermissionDenied
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.utils.formats import date_format
from django.utils.translation import gettext as _

from feedback import access, reading, services
from feedback.forms import AskForm, MoveForm
from feedback.models import CheckIn, Kind
from feedback.views.checkins import open_to
from people.clicks import clicked
from people.days import today_for
from people.models import Person
from people.requests import CONFLICT, INVALID, SignedInRequest, form_page
from tours.models import Side, Tour
from tours.services import Refused


def checkin_move(request: SignedInRequest, pk: int) -> HttpResponse:
    found, today = open_to(request.user, pk), today_for(request.user)
    if not access.can_move(request.user, found, today):
        messages.warning(request, _("This check-in cannot be moved any more."))
        return redirect(found)
    last = access.latest_day(found, today)
    form = MoveForm(request.POST or None, due_on=found.due_on, first=today, last=last)
    if not form.is_valid():
        return _move_page(request, found, form, INVALID if form.errors else 200)
    to, seen = form.cleaned_data["day"], form.cleaned_data["seen"]
    if services.move(found, to, seen=seen, actor=request.user, now=timezone.now()) or found.due_on == to:
        messages.success(request, _("Moved to %(day)s. Both of you see it there.") % {"day": date_format(to)})
        return redirect(found)
    form.move_to(found.due_on)
    return _move_page(request, found, form, CONFLICT, moved=True)


def _move_page(
    request: SignedInRequest, found: CheckIn, form: MoveForm, status: int, *, moved: bool = False
) -> HttpResponse:
    other = found.party((found.side_of(request.user) or Side.EMPLOYEE).other)
    context = {
        "checkin": found,
        "form": form,
        "other": other,
        "title": reading.title(found, other),
        "arranged": reading.arranged(found, request.user),
        "moved": moved,
    }
    return render(request, "feedback/move.html", context, status=status)


def checkin_ask(request: SignedInRequest) -> HttpResponse:
    person, today = request.user, today_for(request.user)
    tours = list(access.may_ask(person, today))
    form = AskForm(request.POST or None, tours=tours, person=person, chosen=request.GET.get("tour", ""))
    if form.is_valid():
        kind = Kind(form.cleaned_data["kind"])
        try:
            return _asked(request, partial(services.ask_for, form.tour, kind))
        except Refused as refusal:
            form.add_error(None, str(refusal))
    return _ask_page(request, form, tours)


@clicked
def checkin_ask_anew(request: SignedInRequest, pk: int) -> HttpResponse:
    """What comes once, and was skipped."""
    found = open_to(request.user, pk)
    try:
        return _asked(request, partial(services.ask_anew, found))
    except (PermissionDenied, Refused):
        messages.warning(request, _("This check-in can no longer be asked for."))
        return redirect(found)


def _asked(request: SignedInRequest, ask: Callable[..., CheckIn]) -> HttpResponse:
    person = request.user
    try:
        asked = ask(actor=person, now=timezone.now())
    except services.AlreadyOpen as already:
        messages.success(request, _already(already.checkin, person))
        return redirect(already.checkin)
    other = asked.party((asked.side_of(person) or Side.EMPLOYEE).other)
    messages.success(request, _("Asked. %(name)s gets a letter about it.") % {"name": other.name})
    return redirect(asked)


def _already(checkin: CheckIn, person: Person) -> str:
    side = checkin.side_of(person)
    if checkin.revealed_at:
        return _("Both of you have answered this one.")
    if side and checkin.has_handed_in(side):
        return _("This one is open already, and you have handed in.")
    return _("This one is open already: answer it here.")


def _ask_page(request: SignedInRequest, form: AskForm, tours: list[Tour]) -> HttpResponse:
    context = {"form": form, "tours": tours}
    return form_page(request, "feedback/ask.html", context, form)
