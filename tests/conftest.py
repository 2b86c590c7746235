"""The cast: who may, who may not, and who must not even know."""

from __future__ import annotations

import gc
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date
from math import inf
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pytest
import time_machine
from django.conf import settings
from django.contrib.auth import BACKEND_SESSION_KEY, HASH_SESSION_KEY, SESSION_KEY
from django.contrib.sessions.backends.db import SessionStore
from django.contrib.sessions.models import Session
from django.core.cache import cache
from django.db import connection, transaction
from django.template import engines
from django.template.backends.django import DjangoTemplates
from django.template.engine import Engine
from django.test import Client
from django.test.utils import CaptureQueriesContext, override_settings
from django.utils import translation
from django.utils.crypto import get_random_string

from alliance_site.dashboards import kept
from alliance_site.outbox import pace
from people.models import Person
from tests import emptying, migrated
from tests.factories import MORNING, make_hr
from tests.factories.people import SINCE, make_lines, make_people, make_positions

if TYPE_CHECKING:
    from tests.world import World

MOST_BYTES = 60_000  #: of a page's own, uncompressed
QUICK = ["django.contrib.auth.hashers.MD5PasswordHasher"]
#: The longest without the browser, which came last, with the other process idle; small files even it out.
FIRST = [
    "alliance_site/test_run.py",
    "faults",
    "alliance_site/test_servers.py",
    "tours/test_giving_processes.py",
]
TESTS = Path(__file__).parent


@dataclass(frozen=True)
class Cast:
    alice: Person  #: an employee
    bob: Person  #: her manager
    carol: Person  #: his manager
    dan: Person  #: a former manager of Alice's, still employed
    heidi: Person  #: HR
    mallory: Person  #: a stranger: employed elsewhere in the company


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    items.sort(key=lambda item: place(item.path))  # all else stays as it was


def pytest_collection_finish() -> None:
    """What is there by now stays to the end: to look through it for what can go took a tenth of the time."""
    gc.collect()
    gc.freeze()
    gc.set_threshold(10_000, 20, 20)
    gc.enable()


def place(path: Path) -> int:
    return next((n for n, name in enumerate(FIRST) if path.is_relative_to(TESTS / name)), len(FIRST))


@pytest.fixture(scope="session")
def django_db_modify_db_settings(django_db_modify_db_settings_parallel_suffix: None) -> None:
    connection.settings_dict["TEST"]["TEMPLATE"] = migrated.template()


@pytest.fixture(scope="session")
def django_db_setup(django_db_setup: None, django_db_blocker) -> None:
    with django_db_blocker.unblock():
        emptying.instead_of_flush()


@pytest.fixture(autouse=True)
def in_english() -> None:
    """Not in the language of the last page that a test before has asked for."""
    translation.deactivate()


@pytest.fixture
def cast(db: None) -> Cast:
    return make_cast()


def make_cast(domain: str = "example.com") -> Cast:
    """Most tests begin with them: they come in few statements."""
    names = ["Alice Ames", "Bob Brand", "Carol Cole", "Dan Drew", "Heidi Hart", "Mallory Moss"]
    made = make_people({name: f"{name.split()[0].lower()}@{domain}" for name in names})
    alice, bob, carol, dan, heidi, mallory = made
    until, since = date(2024, 12, 31), date(2025, 1, 1)
    make_lines((alice, dan, SINCE, until), (alice, bob, since, None), (bob, carol, SINCE, None))
    make_hr(heidi)
    make_positions({"Engineering": [alice, bob, carol, dan], "People": [heidi], "Sales": [mallory]})
    return Cast(alice, bob, carol, dan, heidi, mallory)


@pytest.fixture(scope="module")
def morning() -> Iterator[None]:
    """What is made runs out one day: the tests' clock stands still, so that they do not."""
    with time_machine.travel(MORNING, tick=False):
        yield


@pytest.fixture(scope="module")
def world(morning: None, django_db_setup: None, django_db_blocker) -> Iterator[World]:
    """One of everything, made once for a file of tests: that takes many times as long as a page does."""
    from tests.world import make_world

    with django_db_blocker.unblock(), transaction.atomic():
        yield make_world(make_cast())
        transaction.set_rollback(True)


@pytest.fixture
def undone(world: World, db: None) -> Iterator[None]:
    """What one test does to the world is not there for the next."""
    with transaction.atomic():
        yield
        transaction.set_rollback(True)


@pytest.fixture
def as_(db: None):
    """A client signed in as the person given: `as_(cast.alice).get(…)`."""

    return signed_in


def signed_in(person: Person | None) -> Client:
    """As by `force_login`, which asks for some 14 statements: here it is the one row that pages look for.

    That somebody signed in is not noted; `people/test_sign_in.py` does it by the form."""
    client = Client()
    if person is not None:
        store, key = SessionStore(), get_random_string(32)
        store[SESSION_KEY] = str(person.pk)
        store[BACKEND_SESSION_KEY] = settings.AUTHENTICATION_BACKENDS[0]
        store[HASH_SESSION_KEY] = person.get_session_auth_hash()
        until = store.get_expiry_date()
        data = store.encode(dict(store.items()))
        Session.objects.bulk_create([Session(session_key=key, session_data=data, expire_date=until)])
        client.cookies[settings.SESSION_COOKIE_NAME] = key
    return client


@pytest.fixture
def statements():
    """What an answer asks of the database: `len(statements(client, url, has="Bob Brand")) <= 8`.

    A refusal is cheap, and so is a page with nothing on it: neither may pass for what is meant."""

    def ask(client: Client, url: str, data: Any = None, *, has="", status=0, **more: Any) -> list[str]:
        with CaptureQueriesContext(connection) as queries:
            reply = client.get(url, **more) if data is None else client.post(url, data, **more)
        assert reply.status_code == (status or (200 if data is None else 302)), reply.text
        assert has or data is not None, "say what is on the page"
        assert has in reply.text, f"{has} is not on {url}"
        assert len(reply.content) <= MOST_BYTES, url
        # Where a transaction of ours begins, the tests, in one already, set a savepoint.
        return [query["sql"] for query in queries if "SAVEPOINT" not in query["sql"]]

    return ask


@pytest.fixture(autouse=True)
def _empty_cache():
    """Each test process has a Redis database of its own; what one test counted does not limit the next."""
    cache.clear()


@pytest.fixture(autouse=True)
def _nothing_is_kept(monkeypatch):
    """However slow the machine of the tests is, and no look for what is due rests; `dashboards/test_kept.py`
    and `outbox/test_pace.py` have what is."""
    monkeypatch.setattr(kept, "NOTICEABLE", inf)
    monkeypatch.setattr(pace, "NOTICEABLE", inf)


@pytest.fixture(scope="session", autouse=True)
def _quickly() -> Iterator[None]:
    """Passwords are written with little work, also those of what a file of tests has made once.

    Each client of a test starts the middleware anew, and WhiteNoise would look at every file each time."""
    with override_settings(PASSWORD_HASHERS=QUICK, WHITENOISE_AUTOREFRESH=True):
        yield


@pytest.fixture(scope="session")
def strict_engine() -> DjangoTemplates:
    """Beside the ordinary one, for all tests of a process: templates take longer to read than to show.

    Not the ordinary one made strict: its `{% kept %}` gives out what it put together before, unchecked."""
    options = {**settings.TEMPLATES[0]["OPTIONS"], "string_if_invalid": Missing("%s")}
    given = {**engines.templates["django"], "OPTIONS": options}
    return DjangoTemplates({name: value for name, value in given.items() if name != "BACKEND"})


@pytest.fixture
def no_missing_words(strict_engine, monkeypatch) -> Iterator[None]:
    """A template that names what does not exist fails, rather than leaving a gap."""
    # So does one of an engine that is made anew, because a test changes the settings of templates.
    monkeypatch.setitem(settings.TEMPLATES[0]["OPTIONS"], "string_if_invalid", Missing("%s"))
    monkeypatch.setattr(engines, "_engines", {"django": strict_engine})
    Engine.get_default.cache_clear()  # type: ignore[attr-defined]
    yield
    Engine.get_default.cache_clear()  # type: ignore[attr-defined]


class Missing(str):
    def __mod__(self, name: object) -> str:
        raise AssertionError(f"the template names {name}, which does not exist")
