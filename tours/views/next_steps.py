"""What comes after a tour: recorded by one side on a page of its own, confirmed by the other with a click."""

from __future__ import annotations

from django.contrib import messages
from django.http import Http404, HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST

from people.days import today_for
from people.requests import SignedInRequest
from tours import access, services
from tours.forms.outcome import OutcomeForm
from tours.models import NextStep, Side, Tour
from tours.views.doors import INVALID, known_tour


def next_step(request: SignedInRequest, pk: int) -> HttpResponse:
    tour = _own_tour(request, pk)
    if not access.can_record_next_step(request.user, tour, today_for(request.user)):
        messages.warning(request, _("The time to record what comes next has not come yet, or is over."))
        return redirect(tour)
    form = OutcomeForm(request.POST if request.method == "POST" else None)
    if form.is_valid():
        return _record(request, tour, form)
    context = {"tour": tour, "form": form, "other": tour.party(_side(request, tour).other)}
    return render(request, "tours/next_step.html", context, status=INVALID if form.errors else 200)


@require_POST
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


def _record(request: SignedInRequest, tour: Tour, form: OutcomeForm) -> HttpResponse:
    outcome, words = form.cleaned_data["outcome"], form.cleaned_data["words"]
    try:
        step = services.record_next_step(tour.pk, outcome, words, actor=request.user, now=timezone.now())
    except services.Refused as refusal:
        messages.warning(request, str(refusal))
    else:
        name = tour.party(_side(request, tour).other).name
        waits = _("Recorded. It counts once %(name)s has confirmed it.") % {"name": name}
        messages.success(request, _("Recorded, and agreed by both.") if step.is_agreed else waits)
    return redirect(tour)


def _own_tour(request: SignedInRequest, pk: int) -> Tour:
    """For its two sides alone."""
    tour, _seen = known_tour(request, pk)
    if tour.side_of(request.user) is None:
        raise Http404
    return tour


def _side(request: SignedInRequest, tour: Tour) -> Side:
    side = tour.side_of(request.user)
    assert side is not None, "only the two sides get past _own_tour"
    return side
