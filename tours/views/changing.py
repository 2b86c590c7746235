"""A tour that both have agreed on: other terms, a longer time, an early end."""

from __future__ import annotations

from django import forms
from django.contrib import messages
from django.http import Http404, HttpResponse
from django.shortcuts import redirect
from django.utils import timezone
from django.utils.translation import gettext as _

from alliance_site.forms import kept_as
from people.days import today_for
from people.models import Person
from people.requests import SignedInRequest, form_page
from tours import access, services
from tours.access import Act, What
from tours.face import face
from tours.forms import WordsOnReadForm
from tours.forms.changing import EndEarlyForm, ExtendForm, PartingForm
from tours.models import Tour
from tours.views.doors import face_by_now, is_done, known_tour, tour_in_force


def tour_amend(request: SignedInRequest, pk: int) -> HttpResponse:
    tour, late = tour_in_force(request, pk, Act.AMEND)
    today = today_for(request.user)
    shown = services.to_read(tour, today)
    left, anew = access.left_unproposed(request.user, tour, today), access.is_handed_over(tour, today)
    help_text = _("What has changed since you both signed. It stands above the new version.")
    if anew:
        help_text = _("What should be different between the two of you. It stands above the new version.")
    form = WordsOnReadForm(
        request.POST or None,
        shown=shown,
        initial={"words": left.reason if left else ""},
        label=_("Why the terms should change"),
        help_text=help_text,
    )

    def amend() -> None:
        words, now = form.cleaned_data["words"], timezone.now()
        services.amend(tour, words, read=form.read, actor=request.user, now=now)

    if is_done(request, form, amend):
        return redirect("terms_edit", pk)
    more = {"left": left, "anew": anew, "keep": kept_as("amend", tour.pk, shown.number)}
    return _page(request, tour, form, "tours/amend.html", What.DRAFT, late=late, **more)


def tour_extend(request: SignedInRequest, pk: int) -> HttpResponse:
    tour, late = tour_in_force(request, pk, Act.AMEND)
    assert tour.in_force
    today = today_for(request.user)
    shown, earliest = services.to_read(tour, today), services.extend_from(tour, today)
    form = ExtendForm(request.POST or None, shown=shown, terms=tour.in_force, earliest=earliest)

    def extend() -> None:
        until, reason = form.cleaned_data["until"], form.cleaned_data["reason"]
        services.extend(tour, until, reason, read=form.read, actor=request.user, now=timezone.now())

    if is_done(request, form, extend):
        said = _("Proposed, and signed by you. It counts once %(name)s has signed it too.")
        messages.success(request, said % {"name": _partner(tour, request).name})
        return redirect(tour)
    keep = kept_as("extend", tour.pk, shown.number)
    return _page(request, tour, form, "tours/extend.html", What.TERMS, late=late, keep=keep)


def tour_end_early(request: SignedInRequest, pk: int) -> HttpResponse:
    tour, late = tour_in_force(request, pk, Act.END_EARLY)
    today = today_for(request.user)
    limits = services.early_end_limits(tour, today)
    shown, initial = services.to_read(tour, today), {"ended_on": min(today, limits[1])}
    form = EndEarlyForm(request.POST or None, shown=shown, limits=limits, initial=initial)

    def end_early() -> None:
        ended_on, reason, learnt = (form.cleaned_data[name] for name in ("ended_on", "reason", "learnt"))
        said = {"reason": reason, "learnt": learnt}
        services.end_early(tour, ended_on, **said, read=form.read, actor=request.user, now=timezone.now())

    if is_done(request, form, end_early):
        said = _("The tour ends early. %(name)s gets a letter about it, and can add their own words.")
        messages.success(request, said % {"name": tour.other_than(request.user.pk).name})
        return redirect(tour)
    by_now = face(tour.in_force) if form.moved and tour.in_force else None
    on_table = tour.on_table if tour.on_table and tour.on_table.side_of(request.user) else None
    more = {"face": by_now, "on_table": on_table, "keep": kept_as("end", tour.pk)}
    return _page(request, tour, form, "tours/end_early.html", What.PARTINGS, late=late, **more)


def tour_end_words(request: SignedInRequest, pk: int) -> HttpResponse:
    """The other side's words on an early end."""
    tour, _seen = known_tour(request, pk)
    late = not access.can_add_words_on_end(request.user, tour)
    if late and not (request.method == "POST" and access.could(Act.END_EARLY, request.user, tour)):
        raise Http404
    form = PartingForm(request.POST or None)

    def add_words() -> None:
        services.add_words_on_end(tour, **form.cleaned_data, actor=request.user, now=timezone.now())

    if is_done(request, form, add_words):
        messages.success(request, _("Your words stand beside the others."))
        return redirect(tour)
    keep = kept_as("end words", tour.pk)
    return _page(request, tour, form, "tours/end_words.html", What.PARTINGS, late=late, keep=keep)


def _partner(tour: Tour, request: SignedInRequest) -> Person:
    """With whom newer terms are agreed on: whoever manages the employee by now."""
    if tour.manager_now_id in (None, tour.manager_id) or tour.employee_id != request.user.pk:
        return tour.other_than(request.user.pk)
    successor: Person = Person.objects.get(pk=tour.manager_now_id)
    return successor


def _page(
    request: SignedInRequest,
    tour: Tour,
    form: forms.Form,
    template: str,
    words: What,
    *,
    late: bool,
    **more: object,
) -> HttpResponse:
    today = today_for(request.user)
    context = {
        "tour": tour,
        "late": late,
        "form": form,
        "other": tour.other_than(request.user.pk) if words is What.PARTINGS else _partner(tour, request),
        "who_sees": access.who_sees_draft() if words is What.DRAFT else access.who_sees(words),
        "today": today,
        "face": face_by_now(form, tour, today),
        **more,
    }
    return form_page(request, template, context, form)
