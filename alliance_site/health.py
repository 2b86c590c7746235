"""`/healthz`, for whoever watches the site from outside, without a sign-in and without a secret; and what
everybody is told when something fails."""

from __future__ import annotations

import sys
from collections.abc import Callable

from django.db import DatabaseError, InterfaceError, OperationalError, connection
from django.http import HttpRequest, HttpResponse
from django.template.loader import render_to_string
from django.urls import reverse
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_safe
from django.views.defaults import server_error

#: Beside those that have no code, which psycopg2 says itself: connection exceptions, too many connections,
#: and a server that shuts down or starts. A deadlock or a timeout is none of them.
AWAY = ("08", "53300", "57P")
SOON = 10  #: seconds until it may be worth another try


class HealthMiddleware:
    """Answers before anything asks by which name the site was called: who watches from inside goes by an
    address that ALLOWED_HOSTS does not name."""

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        return healthz(request) if request.path_info == reverse("healthz") else self.get_response(request)


@never_cache
@require_safe
def healthz(request: HttpRequest) -> HttpResponse:
    """200 when the database answers, 503 when it does not."""
    try:
        with connection.cursor() as cursor:
            cursor.execute("SELECT 1")
    except DatabaseError:
        return HttpResponse("The database does not answer.\n", status=503, content_type="text/plain")
    return HttpResponse("Well.\n", content_type="text/plain")


def failed(request: HttpRequest) -> HttpResponse:
    """Django's `handler500`: 503 while the database is away, which passes and is no mistake of a page's."""
    if not _is_away(sys.exception()):
        return server_error(request)
    # Without the request, as Django's own: who is signed in could only be read from the database.
    return HttpResponse(render_to_string("503.html"), status=503, headers={"Retry-After": str(SOON)})


def _is_away(error: BaseException | None) -> bool:
    if isinstance(error, InterfaceError):  # whoever asks once more, after the connection was lost
        return connection.connection is not None and bool(connection.connection.closed)
    if not isinstance(error, OperationalError):
        return False
    code = getattr(error.__cause__, "pgcode", None)
    return code is None or code.startswith(AWAY)
