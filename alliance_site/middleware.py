"""What no view has to think of."""

from __future__ import annotations

from collections.abc import Callable

from django.conf import settings
from django.core.exceptions import BadRequest, RequestDataTooBig
from django.http import HttpRequest, HttpResponse, HttpResponseNotAllowed
from django.template.loader import render_to_string
from django.urls import reverse

from people.importing.table import MOST_BYTES

MOST_UPLOADED = 4 * MOST_BYTES  #: a file that is somewhat too large is refused in words, by its page
METHODS = ("GET", "HEAD", "POST")


class PagesAndFormsMiddleware:
    """Pages are read and forms are posted; a PUT must not pass for a GET in a view that never heard of it.

    What no browser sends is refused before anything reads it. No page outlives the sign-in of the
    person whose words are on it in a cache or behind a browser's back button.
    """

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        if request.method not in METHODS:
            return HttpResponseNotAllowed(METHODS)
        _refuse_what_no_browser_sends(request)
        response = self.get_response(request)
        response.headers.setdefault("Cache-Control", "private, no-store")
        return response


def _refuse_what_no_browser_sends(request: HttpRequest) -> None:
    """Raises what Django answers with 400."""
    if any("\x00" in value for value in request.COOKIES.values()):
        raise BadRequest("NUL in a cookie")
    # Django limits the fields of a form, but not the files beside them; one page here takes a file.
    size = int(request.META.get("CONTENT_LENGTH") or 0)
    if size > (settings.DATA_UPLOAD_MAX_MEMORY_SIZE or 0) and (
        size > MOST_UPLOADED or request.path != reverse("import_people")
    ):
        raise RequestDataTooBig("more than any page asks for")


class NotAllowedMiddleware:
    """A page that only is read has something to say to whoever sends it something."""

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        response = self.get_response(request)
        if isinstance(response, HttpResponseNotAllowed) and request.method == "POST":
            response.content = render_to_string("405.html", request=request)
        return response
