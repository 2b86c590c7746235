"""One's private notes: on the pages they are about, and all of them together."""

from __future__ import annotations

from uuid import UUID

from django.contrib import messages
from django.core.paginator import Paginator
from django.http import Http404, HttpResponse, JsonResponse
from django.shortcuts import redirect, render
from django.template.loader import render_to_string
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.debug import sensitive_post_parameters
from django.views.decorators.http import require_http_methods

from feedback.access.notes import can_note, who_sees_note
from feedback.forms.notes import NoteForm, SearchForm
from feedback.models import Note
from feedback.notes import Place, excerpt
from feedback.services import notes as services
from feedback.services.notes import Overtaken
from feedback.views.checkins import not_saved_yet, opened_by, saved_at
from people.clicks import clicked
from people.days import today_for
from people.requests import CONFLICT, INVALID, SignedInRequest, form_page, from_script
from tours.diff import word_diff
from tours.views.doors import known_tour

NOTES_A_PAGE = 20


@sensitive_post_parameters()
@require_http_methods(["GET", "HEAD", "POST"])
def notes(request: SignedInRequest) -> HttpResponse:
    """A search is posted, and so is the next page of what it found."""
    form = SearchForm(request.POST if request.method == "POST" else None)
    term = form.cleaned_data["q"] if form.is_valid() else ""
    asked = request.POST if term else request.GET
    rows = Note.objects.of(request.user).saying(term).with_places(request.user, today_for(request.user))
    page = Paginator(rows, NOTES_A_PAGE).get_page(asked.get("page"))
    context = {
        "form": form,
        "term": term,
        "page": page,
        "found": [(note, Place.of_note(note, request.user), excerpt(note.words, term)) for note in page],
        "who_sees": who_sees_note(),
    }
    return form_page(request, "feedback/notes.html", context, form)


@sensitive_post_parameters()
def note(request: SignedInRequest, pk: UUID) -> HttpResponse:
    rows = Note.objects.of(request.user).with_places(request.user, today_for(request.user))
    found = rows.filter(pk=pk).first()
    if found is None:
        raise Http404
    return _written(request, found, Place.of_note(found, request.user))


@sensitive_post_parameters()
def checkin_note(request: SignedInRequest, pk: int) -> HttpResponse:
    checkin = opened_by(request.user, pk)
    if not can_note(request.user, checkin, today_for(request.user)):
        raise Http404
    return _written(request, checkin.note, Place.of(checkin, request.user))


@sensitive_post_parameters()
def tour_note(request: SignedInRequest, pk: int) -> HttpResponse:
    tour, _seen = known_tour(request, pk)
    if not can_note(request.user, tour, today_for(request.user)):
        raise Http404
    return _written(request, tour.note, Place.of(tour, request.user))


@clicked
def note_delete(request: SignedInRequest, pk: UUID) -> HttpResponse:
    found = Note.objects.of(request.user).filter(pk=pk).first()
    if found is None:
        raise Http404
    services.delete_note(found)
    messages.success(request, _("Deleted. It is nowhere any more."))
    return redirect("notes")


def _written(request: SignedInRequest, found: Note | None, place: Place) -> HttpResponse:
    form = NoteForm(request.POST if request.method == "POST" else None, note=found)
    if form.is_valid():
        try:
            return _saved(request, _write(request, found, place, form), place)
        except Overtaken as overtaken:
            return _overtaken(request, form, overtaken.note, place)
    if form.errors and from_script(request):
        return not_saved_yet(form)
    return _page(request, form, found, place, INVALID if form.errors else 200)


def _write(request: SignedInRequest, found: Note | None, place: Place, form: NoteForm) -> Note | None:
    words, now = form.cleaned_data["words"], timezone.now()
    if found is not None:
        return services.rewrite_note(found, words, basis=form.state, now=now)
    return services.write_note(request.user, place.about, words, basis=form.state, now=now)


def _saved(request: SignedInRequest, kept: Note | None, place: Place) -> HttpResponse:
    said = saved_at(timezone.now()) if kept else _("Nothing is kept here.")
    if from_script(request):
        return JsonResponse({"said": said, "set": {"note-basis": str(kept.state) if kept else ""}})
    messages.success(request, said)
    if kept:
        return redirect(place.form_url)  # to write on, and where the window forgets what has arrived
    return redirect(f"{place.url}#note" if place.url else "notes")


def _overtaken(request: SignedInRequest, form: NoteForm, now: Note | None, place: Place) -> HttpResponse:
    basis = str(now.state) if now else ""
    form.move_to(basis)
    overtaken = {"overtaken": True, "pieces": word_diff(now.words if now else "", form.cleaned_data["words"])}
    if from_script(request):
        html = render_to_string("feedback/_note_overtaken.html", overtaken, request)
        return JsonResponse(
            {"said": _("Not saved."), "html": html, "set": {"note-basis": basis}}, status=CONFLICT
        )
    return _page(request, form, now, place, CONFLICT, **overtaken)


def _page(
    request: SignedInRequest, form: NoteForm, found: Note | None, place: Place, status: int, **more: object
) -> HttpResponse:
    context = {"form": form, "note": found, "place": place, **more}
    return render(request, "feedback/note.html", context, status=status)
