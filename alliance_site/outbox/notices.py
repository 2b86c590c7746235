"""What people read inside the application: every message is a notice too, so that mail is never the only way.

Whether a notice is still true is asked of its occasion, as at delivery. What is not, is neither counted nor
shown in its words, which were meant for somebody whom it concerned: whoever has handed a tour over since is
not told about it any more.
"""

from __future__ import annotations

from collections.abc import Collection, Iterable, Sequence
from datetime import datetime, timedelta
from itertools import groupby
from operator import attrgetter
from typing import Any
from uuid import UUID

from django.core.exceptions import EmptyResultSet
from django.db import connection
from django.db.models import CharField, Count, IntegerField, OuterRef, Subquery, Value
from django.db.models.functions import Coalesce

from alliance_site.outbox.models import Message, MessageQuerySet
from alliance_site.outbox.occasions import About, Due, Occasion, occasions

KEPT = timedelta(days=60)

# What is unread and due no more, at that step, has served its purpose. NOT IN: what is due is found once and
# kept in a hash, where NOT EXISTS would have Postgres join the two by a guess of how much that is. What it
# guesses to be too much for a hash it would find anew for each message: so there is room for millions.
PUT_AWAY = """
SELECT set_config('hash_mem_multiplier', '64', true);
UPDATE outbox_message AS said SET read_at = %s WHERE occasion = %s AND read_at IS NULL
    AND (recipient_id, about, due_on, step) NOT IN (
        SELECT recipient_id, about, due_on, step FROM ({due}) AS due (recipient_id, about, due_on, step)
    )
"""


def notices_of(person_id: int, now: datetime) -> MessageQuerySet:
    """The newest first."""
    mine = Message.objects.notices(now - KEPT).filter(recipient=person_id)
    return mine.defer("text", "html").order_by("-created_at", "id")


def how_many_unread(now: datetime) -> Coalesce:
    """In SQL: by the row of a person."""
    unread = Message.objects.notices(now - KEPT).filter(recipient=OuterRef("pk"), read_at=None)
    counted = unread.order_by().values("recipient").annotate(number=Count("pk")).values("number")
    return Coalesce(Subquery(counted), 0, output_field=IntegerField())


def read(notices: MessageQuerySet, now: datetime) -> None:
    notices.filter(read_at=None).update(read_at=now)


def still_true(notices: Collection[Message], now: datetime) -> set[UUID]:
    """Of notices to one person, in one statement. What no query can find again is true while it is of use."""
    by_key = {_key(notice): notice.pk for notice in notices}
    found = {by_key[key] for key in _due(notices, now) if key in by_key}
    return found | {notice.pk for notice in notices if _lasts(notice, now)}


def _key(notice: Message) -> tuple[str, Due]:
    return notice.occasion, Due(notice.recipient_id, notice.about, notice.due_on, notice.step)


def _lasts(notice: Message, now: datetime) -> bool:
    occasion = occasions().get(notice.occasion)
    if occasion is None or occasion.due:
        return False
    return occasion.lasts is None or now <= notice.created_at + occasion.lasts


def due_to(recipient_id: int, among: Iterable[Occasion], now: datetime) -> list[tuple[str, Due]]:
    """All of these that are due to somebody, with their keys, in one statement."""
    parts = [
        _named(occasion.key, rows, recipient_id)
        for occasion in among
        if occasion.due
        for rows in occasion.due(now, About())
    ]
    return _united(parts)


def _due(notices: Collection[Message], now: datetime) -> list[tuple[str, Due]]:
    known, parts = occasions(), []
    by_occasion = attrgetter("occasion")
    for key, group in groupby(sorted(notices, key=by_occasion), by_occasion):
        together = list(group)
        if (occasion := known.get(key)) and occasion.due:
            rows = occasion.due(now, About({notice.about for notice in together}))
            parts += [_named(key, each, together[0].recipient_id) for each in rows]
    return _united(parts)


def _united(parts: Sequence[Any]) -> list[tuple[str, Due]]:
    if not parts:
        return []
    first, *others = parts
    return [(key, Due(*due)) for key, *due in first.union(*others)]


def _named(key: str, rows: Any, recipient_id: int) -> Any:
    mine = rows.filter(recipient_id=recipient_id).annotate(of_occasion=Value(key, CharField()))
    return mine.order_by().values_list("of_occasion", *Due._fields)


def put_away(now: datetime) -> int:
    """What has served its purpose is unread no more; says how much. One statement an occasion."""
    return sum(_put_away(occasion, now) for occasion in occasions().values() if occasion.due)


def _put_away(occasion: Occasion, now: datetime) -> int:
    assert occasion.due is not None
    first, *others = (rows.order_by().values_list(*Due._fields) for rows in occasion.due(now, About()))
    try:
        due, params = first.union(*others, all=True).query.sql_with_params()
    except EmptyResultSet:
        due, params = "SELECT 0, '', CURRENT_DATE, 0 WHERE false", ()
    with connection.cursor() as cursor:
        cursor.execute(PUT_AWAY.format(due=due), [now, occasion.key, *params])
        return int(cursor.rowcount)
