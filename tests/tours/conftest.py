"""Everything in this room happens on one morning."""

from __future__ import annotations

import pytest


@pytest.fixture(autouse=True, scope="module")
def _that_morning(morning: None) -> None:
    pass
