"""What happens to a tour that both have agreed on: new terms, a new manager, an early end."""

from __future__ import annotations

from dataclasses import asdict, dataclass
from datetime import date, datetime, timedelta

from django.db import transaction
from django.utils.formats import date_format
from django.utils.translation import gettext as _

from people.days import today_for
from people.models import Person
from tours import access
from tours.access import Act
from tours.ledger import due_in_vain
from tours.models import Parting, Policy, Promise, Side, Terms, Tour
from tours.policy import EARLY_END_AHEAD_DAYS, EARLY_END_BACK_DAYS, MOST_PROMISES
from tours.services.agreeing import put_name, put_on_table
from tours.services.drafting import as_next, next_version
from tours.services.locking import (
    OtherThanRead,
    Refused,
    locked,
    moved_on,
    other_force,
    require,
    set_state,
)


@dataclass(frozen=True)
class Read:
    """What stood on the page that is acted on: the version in force, the number that the next would have, in
    whose name, and under which policy; all else of a statement is as in force. And the key of what is being
    agreed on, which an early end would end."""

    force: int | None
    number: int | None
    to: int | None
    policy: int | None
    open: int | None = None


def to_read(tour: Tour, today: date) -> Read:
    """As a page of that day says it."""
    return _said(tour, next_statement(tour, today))


def next_statement(tour: Tour, today: date) -> Terms:
    """What the next version says, for whoever is to sign or to change it to read; not saved."""
    assert tour.in_force  # only what is in force can be gone on from
    terms = as_next(tour.in_force, tour, manager_id=_manager_by_now(tour))
    if tour.draft:
        terms.number = tour.draft.number  # which gives way to it
    terms.policy = Policy.objects.on(today)
    return terms


def _said(tour: Tour, terms: Terms) -> Read:
    assert tour.in_force
    negotiated = tour.negotiated.pk if tour.negotiated else None
    return Read(tour.in_force.number, terms.number, terms.manager_id, terms.policy_id, negotiated)


def _refuse_other(read: Read | None, tour: Tour, terms: Terms) -> None:
    """Asked of what was written, and so taken back: a manager does not wait for the tour."""
    if read and (told := _other_to(read, terms) | other_force(read.force, tour)):
        raise OtherThanRead(**told)


def _refuse_to_sign_other(read: Read | None, tour: Tour, terms: Terms) -> None:
    """The same of a signature; nor does a policy wait."""
    if read is None:
        return
    terms.refresh_from_db(fields=["policy"])
    is_ = _said(tour, terms)
    told = _other_to(read, terms) | other_force(read.force, tour)
    if read.number != is_.number:
        said = _("It would be version %(number)s by now. Read it once more before you sign.")
        follows = "force" in told and terms.number == (is_.force or 0) + 1
        told["number"] = "" if follows else said % {"number": terms.number}
    if read.policy != is_.policy:
        told["policy"] = _(
            "The company’s policy has changed in the meantime. Read the statement again before you sign."
        )
    if told:
        raise OtherThanRead(**told)


def _other_to(read: Read, terms: Terms) -> dict[str, str]:
    if read.to == terms.manager_id:
        return {}
    said = _(
        "The statement now names %(name)s as manager. Read it and your own words again before you send it."
    )
    return {"to": said % {"name": terms.manager.name}}


@transaction.atomic
def amend(tour: Tour, words: str = "", *, actor: Person, now: datetime, read: Read | None = None) -> Terms:
    """A draft of newer terms; those in force stay so until both have signed the newer. `words` say why.

    Where the employee has a new manager, the newer terms name them. What the actor had written with the one
    before is gone on with. Here as below it is refused where it would be another than the actor has `read`.
    """
    found = locked(tour.pk, actor, now)
    if begun := _just_begun(found, words, read, actor, now):
        return begun
    _require(Act.AMEND, actor, found, now)
    left = access.left_unproposed(actor, found, today_for(actor, now))
    terms = _in_new_name(left, found) if left else _draft_from_force(found, actor, now)
    if words:
        terms.reason = words
        terms.save(update_fields=["reason"])
    _refuse_other(read, found, terms)
    return terms


def _just_begun(tour: Tour, words: str, read: Read | None, actor: Person, now: datetime) -> Terms | None:
    """The draft that the actor has begun, and can go on with, from the very page that they send again."""
    draft = tour.draft
    if read is None or draft is None or draft.created_by_id != actor.pk or draft.reason != words:
        return None
    assert tour.in_force
    same = (tour.in_force.number, draft.number, draft.manager_id) == (read.force, read.number, read.to)
    return draft if same and Act.EDIT in access.acts(actor, tour, today_for(actor, now)) else None


@transaction.atomic
def extend(
    tour: Tour, until: date, words: str, *, actor: Person, now: datetime, read: Read | None = None
) -> Terms:
    """Proposes the terms in force with a later end, or day of review, and signs for the actor's side."""
    found = locked(tour.pk, actor, now)
    if (made := _just_made(found, words, read, actor)) and until in (made.ends_on, made.review_on):
        return made
    _require(Act.AMEND, actor, found, now)
    assert found.in_force  # only what is in force can be amended
    earliest = extend_from(found, today_for(actor, now))
    if until < earliest:
        raise Refused(_("Choose a day from %(first)s on.") % {"first": date_format(earliest)})
    terms = _draft_from_force(found, actor, now)
    terms.reason = words
    if found.in_force.ends_on:
        terms.ends_on = until
    else:
        terms.review_on = until
    terms.save(update_fields=["reason", "ends_on", "review_on"])
    return _propose_signed(found, terms, actor, now, read)


def extend_from(tour: Tour, today: date) -> date:
    """The first day that is longer than what is in force."""
    assert tour.in_force
    assert tour.in_force.comes_to
    return max(tour.in_force.comes_to, today) + timedelta(days=1)


@dataclass(frozen=True)
class NewPromise:
    owed_by: Side
    what: str
    due_on: date
    known_by: str = ""


@transaction.atomic
def add_promise(
    tour: Tour, promise: NewPromise, words: str, *, actor: Person, now: datetime, read: Read | None = None
) -> Terms:
    """Proposes the terms in force with one promise more, and signs for the actor's side. `words` say why."""
    found = locked(tour.pk, actor, now)
    made = _just_made(found, words, read, actor)
    if made and made.promises.filter(**asdict(promise)).exists():
        return made
    _require(Act.AMEND, actor, found, now)
    if access.is_handed_over(found, today_for(actor, now)):
        raise moved_on()
    if promise.due_on < today_for(actor, now):
        raise Refused(_("This day has passed already. Choose one to come."))
    terms = _draft_from_force(found, actor, now)
    if why := due_in_vain(terms, promise.due_on):
        raise Refused(why)
    if terms.promises.count() >= MOST_PROMISES:
        raise Refused(_("The terms hold as many promises as they can."))
    Promise.objects.create(terms=terms, **asdict(promise))
    terms.reason = words
    terms.save(update_fields=["reason"])
    return _propose_signed(found, terms, actor, now, read)


@transaction.atomic
def reaffirm(tour: Tour, words: str, *, actor: Person, now: datetime, read: Read | None = None) -> Terms:
    """Proposes the terms in force again, word for word, with the new manager in the old one's place.

    Whoever proposes it signs it by that; the other side reads and signs.
    """
    found = locked(tour.pk, actor, now)
    if made := _just_made(found, words, read, actor):
        return made
    _require(Act.REAFFIRM, actor, found, now)
    terms = _draft_from_force(found, actor, now)
    terms.reason = words
    terms.save(update_fields=["reason"])
    return _propose_signed(found, terms, actor, now, read)


def _just_made(tour: Tour, words: str, read: Read | None, actor: Person) -> Terms | None:
    """What the actor has proposed and signed from the very page that they send again: a double click."""
    made = tour.on_table
    if read is None or made is None or made.proposed_by_id != actor.pk or made.reason != words:
        return None
    is_ = (tour.in_force.number if tour.in_force else None, made.number, made.manager_id, made.policy_id)
    signed = any(signature.signer_id == actor.pk for signature in made.known_signatures)
    return made if signed and is_ == (read.force, read.number, read.to, read.policy) else None


def _propose_signed(tour: Tour, terms: Terms, actor: Person, now: datetime, read: Read | None) -> Terms:
    put_on_table(tour, terms, actor=actor, now=now)
    put_name(terms, terms.own_side(actor), actor=actor, now=now)  # they name whoever may amend
    _refuse_to_sign_other(read, tour, terms)
    return terms


def _draft_from_force(tour: Tour, actor: Person, now: datetime) -> Terms:
    """In the place of a draft that names somebody with whom there is nothing to agree on any more: what a
    manager before left unfinished gives way, and not what the employee has written."""
    if tour.draft:
        if tour.draft.is_own_draft and tour.draft.revision:
            raise Refused(kept_back_by(tour.draft, actor))
        Terms.objects.filter(pk=tour.draft.pk, proposed_at__isnull=True).delete()
        tour = locked(tour.pk, actor, now)
    assert tour.in_force  # only what is in force can be amended
    return next_version(tour.in_force, tour, actor=actor, manager_id=_manager_by_now(tour), now=now)


def _in_new_name(draft: Terms, tour: Tour) -> Terms:
    draft.manager_id = _manager_by_now(tour)
    draft.save(update_fields=["manager"])
    return draft


def _manager_by_now(tour: Tour) -> int:
    return tour.manager_now_id or tour.manager_id


def _require(act: Act, actor: Person, tour: Tour, now: datetime) -> None:
    """As `require`; who is kept from it by what the employee has written is told so."""
    today = today_for(actor, now)
    draft = access.kept_back(actor, tour, today)
    if draft and act not in access.acts(actor, tour, today):
        raise Refused(kept_back_by(draft, actor))
    require(act, actor, tour, now)


def kept_back_by(draft: Terms, actor: Person) -> str:
    """Why the actor cannot go on with the terms in force; said before any form, too."""
    if draft.created_by_id == actor.pk:
        return _("What you have written yourself would be lost. Go on with it, or clear it away first.")
    told = _(
        "%(name)s has been writing other terms since %(day)s. Nothing else can be proposed until %(name)s"
        " goes on with them, now with you, or clears them away."
    )
    return told % {"name": draft.created_by.name, "day": date_format(today_for(actor, draft.created_at))}


@transaction.atomic
def end_early(
    tour: Tour,
    ended_on: date,
    *,
    reason: str,
    learnt: str,
    actor: Person,
    now: datetime,
    read: Read | None = None,
) -> None:
    """One side ends the tour before its time: `ended_on` is the last day in force, see `early_end_limits`.

    What was being negotiated is over with it; a draft stays with its writer.
    """
    found = locked(tour.pk, actor, now)
    said = {"author": actor, "reason": reason, "learnt": learnt}
    if found.ended_on == ended_on and found.partings.filter(**said, side=found.ended_by).exists():
        return  # a double click
    require(Act.END_EARLY, actor, found, now)
    _refuse_to_end_other(read, found, actor)
    side = found.own_side(actor)
    first, last = early_end_limits(found, today_for(actor, now))
    if not first <= ended_on <= last:
        days = {"first": date_format(first), "last": date_format(last)}
        raise Refused(_("Choose a day from %(first)s to %(last)s.") % days)
    _part(found, side, reason, learnt, actor, now)
    found.ended_on, found.ended_by = ended_on, side
    set_state(found, Tour.State.ENDED_EARLY, "ended_on", "ended_by")


def _refuse_to_end_other(read: Read | None, tour: Tour, actor: Person) -> None:
    """It is said to whoever agreed to it, whoever manages; and nothing ends unseen with it."""
    if read is None:
        return
    told, negotiated = other_force(read.force, tour), tour.negotiated
    if negotiated and negotiated.side_of(actor) and negotiated.pk != read.open:
        told["open"] = _(
            "A change of the terms is now being agreed on, and would end with the tour. Look at it first."
        )
    if told:
        raise OtherThanRead(**told)


def early_end_limits(tour: Tour, today: date) -> tuple[date, date]:
    """From two weeks back, but neither before it began nor before both signed what is in force, to shortly
    before its planned end. A tour that has not begun can be ended from today on."""
    terms = tour.in_force
    assert terms
    last = today + timedelta(days=EARLY_END_AHEAD_DAYS)
    if terms.ends_on:
        last = min(last, terms.ends_on - timedelta(days=1))
    first = max(today - timedelta(days=EARLY_END_BACK_DAYS), terms.starts_on, terms.agreed_on)
    return min(first, today, last), last


@transaction.atomic
def add_words_on_end(tour: Tour, *, reason: str, learnt: str, actor: Person, now: datetime) -> None:
    """The other side's words on an early end; said once, like those of the side that ended it."""
    found = locked(tour.pk, actor, now)
    if found.partings.filter(author=actor, reason=reason, learnt=learnt).exists():
        return  # a double click
    side = found.side_of(actor)
    if side is None or not access.can_add_words_on_end(actor, found):
        raise Refused(_("You have already added your words on this end, or are not asked for any."))
    _part(found, side, reason, learnt, actor, now)


def _part(tour: Tour, side: Side, reason: str, learnt: str, actor: Person, now: datetime) -> None:
    assert tour.in_force
    Parting.objects.create(
        tour=tour, terms=tour.in_force, side=side, reason=reason, learnt=learnt, author=actor, at=now
    )
