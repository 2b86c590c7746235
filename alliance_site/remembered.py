"""What Redis remembers for a while, in proportion to what it took to find out; where it is away, nothing."""

from __future__ import annotations

import logging
from typing import Any

from django.core.cache import cache
from redis.exceptions import RedisError

log = logging.getLogger(__name__)


def recall(key: str) -> Any:
    """None where nothing is remembered, or nobody knows."""
    try:
        return cache.get(key)
    except RedisError as error:
        log.warning("%s is not looked up: %s", key, error)
        return None


def forget(key: str) -> None:
    try:
        cache.delete(key)
    except RedisError as error:
        log.warning("%s is not forgotten: %s", key, error)


def remember(key: str, value: Any, took: float, *, times: float, longest: float) -> None:
    """So many times as long as the seconds that it took, and no longer than `longest`."""
    try:
        cache.set(key, value, min(took * times, longest))
    except RedisError as error:
        log.warning("%s is not remembered: %s", key, error)
