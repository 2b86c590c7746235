"""What was counted of a large company, kept for a while in proportion to what it took to count it.

Where counting takes no time nothing is kept, and whoever has done what a number asks for sees it gone. Where
it takes seconds, HR's pages do not count anew for everybody who opens them, and say as of when the
numbers are. Nothing needs to be brought up to date: what is kept passes away by itself.
"""

from __future__ import annotations

from datetime import datetime
from typing import Any, NamedTuple

from alliance_site import remembered

NOTICEABLE = 1.0  #: seconds; what takes less is counted anew, a tenth of it where one may ask for that
TIMES_AS_LONG = 60  #: a second is worth a minute
LONGEST = 600  #: seconds


class Kept(NamedTuple):
    at: datetime  #: when it was counted
    value: Any


def recall(key: str) -> Kept | None:
    """None where nothing is kept: then it is counted."""
    found = remembered.recall(f"kept:{key}")
    return None if found is None else Kept(*found)


def forget(key: str) -> None:
    """So that it is counted anew."""
    remembered.forget(f"kept:{key}")


def keep(key: str, value: Any, now: datetime, took: float, *, can_ask: bool = False) -> None:
    if is_worth_it(took, can_ask=can_ask):
        remembered.remember(f"kept:{key}", (now, value), took, times=TIMES_AS_LONG, longest=LONGEST)


def is_worth_it(took: float, *, can_ask: bool) -> bool:
    """Of what took so many seconds to count; `can_ask`: whoever reads it can have it counted anew."""
    return took >= (NOTICEABLE / 10 if can_ask else NOTICEABLE)
