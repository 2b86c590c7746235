"""A pytest plugin: the tests' servers are up before Django's settings are read.

With pytest-xdist the first process provides, and its workers find the addresses in the environment.
"""

from __future__ import annotations

import gc
import os
import sys
from collections.abc import Generator

import pytest

from alliance_site.local import servers
from alliance_site.local.folder import data_dir

# Tests are neither the demonstration nor this machine's production, whose addresses a `.env` may hold;
# nothing listens on port 9.
ENVIRONMENT = {
    "ENV_FILE": "",
    "DEMONSTRATION": "0",
    "SECRET_KEY": "only-for-tests-" * 4,
    "SITE_URL": "http://localhost:8000",
    "EMAIL_URL": "smtp://127.0.0.1:9",
}


FOLDER = "tests"


def provide() -> None:
    """Servers of the tests' own, beside those of `make run`, and without waiting for the disk."""
    os.environ.update(ENVIRONMENT)
    _keep_bytecode()
    folder = data_dir()
    if folder.name != FOLDER:
        os.environ["DATA_DIR"] = str(folder / FOLDER)
    servers.provide(durable=False)


@pytest.hookimpl(wrapper=True)
def pytest_collection() -> Generator[None, object, object]:
    """The first process of several collects nothing, so that `tests/conftest.py` never hears of it."""
    try:
        return (yield)
    finally:
        gc.enable()


def _keep_bytecode() -> None:
    """Images set this variable so that nothing is written into them; here some hundred processes start, and
    each would compile all of the code anew."""
    os.environ.pop("PYTHONDONTWRITEBYTECODE", None)
    sys.dont_write_bytecode = False


@pytest.hookimpl(wrapper=True, tryfirst=True)
def pytest_load_initial_conftests() -> Generator[None]:
    provide()
    gc.disable()  # all that is imported and collected stays; `tests/conftest.py` starts it again
    os.environ["REDIS_URL"] = _with_index(os.environ["REDIS_URL"], _worker() + 1)
    return (yield)


@pytest.hookimpl(trylast=True)
def pytest_configure(config: pytest.Config) -> None:
    """Pages are tested as in production: with hashed file names, and in every language."""
    if not hasattr(config, "workerinput"):
        from alliance_site.local import static_files, translations

        translations.compile_when_changed()
        static_files.collect_when_changed()


def _worker() -> int:
    return int(os.environ.get("PYTEST_XDIST_WORKER", "gw-1").removeprefix("gw")) + 1


def _with_index(url: str, index: int) -> str:
    """Each test process has a Redis database of its own; none has the first, which is the site's."""
    if url.startswith("unix://"):
        return f"{url.partition('?')[0]}?db={index}"
    head, _, _ = url.partition("://")[2].partition("/")
    return f"{url.partition('://')[0]}://{head}/{index}"
