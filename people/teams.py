"""Which teams a page names; a large company has thousands."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

MOST = 30


def named(teams: Sequence[Any]) -> dict[str, Any]:
    """For a page: those of the teams that it names, the most first, and how many there are `further`, which
    `people/_further.html` says."""
    return {"teams": teams[:MOST], "further": max(0, len(teams) - MOST)}
