"""What changed between two versions of the terms."""

from __future__ import annotations

from django.http import HttpResponse
from django.views.decorators.http import require_safe

from people.days import today_for
from people.requests import SignedInRequest, form_page
from tours import access
from tours.access import Act
from tours.comparing import compare_promises, compare_words
from tours.diff import is_same
from tours.forms.changing import VersionsForm
from tours.models import Terms, Tour
from tours.views.doors import note_look, numbered, readable_versions


@require_safe
def terms_changes(request: SignedInRequest, pk: int, number: int) -> HttpResponse:
    """In one version, against the terms that it is to replace; of the first there is nothing before."""
    tour, versions = readable_versions(request, pk)
    new = numbered(versions, number)
    old = _replaced(new, versions)
    form = VersionsForm(versions=versions, initial={"from": old.number, "to": number})
    return _changes_page(request, tour, form, old, new)


@require_safe
def tour_changes(request: SignedInRequest, pk: int) -> HttpResponse:
    """Between any two versions that the reader may read, in either order."""
    tour, versions = readable_versions(request, pk)
    form = VersionsForm(request.GET or None, versions=versions)
    if not form.is_valid():
        return _changes_page(request, tour, form)
    return _changes_page(request, tour, form, form.cleaned_data["from"], form.cleaned_data["to"])


def _replaced(new: Terms, versions: list[Terms]) -> Terms:
    """The last before it that both had signed; before anything had force, the version before."""
    before = [terms for terms in versions if terms.number < new.number]
    signed = [terms for terms in before if terms.is_signed]
    return (signed or before or [new])[-1]


def _changes_page(
    request: SignedInRequest,
    tour: Tour,
    form: VersionsForm,
    old: Terms | None = None,
    new: Terms | None = None,
) -> HttpResponse:
    note_look(request, tour, *(terms for terms in (old, new) if terms))
    context = {"tour": tour, "form": form, "old": old, "new": new}
    if old and new:
        words, promises = compare_words(old, new), compare_promises(old, new)
        acts = access.acts(request.user, tour, today_for(request.user)) if new == tour.on_table else set()
        context |= {
            "parts": [(label, pieces) for label, pieces in words if not is_same(pieces)],
            "unchanged": [label for label, pieces in words if pieces and is_same(pieces)],
            "promises": [change for change in promises if change.change != "same"],
            "kept_promises": [change for change in promises if change.change == "same"],
            "can": dict.fromkeys(acts & {Act.SIGN, Act.COMMENT, Act.ASK, Act.REVISE}, True),
        }
    return form_page(request, "tours/changes.html", context, form)
