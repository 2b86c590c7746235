"""What the outbox says about alignment exercises: that one was shared, and that it was answered.

No letter carries a word of what either wrote.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from datetime import UTC, datetime, timedelta
from functools import partial
from typing import Any

from django.db.models import Exists, F, OuterRef, QuerySet, Value
from django.db.models.functions import TruncDate
from django.urls import reverse
from django.utils.translation import gettext_lazy as _

from alliance_site.outbox.occasions import About, Due, Occasion, as_text, rows_of
from feedback import limits
from feedback.access.alignment import who_sees_shared
from feedback.models import Alignment
from people.presence import still_here
from tours.models import Side

NEWS = timedelta(days=limits.NEWS_FOR_DAYS)


def _shared(now: datetime, about: About) -> Sequence[QuerySet[Alignment]]:
    """For the manager, of the newest copy: to answer is good, and no duty."""
    newer = Alignment.objects.filter(
        employee=OuterRef("employee"), manager=OuterRef("manager"), shared_at__gt=OuterRef("shared_at")
    )
    rows = Alignment.objects.filter(
        ~Exists(newer),
        still_here(now, "employee"),
        still_here(now, "manager"),
        shared_at__gt=now - NEWS,
        answered_at=None,
    )
    return [_once(rows, about, Side.MANAGER, "shared_at")]


def _answered(now: datetime, about: About) -> Sequence[QuerySet[Alignment]]:
    rows = Alignment.objects.filter(still_here(now, "employee"), answered_at__gt=now - NEWS)
    return [_once(rows, about, Side.EMPLOYEE, "answered_at")]


def _once(rows: QuerySet[Alignment], about: About, to: Side, at: str) -> QuerySet[Alignment]:
    due_on = TruncDate(at, tzinfo=UTC)
    named = rows.annotate(about=as_text("pk"), recipient_id=F(f"{to}_id"), due_on=due_on, step=Value(0))
    return named.filter(about.under("pk"))


def _in_words(dues: Sequence[Due]) -> Iterator[Mapping[str, Any]]:
    rows = Alignment.objects.select_related("employee", "manager")
    for due, row in rows_of(dues, rows):
        assert row.manager is not None, "it was shared with somebody"
        both = (row.employee, row.manager)
        recipient, other = both if due.recipient_id == row.employee_id else both[::-1]
        yield {
            "due_on": due.due_on,
            "step": due.step,
            "other": other,
            # Called by the template, in the recipient's language.
            "who_sees": partial(who_sees_shared, recipient, row),
            "path": reverse("alignment_shared", args=[row.pk]),
        }


alignment_shared = Occasion(
    key="feedback.alignment_shared",
    title=_("An alignment exercise was shared"),
    to=_("the manager"),
    steps=_("at once"),
    until=_("it is answered, a newer copy is shared, or thirty days are over"),
    due=_shared,
    context=_in_words,
    may_decline=True,
)

alignment_answered = Occasion(
    key="feedback.alignment_answered",
    title=_("An alignment exercise was answered"),
    to=_("the employee"),
    steps=_("at once"),
    until=_("thirty days are over"),
    due=_answered,
    context=_in_words,
    may_decline=True,
)
