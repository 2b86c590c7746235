"""Writes down what both said about the promises."""

from __future__ import annotations

from alliance_site.demonstration.company import facts
from tours.models import LedgerEntry, Promise, Side, Tour


def write_ledger(told: list[facts.Tour], tours: list[Tour]) -> None:
    """In the order in which it was said."""
    promises = {
        (promise.terms_id, promise.owed_by, promise.what): promise
        for promise in Promise.objects.filter(terms__in=[tour.in_force_id for tour in tours])
    }
    entries = [
        _entry(said, tour, promises[tour.in_force_id or 0, said.owed.by, said.owed.what])
        for of, tour in zip(told, tours, strict=True)
        for said in of.told
    ]
    LedgerEntry.objects.bulk_create(sorted(entries, key=lambda entry: entry.at))


def _entry(said: facts.Told, tour: Tour, promise: Promise) -> LedgerEntry:
    assert tour.in_force
    return LedgerEntry(
        promise=promise,
        terms=tour.in_force,
        key=promise.key,
        owed_by=promise.owed_by,
        kind=said.kind,
        side=said.side,
        author=tour.in_force.party(Side(said.side)),
        words=said.words,
        at=said.at,
    )
