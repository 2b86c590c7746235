"""The promises that wait for somebody, see `people.waiting`."""

from __future__ import annotations

from datetime import date, timedelta
from typing import Any

from django.db.models import (
    Case,
    CharField,
    Exists,
    F,
    FilteredRelation,
    OuterRef,
    Q,
    QuerySet,
    Value,
    When,
)
from django.db.models.functions import Cast, Concat, Left, Length
from django.db.models.lookups import GreaterThan

from people.few import among
from people.models import Person, ReportingLine, on_day
from tours import policy
from tours.ledger import owed, said_of
from tours.models import LedgerEntry, Side, Tour
from tours.models.dates import employment_lasts
from tours.models.sides import other_name

EXCERPT = 80  #: characters of a promise


def promises(person: Person, on: date) -> QuerySet[Any, Any]:
    """As the employee; as the manager who signed; and of the company's promises, as whoever has come after
    them, for what the company owes waits for no signature.

    A wish to answer goes before a verdict to give, and that before a promise to keep. Who is no side of the
    tour yet has nothing to say of one that they keep, and reads of it on the page of the tour.
    """
    found = _known(person, on)
    wish = said_of(LedgerEntry.Kind.ASKED).filter(~Q(side=OuterRef("own_side")), answered_by=None)
    judged_from = on - timedelta(days=policy.PROMISE_TO_JUDGE_AFTER_DAYS)
    ready = (Q(due_on__lte=judged_from) | Q(said_done=True)) & Q(terms__starts_on__lte=on)
    soon = Q(due_on__lte=on + timedelta(days=policy.PROMISE_DUE_DAYS), said_done=False)
    to_keep = Q(owed_by=F("own_side")) & soon
    kind = Case(
        When(after=True, then=Case(When(to_keep, then=Value("promise_to_take_over")))),
        When(Exists(wish), then=Value("promise_wish")),
        When(~Q(owed_by=F("own_side")) & ready, then=Value("promise_judge")),
        When(to_keep, then=Value("promise_keep")),
        output_field=CharField(),
    )
    about = Case(When(after=True, then=Cast("terms__tour", CharField())), default=Cast("pk", CharField()))
    longer = Case(When(GreaterThan(Length("what"), EXCERPT), then=Value("…")), default=Value(""))
    name = other_name(person, "terms__")
    whose = Concat(name, Value(": "), Left("what", EXCERPT), longer, output_field=CharField())
    waits: QuerySet[Any, Any] = found.annotate(waits=kind).filter(waits__isnull=False)
    return waits.values_list(F("waits"), about, whose, F("due_on"))


def _known(person: Person, on: date) -> QuerySet[Any]:
    """What is owed in the tours in force of the person, and of those who report to them now; annotates on
    which side they are (`own_side`), and whether they came `after` the manager who signed."""
    reports = ReportingLine.objects.current(on).filter(manager=person)
    party = Q(employee=person) | Q(manager=person) | Q(among(reports, "employee", "person"))
    path = "terms__employee__reporting_lines"
    line = FilteredRelation(path, condition=on_day(on, f"{path}__since", f"{path}__until"))
    found = owed(on).filter(
        among(Tour.objects.filter(party, in_force__isnull=False), "terms", "in_force"),
        employment_lasts(Value(on), "terms__employee", "terms__starts_on"),
    )
    now = Q(line_now__manager=person)
    alone = Q(line_now__manager=None, terms__manager=person)
    own_side = Case(When(terms__employee=person, then=Value(Side.EMPLOYEE)), default=Value(Side.MANAGER))
    after = Case(When(now & ~Q(terms__manager=person), then=True), default=False)
    mine = found.alias(line_now=line).filter(Q(terms__employee=person) | now | alone)
    known: QuerySet[Any] = mine.annotate(own_side=own_side, after=after)
    return known
