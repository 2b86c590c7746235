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

ATTEMPTS = 10
SECONDS = 15 * 60


class Throttle:
    """Attempts at one thing, from one network address, for one e-mail address."""

    def __init__(self, what: str, request: HttpRequest, email: str) -> None:
        who = f"{network_address(request)} {email.strip().lower()}"
        self.key = f"people.attempts.{what}.{sha256(who.encode()).hexdigest()}"

    def allows_another(self) -> bool:
        try:
            cache.add(self.key, 0, SECONDS)
            return cache.incr(self.key) <= ATTEMPTS
        except ValueError:  # it ran out just now
            return True
        except RedisError as error:  # the company must not be locked out because Redis is away
            log.warning("attempts are not counted: %s", error)
            return True

    def forget(self) -> None:
        with suppress(RedisError):  # it runs out by itself
            cache.delete(self.key)


def network_address(request: HttpRequest) -> str:
    """Behind our own proxy the last address it noted is the visitor's; all earlier ones may be made up."""
    if settings.SECURE_PROXY_SSL_HEADER:
        return str(request.META.get("HTTP_X_FORWARDED_FOR", "")).rsplit(",", 1)[-1].strip()
    return str(request.META.get("REMOTE_ADDR", ""))
