"""What the outbox says about an outcome that one side recorded and the other has not confirmed."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from datetime import UTC, datetime, timedelta
from typing import Any

from django.db.models import F, Q, QuerySet, Subquery
from django.db.models.functions import TruncDate
from django.utils.text import format_lazy
from django.utils.translation import gettext_lazy as _

from alliance_site.outbox.occasions import About, Due, Occasion, as_text, listed, rows_of
from people.days import latest_step, local_day
from people.few import among
from people.presence import still_here
from tours import access, policy
from tours.models import NextStep, Side
from tours.models.dates import lasts, still_employed
from tours.models.next_steps import IN_VAIN
from tours.reminders.company_side import not_handed_over, with_manager_now


def _unconfirmed(now: datetime, about: About) -> Sequence[QuerySet[NextStep]]:
    """For the other side: at once, and in the steps of terms that wait for a signature. Not while somebody
    else manages the employee by now, for then neither of the two may confirm it."""
    lately = NextStep.objects.filter(
        confirmed_at__isnull=True, recorded_at__gt=now - timedelta(days=policy.REMIND_WITHIN_DAYS)
    )
    lately = lately.filter(about.under("pk"))
    newest = NextStep.objects.newest_of("terms").values("pk")
    waiting = (
        with_manager_now(NextStep.objects.filter(among(lately)), now, "tour__")
        .filter(
            lasts(local_day(now, "tour__employee"), "tour__"),
            not_handed_over("tour__"),
            still_employed(now, "tour__employee", "terms__starts_on"),
            still_here(now, "tour__manager"),
            ~IN_VAIN,
            tour__in_force=F("terms"),
            pk=Subquery(newest),
        )
        .annotate(
            about=as_text("pk"),
            due_on=TruncDate("recorded_at", tzinfo=UTC),
            step=latest_step(
                Q(recorded_at__lte=now - timedelta(days=days)) for days in policy.TERMS_WAITING_STEPS
            ),
        )
    )
    return [
        waiting.filter(side=side.other, step__isnull=False).annotate(recipient_id=F(f"tour__{side}_id"))
        for side in Side
    ]


def _in_words(dues: Sequence[Due]) -> Iterator[Mapping[str, Any]]:
    for _due, step in rows_of(dues, NextStep.objects.select_related("recorded_by", "tour")):
        yield {
            "other": step.recorded_by,
            # Called by the template, in the recipient's language.
            "who_sees": access.who_sees_next_step,
            "path": step.tour.get_absolute_url(),
        }


next_step_waiting = Occasion(
    key="tours.next_step_waiting",
    title=_("What comes next waits to be confirmed"),
    template="tours/next_step_waiting",
    to=_("the other side"),
    steps=format_lazy(_("at once, and again after {days} days"), days=listed(policy.TERMS_WAITING_STEPS[1:])),
    until=_("it is confirmed, or something else is recorded"),
    due=_unconfirmed,
    context=_in_words,
)
