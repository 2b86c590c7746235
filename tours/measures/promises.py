"""What becomes of promises, in numbers."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from functools import partial
from typing import Any

from django.db.models import Count, Exists, F, OuterRef, Q, QuerySet, Subquery
from django.db.models.functions import Coalesce
from django.utils.translation import gettext_lazy as _

from people.measures.rates import Rate
from people.models import Position
from people.prepared import prepared
from tours.ledger import unsettled_long_after
from tours.measures.asked import ALL, Asked
from tours.models import LedgerEntry, Promise, Side, Terms
from tours.models.signatures import both_signed

NOTHING_JUDGED = _("No promise due in the period has been judged.")
TOO_FEW = _("Promises in the tours of fewer than %(least)s people have been judged: too few for a figure.")


@dataclass(frozen=True)
class Keeping:
    """Of promises due in a period: how many were judged kept, and how many not, in the tours of how many
    employees."""

    kept: int = 0
    not_kept: int = 0
    people: int = 0

    def rate(self, least: int = 1) -> Rate:
        """Undefined where none was judged: that is no 0 %. Nor where they are of fewer than so many people:
        HR reads a verdict in its tour, where the look is noted, and this is no way around.

        It is a bar to the single look, not to arithmetic: two figures that differ in one promise, such as of
        a month and of the same less a day, still tell its verdict. What is alike of all is told: a team whose
        promises are all broken must not be hidden from HR, who may read each.
        """
        judged = self.kept + self.not_kept
        if judged and self.people >= least:
            return Rate(self.kept, judged)
        return Rate(0, 0, TOO_FEW % {"least": least} if judged else NOTHING_JUDGED)


def promise_keeping(
    first: date, last: date, asked: Asked = ALL, manager: int | None = None
) -> dict[Side, Keeping]:
    """Promise-keeping rate by side, defined here = kept ÷ (kept + not kept) of the promises due from `first`
    to `last`, both inclusive.

    Each promise counts once in a tour, as the newest terms signed by both word it, with the newest verdict
    on that wording. What nobody has judged, or both have dropped, is in neither number. Of those asked about
    on the day the promise was due, and of one `manager` what is between them alone; one query.
    """
    found = {row.pop("owed_by"): Keeping(**row) for row in _by_side(first, last, asked, manager)}
    return {side: found.get(side, Keeping()) for side in Side}


@partial(prepared, keep_plan=False)
def _by_side(first: date, last: date, asked: Asked, manager: int | None) -> QuerySet[Any, Any]:
    whose = asked.whom.works("terms__employee", OuterRef("due_on"))
    due = _as_last_signed(
        Promise.objects.filter(whose, due_on__range=(first, last), word__in=LedgerEntry.VERDICTS)
    )
    if manager is not None:
        due = _between(manager, due)
    if asked.type:
        due = due.filter(terms__tour__type=asked.type)
    verdicts = {kind.value: Count("pk", filter=Q(word=kind)) for kind in LedgerEntry.VERDICTS}
    people = Count("terms__employee", distinct=True)
    found: QuerySet[Any, Any] = due.order_by().values("owed_by").annotate(**verdicts, people=people)
    return found


def _between(manager: int, promises: QuerySet[Any]) -> QuerySet[Any]:
    """That manager's to keep or to be given: whose name stood there when it fell due, of the terms that have
    it and that both had signed by then, or of the first such terms if they came later. Whoever took over
    since confirmed it with all the rest, and it stays the other's."""
    worded = Promise.objects.filter(
        both_signed("terms"), key=OuterRef("key"), terms__tour=OuterRef("terms__tour")
    ).values("terms__manager")
    by_then = worded.filter(both_signed("terms", signed_at__date__lte=OuterRef(OuterRef("due_on"))))
    whose = Coalesce(
        Subquery(by_then.order_by("-terms__number")[:1]), Subquery(worded.order_by("terms__number")[:1])
    )
    theirs = Terms.objects.filter(manager=manager).values("tour")
    found: QuerySet[Any] = promises.alias(whose=whose).filter(whose=manager, terms__tour__in=theirs)
    return found


def _as_last_signed(promises: QuerySet[Any]) -> QuerySet[Any]:
    """Of terms that both have signed, and that no newer such terms of the tour have the promise again."""
    newer = Promise.objects.filter(
        both_signed("terms"),
        key=OuterRef("key"),
        terms__tour=OuterRef("terms__tour"),
        terms__number__gt=OuterRef("terms__number"),
    )
    # Those in force are by far the most, and known at once; and of the others most are in those once more,
    # which no newer such terms follow: that is one look at an index.
    again = Promise.objects.filter(terms=OuterRef("terms__tour__in_force"), key=OuterRef("key"))
    left_out = Q(~Exists(again), both_signed("terms"), ~Exists(newer))
    return promises.filter(Q(terms__tour__in_force=F("terms")) | left_out)


@dataclass(frozen=True)
class Overdue:
    """How many promises of each side are long overdue in a department, in how many tours; and how many more
    are said to be done and wait for a verdict. Without a name: nowhere that day."""

    department: str | None
    department_id: int | None
    company: int
    employees: int
    tours: int
    to_judge: int


def overdue_by_department(on: date) -> list[Overdue]:
    """By the employee's position on the day.

    These are counts of records, not of opinions: a day has passed, and neither side has said what came of
    it; or whoever owes it says that it is done, and the other has not judged. HR may read each of them, so
    small numbers are not suppressed.
    """
    position = Position.objects.current(on).filter(person=OuterRef("terms__employee"))
    placed = unsettled_long_after(on).annotate(
        department=Subquery(position.values("department__name")[:1]),
        department_id=Subquery(position.values("department")[:1]),
    )
    rows = (
        placed.order_by()
        .values("department", "department_id")
        .annotate(
            company=Count("pk", filter=Q(owed_by=Side.MANAGER, said_done=False)),
            employees=Count("pk", filter=Q(owed_by=Side.EMPLOYEE, said_done=False)),
            tours=Count("terms", filter=Q(said_done=False), distinct=True),
            to_judge=Count("pk", filter=Q(said_done=True)),
        )
    )
    found = [Overdue(**row) for row in rows]
    return sorted(found, key=lambda row: (-row.company, -row.employees, row.department or ""))
