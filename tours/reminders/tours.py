"""What the outbox says about tours, to whom, and for how long it is true."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from datetime import UTC, date, datetime, timedelta
from functools import partial
from typing import Any

from django.conf import settings
from django.db.models import Exists, F, OuterRef, Q, QuerySet, Subquery, Value
from django.db.models.functions import Concat, TruncDate
from django.db.models.lookups import GreaterThanOrEqual, IsNull
from django.urls import reverse
from django.utils.module_loading import import_string
from django.utils.text import format_lazy
from django.utils.translation import gettext_lazy as _

from alliance_site.outbox.occasions import About, Due, Occasion, as_text, listed, rows_of
from people.days import add_days, dates_anywhere, latest_step, local_day
from people.few import among
from people.models import ReportingLine
from people.presence import still_here
from tours import policy
from tours.access import What, who_sees
from tours.models import Comment, Parting, Side, Terms, Tour
from tours.models.dates import began_otherwise, lasts, still_employed, take_over_by
from tours.models.sides import parties
from tours.models.signatures import signed_by


def on_the_table(now: datetime, asked: Q) -> QuerySet[Terms]:
    """What was proposed and can still be signed by both, who are here; not what lies there for months, nor
    what has run out or would have the tour begin anew."""
    earliest, _latest = dates_anywhere(now)
    lately = Terms.objects.filter(asked, proposed_at__gt=now - timedelta(days=policy.REMIND_WITHIN_DAYS))
    table = Terms.objects.negotiated().still_managed(earliest)
    return table.filter(
        among(lately),
        still_employed(now, "employee", "tour__first_day"),
        still_here(now, "manager"),
        lasts(earliest, "tour__"),
        Q(ends_on=None) | Q(ends_on__gte=earliest),
        IsNull(began_otherwise(earliest), True),
        tour__state__in=[Tour.State.PROPOSED, Tour.State.AGREED],
    )


def _waiting_terms(now: datetime, about: About) -> Sequence[QuerySet[Terms]]:
    """The version on the table, for each side that has not signed it.

    Whoever proposed it knows that it is there, and hears of it only once it has lain for a while.
    """
    steps = (Q(proposed_at__lte=now - timedelta(days=days)) for days in policy.TERMS_WAITING_STEPS)
    waiting = on_the_table(now, about.under("pk")).annotate(
        about=as_text("pk"),
        due_on=TruncDate("proposed_at", tzinfo=UTC),
        step=latest_step(steps),
    )
    return [
        waiting.annotate(recipient_id=F(f"{side}_id")).filter(
            ~signed_by(side),
            Q(step__gt=0) | ~Q(proposed_by=F(side)),
        )
        for side in Side
    ]


def _terms_in_words(dues: Sequence[Due]) -> Iterator[Mapping[str, Any]]:
    related = ("tour__programme_revision", "employee", "manager", "proposed_by")
    for due, terms in rows_of(dues, Terms.objects.select_related(*related)):
        yield {
            "terms": terms,
            "own_proposal": terms.proposed_by_id == due.recipient_id,
            "programme": terms.tour.programme_revision if terms.side_of(terms.proposed_by) is None else None,
            "who_sees": partial(who_sees, What.TERMS),
            **parties(terms, due.recipient_id),
            "path": terms.tour.get_absolute_url(),
        }


def _remarks(now: datetime, about: About) -> Sequence[QuerySet[Comment]]:
    """What one side said last of the version on the table, for the other, as long as it is unanswered.

    One letter a version and day, however many parts were remarked on; and one for all days on which none
    could be written. The day is that of UTC: with another time zone the reader's own would be another day,
    and so another letter.
    """
    table = Terms.objects.negotiated().proposed().still_managed(dates_anywhere(now)[0])
    newer = Comment.objects.filter(terms=OuterRef("terms"), author=OuterRef("author"), pk__gt=OuterRef("pk"))
    lately = Comment.objects.filter(at__gt=now - timedelta(days=policy.REMIND_WITHIN_DAYS))
    lately = lately.filter(about.under("terms"))
    said = Comment.objects.filter(
        among(lately),
        ~Exists(newer),
        still_employed(now, "terms__employee", "terms__tour__first_day"),
        still_here(now, "terms__manager"),
        Exists(table.filter(pk=OuterRef("terms"))),
    ).annotate(about=as_text("terms_id"), step=Value(0))
    return [
        said.unanswered_by(F(f"terms__{side}")).annotate(
            recipient_id=F("reader_id"), due_on=TruncDate("at", tzinfo=UTC)
        )
        for side in Side
    ]


def _remarks_in_words(dues: Sequence[Due]) -> Iterator[Mapping[str, Any]]:
    for words in _terms_in_words(dues):
        yield {**words, "path": words["terms"].get_absolute_url()}


def _early_ends(now: datetime, about: About) -> Sequence[QuerySet[Tour]]:
    """Tours that one side ended early, for the other, until it has added its words."""
    lately = Parting.objects.filter(at__gt=now - timedelta(days=policy.REMIND_WITHIN_DAYS))
    lately = lately.filter(about.under("tour"))
    ended = Tour.objects.filter(among(lately, key="tour"), state=Tour.State.ENDED_EARLY)
    here = {Side.EMPLOYEE: still_employed(now), Side.MANAGER: still_here(now, "manager")}
    sides = []
    for side in Side:
        said = Parting.objects.filter(tour=OuterRef("pk"))
        at = Subquery(said.filter(side=side.other).values("at")[:1])
        words = ended.filter(~Exists(said.filter(side=side)), here[side], ended_by=side.other)
        steps = (Q(said_at__lte=now - timedelta(days=days)) for days in policy.EARLY_END_STEPS)
        sides.append(
            words.annotate(
                said_at=at,
                about=as_text("pk"),
                due_on=TruncDate("said_at", tzinfo=UTC),
                step=latest_step(steps),
                recipient_id=F(f"{side}_id"),
            ).filter(said_at__gt=now - timedelta(days=policy.REMIND_WITHIN_DAYS), step__isnull=False)
        )
    return sides


def _early_ends_in_words(dues: Sequence[Due]) -> Iterator[Mapping[str, Any]]:
    for due, tour in rows_of(dues, Tour.objects.select_related("employee", "manager")):
        yield {
            "tour": tour,
            "who_sees": partial(who_sees, What.PARTINGS),
            **parties(tour, due.recipient_id),
            "path": reverse("tour_end_words", args=[tour.pk]),
        }


def _to_take_over(now: datetime, about: About) -> Sequence[QuerySet[Tour]]:
    """For the new manager and the employee, until one of the two has put terms on the table: at once,
    half-way, on the day, and overdue; then no more, but HR sees it. What was recorded late is told too. Not
    for the new manager while what the employee has written keeps them from it."""
    sides = []
    for person in ("employee", "line__manager"):
        today = local_day(now, person)
        so_far, to_go = today - F("successor_since"), F("take_over_by") - today
        steps = [
            Q(successor_since__lte=today),
            Q(GreaterThanOrEqual(so_far, to_go)),
            Q(take_over_by__lte=today),
            *(Q(take_over_by__lte=add_days(today, -days)) for days in policy.HANDOVER_OVERDUE_STEPS),
        ]
        rows = Tour.objects.to_take_over(today).annotate(
            about=Concat(as_text("pk"), Value(" "), as_text("line__pk")),
            due_on=F("successor_since"),  # which no policy moves, so that no step is said twice
            recipient_id=F("employee") if person == "employee" else F("successor_id"),
            step=latest_step(steps),
        )
        rows = rows.filter(about.under("about"), about.under("pk", lambda key: key.split(" ")[0]))
        sides.append(rows if person == "employee" else rows.open_to_successor())
    return sides


def _handed_over_in_words(dues: Sequence[Due]) -> Iterator[Mapping[str, Any]]:
    keys = [[int(key) for key in due.about.split(" ")] for due in dues]
    found_tours = Tour.objects.select_related("employee", "manager", "in_force")
    tours = found_tours.in_bulk({tour for tour, _line in keys})
    lines = ReportingLine.objects.select_related("manager").annotate(
        by=take_over_by("since"), role_stays=import_string(settings.TOURS_ROLE_STAYS)()
    )
    found = lines.in_bulk({line for _tour, line in keys})
    for due, (pk, line_pk) in zip(dues, keys, strict=True):
        tour, line = tours[pk], found[line_pk]
        to_employee = due.recipient_id == tour.employee_id
        yield {
            "tour": tour,
            "to_employee": to_employee,
            # Nobody else may learn that there is one.
            "role_stays": to_employee and vars(line)["role_stays"],
            "successor": line.manager,
            "since": line.since,
            "due_on": min(vars(line)["by"], tour.ends_on or date.max),
            "overdue": due.step > 2,
            "step": due.step,
            "who_sees": partial(who_sees, What.TERMS),
            "path": tour.get_absolute_url(),
        }


terms_waiting = Occasion(
    key="tours.terms_waiting",
    title=_("Terms waiting for a signature"),
    to=_("each side that has not signed"),
    steps=format_lazy(_("at once, and again after {days} days"), days=listed(policy.TERMS_WAITING_STEPS[1:])),
    until=_("both have signed, or it is off the table"),
    due=_waiting_terms,
    context=_terms_in_words,
)

comment = Occasion(
    key="tours.comment",
    title=_("Something was said about proposed terms"),
    to=_("the other side"),
    steps=_("once a day"),
    until=_("it is answered or signed"),
    due=_remarks,
    context=_remarks_in_words,
    may_decline=True,
)

ended_early = Occasion(
    key="tours.ended_early",
    title=_("A tour was ended early"),
    to=_("the other side"),
    steps=format_lazy(_("at once, and again after {days} days"), days=listed(policy.EARLY_END_STEPS[1:])),
    until=_("that side has added its words"),
    due=_early_ends,
    context=_early_ends_in_words,
)

handover = Occasion(
    key="tours.handover",
    title=_("A tour is to be taken over"),
    to=_("the employee and the new manager"),
    steps=format_lazy(
        _("at once, half-way, on the day, and {days} days after it"),
        days=listed(policy.HANDOVER_OVERDUE_STEPS),
    ),
    until=_("terms between the two are on the table"),
    due=_to_take_over,
    context=_handed_over_in_words,
)
