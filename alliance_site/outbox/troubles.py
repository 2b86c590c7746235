"""What keeps letters from going, as far as it can be seen at once; heartbeats tell it after ten minutes."""

from __future__ import annotations

import logging
from typing import NamedTuple

from django.core.cache import cache
from django.db.models import Count
from redis.exceptions import RedisError

from alliance_site.outbox.models import Message

log = logging.getLogger(__name__)

MOST_REASONS = 5


class Delay(NamedTuple):
    reason: str  #: in the mail server's words, or ours
    number: int


class Delays(NamedTuple):
    letters: int
    most: list[Delay]

    @property
    def others(self) -> int:
        """Letters for other reasons: a server puts addresses and numbers into them."""
        return self.letters - sum(delay.number for delay in self.most)


def delays() -> Delays:
    """Why letters that were tried wait to be tried again, what holds most first; no private one counts."""
    letters = Message.objects.known_to_hr().filter(channel=None, state=Message.State.WAITING)
    waiting = letters.exclude(reason="").order_by()
    found = waiting.values_list("reason").annotate(number=Count("pk"))
    most = list(map(Delay._make, found.order_by("-number", "reason")[:MOST_REASONS]))
    return Delays(waiting.count() if most else 0, most)


def hears_redis() -> bool:
    """Whether Redis answers, from which workers learn that there is something to do: asked through the
    cache, which is at the same address (REDIS_URL) and waits a second at most."""
    try:
        cache.get("outbox:hears")
    except RedisError as error:
        log.warning("Redis does not answer: %s", error)
        return False
    return True
