"""A pytest plugin: the tests' servers are up before Django's settings are read."""

from collections.abc import Generator

import pytest

from alliance_site.local import servers


@pytest.hookimpl(wrapper=True, tryfirst=True)
def pytest_load_initial_conftests() -> Generator[None]:
    servers.provide()
    return (yield)
