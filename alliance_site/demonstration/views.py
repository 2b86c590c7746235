"""The demonstration's letters. Whoever signs in to a demonstration may read all but the private ones."""

from __future__ import annotations

from csp.constants import NONE, SELF
from csp.decorators import csp, csp_update
from django.core.paginator import Paginator
from django.http import Http404, HttpResponse
from django.shortcuts import render
from django.views.decorators.clickjacking import xframe_options_sameorigin
from django.views.decorators.http import require_safe

from alliance_site.demonstration.letters import Letter, find, letters_for
from people.models import Person
from people.requests import SignedInRequest

PAGE = 50

# A letter brings its own styles and must be able to do nothing else: no script, no picture from
# elsewhere, no form; a link opens in the whole window.
LETTER_POLICY = {
    "default-src": [NONE],
    "style-src": ["'unsafe-inline'"],
    "img-src": ["data:"],
    "frame-ancestors": [SELF],
    "sandbox": ["allow-top-navigation-by-user-activation"],
}


@require_safe
def letters(request: SignedInRequest) -> HttpResponse:
    page = Paginator(letters_for(request.user), PAGE).get_page(request.GET.get("page"))
    return render(request, "demonstration/letters.html", {"page": page})


@require_safe
@csp_update({"frame-src": [SELF]})  # type: ignore[arg-type]  # typed for views without arguments
def letter(request: SignedInRequest, key: str) -> HttpResponse:
    return render(request, "demonstration/letter.html", {"letter": _get(key, request.user)})


@require_safe
@xframe_options_sameorigin
@csp(LETTER_POLICY)  # type: ignore[arg-type]
def letter_html(request: SignedInRequest, key: str) -> HttpResponse:
    """The letter's own page, for the frame on ours."""
    return HttpResponse(_get(key, request.user).html.replace("<head>", '<head><base target="_top">', 1))


def _get(key: str, person: Person) -> Letter:
    found = find(key, person)
    if found is None:
        raise Http404
    return found
