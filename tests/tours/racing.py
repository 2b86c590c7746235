"""Two processes, each with a connection of its own, that do one thing each at the same moment."""

from __future__ import annotations

import multiprocessing
from collections.abc import Iterator
from contextlib import contextmanager
from multiprocessing.connection import Connection
from multiprocessing.synchronize import Barrier
from typing import NamedTuple

from django.db import connections

from people.models import Person
from tests.factories import NOW
from tours import services
from tours.models import Terms, Tour
from tours.services import Refused

PATIENCE = 30  # seconds


class Try(NamedTuple):
    """Somebody's act on a tour, of which they have read version `number` (0: the draft)."""

    tour: int
    person: int
    act: str
    number: int = 1


def perform(attempt: Try, barrier: Barrier) -> str:
    actor, tour = Person.objects.get(pk=attempt.person), Tour.objects.get(pk=attempt.tour)
    versions = Terms.objects.filter(tour=tour)
    terms = versions.filter(number=attempt.number or versions.order_by("-number")[0].number).get()
    by = {"actor": actor, "now": NOW}
    acts = {
        "save": lambda: services.save_draft(terms, revision=0, **by),
        "propose": lambda: services.propose(terms, **by),
        "sign": lambda: services.sign(terms, **by),
        "ask": lambda: services.ask_for_change(terms, "Later.", **by),
        "revise": lambda: services.revise(terms, **by),
        "decline": lambda: services.decline(terms, "No.", **by),
        "withdraw": lambda: services.withdraw(terms, "No.", **by),
        "amend": lambda: services.amend(tour, "New.", **by),
        "extend": lambda: services.extend(tour, services.extend_from(tour, NOW.date()), "More.", **by),
        "end": lambda: services.end_early(tour, NOW.date(), reason="Over.", learnt="", **by),
    }
    barrier.wait(PATIENCE)
    try:
        acts[attempt.act]()
    except Refused:
        return "refused"
    return "done"


def _work(pipe: Connection, barrier: Barrier) -> None:
    _forget_what_was_inherited()
    while attempt := pipe.recv():
        try:
            pipe.send(perform(attempt, barrier))
        except Exception as error:  # whatever it was, the test must hear of it
            pipe.send(repr(error))
    connections.close_all()


def _forget_what_was_inherited() -> None:
    """Where a browser test ran before, Django has two connections for this thread, one of them hidden from
    `close_all` while that test's event loop runs; two processes would talk over one socket."""
    for one in connections.all(initialized_only=True):
        one.connection = None


class Racers:
    def __init__(self, pipes: list[Connection]) -> None:
        self.pipes = pipes

    def race(self, *attempts: Try) -> tuple[str, ...]:
        """What came of each: done, refused, or whatever else went wrong."""
        for pipe, attempt in zip(self.pipes, attempts, strict=True):
            pipe.send(attempt)
        return tuple(pipe.recv() if pipe.poll(PATIENCE) else "no answer" for pipe in self.pipes)


@contextmanager
def racers(number: int = 2) -> Iterator[Racers]:
    connections.close_all()  # or the processes would share what is open
    context = multiprocessing.get_context("fork")
    barrier = context.Barrier(number)
    pipes, processes = [], []
    for _ in range(number):
        ours, theirs = context.Pipe()
        process = context.Process(target=_work, args=(theirs, barrier), daemon=True)
        process.start()
        pipes.append(ours)
        processes.append(process)
    try:
        yield Racers(pipes)
    finally:
        for pipe, process in zip(pipes, processes, strict=True):
            pipe.send(None)
            process.join(PATIENCE)
