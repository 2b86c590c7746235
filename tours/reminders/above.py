"""What is left undone although those whom it concerns were reminded: to whoever manages them.

The days are HR's policy. Nobody above learns more than that a tour waits: not what is agreed, nor what
either side said. Of expected roles and promises nobody above knows; HR is told how many there are.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from datetime import UTC, datetime
from functools import partial
from typing import Any

from django.db.models import (
    DateField,
    Exists,
    F,
    OuterRef,
    Q,
    QuerySet,
    Subquery,
    Value,
)
from django.db.models.functions import Cast, Concat, TruncDate
from django.db.models.lookups import LessThanOrEqual
from django.utils.translation import gettext_lazy as _

from alliance_site.outbox.occasions import About, Due, Occasion, as_text, rows_of
from people.days import add_days, dates_anywhere, local_day
from people.few import among
from tours.access import What, who_sees
from tours.models import Policy, Side, Terms, Tour
from tours.models.dates import leaves_before_the_end, still_employed, window_is_open
from tours.models.signatures import signed_by
from tours.reminders.company_side import line_of, with_manager_now
from tours.reminders.endings import in_their_windows, said_to_end_early
from tours.reminders.tours import on_the_table

UNSIGNED, HAND_OVER, UNDECIDED = "unsigned", "handover", "undecided"


def _left_undone(now: datetime, about: About) -> Sequence[QuerySet[Any]]:
    def named(kind: str, rows: QuerySet[Any], tour: str = "pk") -> QuerySet[Any]:
        key = Concat(Value(f"{kind} "), as_text(tour))
        found: QuerySet[Any] = rows.annotate(about=key, step=Value(0))
        return found

    return [
        *(named(UNSIGNED, _unsigned(now, side, _asked(about, UNSIGNED, "tour")), "tour_id") for side in Side),
        named(HAND_OVER, _not_taken_over(now, _asked(about, HAND_OVER, "pk"))),
        named(UNDECIDED, _undecided(now, _asked(about, UNDECIDED, "tour"))),
    ]


def _asked(about: About, kind: str, tour: str) -> Q:
    """Those of that kind, by the key of their tour under that path."""
    if about.keys is not None:
        about = About([key for key in about.keys if key.startswith(f"{kind} ")])
    return about.under(tour, _tour)


def _tour(about: str) -> int:
    return int(about.split(" ")[1])


def _unsigned(now: datetime, side: Side, asked: Q) -> QuerySet[Any]:
    """A version that has lain on the table for long, for whoever manages the side that has not signed."""
    day, after = TruncDate("proposed_at", tzinfo=UTC), _days("above_days", now)
    unsigned = on_the_table(now, asked).filter(~signed_by(side)).annotate(due_on=day)
    return _with_above(unsigned, now, side).filter(due_on__lte=add_days(F("above_day"), -after))


def _not_taken_over(now: datetime, asked: Q) -> QuerySet[Any]:
    """For whoever manages the new manager; also where an answer to the terms that lay on the table is being
    written, for of that nobody else is told, however long it takes. Not while what the employee has written
    keeps the new manager from it, who is not reminded then."""
    today, after = local_day(now, "line__manager"), _days("above_days", now)
    late = LessThanOrEqual(F("take_over_by"), add_days(F("above_day"), -after))
    to_sign = (
        Terms.objects.negotiated().proposed().filter(tour=OuterRef("pk"), manager=OuterRef("successor_id"))
    )
    waiting = Tour.objects.filter(asked).handed_over(today).open_to_successor().filter(~Exists(to_sign))
    waiting = waiting.annotate(due_on=F("successor_since"))  # which no policy moves
    return _with_above(waiting, now, "line__manager").filter(late)


def _undecided(now: datetime, asked: Q) -> QuerySet[Any]:
    """A tour of somebody who is here, near its end with nothing agreed beyond, for whoever manages their
    manager of today."""
    near = _days("undecided_days", now) - _days("above_days", now)
    earliest, latest = dates_anywhere(now)
    soon = add_days(Cast(Value(latest), DateField()), Policy.objects.most("undecided_days"))
    terms = in_their_windows(earliest, latest).filter(asked, ends_on__lte=soon)
    early = said_to_end_early(now).filter(asked, tour__ended_on__lte=soon)
    undecided = Tour.objects.running(earliest).with_nothing_agreed_beyond().without_outcome()
    soon_over = Q(among(terms, "in_force")) | Q(among(early, key="tour"))
    here = still_employed(now), ~leaves_before_the_end()
    ending = undecided.filter(soon_over, window_is_open(latest), *here)
    ending = ending.annotate(due_on=F("last_day"))
    above = _with_above(with_manager_now(ending, now), now, "line__manager")
    return above.filter(due_on__gte=F("above_day"), due_on__lte=add_days(F("above_day"), near))


def _with_above(rows: QuerySet[Any], now: datetime, person: str) -> QuerySet[Any]:
    """Those where somebody manages the person under that path by now: who, and what date it is for them."""
    joined = rows.annotate(above=line_of(now, person))
    found: QuerySet[Any] = joined.annotate(
        recipient_id=F("above__manager"), above_day=local_day(now, "above__manager")
    )
    return found.filter(recipient_id__isnull=False)


def _days(name: str, now: datetime) -> Any:
    return Policy.objects.number_on(name, Value(now.astimezone(UTC).date()))


def _in_words(dues: Sequence[Due]) -> Iterator[Mapping[str, Any]]:
    tours = _with_named(Tour.objects.select_related("employee", "manager"))
    for due, tour in rows_of(dues, tours, _tour):
        kind = due.about.split(" ")[0]
        agreed = tour.manager_id, tour.manager.name
        manager_id, manager = (tour.named_id, tour.named) if kind == UNSIGNED else agreed
        own = due.recipient_id == manager_id
        yield {
            "kind": kind,
            "tour": tour,
            "manager": manager,
            "day": due.due_on,
            "own": own,
            "who_sees": partial(who_sees, What.EXISTENCE),
            "path": (tour if own else tour.employee).get_absolute_url(),
        }


def _with_named(tours: QuerySet[Any]) -> QuerySet[Any]:
    """Annotates whom the version proposed last names as the manager (`named_id`, `named`): what waits to be
    signed may be with somebody else than who agreed before."""
    newest = Terms.objects.proposed().filter(tour=OuterRef("pk")).order_by("-number")
    name, key = newest.values("manager__name")[:1], newest.values("manager")[:1]
    found: QuerySet[Any] = tours.annotate(named=Subquery(name), named_id=Subquery(key))
    return found


left_undone = Occasion(
    key="tours.left_undone",
    title=_("Something in a team is still undone"),
    to=_("whoever manages the one who was reminded"),
    steps=_("once, after the days of the policy"),
    until=_("it is done"),
    due=_left_undone,
    context=_in_words,
)
