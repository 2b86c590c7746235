"""The words in which each room says who may open its pages; `tests/test_access.py` walks them all."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

ALL = "alice bob carol dan heidi mallory lea"


@dataclass(frozen=True)
class Page:
    """Who gets in, as names of the cast; everybody else must get 404, or the sign-in page.

    `args` makes the URL's arguments from the world of `tests/test_access.py`.
    `anonymous` pages need no sign-in. A method without names is refused to all with 405 (or 404).
    """

    get: str = ""
    post: str = ""
    args: Callable[[Any], dict[str, Any]] = lambda world: {}
    anonymous: bool = False
