"""How a tour begins: whose it is and of which kind; and the next one, out of the one before."""

from __future__ import annotations

from datetime import date

from django.contrib import messages
from django.http import Http404, HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _

from people.days import today_for
from people.models import Person
from people.requests import INVALID, SignedInRequest
from tours import access, services
from tours.forms import NewTourForm, TypeForm
from tours.guidance.types import Guide, guides
from tours.models import Policy
from tours.views.doors import known_tour, note_look


def tour_new(request: SignedInRequest) -> HttpResponse:
    """With one of one's reports, or with one's own manager."""
    today = today_for(request.user)
    people = _draftable(request.user, today)
    if not people:
        raise Http404
    initial = {"employee": request.GET.get("employee")}
    form = NewTourForm(request.POST or None, people=people, guides=_guides(today), initial=initial)
    if request.method == "POST" and form.is_valid():
        employee, type_ = form.cleaned_data["employee"], form.cleaned_data["type"]
        try:
            tour = services.draft_tour(employee, type_, actor=request.user, now=timezone.now())
        except services.Refused as refusal:
            form.add_error("employee", str(refusal))
        else:
            return redirect("terms_edit", tour.pk)
    return render(request, "tours/new.html", {"form": form}, status=_status(request))


def tour_follow_up(request: SignedInRequest, pk: int) -> HttpResponse:
    """The next tour, begun with the words and open promises of this one."""
    previous, _seen = known_tour(request, pk)
    today = today_for(request.user)
    if not access.can_follow_up(request.user, previous, today):
        raise Http404
    note_look(request, previous)  # a new manager reads its words here, and in the draft that begins with them
    form = TypeForm(request.POST or None, guides=_guides(today))
    if request.method == "POST" and form.is_valid():
        type_ = form.cleaned_data["type"]
        try:
            tour = services.follow_up(previous, type_, actor=request.user, now=timezone.now())
        except services.Refused as refusal:
            form.add_error(None, str(refusal))
        else:
            return redirect("terms_edit", tour.pk)
    followups = list(previous.followups.with_terms().with_standing(today))
    begun = [tour for tour in followups if tour.draft and tour.draft.created_by == request.user]
    proposed = [tour for tour in followups if tour.on_table and access.sees(request.user, tour, today)]
    context = {"form": form, "tour": previous, "terms": previous.in_force}
    context |= {"begun": begun, "proposed": proposed}
    return render(request, "tours/follow_up.html", context, status=_status(request))


def tour_type(request: SignedInRequest, pk: int) -> HttpResponse:
    """Another kind, while nobody else has seen the draft."""
    tour, _seen = known_tour(request, pk)
    today = today_for(request.user)
    if not access.can_change_type(request.user, tour, today):
        raise Http404
    form = TypeForm(request.POST or None, guides=_guides(today), initial={"type": tour.type})
    if request.method == "POST" and form.is_valid():
        try:
            services.change_type(tour, form.cleaned_data["type"], actor=request.user, now=timezone.now())
        except services.Refused as refusal:
            form.add_error(None, str(refusal))
        else:
            messages.success(request, _("The kind is changed. What you had written is still there."))
            return redirect("terms_edit", pk)
    context = {"form": form, "tour": tour}
    return render(request, "tours/type.html", context, status=_status(request))


def _status(request: SignedInRequest) -> int:
    return INVALID if request.method == "POST" else 200


def _guides(today: date) -> list[Guide]:
    return guides(Policy.objects.on(today))


def _draftable(person: Person, today: date) -> dict[Person, str]:
    """For whom the person may write a tour today, with the words of the choice: themselves first."""
    manager = person.manager_on(today)
    own = {person: _("Your own, with %(name)s") % {"name": manager.name}} if manager else {}
    reports = Person.objects.reports_of(person, today).employed(today).order_by("name")
    return own | {report: report.name for report in reports}
