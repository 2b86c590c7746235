"""The site under load: two web processes, and people who are signed in."""

from __future__ import annotations

import contextlib
import http.client
import os
import subprocess
import sys
import time
from collections.abc import Iterator
from datetime import date
from importlib import import_module

from django.db.models import F

from alliance_site.local.folder import BASE_DIR

PORT = int(os.environ["BENCH_PORT"])
PATIENCE = 60


@contextlib.contextmanager
def running() -> Iterator[None]:
    words = ["gunicorn", "tests.bench.wsgi", "--bind", f"127.0.0.1:{PORT}", "--workers", "2"]
    more = ["--worker-class", "gthread", "--threads", "4", "--no-control-socket", "--log-level", "warning"]
    with subprocess.Popen([sys.executable, "-m", *words, *more], cwd=BASE_DIR) as web:
        try:
            _wait()
            yield
        finally:
            web.terminate()


def _wait() -> None:
    until = time.monotonic() + PATIENCE
    while True:
        try:
            connection = http.client.HTTPConnection("127.0.0.1", PORT, timeout=10)
            connection.request("GET", "/healthz")
            connection.getresponse().read()
        except OSError:
            if time.monotonic() > until:
                raise
            time.sleep(0.2)
        else:
            return


def cookie_of(person: int) -> str:
    """Of a session in which that person is signed in: what a browser has since then and sends each time."""
    from django.conf import settings
    from django.contrib.auth import BACKEND_SESSION_KEY, HASH_SESSION_KEY, SESSION_KEY
    from django.middleware.csrf import CSRF_SECRET_LENGTH
    from django.utils.crypto import get_random_string

    from people.models import Person

    session = import_module(settings.SESSION_ENGINE).SessionStore()
    session[SESSION_KEY] = str(person)
    session[BACKEND_SESSION_KEY] = settings.AUTHENTICATION_BACKENDS[0]
    session[HASH_SESSION_KEY] = Person.objects.get(pk=person).get_session_auth_hash()
    session.create()
    secret = get_random_string(CSRF_SECRET_LENGTH)
    return f"{settings.SESSION_COOKIE_NAME}={session.session_key}; {settings.CSRF_COOKIE_NAME}={secret}"


def cast(today: date) -> dict[str, int]:
    """One of HR, and the two sides of a running tour with a check-in that both have revealed and one that is
    open and that neither has handed in: two very different pages."""
    from feedback.models import CheckIn
    from people.models import Person, Role
    from tours.models import Tour

    here = Person.objects.employed(today)
    hr = Role.objects.filter(person__in=here, until=None).earliest("pk")
    running = Tour.objects.active(today).filter(employee__in=here, manager__in=here)
    own = CheckIn.objects.filter(tour__in=running, manager=F("tour__manager"))
    open_ = own.open(today).handed_in_by_nobody().filter(lapses_on__gte=today)
    revealed = own.filter(revealed_at__isnull=False, tour__in=open_.values("tour")).latest("pk")
    return {
        "hr": hr.person_id,
        "manager": revealed.manager_id,
        "employee": revealed.employee_id,
        "revealed": revealed.pk,
        "open": open_.filter(tour=revealed.tour_id).latest("pk").pk,
    }
