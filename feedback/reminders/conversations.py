"""What the outbox says about first conversations: that somebody asks, and that there is an answer.

Both are private: HR's page of letters, its counts and its to-dos have none of them. No letter names
anybody or says what it is about; it leads to a page that only the two can open.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from datetime import UTC, datetime, timedelta
from typing import Any

from django.db.models import F, Q, QuerySet, Value
from django.db.models.functions import TruncDate
from django.urls import reverse
from django.utils.translation import gettext_lazy as _

from alliance_site.outbox.occasions import About, Due, Occasion, as_text
from feedback import limits
from feedback.models import FirstConversation
from people.days import add_days, dates_anywhere, latest_step, local_day
from people.presence import still_here


def _between_two_who_are_here(now: datetime, about: About) -> QuerySet[FirstConversation]:
    rows = FirstConversation.objects.filter(still_here(now, "author"), still_here(now, "chosen")).annotate(
        about=as_text("pk")
    )
    return rows.filter(about.under("pk"))


def _asked(now: datetime, about: About) -> Sequence[QuerySet[FirstConversation]]:
    """For the one who was chosen: at once, the day before the answer is due, and the day after."""
    earliest, _latest = dates_anywhere(now)
    today = local_day(now, "chosen")
    steps = [
        Q(asked_at__lte=now),
        Q(answer_by__lte=add_days(today, 1)),
        Q(answer_by__lt=today),
    ]
    rows = _between_two_who_are_here(now, about).filter(
        answer__isnull=True, answer_by__gte=earliest - timedelta(days=limits.NEWS_FOR_DAYS)
    )
    rows = rows.annotate(recipient_id=F("chosen_id"), due_on=F("answer_by"), step=latest_step(steps))
    return [rows.filter(step__isnull=False)]


def _answered(now: datetime, about: About) -> Sequence[QuerySet[FirstConversation]]:
    since = now - timedelta(days=limits.NEWS_FOR_DAYS)
    rows = _between_two_who_are_here(now, about).filter(answered_at__gt=since)
    return [
        rows.annotate(recipient_id=F("author_id"), due_on=TruncDate("answered_at", tzinfo=UTC), step=Value(0))
    ]


def _in_words(dues: Sequence[Due]) -> Iterator[Mapping[str, Any]]:
    """Without a look at the rows: their author may be deleting them at this very moment."""
    for due in dues:
        path = reverse("first_conversation", args=[due.about])
        yield {"due_on": due.due_on, "step": due.step, "path": path}


conversation_asked = Occasion(
    key="feedback.conversation_asked",
    title=_("Somebody asks for a word"),
    to=_("the one who was chosen, alone"),
    steps=_("at once, the day before the answer is due, and the day after"),
    until=_("it is answered or taken back"),
    due=_asked,
    context=_in_words,
    private=True,
)

conversation_answered = Occasion(
    key="feedback.conversation_answered",
    title=_("There is an answer"),
    to=_("the one who asked, alone"),
    steps=_("at once"),
    until=_("it is taken back"),
    due=_answered,
    context=_in_words,
    private=True,
)
