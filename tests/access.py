"""Who may open which page, room by room; `tests/test_access.py` walks them all."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from importlib import import_module
from typing import Any

#: Nina manages Omar, and nobody who is in anything here. Alliance knows HR as the only role: there is neither
#: an HR of a department nor an auditor to try.
ALL = "alice bob carol dan heidi mallory nina lea"
NAMES = tuple(ALL.split())
ROOMS = ("people", "tours", "feedback", "dashboards", "outbox", "alliance_site")


@dataclass(frozen=True)
class Page:
    """Who gets in, as names of the cast; everybody else must get 404, or the sign-in page.

    `args` makes the URL's arguments from `tests/world.py`.
    `anonymous` pages need no sign-in; what is not `for_people` is read by programs. Whom a page `leads_on`
    to another one gets in, and sees that one. A method without names is refused to all with 405 (or 404); but
    the address of what is only clicked leads everybody who reads it to the page it belongs to.
    """

    get: str = ""
    post: str = ""
    args: Callable[[Any], dict[str, Any]] = lambda world: {}
    anonymous: bool = False
    for_people: bool = True
    leads_on: str = ""

    @property
    def is_clicked(self) -> bool:
        return bool(self.post) and not self.get


def all_pages() -> dict[str, Page]:
    """The tables of all rooms in one."""
    found: dict[str, Page] = {}
    for room in ROOMS:
        found |= import_module(f"tests.{room}.access_table").ACCESS
    return found
