"""A tour that both have agreed on: other terms, a longer time, an early end."""

from __future__ import annotations

from django import forms
from django.contrib import messages
from django.http import Http404, HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _

from people.days import today_for
from people.models import Person
from people.requests import SignedInRequest
from tours import access, services
from tours.access import Act, What
from tours.forms import WordsForm
from tours.forms.changing import EndEarlyForm, ExtendForm, PartingForm
from tours.models import Terms, Tour
from tours.views.doors import INVALID, known_tour, note_look


def tour_amend(request: SignedInRequest, pk: int) -> HttpResponse:
    tour, _terms = _in_force(request, pk, Act.AMEND)
    form = WordsForm(
        request.POST or None,
        label=_("Why the terms should change"),
        help_text=_("What has changed since you both signed. It stands above the new version."),
    )
    if request.method == "POST" and form.is_valid():
        words = form.cleaned_data["words"]
        try:
            services.amend(tour, words, actor=request.user, now=timezone.now())
        except services.Refused as refusal:
            form.add_error(None, str(refusal))
        else:
            return redirect("terms_edit", pk)
    return _page(request, tour, form, "tours/amend.html", What.DRAFT)


def tour_extend(request: SignedInRequest, pk: int) -> HttpResponse:
    tour, terms = _in_force(request, pk, Act.AMEND)
    earliest = services.extend_from(tour, today_for(request.user))
    form = ExtendForm(request.POST or None, terms=terms, earliest=earliest)
    if request.method == "POST" and form.is_valid():
        until, reason = form.cleaned_data["until"], form.cleaned_data["reason"]
        try:
            newer = services.extend(tour, until, reason, actor=request.user, now=timezone.now())
        except services.Refused as refusal:
            form.add_error(None, str(refusal))
        else:
            said = _("Proposed, and signed by you. It counts once %(name)s has signed it too.")
            messages.success(request, said % {"name": _other(newer, request).name})
            return redirect(tour)
    return _page(request, tour, form, "tours/extend.html", What.TERMS)


def tour_end_early(request: SignedInRequest, pk: int) -> HttpResponse:
    tour, _terms = _in_force(request, pk, Act.END_EARLY)
    today = today_for(request.user)
    limits = services.early_end_limits(tour, today)
    form = EndEarlyForm(request.POST or None, limits=limits, initial={"ended_on": min(today, limits[1])})
    if request.method == "POST" and form.is_valid():
        try:
            services.end_early(tour, **form.cleaned_data, actor=request.user, now=timezone.now())
        except services.Refused as refusal:
            form.add_error(None, str(refusal))
        else:
            said = _("The tour ends early. %(name)s gets a letter about it, and can add their own words.")
            messages.success(request, said % {"name": _other(tour, request).name})
            return redirect(tour)
    return _page(request, tour, form, "tours/end_early.html", What.PARTINGS)


def tour_end_words(request: SignedInRequest, pk: int) -> HttpResponse:
    """The other side's words on an early end."""
    tour, _seen = known_tour(request, pk)
    if not (access.can_add_words_on_end(request.user, tour) or _comes_late(request, tour)):
        raise Http404
    form = PartingForm(request.POST or None)
    if request.method == "POST" and form.is_valid():
        try:
            services.add_words_on_end(tour, **form.cleaned_data, actor=request.user, now=timezone.now())
        except services.Refused as refusal:
            form.add_error(None, str(refusal))
        else:
            messages.success(request, _("Your words stand beside the others."))
            return redirect(tour)
    return _page(request, tour, form, "tours/end_words.html", What.PARTINGS)


def _in_force(request: SignedInRequest, pk: int, act: Act) -> tuple[Tour, Terms]:
    """A tour of which the person may do this, with its terms in force."""
    tour, _seen = known_tour(request, pk)
    may = act in access.acts(request.user, tour, today_for(request.user))
    if tour.in_force is None or not (may or _comes_late(request, tour)):
        raise Http404
    note_look(request, tour)  # a new manager reads on in the draft
    return tour, tour.in_force


def _comes_late(request: SignedInRequest, tour: Tour) -> bool:
    """A side that sends what it could write as it opened the page is told why not, and keeps its words."""
    return request.method == "POST" and tour.in_force is not None and tour.side_of(request.user) is not None


def _other(agreement: Tour | Terms, request: SignedInRequest) -> Person:
    own = agreement.employee_id == request.user.pk
    other: Person = agreement.manager if own else agreement.employee
    return other


def _partner(tour: Tour, request: SignedInRequest) -> Person:
    """With whom newer terms are agreed on: whoever manages the employee by now."""
    if tour.manager_now_id in (None, tour.manager_id) or tour.employee_id != request.user.pk:
        return _other(tour, request)
    successor: Person = Person.objects.get(pk=tour.manager_now_id)
    return successor


def _page(request: SignedInRequest, tour: Tour, form: forms.Form, template: str, words: What) -> HttpResponse:
    context = {
        "tour": tour,
        "form": form,
        "other": _other(tour, request) if words is What.PARTINGS else _partner(tour, request),
        "who_sees": access.who_sees_draft() if words is What.DRAFT else access.who_sees(words),
        "today": today_for(request.user),
    }
    return render(request, template, context, status=INVALID if form.errors else 200)
