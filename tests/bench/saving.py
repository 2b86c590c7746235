"""A check-in that is saved and terms that are signed, beside the least page; nothing of it is kept.

All in this process, and taken back each time: what a web server and the disk's own time for a commit would
add, they would add to each.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from datetime import date
from statistics import median, quantiles
from typing import Any

from django.db import connection, transaction
from django.db.models import F
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from feedback.models import CheckIn
from people.models import Person
from tests.bench.clock import timed
from tours.models import Promise, Side, Terms, Tour

ROUNDS = 100  #: of fewer, the p95 is the one time the machine was busy elsewhere
OURS = ("SAVEPOINT", "BEGIN", "ROLLBACK")


@dataclass
class Saved:
    name: str
    act: Callable[[], Any]
    statements: int = 0
    times: list[float] = field(default_factory=list)

    @property
    def p50(self) -> float:
        return median(self.times)

    @property
    def p95(self) -> float:
        return quantiles(self.times, n=20, method="inclusive")[-1]


def saving(today: date) -> list[Saved]:
    """The least page first; in turns, so that what else the machine does falls on all alike."""
    acts = [_minimal(today), _checkin(today), _signature(today)]
    for each in acts:
        each.act()  # the first warms up
        with CaptureQueriesContext(connection) as statements:
            each.act()
        # Where the page begins a transaction, it is one within ours.
        each.statements = sum(not any(word in query["sql"] for word in OURS) for query in statements)
    for _round in range(ROUNDS):
        for each in acts:
            each.times.append(timed(each.act))
    return acts


def _minimal(today: date) -> Saved:
    client = _signed_in(Person.objects.employed(today).earliest("pk").pk)
    return Saved("minimal page", lambda: client.get("/bench/minimal/"))


def _checkin(today: date) -> Saved:
    here = Person.objects.employed(today)
    tours = Tour.objects.active(today).agreed()
    found = (
        CheckIn.objects.open(today)
        .handed_in_by_nobody()
        .filter(tour__in=tours, manager=F("tour__manager"), employee__in=here, manager__in=here)
        .filter(lapses_on__gte=today)
        .latest("pk")
    )
    return _posted("saving a check-in", found.employee_id, found.get_absolute_url(), _typed(found))


def _typed(checkin: CheckIn) -> dict[str, object]:
    data: dict[str, object] = {"act": "save", "basis": 0}
    for question in checkin.question_set.questions.all():
        name = f"answer-{question.key}"
        if question.is_promises:
            owed = Promise.objects.filter(terms=checkin.tour.in_force_id)
            data |= {f"{name}_{promise.pk}": "on_track" for promise in owed}
        else:
            data[name] = {"scale": 4, "text": "As far as the second turbine.", "choice": ""}[
                question.answer_kind
            ]
    return data


def _signature(today: date) -> Saved:
    """Of the employee, under the newest of terms that wait for it alone: so they come into force."""
    for terms in _waiting(today):
        path = reverse("terms_sign", args=[terms.tour_id, terms.number])
        found = _posted("signing terms", terms.employee_id, path, {})
        if found.act():
            return found
    raise RuntimeError("nothing waits for a signature")


def _waiting(today: date) -> Iterator[Terms]:
    here = Person.objects.employed(today)
    proposed = Terms.objects.filter(tour__state=Tour.State.PROPOSED, proposed_at__isnull=False)
    waiting = proposed.filter(employee__in=here, manager__in=here, signatures__side=Side.MANAGER)
    waiting = waiting.exclude(signatures__side=Side.EMPLOYEE)
    return waiting.order_by("-pk")[:50].iterator()


def _posted(name: str, person: int, path: str, data: dict[str, object]) -> Saved:
    client = _signed_in(person)

    def act() -> bool:
        with transaction.atomic():
            reply = client.post(path, data)
            transaction.set_rollback(True)
        return reply.status_code == 302

    return Saved(name, act)


def _signed_in(person: int) -> Client:
    client = Client()
    client.force_login(Person.objects.get(pk=person))
    return client
