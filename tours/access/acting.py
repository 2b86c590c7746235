"""What the two who agree, or are to agree, may do with a tour."""

from __future__ import annotations

from datetime import date, timedelta
from enum import StrEnum

from people.models import Person
from tours.access.hands import is_here, successor_of
from tours.access.seeing import manages
from tours.models import Side, Terms, Tour
from tours.policy import SETTLE_WITHIN_DAYS


class Act(StrEnum):
    EDIT = "edit"  #: write on, and propose
    SIGN = "sign"
    COMMENT = "comment"
    ASK = "ask"  #: ask the other side for a change
    REVISE = "revise"  #: write the next version oneself
    DECLINE = "decline"
    WITHDRAW = "withdraw"
    AMEND = "amend"  #: write newer terms while the signed ones stay in force
    REAFFIRM = "reaffirm"  #: propose the terms in force again, with the new manager in the old one's place
    END_EARLY = "end_early"


def acts(person: Person, tour: Tour, on: date) -> set[Act]:
    """What the person may do with the tour that day; it comes by `with_versions().with_standing(on)`.

    Who has left reads on and does nothing more. Where nobody is left to agree with, what lies on the
    table can be cleared away, and keeps nobody from going on with the terms in force.
    """
    if tour.is_over(on) or not is_here(person, tour, on):
        return set()
    terms = tour.negotiated
    if terms is None:
        return _acts_on_running(person, tour)
    side = terms.side_of(person)
    found = _acts_on_negotiated(terms, side, tour, on) if side else set()
    if in_vain(tour):
        going_on = _acts_on_running(person, tour) - _kept_from(person, tour)
        return (found & {Act.DECLINE, Act.WITHDRAW}) | going_on
    if side and tour.side_of(person) and tour.in_force:
        found.add(Act.END_EARLY)
    return found


def could(act: Act, person: Person, tour: Tour) -> bool:
    """Whether it may have been possible for the person as they opened the page that they send now.

    Who comes too late is told why, and keeps their words; to everybody else the page is closed.
    """
    if act is Act.REAFFIRM:
        return person.pk in (tour.employee_id, tour.manager_now_id)
    return manages(person, tour) or was_party(person, tour)


def was_party(person: Person, tour: Tour) -> bool:
    """Named by some version that was proposed, perhaps by none that counts any more."""
    return any(terms.side_of(person) for terms in tour.proposed)


def to_withdraw(person: Person, tour: Tour) -> Terms | None:
    """The version that a withdrawal is about: a draft of one's own, or else what is on the table."""
    draft = tour.draft
    return draft if draft and draft.created_by_id == person.pk else tour.on_table


def would_lose(person: Person, tour: Tour) -> Terms | None:
    """What the other side has written as the next version, and would lose by a clearing away."""
    draft = tour.draft
    if draft is None or draft.created_by_id == person.pk or draft.side_of(person) is None:
        return None
    goes_on = not in_vain(tour) or (draft.is_own_draft and tour.employee_here)  # as in `services.changing`
    return draft if draft.revision and goes_on else None


def kept_back(person: Person, tour: Tour, on: date) -> Terms | None:
    """Other terms that the employee has written, where they keep the person from going on with those in
    force: they can be agreed on no more as they are, and their writer says what becomes of them."""
    draft = tour.draft
    if draft is None or tour.is_over(on) or not is_here(person, tour, on) or not in_vain(tour):
        return None
    return draft if _kept_from(person, tour) & _acts_on_running(person, tour) else None


def _kept_from(person: Person, tour: Tour) -> set[Act]:
    """What would throw them away. Their writer amends by going on with them."""
    draft = tour.draft
    if draft is None or not draft.revision or not draft.is_own_draft:
        return set()
    return {Act.REAFFIRM} if draft.created_by_id == person.pk else {Act.REAFFIRM, Act.AMEND}


def in_vain(tour: Tour) -> Person | None:
    """With whom there is nothing to agree on any more: one of the two that the version negotiated names
    has left, or no longer manages the employee."""
    terms = tour.negotiated
    if terms is None:
        return None
    if not tour.employee_here:
        return terms.employee
    manages = tour.latest_manager_here and tour.manager_now_id in (None, terms.manager_id)
    return None if manages else terms.manager


def _acts_on_negotiated(terms: Terms, side: Side, tour: Tour, on: date) -> set[Act]:
    away = Act.WITHDRAW if tour.started_by is side else Act.DECLINE
    if not terms.proposed_at:
        if terms.created_by_id == terms.party(side).pk:
            return {Act.EDIT, away} if tour.on_table or away is Act.WITHDRAW else {Act.EDIT}
        return {away} if tour.on_table and not would_lose(terms.party(side), tour) else set()
    found = {Act.COMMENT, Act.REVISE, away}
    # Of the other side alone: what HR proposes from a programme counts as the manager's.
    if (terms.proposed_by_id == terms.employee_id) is (side is Side.MANAGER):
        found.add(Act.ASK)
    if not (terms.signature_of(side) or terms.has_run_out(on) or began_otherwise(terms, tour, on)):
        found.add(Act.SIGN)
    return found


def began_otherwise(terms: Terms, tour: Tour, on: date) -> date | None:
    """The first day of the tour, once that has come, where these terms would give it another: nobody can sign
    them any more. Else the months in which it ran already would be said to have been without a tour."""
    began = tour.began(on)
    return None if began == terms.starts_on else began


def _acts_on_running(person: Person, tour: Tour) -> set[Act]:
    """Nothing is being negotiated: the terms in force can be changed, or the tour ended. Where the employee
    has left it is over already."""
    if tour.in_force is None or tour.state != Tour.State.AGREED or not tour.employee_here:
        return set()
    side, successor = tour.side_of(person), successor_of(tour)
    if person.pk == successor:
        return {Act.AMEND, Act.REAFFIRM}
    if side is None or (successor and side is Side.MANAGER):
        return set()
    if successor:
        return {Act.AMEND, Act.REAFFIRM, Act.END_EARLY}
    return {Act.AMEND, Act.END_EARLY} if tour.manager_here else {Act.END_EARLY}


def ledger_side(person: Person, tour: Tour, on: date) -> Side | None:
    """For which side of the promise ledger the person may speak that day: a party to the terms in force,
    until some weeks after the tour, or after its early end was said. Who has left speaks no more, nor who
    has handed the employee over; and who is gone is not judged behind their back."""
    side = tour.side_of(person)
    if tour.in_force is None or side is None or not tour.employee_here:
        return None
    if tour.known_end and on > tour.known_end + timedelta(days=SETTLE_WITHIN_DAYS):
        return None
    if side is Side.MANAGER and (successor_of(tour) or not tour.manager_here):
        return None
    return side


def keeps_notes(person: Person, tour: Tour, on: date) -> bool:
    """Whether it is theirs to write down something about for themselves: one of the two, or who managed the
    employee before or manages them now; not who only looks on, nor who has left."""
    named = any(terms.manager_id == person.pk for terms in tour.proposed)
    follows = tour.in_force_id is not None and manages(person, tour)
    return (tour.side_of(person) is not None or named or follows) and is_here(person, tour, on)
