"""The pages of programmes: read, write, copy, retire."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any

from django.contrib import messages
from django.core.paginator import Paginator
from django.db.models import F
from django.forms import BaseForm
from django.http import Http404, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_safe

from people.clicks import clicked
from people.days import today_for
from people.models import Person
from people.requests import INVALID, SignedInRequest, form_page
from tours import access, services
from tours.comparing import compare_revisions
from tours.diff import Piece
from tours.forms.programmes import ExampleForm, ProgrammeForm, pledge_forms
from tours.giving import copying
from tours.giving.standing import Named, named
from tours.giving.tallies import tallies, with_progress
from tours.guidance.phrases import Finding, empty_phrases
from tours.models import Giving, Pledge, Programme, Promise, Revision, Terms
from tours.placeholders import MEANING

A_PAGE = 50
NEWEST = 20  #: givings that a programme's page lists


@require_safe
def programmes(request: SignedInRequest) -> HttpResponse:
    today = require_user(request)
    found = Programme.objects.select_related("current").order_by(
        F("retired_at").asc(nulls_first=True), "current__name", "pk"
    )
    if not access.writes_programmes(request.user):
        found = found.filter(retired_at=None)
    page = Paginator(found, A_PAGE).get_page(request.GET.get("page"))
    figures = tallies(page, today) if request.user.is_hr else {}
    rows = [(programme, figures.get(programme.pk)) for programme in page]
    context = {"page": page, "rows": rows, "writes": access.writes_programmes(request.user)}
    return render(request, "tours/programmes.html", context)


@require_safe
def programme(request: SignedInRequest, pk: int) -> HttpResponse:
    today = require_user(request)
    shown = found_programme(request, pk)
    form = ExampleForm(request.GET or None, among=Person.objects.visible_to(request.user, today))
    example = (form.cleaned_data["example"] if form.is_valid() else None) or request.user
    givings = Giving.objects.filter(revision__programme=shown).select_related("given_by", "revision")
    if not request.user.is_hr:
        givings = givings.filter(given_by=request.user, as_hr=False)
    context = {
        "programme": shown,
        "revision": shown.newest,
        "form": form,
        "preview": _if_it_began(today, example, shown.newest, list(shown.newest.pledges.all())),
        "tally": tallies([shown], today)[shown.pk] if request.user.is_hr else None,
        "givings": with_progress(givings[:NEWEST]),
        "writes": access.writes_programmes(request.user),
        "who_sees": access.who_reads_programmes(),
    }
    return form_page(request, "tours/programme.html", context, form)


@require_safe
def programme_revision(request: SignedInRequest, pk: int, number: int) -> HttpResponse:
    """The words as they were then, braces and all, and what was changed in them."""
    require_user(request)
    programme = found_programme(request, pk)
    rows = programme.revisions.filter(number__in=[number - 1, number]).select_related("made_by")
    found = {row.number: row for row in rows.prefetch_related("pledges")}
    if number not in found:
        raise Http404
    revision, before = found[number], found.get(number - 1)
    old = (before or revision, (before or revision).pledges.all())
    context = {
        "programme": programme,
        "revision": revision,
        "before": before,
        "after": number + 1 if number < programme.newest.number else None,
        "parts": compare_revisions(*old, revision, revision.pledges.all()),
        "who_sees": access.who_reads_programmes(),
    }
    return render(request, "tours/programme_revision.html", context)


def programme_new(request: SignedInRequest) -> HttpResponse:
    require_writer(request)
    return _write(request, None)


def programme_edit(request: SignedInRequest, pk: int) -> HttpResponse:
    require_writer(request)
    return _write(request, found_programme(request, pk))


def _write(request: SignedInRequest, programme: Programme | None) -> HttpResponse:
    writing = Writing(request, programme)
    if request.method == "POST" and writing.is_valid():
        if "preview" in request.POST:
            return writing.page(preview=writing.preview())
        if "warned" not in request.POST and (empty := writing.says_little()):
            return writing.page(says_little=empty)
        try:
            saved = writing.save()
        except services.Refused as refusal:
            return writing.page(INVALID, refused=str(refusal), meanwhile=writing.meanwhile())
        said = _("The programme is saved. Nobody's terms have changed by it.")
        messages.success(request, said, extra_tags=request.path)
        return redirect(saved)
    return writing.page(INVALID if request.method == "POST" else 200)


class Writing:
    """What is typed on the page of a programme's words."""

    def __init__(self, request: SignedInRequest, programme: Programme | None) -> None:
        self.request, self.programme = request, programme
        self.today = today_for(request.user)
        newest = programme.newest if programme else Revision()
        data = request.POST if request.method == "POST" else None
        self.form = ProgrammeForm(data, instance=newest)
        self.pledges = pledge_forms(data, list(newest.pledges.all()) if programme else [])
        self.example = ExampleForm(data, among=Person.objects.visible_to(request.user, self.today))

    def is_valid(self) -> bool:
        typed = self.form.is_valid()
        self.pledges.months = self.form.cleaned_data.get("months")
        return all([typed, self.pledges.is_valid(), self.example.is_valid()])

    def wrong(self) -> list[tuple[str, BaseForm]]:
        """What is wrong besides the programme's own words."""
        example = [(_("Preview"), self.example)] if self.example.errors else []
        return [*self.pledges.wrong, *example]

    def says_little(self) -> list[tuple[str, list[Finding]]]:
        """Phrases that nobody can tell later whether they came true, told once before it is saved."""
        typed = [(str(self.form.fields[name].label), self.form[name].value()) for name in Terms.TEXTS]
        typed += [(_("Promises"), text) for p in self.pledges.pledges() for text in (p.what, p.known_by)]
        return [(label, found) for label, text in typed if (found := empty_phrases(str(text or "")))]

    def preview(self) -> Preview:
        person = self.example.cleaned_data["example"] or self.request.user
        return _if_it_began(self.today, person, self.form.instance, self.pledges.pledges())

    def save(self) -> Programme:
        return services.save_programme(
            self.programme,
            self.form.instance,
            self.pledges.pledges(),
            base=self.form.cleaned_data["base"],
            actor=self.request.user,
            now=timezone.now(),
        )

    def meanwhile(self) -> list[tuple[str, list[Piece]]]:
        """What somebody else saved, against what was typed here; a second save from here then counts."""
        assert self.programme, "nobody else can have saved what does not exist yet"
        saved = Revision.objects.filter(programme=self.programme).latest("number")
        self.form.move_to(saved.number)
        return compare_revisions(saved, saved.pledges.all(), self.form.instance, self.pledges.pledges())

    def page(self, status: int = 200, **more: Any) -> HttpResponse:
        context = {
            "programme": self.programme,
            "keep": self.request.path,
            "form": self.form,
            "pledges": self.pledges,
            "example": self.example,
            "wrong": self.wrong(),
            "heading": _("This cannot be shown yet") if "preview" in self.request.POST else "",
            "placeholders": MEANING,
            "who_sees": access.who_reads_programmes(),
        }
        return render(self.request, "tours/programme_edit.html", context | more, status=status)


@clicked
def programme_copy(request: SignedInRequest, pk: int) -> HttpResponse:
    require_writer(request)
    copy = services.copy_programme(found_programme(request, pk), actor=request.user, now=timezone.now())
    messages.success(request, _("This is the copy. Give it a name of its own."))
    return redirect("programme_edit", copy.pk)


@clicked
def programme_retire(request: SignedInRequest, pk: int) -> HttpResponse:
    require_writer(request)
    programme = found_programme(request, pk)
    services.retire(programme, actor=request.user, now=timezone.now())
    messages.success(
        request, _("No longer offered: nobody is given it any more. The tours that came of it go on.")
    )
    return redirect(programme)


@clicked
def programme_bring_back(request: SignedInRequest, pk: int) -> HttpResponse:
    require_writer(request)
    programme = found_programme(request, pk)
    services.bring_back(programme, actor=request.user)
    messages.success(request, _("This programme can be given again."))
    return redirect(programme)


def require_user(request: SignedInRequest) -> date:
    """The day it is for whoever may use programmes; 404 for everybody else."""
    today = today_for(request.user)
    if not access.uses_programmes(request.user, today):
        raise Http404
    return today


def require_writer(request: SignedInRequest) -> None:
    if not access.writes_programmes(request.user):
        raise Http404


def found_programme(request: SignedInRequest, pk: int) -> Programme:
    """A retired one is HR's alone."""
    found = Programme.objects.select_related("current__made_by")
    if not access.writes_programmes(request.user):
        found = found.filter(retired_at=None)
    return get_object_or_404(found, pk=pk)


@dataclass(frozen=True)
class Preview:
    """How a programme reads for one person, if it begins on that day."""

    person: Person
    words: dict[str, str]
    promises: Sequence[Promise]
    starts_on: date
    ends_on: date
    rhythm: str
    placeholders: dict[str, str]


def _if_it_began(today: date, person: Person, revision: Revision, pledges: Sequence[Pledge]) -> Preview:
    return preview(revision, pledges, named(person.pk, today, today), today)


def preview(revision: Revision, pledges: Sequence[Pledge], example: Named, starts_on: date) -> Preview:
    days = (starts_on, copying.last_day(starts_on, revision.months))
    values = example.fills(days)
    promises = sorted(copying.promises(pledges, values, days), key=lambda promise: promise.due_on)
    words = copying.words(revision, values)
    return Preview(example.person, words, promises, *days, revision.get_rhythm_display(), values)
