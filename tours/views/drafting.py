"""Writing terms: every version of a tour, saved by hand or by the page itself as one types."""

from __future__ import annotations

from typing import Any

from django.contrib import messages
from django.db import transaction
from django.http import Http404, HttpResponse, JsonResponse
from django.shortcuts import redirect, render
from django.template.loader import render_to_string
from django.urls import reverse
from django.utils import timezone
from django.utils.formats import time_format
from django.utils.translation import gettext as _

from alliance_site.forms import kept_as
from people.days import today_for
from people.requests import CONFLICT, INVALID, SignedInRequest, from_script
from tours import access, services
from tours.access import Act
from tours.comparing import compare
from tours.diff import Piece, is_same
from tours.models import Comment, Policy, Terms, Tour
from tours.policy import MOST_PROMISES
from tours.views.doors import known_tour, note_looks, tour_to_write
from tours.views.draft_page import (
    Draft,
    Taken,
    agreed_before,
    beside,
    earlier,
    parts,
    typed_words,
    with_taken,
)
from tours.views.reading import tour_page


def terms_edit(request: SignedInRequest, pk: int) -> HttpResponse:
    if request.method == "POST":
        with transaction.atomic():
            return _save(request, tour_to_write(request, pk))
    tour = tour_to_write(request, pk)
    terms = _written_by(request, tour)
    return _page(request, Draft(terms, today_for(request.user))) if terms else redirect(tour)


def draft_throw_away(request: SignedInRequest, pk: int) -> HttpResponse:
    """What nobody else has seen goes without a word; asked once."""
    tour, _seen = known_tour(request, pk)
    if tour.draft is None or not access.can_throw_away(request.user, tour, today_for(request.user)):
        raise Http404
    if request.method != "POST":
        return render(request, "tours/throw_away.html", {"tour": tour, "terms": tour.draft})
    try:
        services.throw_away(tour.draft, actor=request.user, now=timezone.now())
    except services.Refused as refusal:
        return tour_page(request, pk, refused=str(refusal))
    messages.success(request, _("The draft is thrown away."))
    return redirect(tour if tour.in_force else "tours")


def _written_by(request: SignedInRequest, tour: Tour) -> Terms | None:
    """The draft, if the person may write on it."""
    may = Act.EDIT in access.acts(request.user, tour, today_for(request.user))
    return tour.draft if may else None


def _save(request: SignedInRequest, tour: Tour) -> HttpResponse:
    terms = _written_by(request, tour)
    if terms is None:
        return _too_late(request, tour)
    taken = with_taken(request.POST, request.user, tour) if "take" in request.POST else Taken(request.POST)
    if taken.source:
        note_looks(request, [taken.source.tour])
    draft = Draft(terms, today_for(request.user), taken.typed)
    valid = draft.is_valid()
    if from_script(request):
        return _save_by_itself(request, draft)
    if not valid:
        return _page(request, draft, status=INVALID)
    try:
        _write(draft, draft.promises.left_out)
        return _after(request, draft, taken.place)
    except services.Unchanged as refusal:
        draft.form.add_error(None, str(refusal))
        draft.form.move_to(draft.terms.revision)
        return _page(request, draft, status=INVALID)
    except services.Refused as refusal:
        return _page(request, draft, status=INVALID, refused=str(refusal), meanwhile=_meanwhile(draft))


def _after(request: SignedInRequest, draft: Draft, place: str) -> HttpResponse:
    """Saved. What is to be proposed is looked over once for phrases that say nothing."""
    tour, keep = draft.terms.tour, kept_as("terms", draft.terms.pk)
    address = reverse("terms_edit", args=[tour.pk])
    if request.POST.get("save") == "preview":
        messages.success(request, _("Saved."), extra_tags=keep)
        return redirect("terms_preview", tour.pk)
    if "propose" not in request.POST:
        messages.success(request, _("The draft is saved. Nobody else can see it yet."))
        add = request.POST.get("add", "")
        place = f"owes-{add}" if add in ("manager", "employee") else place
        return redirect(f"{address}#{place}" if place else address)
    if draft.has_empty_phrases() and "warned" not in request.POST:
        return redirect(f"{address}?look=1#look")
    services.propose(draft.terms, actor=request.user, now=timezone.now())
    messages.success(request, _("Proposed. Now both of you read it and sign."), extra_tags=keep)
    return redirect(tour)


def _write(draft: Draft, left_out: Any = ()) -> dict[str, str]:
    """Saves it, and says what the page should hold from then on: the keys of promises that are new."""
    rows = list(draft.promises.rows())
    services.write(
        draft.terms, revision=draft.revision, promises=[promise for _form, promise in rows], left_out=left_out
    )
    keys = {form.add_prefix("key"): str(promise.key) for form, promise in rows}
    return {"revision": str(draft.terms.revision), **keys}


def _save_by_itself(request: SignedInRequest, draft: Draft) -> HttpResponse:
    """All that is right is kept and the rest named; nothing is left out before one says so by hand."""
    wrong = draft.form.hold_back()
    if "revision" in draft.form.errors:
        return JsonResponse({"said": _("Not saved. Load this page again.")}, status=INVALID)
    if draft.promises.total_error_count():
        wrong.append(_("a promise that is not complete yet"))
    try:
        fresh = _write(draft)
    except services.Refused as refusal:
        context = {"refused": str(refusal), "meanwhile": _meanwhile(draft)}
        html = render_to_string("tours/_meanwhile.html", context, request)
        fresh = {"revision": draft.form.data["revision"]}
        return JsonResponse({"said": _("Not saved."), "html": html, "set": fresh}, status=CONFLICT)
    at = {"time": time_format(timezone.localtime()), "fields": access.listed(wrong)}
    said = _("Saved at %(time)s, but not: %(fields)s.") if wrong else _("Saved at %(time)s.")
    return JsonResponse({"said": said % at, "set": fresh})


def _too_late(request: SignedInRequest, tour: Tour) -> HttpResponse:
    """It was proposed, withdrawn or handed over meanwhile. What was typed is shown, to be copied."""
    said = _(
        "This draft cannot be written on any more: it was proposed or ended, or somebody else writes it."
    )
    if from_script(request):
        return JsonResponse({"said": _("Not saved. %(why)s") % {"why": said}}, status=CONFLICT)
    context = {"tour": tour, "said": said, "typed": typed_words(request.POST)}
    return render(request, "tours/too_late.html", context, status=INVALID)


def _page(request: SignedInRequest, draft: Draft, *, status: int = 200, **more: object) -> HttpResponse:
    tour, today = draft.terms.tour, today_for(request.user)
    policy, agreed = Policy.objects.on(today), agreed_before(request.user, tour)
    before = earlier(agreed)
    note_looks(request, [each.terms.tour for each in before])
    draft.form.suggest(policy)
    look = ("look" in request.GET or "warned" in request.POST) and draft.has_empty_phrases()
    context = {
        "tour": tour,
        "terms": draft.terms,
        "form": draft.form,
        "keep": kept_as("terms", draft.terms.pk),
        "parts": parts(draft, before, policy),
        "promises": draft.promises,
        "groups": draft.groups(),
        "most_promises": MOST_PROMISES,
        "earlier": before,
        "owed_before": [promise for each in before for promise in each.owed],
        "look": look,
        "beside": beside(draft.terms, agreed),
        "heading": _("This cannot be proposed yet") if draft.form.whole else "",
        "asked": asked(tour),
        "who_sees": access.who_sees_draft(),
        "can_throw_away": access.can_throw_away(request.user, tour, today),
        "can_change_type": access.can_change_type(request.user, tour, today),
        **more,
    }
    return render(request, "tours/edit.html", context, status=status)


def _meanwhile(draft: Draft) -> list[tuple[str, list[Piece]]]:
    """What another window saved, against what was typed here; a second save from here then counts."""
    saved = Terms.objects.select_related("tour", "employee", "manager").get(pk=draft.terms.pk)
    draft.form.move_to(saved.revision)
    # Compared are the promises as typed, not as saved: those the comparison would fetch.
    typed = [promise for _form, promise in draft.promises.rows()]
    draft.terms._prefetched_objects_cache = {"promises": typed}  # type: ignore[attr-defined]
    return [(label, pieces) for label, pieces in compare(saved, draft.terms) if not is_same(pieces)]


def asked(tour: Tour) -> list[Comment]:
    """The changes asked for in the version on the table: what the draft should answer."""
    if tour.on_table is None:
        return []
    changes = Comment.objects.filter(terms=tour.on_table, kind=Comment.Kind.CHANGE)
    return list(changes.select_related("author"))
