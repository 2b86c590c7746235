"""The shared summary of a revealed check-in: writing on it, and what it said before."""

from __future__ import annotations

from django.contrib import messages
from django.core.paginator import Paginator
from django.http import Http404, HttpResponse, JsonResponse
from django.shortcuts import redirect, render
from django.template.loader import render_to_string
from django.utils import timezone
from django.utils.formats import time_format
from django.utils.translation import gettext as _
from django.views.decorators.http import require_safe

from alliance_site.forms import kept_as
from feedback import access, reading
from feedback.forms.agreed import SummaryForm
from feedback.models import CheckIn, Summary
from feedback.services.summaries import Crossed, write_summary
from feedback.views.checkins import not_saved_yet, opened_by, readable_by, said_by_both
from people.requests import CONFLICT, INVALID, SignedInRequest, from_script
from people.services import note_access
from tours.diff import word_diff

VERSIONS_A_PAGE = 25


@require_safe
def checkin_summary(request: SignedInRequest, pk: int) -> HttpResponse:
    return _versions(request, pk, None)


def checkin_summary_write(request: SignedInRequest, pk: int) -> HttpResponse:
    found, person = readable_by(request.user, pk), request.user
    if not access.can_agree(person, found):
        raise Http404
    if request.method != "POST":
        newest = found.summaries.order_by("-number").first()
        return _page(request, found, SummaryForm(checkin=found, person=person, newest=newest))
    form = SummaryForm(request.POST, checkin=found, person=person)
    if not form.is_valid():
        return _invalid(request, found, form)
    words, now = form.cleaned_data["words"], timezone.now()
    try:
        rows = write_summary(found, words, actor=person, basis=form.version, now=now)
    except Crossed as crossed:
        return _crossed(request, found, form, crossed.newest)
    return _saved(request, found, form, rows)


def _saved(request: SignedInRequest, found: CheckIn, form: SummaryForm, rows: list[Summary]) -> HttpResponse:
    """Where it was merged, the page is told both what of its words is saved, and what all of it is now."""
    newest = rows[-1] if rows else Summary(number=0)
    together = newest.words != form.cleaned_data["words"]
    said = _("Saved at %(time)s.")
    if together:
        said = _("Saved at %(time)s, together with what %(name)s changed meanwhile.")
    side = found.side_of(request.user)
    assert side
    words = said % {"time": time_format(timezone.localtime()), "name": found.party(side.other).name}
    if not from_script(request):
        messages.success(request, words, extra_tags=kept_as("summary", found.pk))
        return redirect(f"{found.get_absolute_url()}#summary")
    fresh = {"summary-basis": newest.number, "summary-words": newest.words}
    if together:
        typed = rows[0].number if len(rows) > 1 else form.version
        return JsonResponse({"said": words, "set": {"summary-basis": typed}, "fresh": fresh})
    return JsonResponse({"said": words, "set": {"summary-basis": newest.number}})


def _page(
    request: SignedInRequest, found: CheckIn, form: SummaryForm, status: int = 200, **more: object
) -> HttpResponse:
    """With what both said in sight: that is what they write it from."""
    context = {
        "checkin": found,
        "title": _title(request, found),
        "form": form,
        "keep": kept_as("summary", found.pk),
        **more,
    }
    context |= said_by_both(found, request.user)
    return render(request, "feedback/summary_write.html", context, status=status)


def _title(request: SignedInRequest, found: CheckIn) -> str:
    side = found.side_of(request.user)
    return reading.title(found, found.party(side.other) if side else found.manager)


def _invalid(request: SignedInRequest, found: CheckIn, form: SummaryForm) -> HttpResponse:
    if from_script(request):
        return not_saved_yet(form)
    return _page(request, found, form, INVALID)


def _crossed(request: SignedInRequest, found: CheckIn, form: SummaryForm, newest: Summary) -> HttpResponse:
    """Not saved: shows how it differs from what is there, and keeps what was typed, to be saved over that."""
    form.move_to(newest.number)
    crossed = {"crossed": newest, "pieces": word_diff(newest.words, form.cleaned_data["words"])}
    if from_script(request):
        html = render_to_string("feedback/_summary_crossed.html", crossed, request)
        fresh = {"summary-basis": newest.number}
        return JsonResponse({"said": _("Not saved."), "html": html, "set": fresh}, status=CONFLICT)
    return _page(request, found, form, CONFLICT, **crossed)


@require_safe
def checkin_summary_version(request: SignedInRequest, pk: int, number: int) -> HttpResponse:
    return _versions(request, pk, number)


def _versions(request: SignedInRequest, pk: int, number: int | None) -> HttpResponse:
    """One of them against the one before, and a list of all."""
    person, found = request.user, opened_by(request.user, pk)
    rows = Summary.objects.visible_to(person).filter(checkin=found).versions()
    shown = rows if number is None else rows.filter(number__lte=number)
    version, before = [*shown[:2], None, None][:2]
    if version is None or number not in (None, version.number):
        raise Http404
    if found.side_of(person) is None:
        note_access(person, found.employee, f"check-in {found.pk}", timezone.now())
    context = {
        "checkin": found,
        "title": _title(request, found),
        "version": version,
        "before": before,
        "pieces": word_diff(before.words if before else "", version.words),
        "page": Paginator(rows.defer("words"), VERSIONS_A_PAGE).get_page(request.GET.get("page")),
    }
    return render(request, "feedback/summary.html", context)
