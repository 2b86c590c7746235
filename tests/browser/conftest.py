"""A real browser on the real site: every page opened here must be quiet, and ask no other host for anything.

`page_as(person)` opens a window of that person's own, signed in; `page_as(None)` one of a stranger's.
At the end of the test each window must have had no script error, no breach of the content security
policy, no missing file and no request to elsewhere. `axe(page)` looks for what keeps people out.
"""

from __future__ import annotations

import os
import re
import time
from collections.abc import Callable, Iterator
from contextlib import ExitStack
from datetime import date, timedelta

import pytest
from django.conf import settings
from django.core.handlers.wsgi import WSGIHandler
from django.core.servers.basehttp import ThreadedWSGIServer
from django.db import connections
from django.test.testcases import LiveServerThread
from django.test.utils import override_settings
from django.utils import timezone
from playwright.sync_api import (
    Browser,
    BrowserContext,
    ConsoleMessage,
    Page,
    Response,
    Route,
    ViewportSize,
    expect,
    sync_playwright,
)

from alliance_site.local import browser as machine
from alliance_site.local.folder import BASE_DIR
from people.models import Person
from tests.conftest import signed_in
from tests.factories import make_signed_tour
from tours.models import Tour

AXE = BASE_DIR / "node_modules" / "axe-core" / "axe.min.js"
PHONE, DESK = ViewportSize(width=360, height=740), ViewportSize(width=1280, height=800)
OPTIONS = ["--no-sandbox", "--disable-gpu", "--disable-background-networking", "--disable-dev-shm-usage"]
PATIENCE = 10_000  #: milliseconds
#: Milliseconds that autosave.js waits for more to be typed, and before it tries once more.
PAUSE, AGAIN = 1500, 4000
SOON = f"""const real = setTimeout, soon = {{{PAUSE}: 150, {AGAIN}: 400}};
    window.setTimeout = (act, pause, ...more) => real(act, soon[pause] ?? pause, ...more);"""


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    for item in items:
        if "tests/browser/" in item.path.as_posix():
            item.add_marker(pytest.mark.browser)


@pytest.fixture(scope="session")
def browser(_server: str) -> Iterator[Browser]:
    path = machine.find()
    if path is None:
        sentence = "there is no Chromium on this machine; install one, or name it with CHROMIUM=…"
        if os.environ.get("CI", "").lower() == "true":
            pytest.fail(sentence)
        pytest.skip(sentence)
    expect.set_options(timeout=PATIENCE)
    # Playwright keeps an event loop in this thread, and Django then fears that queries would block it.
    with pytest.MonkeyPatch.context() as patch, sync_playwright() as playwright:
        patch.setenv("DJANGO_ALLOW_ASYNC_UNSAFE", "true")
        running = playwright.chromium.launch(executable_path=path, args=OPTIONS)
        yield running
        running.close()
        connections.close_all()  # beside that loop Django has one of its own for this thread


class Server(ThreadedWSGIServer):
    """Ends when all it has begun has ended: a thread of its own holds a session of the database."""

    daemon_threads = False


class ServerThread(LiveServerThread):
    server_class = Server


@pytest.fixture(scope="session")
def _server(django_db_setup: None) -> Iterator[str]:
    """The site as in production: its static files come from WhiteNoise, under their hashed names. The browser
    ends before it, and with it all that is asked of it."""
    with override_settings(WHITENOISE_AUTOREFRESH=False):
        thread = ServerThread("localhost", static_handler=_through)  # type: ignore[arg-type]
        thread.daemon = True
        thread.start()
        thread.is_ready.wait()
    if thread.error:
        raise thread.error
    yield f"http://localhost:{thread.port}"
    thread.terminate()


def _through(application: WSGIHandler) -> WSGIHandler:
    """The test server's own way with static files would know only their unhashed names."""
    return application


@pytest.fixture
def site(_server: str, transactional_db: None, settings) -> str:
    """The site's address; its database is this test's, and empty again after it."""
    settings.ALLOWED_HOSTS = ["localhost", "testserver"]
    settings.CSRF_TRUSTED_ORIGINS = [_server]
    settings.SITE_URL = _server
    return _server


@pytest.fixture
def problems() -> list[str]:
    """What the windows of this test complained about; a test that provokes something may clear it."""
    return []


@pytest.fixture
def scripts() -> list[str]:
    """What each window of this test runs before the page's own scripts."""
    return []


@pytest.fixture
def saved_soon(scripts: list[str]) -> None:
    """For a test that types into one field and waits for it to be saved, each time: the pause proves nothing.

    Where it does more in between, a save that comes early would make it another test."""
    script = (BASE_DIR / "static" / "autosave.js").read_text()
    assert f"const PAUSE = {PAUSE};" in script
    assert f"const AGAIN = {AGAIN};" in script
    scripts.append(SOON)


@pytest.fixture
def page_as(
    browser: Browser, site: str, problems: list[str], scripts: list[str]
) -> Iterator[Callable[..., Page]]:
    with ExitStack() as windows:

        def open_window(person: Person | None = None, *, view: ViewportSize = DESK, **options) -> Page:
            # A page that is still scrolling by itself is no place to click at.
            options = {"reduced_motion": "reduce", "locale": "en-US", **options}
            context = browser.new_context(base_url=site, viewport=view, **options)
            windows.callback(context.close)
            context.set_default_timeout(PATIENCE)
            _listen(context, site, problems)
            for script in scripts:
                context.add_init_script(script)
            if person is not None:
                sign_in(context, person, site)
            return context.new_page()

        yield open_window
    assert not problems, "\n".join(problems)


@pytest.fixture
def axe() -> Callable[..., list[str]]:
    """What axe-core finds on the page, as sentences; every rule counts, also those of good practice.

    Where a page was looked at before and only its colours are others, `only="color-contrast"` is enough."""

    def findings(page: Page, only: str = "") -> list[str]:
        page.wait_for_load_state()  # a page can be found in the window before its styles are
        # By the debugger's way, which no policy of the page forbids; a <script> of ours would be refused.
        if not page.evaluate("'axe' in window"):
            page.evaluate(AXE.read_text())
        options = {"resultTypes": ["violations"], **({"runOnly": [only]} if only else {})}
        result = page.evaluate("options => axe.run(options)", options)
        return [
            f"{violation['id']}: {violation['help']} — {node['html']}"
            for violation in result["violations"]
            for node in violation["nodes"]
        ]

    return findings


@pytest.fixture
def fits(axe: Callable[..., list[str]]) -> Callable[..., None]:
    """On a desk and on a phone: nothing for axe to find and no sideways scrolling, and enough contrast in the
    dark, where only the colours are others."""

    def look(page: Page, where: str = "") -> None:
        for view in (DESK, PHONE):
            page.set_viewport_size(view)
            at = f"{where or page.url} at {view['width']}"
            assert axe(page) == [], at
            assert page.evaluate("document.documentElement.scrollWidth <= innerWidth"), at
            page.emulate_media(color_scheme="dark")
            assert axe(page, only="color-contrast") == [], f"{at} in the dark"
            page.emulate_media(color_scheme="light")
        page.set_viewport_size(DESK)

    return look


def today() -> date:
    """The browser's clock is the real one, whatever the tests' own says."""
    return timezone.now().date()


def make_running_tour(employee: Person, manager: Person, **kw) -> Tour:
    """Whenever that is."""
    span = {"starts_on": today() - timedelta(days=200), "ends_on": today() + timedelta(days=400)}
    return make_signed_tour(employee, manager, **(span | kw))


def until(page: Page, script: str) -> None:
    """Asked again and again from outside: what the page itself had to evaluate, its policy would refuse."""
    deadline = time.monotonic() + PATIENCE / 1000
    while not page.evaluate(script):
        assert time.monotonic() < deadline, f"it never came to be: {script}"
        page.wait_for_timeout(50)


def late_script(page: Page) -> Callable[[], None]:
    """From here on the script that keeps what is typed comes only when one calls what this gives."""
    waiting = list[Route]()

    def hold(route: Route) -> None:
        waiting.append(route)

    def come() -> None:
        deadline = time.monotonic() + PATIENCE / 1000
        while not waiting:
            assert time.monotonic() < deadline, "the page never asked for its script"
            page.wait_for_timeout(50)
        for route in waiting:
            route.continue_()
        page.unroute("**/autosave.*.js")
        page.wait_for_load_state()

    page.route("**/autosave.*.js", hold)
    return come


def sign_in(context: BrowserContext, person: Person, site: str, cookie: str = "") -> None:
    """Without the form; some servers name their cookie otherwise."""
    client = signed_in(person)
    name = settings.SESSION_COOKIE_NAME
    context.add_cookies([{"name": cookie or name, "value": client.cookies[name].value, "url": site}])


def _listen(context: BrowserContext, site: str, problems: list[str]) -> None:
    def refuse(route: Route) -> None:
        problems.append(f"asked another host: {route.request.url}")
        route.abort()

    def hear(message: ConsoleMessage) -> None:
        # A page that answers 400 or 404 is the test's own matter; a missing file is heard of below.
        if message.type == "error" and not message.text.startswith("Failed to load resource"):
            problems.append(f"console on {message.page.url if message.page else '?'}: {message.text}")

    def see(response: Response) -> None:
        is_page = response.request.resource_type == "document"
        if response.status >= 500 or (response.status >= 400 and not is_page):
            problems.append(f"{response.status} for {response.url}")

    # By its address alone, so that what is asked of the site itself need not come by here each time.
    context.route(re.compile(rf"^(?!{re.escape(site)}/|data:|blob:)"), refuse)
    context.on("console", hear)
    context.on("weberror", lambda error: problems.append(f"script error: {error.error}"))
    context.on("response", see)
