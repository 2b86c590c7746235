"""What the outbox says about an outcome that one side recorded and the other has not confirmed, or that both
have confirmed and not signed."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from datetime import UTC, datetime, timedelta
from typing import Any

from django.db.models import Exists, F, OuterRef, Q, QuerySet, Subquery
from django.db.models.functions import TruncDate
from django.utils.text import format_lazy
from django.utils.translation import gettext_lazy as _

from alliance_site.outbox.occasions import About, Due, Occasion, as_text, listed, rows_of
from people.days import latest_step, local_day
from people.few import among
from people.presence import still_here
from tours import access, policy
from tours.models import NextStep, Side, Terms, Tour
from tours.models.dates import lasts, leaves_before_the_end, still_employed
from tours.models.next_steps import IN_VAIN
from tours.models.sides import parties
from tours.reminders.company_side import not_handed_over, with_manager_now
from tours.waiting.reviews import newest_agreed, to_be_written, to_do, with_what_is_agreed


def _unconfirmed(now: datetime, about: About) -> Sequence[QuerySet[NextStep]]:
    """For the other side: at once, and in the steps of terms that wait for a signature. Not while somebody
    else manages the employee by now, for then neither of the two may confirm it."""
    lately = NextStep.objects.filter(
        confirmed_at__isnull=True, recorded_at__gt=now - timedelta(days=policy.REMIND_WITHIN_DAYS)
    )
    lately = lately.filter(about.under("pk"))
    newest = NextStep.objects.newest().values("pk")
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


def _unsigned(now: datetime, about: About) -> Sequence[QuerySet[Tour]]:
    """For the two who agreed on what comes after an open-ended tour, until that is on the table; as their
    front pages say it (`waiting.reviews`). After every outcome alike: whoever sees that it was said, as HR
    does, must not know by that which it was."""
    since = now - timedelta(days=policy.REMIND_WITHIN_DAYS)
    lately = NextStep.objects.filter(about.under("tour"), confirmed_at__gt=since)
    tours = Tour.objects.agreed().filter(among(lately, key="tour"), last_day=None)
    on_table = Terms.objects.on_table().filter(tour=OuterRef("pk"))
    steps = (Q(agreed_at__lte=now - timedelta(days=days)) for days in policy.OUTCOME_UNSIGNED_STEPS)
    waiting = (
        with_manager_now(with_what_is_agreed(tours), now)
        .annotate(agreed_at=newest_agreed("confirmed_at"))
        .filter(
            to_be_written(),
            ~Exists(on_table),
            ~leaves_before_the_end(),
            not_handed_over(),
            still_employed(now),
            still_here(now, "manager"),
            agreed_at__gt=since,
        )
        .annotate(
            about=as_text("pk"),
            due_on=TruncDate("agreed_at", tzinfo=UTC),
            step=latest_step(steps),
        )
    )
    rows = waiting.filter(step__isnull=False)
    return [rows.annotate(recipient_id=F(f"{side}_id")) for side in Side]


def _unsigned_in_words(dues: Sequence[Due]) -> Iterator[Mapping[str, Any]]:
    tours = with_what_is_agreed(Tour.objects.select_related("employee", "manager")).annotate(to_do=to_do())
    for due, tour in rows_of(dues, tours):
        yield {
            "to_end": vars(tour)["to_do"] == "agree_last_day",
            **parties(tour, due.recipient_id),
            "who_sees": access.who_sees_next_step,
            "path": tour.get_absolute_url(),
        }


next_step_waiting = Occasion(
    key="tours.next_step_waiting",
    title=_("What comes next waits to be confirmed"),
    to=_("the other side"),
    steps=format_lazy(_("at once, and again after {days} days"), days=listed(policy.TERMS_WAITING_STEPS[1:])),
    until=_("it is confirmed, or something else is recorded"),
    due=_unconfirmed,
    context=_in_words,
)

outcome_unsigned = Occasion(
    key="tours.outcome_unsigned",
    title=_("What both agreed on for the time after a tour is not signed yet"),
    to=_("the two who agreed"),
    steps=format_lazy(
        _("{days} days after both agreed on what comes after an open-ended tour"),
        days=listed(policy.OUTCOME_UNSIGNED_STEPS),
    ),
    until=_("it is on the table, or both agree on something else"),
    due=_unsigned,
    context=_unsigned_in_words,
)
