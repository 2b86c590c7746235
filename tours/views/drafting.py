"""Writing terms: a new tour, and every version of one."""

from __future__ import annotations

from datetime import date
from typing import Any, TypeAlias

from django.contrib import messages
from django.db import transaction
from django.forms import BaseInlineFormSet
from django.http import Http404, HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _

from people.days import today_for
from people.models import Person
from people.requests import SignedInRequest
from tours import access, services
from tours.access import Act
from tours.comparing import compare
from tours.diff import Piece
from tours.forms import NewTourForm, PromiseForm, PromiseFormSet, TermsForm
from tours.models import Comment, Promise, Terms, Tour
from tours.views.doors import INVALID, known_tour

Context = dict[str, Any]
Promises: TypeAlias = "BaseInlineFormSet[Promise, Terms, PromiseForm]"


def tour_new(request: SignedInRequest) -> HttpResponse:
    """With one of one's reports, or with one's own manager."""
    today = today_for(request.user)
    people = _draftable(request.user, today)
    if not people:
        raise Http404
    initial = {"employee": request.GET.get("employee"), "type": Tour.Type.TRANSFORMATIONAL}
    form = NewTourForm(request.POST or None, people=people, initial=initial)
    if request.method == "POST" and form.is_valid():
        employee, type_ = form.cleaned_data["employee"], form.cleaned_data["type"]
        try:
            tour = services.draft_tour(employee, type_, actor=request.user, now=timezone.now())
        except services.Refused as refusal:
            form.add_error("employee", str(refusal))
        else:
            return redirect("terms_edit", tour.pk)
    return render(request, "tours/new.html", {"form": form}, status=INVALID if form.errors else 200)


def _draftable(person: Person, today: date) -> dict[Person, str]:
    """For whom the person may write a tour today, with the words of the choice: themselves first."""
    manager = person.manager_on(today)
    own = {person: _("Your own, with %(name)s") % {"name": manager.name}} if manager else {}
    reports = Person.objects.reports_of(person, today).employed(today).order_by("name")
    return own | {report: report.name for report in reports}


def terms_edit(request: SignedInRequest, pk: int) -> HttpResponse:
    tour, _seen = known_tour(request, pk)
    terms = tour.draft
    if terms is None or Act.EDIT not in access.acts(request.user, tour, today_for(request.user)):
        raise Http404
    proposing = "propose" in request.POST
    form = TermsForm(request.POST or None, instance=terms, today=today_for(request.user), whole=proposing)
    promises = PromiseFormSet(request.POST or None, instance=terms, prefix="promise")
    context: Context = {"tour": tour, "terms": terms, "form": form, "promises": promises}
    if request.method == "POST" and form.is_valid() and promises.is_valid():
        try:
            return _save_draft(request, tour, form, promises)
        except services.Refused as refusal:
            context |= {"refused": str(refusal), "meanwhile": _meanwhile(form)}
    context |= {"who_sees": access.who_sees(access.What.TERMS), "asked": asked(tour)}
    return render(request, "tours/edit.html", context, status=INVALID if form.is_bound else 200)


@transaction.atomic
def _save_draft(
    request: SignedInRequest,
    tour: Tour,
    form: TermsForm,
    promises: Promises,
) -> HttpResponse:
    now, revision = timezone.now(), form.cleaned_data["revision"]
    terms = services.save_draft(form.instance, revision=revision, actor=request.user, now=now)
    promises.save()
    if "propose" in request.POST:
        services.propose(terms, actor=request.user, now=now)
        messages.success(request, _("Proposed. Now both of you read it and sign."))
        return redirect(tour)
    messages.success(request, _("The draft is saved. Nobody else can see it yet."))
    return redirect("terms_edit", tour.pk)


def _meanwhile(form: TermsForm) -> list[tuple[str, list[Piece]]]:
    """What another window saved, against what was typed here; a second save from here then counts."""
    saved = Terms.objects.get(pk=form.instance.pk)
    form.move_to(saved.revision)
    return compare(saved, form.instance)


def asked(tour: Tour) -> list[Comment]:
    """The changes asked for in the version on the table: what the draft should answer."""
    if tour.on_table is None:
        return []
    changes = Comment.objects.filter(terms=tour.on_table, kind=Comment.Kind.CHANGE)
    return list(changes.select_related("author"))
