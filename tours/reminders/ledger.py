"""What the outbox says about promises: due to whoever owes them, to be judged by whoever they are owed to.

Promises of one tour that come due on the same day make one letter. Of the words of a promise none is in it.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from datetime import UTC, datetime, timedelta
from functools import partial
from typing import Any

from django.db.models import (
    Exists,
    F,
    OuterRef,
    Q,
    QuerySet,
    Value,
)
from django.db.models.functions import TruncDate
from django.utils.text import format_lazy
from django.utils.translation import gettext_lazy as _

from alliance_site.outbox.occasions import About, Due, Occasion, as_text, listed, rows_of
from people.days import add_days, dates_anywhere, latest_step, local_day
from people.few import among
from people.presence import still_here
from tours import policy
from tours.access import What, who_sees
from tours.ledger import owed
from tours.models import LedgerEntry, Promise, Side, Tour
from tours.models.dates import still_employed
from tours.models.sides import parties
from tours.reminders.company_side import (
    company_is_here,
    company_now,
    not_handed_over,
    with_manager_now,
)

Kind = LedgerEntry.Kind


def _owed_lately(now: datetime, about: About) -> QuerySet[Any]:
    """What has come due anywhere on Earth and is still owed."""
    earliest, latest = dates_anywhere(now)
    recent = earliest - timedelta(days=policy.REMIND_WITHIN_DAYS)
    lately = Promise.objects.filter(due_on__range=(recent, latest))
    lately = lately.filter(about.under("terms__tour"))
    here = still_employed(now, "terms__employee", "terms__starts_on")
    still_owed = owed(earliest).filter(among(lately), here)
    found: QuerySet[Any] = still_owed.annotate(about=as_text("terms__tour"))
    return found


def _due_promises(now: datetime, about: About) -> Sequence[QuerySet[Promise]]:
    """Those due and not said to be done: for whoever owes them, and for the company that is whoever
    manages the employee by now, so that a hand-over leaves none in limbo."""
    found = _owed_lately(now, about).filter(said_done=False)
    own_day = local_day(now, "terms__employee")
    employees = found.filter(owed_by=Side.EMPLOYEE, due_on__lte=own_day)
    companys = with_manager_now(found, now, "terms__").filter(
        company_is_here(now, "terms__"), owed_by=Side.MANAGER, due_on__lte=F("manager_day")
    )
    return [
        employees.annotate(recipient_id=F("terms__employee"), step=_steps(own_day)).distinct(),
        companys.annotate(recipient_id=company_now("terms__"), step=_steps(F("manager_day"))).distinct(),
    ]


def _steps(day: Any) -> Any:
    return latest_step(Q(due_on__lte=add_days(day, -days)) for days in policy.PROMISE_DUE_STEPS)


def _promises_to_judge(now: datetime, about: About) -> Sequence[QuerySet[Promise]]:
    """A week after they were due: for the employee, or for the manager who signed and still manages."""
    late, step = -policy.PROMISE_TO_JUDGE_AFTER_DAYS, Value(0)
    found = _owed_lately(now, about).annotate(step=step)
    companys = found.filter(
        owed_by=Side.MANAGER, due_on__lte=add_days(local_day(now, "terms__employee"), late)
    )
    employees = with_manager_now(found, now, "terms__").filter(
        not_handed_over("terms__"),
        still_here(now, "terms__manager"),
        owed_by=Side.EMPLOYEE,
        due_on__lte=add_days(local_day(now, "terms__manager"), late),
    )
    return [
        companys.annotate(recipient_id=F("terms__employee")).distinct(),
        employees.annotate(recipient_id=F("terms__manager")).distinct(),
    ]


def _tours_in_words(dues: Sequence[Due]) -> Iterator[Mapping[str, Any]]:
    for due, tour in rows_of(dues, Tour.objects.select_related("employee", "manager")):
        yield _in_words(tour, due.recipient_id) | {"day": due.due_on, "late": due.step > 0}


def _in_words(tour: Tour, recipient_id: int) -> dict[str, Any]:
    return {
        **parties(tour, recipient_id),
        "to_successor": recipient_id not in (tour.employee_id, tour.manager_id),
        "agreed_with": tour.manager,
        "who_sees": partial(who_sees, What.TERMS),
        "path": f"{tour.along_url}#ledger",
    }


def _words_said(now: datetime, about: About) -> Sequence[QuerySet[LedgerEntry]]:
    """What one side said last of a promise, for the other."""
    later = LedgerEntry.objects.filter(
        key=OuterRef("key"), terms__tour=OuterRef("terms__tour"), pk__gt=OuterRef("pk")
    )
    here = still_employed(now, "terms__employee", "terms__tour__first_day")
    lately = LedgerEntry.objects.filter(at__gt=now - timedelta(days=policy.PROMISE_WORD_DAYS))
    lately = lately.filter(about.under("pk"))
    said = (
        LedgerEntry.objects.exclude(kind=Kind.TAKEN_BACK)
        .filter(among(lately), ~Exists(later), here)
        .annotate(
            about=as_text("pk"),
            due_on=TruncDate("at", tzinfo=UTC),
            step=Value(0),
        )
    )
    return [
        said.filter(side=Side.MANAGER).annotate(recipient_id=F("terms__employee")),
        with_manager_now(said, now, "terms__")
        .filter(company_is_here(now, "terms__"), side=Side.EMPLOYEE)
        .annotate(recipient_id=company_now("terms__")),
    ]


def _words_in_words(dues: Sequence[Due]) -> Iterator[Mapping[str, Any]]:
    related = ("terms__tour__employee", "terms__tour__manager", "author")
    for due, entry in rows_of(dues, LedgerEntry.objects.select_related(*related)):
        tour = entry.terms.tour
        path = f"{tour.along_url}#promise-{entry.promise_id}"
        yield _in_words(tour, due.recipient_id) | {"entry": entry, "other": entry.author, "path": path}


promise_due = Occasion(
    key="tours.promise_due",
    title=_("A promise is due"),
    to=_("whoever owes it; for the company, whoever manages the employee by now"),
    steps=format_lazy(_("on the day, and {days} days after it"), days=listed(policy.PROMISE_DUE_STEPS[1:])),
    until=_("it is said to be done, judged or dropped"),
    due=_due_promises,
    context=_tours_in_words,
)

promise_to_judge = Occasion(
    key="tours.promise_to_judge",
    title=_("A promise is to be judged"),
    to=_("the side it is owed to"),
    steps=format_lazy(_("{days} days after it was due"), days=policy.PROMISE_TO_JUDGE_AFTER_DAYS),
    until=_("it is judged or dropped"),
    due=_promises_to_judge,
    context=_tours_in_words,
    may_decline=True,
)

promise_word = Occasion(
    key="tours.promise_word",
    title=_("A word about a promise"),
    to=_("the other side"),
    steps=_("at once"),
    until=_("something newer is said of it"),
    due=_words_said,
    context=_words_in_words,
    may_decline=True,
)
