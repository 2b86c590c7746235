"""What comes after a tour: recorded by one side on a page of its own, confirmed by the other with a click."""

from __future__ import annotations

from django.contrib import messages
from django.http import Http404, HttpResponse
from django.shortcuts import redirect
from django.utils import timezone
from django.utils.translation import gettext as _

from people.clicks import clicked
from people.days import today_for
from people.requests import SignedInRequest, form_page
from tours import access, services
from tours.forms.outcome import OutcomeForm
from tours.models import NextStep, Tour
from tours.views.doors import is_done, known_tour
from tours.what_comes_next import comes_next


def next_step(request: SignedInRequest, pk: int) -> HttpResponse:
    tour = _own_tour(request, pk, late=request.method == "POST")
    now = comes_next(request.user, tour, today_for(request.user))
    if request.method != "POST" and not now.can_record:
        messages.warning(request, _("The time to record what comes next has not come yet, or is over."))
        return redirect(tour)
    typed = request.POST if request.method == "POST" else None
    form = OutcomeForm(typed, newest=tour.steps.newest, force=tour.in_force, ended=tour.ended_on is not None)
    if is_done(request, form, lambda: _record(request, tour, form)):
        return redirect(tour)
    context = {"tour": tour, "form": form, "next_step": now, "keep": request.path}
    return form_page(request, "tours/next_step.html", context, form)


@clicked
def next_step_confirm(request: SignedInRequest, pk: int, step: int) -> HttpResponse:
    tour = _own_tour(request, pk)
    if not NextStep.objects.filter(tour=tour, pk=step).exists():
        raise Http404
    try:
        services.confirm_next_step(pk, step, actor=request.user, now=timezone.now())
    except services.Refused as refusal:
        messages.warning(request, str(refusal))
    else:
        messages.success(request, _("Confirmed. That is what you both agreed on."))
    return redirect(tour)


def _record(request: SignedInRequest, tour: Tour, form: OutcomeForm) -> None:
    step = services.record_next_step(tour.pk, **form.cleaned_data, actor=request.user, now=timezone.now())
    name = tour.other_than(request.user.pk).name
    waits = _("Recorded. It counts once %(name)s has confirmed it.") % {"name": name}
    said = _("Recorded, and agreed by both.") if step.is_agreed else waits
    messages.success(request, said, extra_tags=request.path)


def _own_tour(request: SignedInRequest, pk: int, *, late: bool = False) -> Tour:
    """For its two sides alone; `late` also for who was one: they are told why, and keep their words."""
    tour, _seen = known_tour(request, pk)
    if tour.side_of(request.user) is None and not (late and access.was_party(request.user, tour)):
        raise Http404
    return tour
