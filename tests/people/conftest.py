"""Everything in this room happens on one morning."""

from __future__ import annotations

import pytest
from django.test import Client

from tests.conftest import Cast


@pytest.fixture(autouse=True, scope="module")
def _that_morning(morning: None) -> None:
    pass


@pytest.fixture
def hr(cast: Cast, client: Client) -> Client:
    """A browser in which Heidi is signed in."""
    client.force_login(cast.heidi)
    return client
