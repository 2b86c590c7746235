"""How often somebody may try: counted before the attempt, so that many at once do not slip through."""

from __future__ import annotations

import logging
from contextlib import suppress
from hashlib import sha256

from django.conf import settings
from django.core.cache import cache
from django.http import HttpRequest
from redis.exceptions import RedisError

log = logging.getLogger(__name__)

ATTEMPTS = 10  #: from one place, for one e-mail address
FOR_ONE = 100  #: for one e-mail address, from wherever
FROM_ONE = 300  #: from one place, for whomever; a whole office may share its network address
SECONDS = 15 * 60


class Throttle:
    """Attempts at one thing, from one network address and for one e-mail address."""

    def __init__(self, what: str, request: HttpRequest, email: str, *, for_one: int = FOR_ONE) -> None:
        place, email = network_address(request), email.strip().lower()
        self.pair = _key(what, f"{place} {email}")
        self.limits = {
            self.pair: ATTEMPTS,
            _key(what, f"to {email}"): for_one,
            _key(what, f"from {place}"): FROM_ONE,
        }

    def allows_another(self) -> bool:
        try:
            return all(_count(key) <= limit for key, limit in self.limits.items())
        except RedisError as error:  # the company must not be locked out because Redis is away
            log.warning("attempts are not counted: %s", error)
            return True

    def forget(self) -> None:
        """It was who they said; only failures count."""
        with suppress(RedisError):  # at the first one, or each would be waited for; it runs out by itself
            for key in self.limits:
                with suppress(ValueError):
                    cache.decr(key)
            cache.delete(self.pair)


def _key(what: str, who: str) -> str:
    return f"people.attempts.{what}.{sha256(who.encode()).hexdigest()}"


def _count(key: str) -> int:
    cache.add(key, 0, SECONDS)
    try:
        return cache.incr(key)
    except ValueError:  # it ran out just now
        return 1


def network_address(request: HttpRequest) -> str:
    """Behind our own proxy the last address it noted is the visitor's; all earlier ones may be made up."""
    if settings.SECURE_PROXY_SSL_HEADER:
        return str(request.META.get("HTTP_X_FORWARDED_FOR", "")).rsplit(",", 1)[-1].strip()
    return str(request.META.get("REMOTE_ADDR", ""))
