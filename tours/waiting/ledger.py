"""The promises that wait for somebody, see `people.waiting`."""

from __future__ import annotations

from datetime import date, timedelta
from typing import Any

from django.db.models import Case, CharField, Exists, F, OuterRef, Q, QuerySet, Subquery, Value, When
from django.db.models.functions import Cast, Concat, Left, Length
from django.db.models.lookups import GreaterThan

from people.few import among
from people.models import Person, ReportingLine
from tours import policy
from tours.ledger import owed, said_of
from tours.models import LedgerEntry, Side, Tour
from tours.models.dates import employment_lasts

KEY = Cast("pk", CharField())
EXCERPT = 80  #: characters of a promise


def promises(person: Person, on: date) -> list[QuerySet[Any, Any]]:
    """As the employee; as the manager who signed; and of the company's promises, as whoever has come after
    them, for what the company owes waits for no signature."""
    line = ReportingLine.objects.current(on).filter(person=OuterRef("terms__employee"))
    found = owed(on).annotate(manager_now_id=Subquery(line.values("manager")[:1]))
    found = found.filter(employment_lasts(Value(on), "terms__employee", "terms__starts_on"))
    still = Q(manager_now_id=None) | Q(manager_now_id=F("terms__manager"))
    after = found.filter(among(_with_predecessors(person, on), "terms", "in_force"), owed_by=Side.MANAGER)
    return [
        _rows(found.filter(terms__employee=person), Side.EMPLOYEE, on, "terms__manager__name"),
        _rows(found.filter(still, terms__manager=person), Side.MANAGER, on, "terms__employee__name"),
        _rows(after, Side.MANAGER, on, "terms__employee__name", keep_only=True),
    ]


def _with_predecessors(person: Person, on: date) -> QuerySet[Tour]:
    """In force with those who report to the person now, but signed by another manager."""
    reports = ReportingLine.objects.current(on).filter(manager=person).values("person")
    return Tour.objects.filter(~Q(manager=person), employee__in=reports, in_force__isnull=False)


def _rows(
    found: QuerySet[Any], side: Side, on: date, name: str, *, keep_only: bool = False
) -> QuerySet[Any, Any]:
    """A wish to answer goes before a verdict to give, and that before a promise to keep. Who is no side of
    the tour yet has nothing to say of one that they keep, and reads of it on the page of the tour."""
    wish = said_of(LedgerEntry.Kind.ASKED).filter(~Q(side=side), answered_by=None)
    judged_from = on - timedelta(days=policy.PROMISE_TO_JUDGE_AFTER_DAYS)
    ready = (Q(due_on__lte=judged_from) | Q(said_done=True)) & Q(terms__starts_on__lte=on)
    soon = Q(due_on__lte=on + timedelta(days=policy.PROMISE_DUE_DAYS), said_done=False)
    keep = When(Q(owed_by=side) & soon, then=Value("promise_to_take_over" if keep_only else "promise_keep"))
    judge = When(~Q(owed_by=side) & ready, then=Value("promise_judge"))
    answer = When(Exists(wish), then=Value("promise_wish"))
    cases = [keep] if keep_only else [answer, judge, keep]
    kind = Case(*cases, default=None, output_field=CharField())
    longer = Case(When(GreaterThan(Length("what"), EXCERPT), then=Value("…")), default=Value(""))
    whose = Concat(name, Value(": "), Left("what", EXCERPT), longer, output_field=CharField())
    waits: QuerySet[Any, Any] = found.annotate(waits=kind).filter(waits__isnull=False)
    about = Cast("terms__tour", CharField()) if keep_only else KEY
    return waits.values_list(F("waits"), about, whose, F("due_on"))
