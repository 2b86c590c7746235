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
    """Of a session in which that person is signed in."""
    from django.conf import settings
    from django.contrib.auth import BACKEND_SESSION_KEY, HASH_SESSION_KEY, SESSION_KEY

    from people.models import Person

    session = import_module(settings.SESSION_ENGINE).SessionStore()
    session[SESSION_KEY] = str(person)
    session[BACKEND_SESSION_KEY] = settings.AUTHENTICATION_BACKENDS[0]
    session[HASH_SESSION_KEY] = Person.objects.get(pk=person).get_session_auth_hash()
    session.create()
    return f"{settings.SESSION_COOKIE_NAME}={session.session_key}"


def cast(today: date) -> dict[str, int]:
    """One of HR, and the two sides of a running tour that has had a check-in."""
    from feedback.models import CheckIn
    from people.models import Person, Role
    from tours.models import Tour

    hr = Role.objects.filter(person__in=Person.objects.employed(today), until=None).earliest("pk")
    running = Tour.objects.active(today).filter(manager__in=Person.objects.employed(today))
    own = CheckIn.objects.filter(tour__in=running, manager=F("tour__manager"))
    had = own.filter(opens_on__lte=today).latest("pk")
    return {"hr": hr.person_id, "manager": had.manager_id, "employee": had.employee_id, "checkin": had.pk}
