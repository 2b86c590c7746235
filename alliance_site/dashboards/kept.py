"""What was counted of a large company, kept for a while in proportion to what it took to count it.

Where counting takes no time nothing is kept, and whoever has done what a number asks for sees it gone. Where
it takes seconds, HR's pages do not count anew for everybody who opens them, and say as of when the
numbers are. Nothing needs to be brought up to date: what is kept passes away by itself.
"""

from __future__ import annotations

import logging
from datetime import datetime
from typing import Any, NamedTuple

from django.core.cache import cache
from redis.exceptions import RedisError

log = logging.getLogger(__name__)

NOTICEABLE = 1.0  #: seconds; what takes less is counted anew, a quarter of it where one may ask for that
TIMES_AS_LONG = 60  #: a second is worth a minute
LONGEST = 600  #: seconds


class Kept(NamedTuple):
    at: datetime  #: when it was counted
    value: Any


def recall(key: str) -> Kept | None:
    """None where nothing is kept, or nobody knows."""
    try:
        found = cache.get(f"kept:{key}")
    except RedisError as error:  # then it is counted each time
        log.warning("what was counted is not looked up: %s", error)
        return None
    return None if found is None else Kept(*found)


def forget(key: str) -> None:
    """So that it is counted anew."""
    try:
        cache.delete(f"kept:{key}")
    except RedisError as error:
        log.warning("what was counted is not forgotten: %s", error)


def keep(key: str, value: Any, now: datetime, took: float, *, can_ask: bool = False) -> None:
    """Of what took so many seconds to count; `can_ask`: whoever reads it can have it counted anew."""
    if took < (NOTICEABLE / 4 if can_ask else NOTICEABLE):
        return
    try:
        cache.set(f"kept:{key}", (now, value), min(took * TIMES_AS_LONG, LONGEST))
    except RedisError as error:
        log.warning("what was counted is not kept: %s", error)
