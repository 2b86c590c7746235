"""Tours, their terms and what becomes of them."""

from __future__ import annotations

from datetime import date, datetime, timedelta
from typing import Any

from people.models import Person
from tests.factories.days import DAY, NOW
from tours import statement
from tours.models import (
    LedgerEntry,
    NextStep,
    Parting,
    Policy,
    Promise,
    Seal,
    Side,
    Signature,
    Terms,
    Tour,
)


def make_policy(made_by: Person, **kw: Any) -> Policy:
    number = Policy.objects.newest().number + 1
    return Policy.objects.create(
        number=number, made_by=made_by, made_at=NOW, holds_from=kw.pop("holds_from", DAY), **kw
    )


def make_tour(employee: Person, manager: Person, **kw: Any) -> Tour:
    """A draft, with one version of its terms (`tour.versions.get()`); keywords go to the terms,
    and each of `promises` to a promise in them."""
    return _drafted(employee, manager, **kw)[0]


def _drafted(employee: Person, manager: Person, **kw: Any) -> tuple[Tour, Terms]:
    tour = Tour.objects.create(
        employee=employee,
        manager=manager,
        type=kw.pop("type", Tour.Type.TRANSFORMATIONAL),
        previous=kw.pop("previous", None),
        created_at=NOW,
    )
    promises = kw.pop("promises", [])
    terms = new_terms(tour, 1, **kw)
    terms.save(force_insert=True)
    for promise in promises:
        make_promise(terms, **promise)
    return tour, terms


def make_terms(tour: Tour, **kw: Any) -> Terms:
    terms = new_terms(tour, tour.versions.count() + 1, **kw)
    terms.save(force_insert=True)
    return terms


def new_terms(tour: Tour, number: int, **kw: Any) -> Terms:
    """Not saved."""
    words = {
        "mission": "Move the booking engine to the new platform and switch the old one off.",
        "company_gain": "One platform to run instead of two from the first quarter on.",
        "employee_gain": "Lead a migration end to end and present it at the spring conference.",
        "starts_on": DAY,
        "ends_on": DAY + timedelta(days=730),
    }
    return Terms(
        tour=tour,
        number=number,
        employee=tour.employee,
        manager=tour.manager,
        created_by=kw.pop("created_by", tour.manager),
        created_at=NOW,
        **{**words, **kw},
    )


def write_anew(
    terms: Terms, mission: str = "Move the booking engine, and teach two others to run it."
) -> Terms:
    """So that a change has something in it to be proposed."""
    terms.mission = mission
    terms.save(update_fields=["mission"])
    return terms


def make_promise(terms: Terms, owed_by: Side = Side.MANAGER, **kw: Any) -> Promise:
    kw.setdefault("what", "A seat in the architecture round from April on.")
    kw.setdefault("due_on", terms.starts_on + timedelta(days=60))
    return Promise.objects.create(terms=terms, owed_by=owed_by, **kw)


def make_entry(promise: Promise, kind: str, side: Side | None = None, **kw: Any) -> LedgerEntry:
    entry = new_entry(promise, kind, side, **kw)
    entry.save(force_insert=True)
    return entry


def new_entry(promise: Promise, kind: str, side: Side | None = None, **kw: Any) -> LedgerEntry:
    """Not saved: in the ledger, by whoever may say such a thing; a wish to drop it, by the employee."""
    owed_by = Side(promise.owed_by)
    own = {"done": owed_by, "kept": owed_by.other, "not_kept": owed_by.other}
    side = side or own.get(kind, Side.EMPLOYEE)
    terms = promise.terms
    fields = {"author": terms.party(side), "words": "So it is.", "at": NOW, "key": promise.key} | kw
    return LedgerEntry(promise=promise, terms=terms, owed_by=owed_by, kind=kind, side=side, **fields)


def make_proposed_tour(employee: Person, manager: Person, **kw: Any) -> Tour:
    proposed_at = kw.pop("proposed_at", NOW)
    tour, terms = _drafted(employee, manager, **kw)
    propose(terms, at=proposed_at)
    tour.refresh_from_db()
    return tour


def propose(terms: Terms, *, sealed: bool = True, at: datetime = NOW) -> Seal | None:
    talk_on = terms.window_opens(Policy())
    Terms.objects.filter(pk=terms.pk).update(proposed_at=at, proposed_by=terms.manager, talk_on=talk_on)
    seal = statement.seal(terms.pk) if sealed else None
    Tour.objects.filter(pk=terms.tour_id).update(state=Tour.State.PROPOSED)
    return seal


def sign(terms: Terms, side: Side, *, signed_at: datetime = NOW) -> Signature:
    signature = new_signature(terms, side, statement.seal_of(terms), signed_at=signed_at)
    signature.save(force_insert=True)
    return signature


def new_signature(terms: Terms, side: Side, seal: Seal, *, signed_at: datetime = NOW) -> Signature:
    """Not saved."""
    signer, fingerprint = terms.party(side), seal.fingerprint
    return Signature(terms=terms, side=side, signer=signer, signed_at=signed_at, fingerprint=fingerprint)


def make_signed_tour(employee: Person, manager: Person, **kw: Any) -> Tour:
    """Agreed by both; active, completed or still to come, as its dates have it."""
    signed_at, proposed_at = kw.pop("signed_at", NOW), kw.pop("proposed_at", NOW)
    tour, terms = _drafted(employee, manager, **kw)
    seal = propose(terms, at=proposed_at)
    assert seal
    Signature.objects.bulk_create(new_signature(terms, side, seal, signed_at=signed_at) for side in Side)
    Tour.objects.filter(pk=tour.pk).update(state=Tour.State.AGREED, in_force=terms)
    tour.refresh_from_db()
    return tour


def make_early_end(tour: Tour, on: date, side: Side = Side.EMPLOYEE, **kw: Any) -> Tour:
    """One side ended a signed tour, `on` being its last day."""
    new_parting(tour, on, side, **kw).save(force_insert=True)
    tour.save(update_fields=["state", "ended_on", "ended_by"])
    return tour


def new_parting(tour: Tour, on: date, side: Side, **kw: Any) -> Parting:
    """Not saved, neither it nor what the tour then is."""
    assert tour.in_force
    words = {"reason": "The mission is not needed any more.", "at": NOW, **kw}
    tour.state, tour.ended_on, tour.ended_by = Tour.State.ENDED_EARLY, on, side
    return Parting(tour=tour, terms=tour.in_force, side=side, author=tour.party(side), **words)


def make_amended_tour(tour: Tour, manager: Person | None = None, **kw: Any) -> Tour:
    """A signed tour with newer terms that both have signed too, under another manager if one is given."""
    tour.manager = manager or tour.manager
    promises, signed_at = kw.pop("promises", []), kw.pop("signed_at", NOW)
    terms = make_terms(tour, **kw)
    for promise in promises:
        make_promise(terms, **promise)
    talk_on = terms.window_opens(Policy())
    Terms.objects.filter(pk=terms.pk).update(proposed_at=NOW, proposed_by=terms.manager, talk_on=talk_on)
    statement.seal(terms.pk)
    for side in Side:
        sign(terms, side, signed_at=signed_at)
    tour.in_force = terms
    tour.save(update_fields=["manager", "in_force"])
    return tour


def make_next_step(tour: Tour, outcome: str = "new_tour", side: Side = Side.MANAGER, **kw: Any) -> NextStep:
    step = new_next_step(tour, outcome, side, **kw)
    step.save(force_insert=True)
    return step


def new_next_step(tour: Tour, outcome: str, side: Side = Side.MANAGER, **kw: Any) -> NextStep:
    """What one side recorded about the time after the tour, not saved; confirmed by the other if
    `confirmed_at`."""
    confirmed_at = kw.get("confirmed_at")
    assert tour.in_force
    return NextStep(
        tour=tour,
        terms=tour.in_force,
        outcome=outcome,
        side=side,
        recorded_by=tour.party(side),
        recorded_at=kw.pop("recorded_at", NOW),
        confirmed_by=tour.party(side.other) if confirmed_at else None,
        **kw,
    )


def make_changed_tour(employee: Person, manager: Person, **kw: Any) -> Tour:
    """Proposed, and after a change proposed again as version 2."""
    tour = make_proposed_tour(employee, manager, **kw)
    propose(make_terms(tour, **{**kw, "mission": "The second thought."}))
    tour.refresh_from_db()
    return tour
