"""What keeps letters from going, as far as it can be seen at once; heartbeats tell it after ten minutes."""

from __future__ import annotations

import logging
from typing import NamedTuple

from django.core.cache import cache
from django.db.models import Count, Max
from redis.exceptions import RedisError

from alliance_site.outbox.models import Message

log = logging.getLogger(__name__)

MOST_REASONS = 5


class Delay(NamedTuple):
    reason: str  #: in the mail server's words, or ours
    number: int


def delays() -> list[Delay]:
    """Why letters that were tried wait to be tried again, the newest reason first; no private one counts."""
    waiting = Message.objects.known_to_hr().filter(state=Message.State.WAITING).exclude(reason="")
    found = waiting.order_by().values_list("reason").annotate(number=Count("pk"), newest=Max("send_after"))
    return [Delay(reason, number) for reason, number, _at in found.order_by("-newest")[:MOST_REASONS]]


def hears_redis() -> bool:
    """Whether Redis answers, from which workers learn that there is something to do."""
    try:
        cache.get("outbox:hears")
    except RedisError as error:
        log.warning("Redis does not answer: %s", error)
        return False
    return True
