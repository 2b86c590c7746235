"""The way from a draft to two signatures on the same version, of the first terms and of every change."""

from __future__ import annotations

from datetime import date, datetime

from django.db import transaction
from django.utils.formats import date_format
from django.utils.translation import gettext as _

from alliance_site.outbox.services import nudge
from people.days import today_for
from people.models import Person
from tours import statement
from tours.access import Act, began_otherwise, would_lose
from tours.models import Comment, Policy, Promise, Side, Signature, Terms, Tour
from tours.services.drafting import next_version
from tours.services.locking import Refused, Unchanged, locked, refuse_stale, require, set_state


@transaction.atomic
def propose(terms: Terms, *, actor: Person, now: datetime) -> None:
    """Puts a drafted version on the table. From here on its words never change."""
    tour = locked(terms.tour_id, actor, now)
    require(Act.EDIT, actor, tour, now)
    if tour.in_force and says_the_same(terms, tour.in_force):
        told = _("Nothing in it differs from version %(number)s, which is in force. Change something first.")
        raise Unchanged(told % {"number": tour.in_force.number})
    put_on_table(tour, terms, actor=actor, now=now)


def says_the_same(newer: Terms, older: Terms) -> bool:
    """The same to the same two people; the reason for a change is no change."""
    if any(getattr(newer, name) != getattr(older, name) for name in (*Terms.CARRIED, "manager_id")):
        return False
    rows = Promise.objects.filter(terms__in=[newer, older]).order_by("key")
    owed: dict[int, list[object]] = {newer.pk: [], older.pk: []}
    for terms, *promise in rows.values_list("terms", "key", "owed_by", "what", "due_on", "known_by"):
        owed[terms].append(promise)
    return owed[newer.pk] == owed[older.pk]


def put_on_table(tour: Tour, terms: Terms, *, actor: Person, now: datetime) -> None:
    """Under the lock. The policy of that day, and the window that follows from it, are fixed with it."""
    today = today_for(actor, now)
    if said := _begins_anew(terms, tour, today):
        raise Refused(said)
    policy = Policy.objects.on(today)
    talk_on = terms.window_opens(policy)
    if tour.in_force and tour.in_force.comes_to == terms.comes_to:
        known = tour.in_force.talk_on or talk_on  # both have it in their calendars already
        talk_on = max(known, terms.starts_on)
    done = Terms.objects.filter(pk=terms.pk, proposed_at__isnull=True, revision=terms.revision)
    fixed = {"policy": policy if policy.pk else None, "talk_on": talk_on}
    if not done.update(proposed_at=now, proposed_by=actor, **fixed):
        raise Refused(_("This draft was changed or proposed in the meantime. Read it again first."))
    terms.seal = statement.seal(terms.pk)
    set_state(tour, Tour.State.AGREED if tour.in_force else Tour.State.PROPOSED)


def _begins_anew(terms: Terms, tour: Tour, today: date) -> str:
    if began := began_otherwise(terms, tour, today):
        said = _("The tour began on %(day)s. Newer terms keep its first day.")
        return said % {"day": date_format(began)}
    return ""


@transaction.atomic
def sign(terms: Terms, *, actor: Person, now: datetime) -> Tour:
    """One side accepts exactly this version; with the second signature it is in force.

    Signing twice is the same as once. Raises `Refused` if a newer version is on the table, the last day
    of this one is past, or the tour has begun on another day.
    """
    tour = locked(terms.tour_id, actor, now)
    version = next((one for one in tour.proposed if one.number == terms.number), None)
    side = version.side_of(actor) if version else None
    if side and version and version.signature_of(side):
        return tour
    refuse_stale(tour, terms, actor)
    if version and (said := _too_late(version, tour, today_for(actor, now))):
        require(Act.REVISE, actor, tour, now)  # only who may do so is told to write it anew
        raise Refused(said)
    require(Act.SIGN, actor, tour, now)
    assert side  # else it would have been refused
    assert version
    put_name(version, side, actor=actor, now=now)
    if version.signature_of(side.other):
        tour.in_force, tour.manager = version, version.manager
        set_state(tour, Tour.State.AGREED, "in_force", "manager")
    return tour


def _too_late(terms: Terms, tour: Tour, today: date) -> str:
    """Why nobody can sign it any more, if that is so."""
    if not terms.has_run_out(today):
        return _begins_anew(terms, tour, today)
    assert terms.ends_on  # else it could not run out
    said = _("The last day of version %(number)s, %(day)s, has passed. Write a new version with a later one.")
    return said % {"number": terms.number, "day": date_format(terms.ends_on)}


def put_name(terms: Terms, side: Side, *, actor: Person, now: datetime) -> None:
    """Under the lock: a signature, on the very text that was proposed."""
    sealed = terms.seal if hasattr(terms, "seal") else statement.seal(terms.pk)
    Signature.objects.create(
        terms=terms, side=side, signer=actor, signed_at=now, fingerprint=sealed.fingerprint
    )


@transaction.atomic
def comment(terms: Terms, words: str, *, actor: Person, now: datetime, part: str = "") -> None:
    """A remark on one part of what is on the table; it changes nothing, and the other side hears of it."""
    tour = locked(terms.tour_id, actor, now)
    refuse_stale(tour, terms, actor)
    if _is_said(Comment.Kind.COMMENT, terms, words, actor, part):
        return
    require(Act.COMMENT, actor, tour, now)
    _comment(Comment.Kind.COMMENT, terms, words, actor, now, part)
    nudge()


@transaction.atomic
def ask_for_change(terms: Terms, words: str, *, actor: Person, now: datetime, part: str = "") -> None:
    """One side says what should be otherwise; the other gets a copy to write the next version in."""
    tour = locked(terms.tour_id, actor, now)
    refuse_stale(tour, terms, actor)
    if _is_said(Comment.Kind.CHANGE, terms, words, actor, part):
        return
    require(Act.ASK, actor, tour, now)
    _comment(Comment.Kind.CHANGE, terms, words, actor, now, part)
    _take_off_table(tour, terms, terms.other_than(actor.pk), now)


@transaction.atomic
def revise(terms: Terms, *, actor: Person, now: datetime) -> None:
    """Either side takes the version off the table to write the next one: a counter-proposal."""
    tour = locked(terms.tour_id, actor, now)
    refuse_stale(tour, terms, actor)
    require(Act.REVISE, actor, tour, now)
    _take_off_table(tour, terms, actor, now)


def _take_off_table(tour: Tour, terms: Terms, writer: Person, now: datetime) -> None:
    next_version(terms, tour, actor=writer, manager_id=terms.manager_id, now=now)
    set_state(tour, Tour.State.AGREED if tour.in_force else Tour.State.DRAFT)


@transaction.atomic
def decline(terms: Terms, words: str, *, actor: Person, now: datetime) -> None:
    """Ends what was proposed; terms in force stay as they are."""
    _clear_away(terms, words, Act.DECLINE, actor, now)


@transaction.atomic
def withdraw(terms: Terms, words: str, *, actor: Person, now: datetime) -> None:
    """Takes back what one's own side began; terms in force stay as they are."""
    _clear_away(terms, words, Act.WITHDRAW, actor, now)


def _clear_away(terms: Terms, words: str, act: Act, actor: Person, now: datetime) -> None:
    tour = locked(terms.tour_id, actor, now)
    refuse_stale(tour, terms, actor)
    kind = Comment.Kind.DECLINED if act is Act.DECLINE else Comment.Kind.WITHDRAWN
    if _is_said(kind, terms, words, actor):
        return
    _refuse_to_lose(tour, actor)
    require(act, actor, tour, now)
    draft, shown = tour.draft, tour.on_table
    if draft and (shown or tour.in_force):  # what the other side never saw leaves no trace
        Terms.objects.filter(pk=draft.pk, proposed_at__isnull=True).delete()
        draft = None
    if closing := shown or draft:
        _comment(kind, closing, words, actor, now)
    closed = Tour.State.DECLINED if act is Act.DECLINE else Tour.State.WITHDRAWN
    set_state(tour, Tour.State.AGREED if tour.in_force else closed)


def _refuse_to_lose(tour: Tour, actor: Person) -> None:
    if draft := would_lose(actor, tour):
        since = date_format(today_for(actor, draft.created_at))
        raise Refused(
            _(
                "%(name)s has been writing the next version since %(day)s, and it would be lost."
                " Wait until it is proposed."
            )
            % {"name": draft.created_by.name, "day": since}
        )


def _is_said(kind: Comment.Kind, terms: Terms, words: str, actor: Person, part: str = "") -> bool:
    """By the actor, just so, as the last of that version: a double click."""
    last = Comment.objects.filter(terms=terms).order_by("pk").last()
    said = last and (last.kind, last.part, last.words, last.author_id)
    return said == (kind, part, words, actor.pk)


def _comment(
    kind: Comment.Kind, terms: Terms, words: str, actor: Person, now: datetime, part: str = ""
) -> None:
    Comment.objects.create(kind=kind, part=part, terms=terms, words=words, author=actor, at=now)
