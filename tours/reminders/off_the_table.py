"""What the outbox says when proposed terms are taken off the table again: to the other side."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from datetime import UTC, datetime, timedelta
from functools import partial
from typing import Any

from django.db.models import Exists, F, OuterRef, Q, QuerySet, Value
from django.db.models.functions import TruncDate
from django.urls import reverse
from django.utils.text import format_lazy
from django.utils.translation import gettext_lazy as _

from alliance_site.outbox.occasions import About, Due, Occasion, as_text, listed, rows_of
from people.days import dates_anywhere, latest_step
from people.few import among
from people.presence import still_here
from tours import policy
from tours.access import What, who_sees
from tours.models import Comment, Side, Terms, Tour
from tours.models.dates import lasts, still_employed
from tours.reminders.company_side import not_handed_over, with_manager_now


def _taken_off(now: datetime, about: About) -> Sequence[QuerySet[Comment]]:
    """What one side said as it took them off, for the other, until newer terms are on the table."""
    newer = Terms.objects.proposed().filter(
        tour=OuterRef("terms__tour"), number__gt=OuterRef("terms__number")
    )
    lately = Comment.objects.filter(at__gt=now - timedelta(days=policy.REMIND_WITHIN_DAYS))
    lately = lately.filter(about.under("pk"))
    said = Comment.objects.filter(
        among(lately),
        ~Exists(newer),
        terms__proposed_at__isnull=False,  # of a draft nobody else has heard
    ).annotate(about=as_text("pk"), due_on=TruncDate("at", tzinfo=UTC))
    closed = said.filter(kind__in=Comment.CLOSING).annotate(step=Value(0))
    known = Terms.objects.open_to_manager(dates_anywhere(now)[0]).filter(pk=OuterRef("terms"))
    reads = {Side.EMPLOYEE: Q(), Side.MANAGER: Q(Exists(known))}  # a letter leads to what can be opened
    here = {Side.EMPLOYEE: _employed(now), Side.MANAGER: still_here(now, "terms__manager")}
    found = []
    for rows in (closed, _to_write(said, now)):
        for side in Side:
            others = rows.filter(reads[side], here[side], author=F(f"terms__{side.other}"))
            found.append(others.annotate(recipient_id=F(f"terms__{side}_id")))
    return found


def _to_write(said: QuerySet[Comment], now: datetime) -> QuerySet[Comment]:
    """A change that was asked for: in the steps of terms that wait for a signature, for somebody must
    write the next version, as long as it can still be agreed on."""
    draft = Terms.objects.filter(tour=OuterRef("terms__tour"), proposed_at=None).exclude(
        created_by=OuterRef("author")
    )
    steps = (Q(at__lte=now - timedelta(days=days)) for days in policy.TERMS_WAITING_STEPS)
    found: QuerySet[Comment] = (
        with_manager_now(said, now, "terms__")
        .annotate(step=latest_step(steps))
        .filter(
            Exists(draft),
            not_handed_over("terms__"),
            lasts(dates_anywhere(now)[0], "terms__tour__"),
            _employed(now),
            still_here(now, "terms__manager"),
            kind=Comment.Kind.CHANGE,
            terms__tour__state__in=[Tour.State.DRAFT, Tour.State.AGREED],
            step__isnull=False,
        )
    )
    return found


def _employed(now: datetime) -> Any:
    return still_employed(now, "terms__employee", "terms__tour__first_day")


def _in_words(dues: Sequence[Due]) -> Iterator[Mapping[str, Any]]:
    related = ("author", "terms__tour", "terms__proposed_by")
    for due, said in rows_of(dues, Comment.objects.select_related(*related)):
        tour = said.terms.tour
        write = reverse("terms_edit", args=[tour.pk])
        yield {
            "said": said,
            "other": said.author,
            "terms": said.terms,
            "own_proposal": said.terms.proposed_by_id == due.recipient_id,
            "both_signed": tour.in_force_id is not None and tour.manager_id == said.terms.manager_id,
            "who_sees": partial(who_sees, What.TERMS),
            "path": write if said.kind == Comment.Kind.CHANGE else said.terms.get_absolute_url(),
        }


off_the_table = Occasion(
    key="tours.off_the_table",
    title=_("Proposed terms were taken off the table"),
    to=_("the other side"),
    steps=format_lazy(
        _("at once; a change that was asked for, again after {days} days"),
        days=listed(policy.TERMS_WAITING_STEPS[1:]),
    ),
    until=_("a newer version is on the table"),
    due=_taken_off,
    context=_in_words,
)
