"""What changes a tour. Every verb takes the tour's row first, so that two people cannot cross.

Each raises `Refused`, whose text is a sentence for the person who tried.
"""

from __future__ import annotations

from datetime import datetime

from django.db import transaction
from django.forms.models import model_to_dict
from django.utils.translation import gettext as _

from alliance_site.outbox.services import nudge
from people.days import today_for
from people.models import Person
from tours import access
from tours.access import Act
from tours.models import Comment, Promise, Signature, Terms, Tour


class Refused(Exception):
    """The act is not possible as things stand; says why."""


@transaction.atomic
def draft_tour(employee: Person, type_: str, *, actor: Person, now: datetime) -> Tour:
    """A tour of `actor` with one of their reports, with an empty first version of its terms."""
    today = today_for(actor, now)
    if not access.can_draft_for(actor, employee, today):
        raise Refused(_("You can define a tour only with somebody whom you manage today."))
    tour = Tour.objects.create(employee=employee, manager=actor, type=type_, created_at=now)
    Terms.objects.create(
        tour=tour,
        number=1,
        employee=employee,
        manager=actor,
        starts_on=today,
        created_by=actor,
        created_at=now,
    )
    return tour


WRITTEN = ("mission", "company_gain", "employee_gain", "starts_on", "ends_on", "review_on", "rhythm")


@transaction.atomic
def save_draft(terms: Terms, *, revision: int, actor: Person, now: datetime) -> Terms:
    """Keeps what `terms` holds now, unless somebody saved after revision `revision` was read."""
    tour = _lock(terms.tour_id)
    _require(Act.EDIT, actor, tour, now)
    unchanged = Terms.objects.filter(pk=terms.pk, revision=revision, proposed_at__isnull=True)
    words = {name: getattr(terms, name) for name in WRITTEN}
    if not unchanged.update(**words, revision=revision + 1):
        raise Refused(
            _("This draft was saved in another window since you opened it here. Compare, then save again.")
        )
    terms.revision = revision + 1
    return terms


@transaction.atomic
def propose(terms: Terms, *, actor: Person, now: datetime) -> None:
    """Puts a drafted version on the table. From here on its words never change."""
    tour = _lock(terms.tour_id)
    _require(Act.EDIT, actor, tour, now)
    done = Terms.objects.filter(pk=terms.pk, proposed_at__isnull=True, revision=terms.revision)
    if not done.update(proposed_at=now, proposed_by=actor):
        raise Refused(_("This draft was changed or proposed in the meantime. Read it again first."))
    _set_state(tour, Tour.State.PROPOSED)


@transaction.atomic
def sign(terms: Terms, *, actor: Person, now: datetime) -> Tour:
    """One side accepts exactly this version; with the second signature it is in force.

    Signing twice is the same as once. Raises `Refused` if a newer version is on the table.
    """
    tour = _lock_with_versions(terms.tour_id)
    side, version = tour.side_of(actor), tour.proposed_version(terms.number)
    if side and version and version.signature_of(side):
        return tour
    _refuse_stale(tour, terms)
    _require(Act.SIGN, actor, tour, now)
    assert side  # else it would have been refused
    assert version
    Signature.objects.create(terms=terms, side=side, signer=actor, signed_at=now)
    if version.signature_of(side.other):
        tour.in_force = terms
        _set_state(tour, Tour.State.AGREED, "in_force")
    return tour


@transaction.atomic
def ask_for_change(terms: Terms, words: str, *, actor: Person, now: datetime) -> None:
    """The employee says what should be otherwise; the manager gets a copy to write the next version in."""
    tour = _lock_with_versions(terms.tour_id)
    _refuse_stale(tour, terms)
    _require(Act.ASK, actor, tour, now)
    _comment(Comment.Kind.CHANGE, terms, words, actor, now)
    _copy_as_draft(terms, actor=tour.manager, now=now)
    _set_state(tour, Tour.State.DRAFT)


@transaction.atomic
def revise(terms: Terms, *, actor: Person, now: datetime) -> None:
    """The manager takes the version off the table to write the next one."""
    tour = _lock_with_versions(terms.tour_id)
    _refuse_stale(tour, terms)
    _require(Act.REVISE, actor, tour, now)
    _copy_as_draft(terms, actor=actor, now=now)
    _set_state(tour, Tour.State.DRAFT)


@transaction.atomic
def decline(terms: Terms, words: str, *, actor: Person, now: datetime) -> None:
    tour = _lock_with_versions(terms.tour_id)
    _refuse_stale(tour, terms)
    _require(Act.DECLINE, actor, tour, now)
    _comment(Comment.Kind.DECLINED, terms, words, actor, now)
    _set_state(tour, Tour.State.DECLINED)


@transaction.atomic
def withdraw(terms: Terms, words: str, *, actor: Person, now: datetime) -> None:
    tour = _lock(terms.tour_id)
    _require(Act.WITHDRAW, actor, tour, now)
    _comment(Comment.Kind.WITHDRAWN, terms, words, actor, now)
    _set_state(tour, Tour.State.WITHDRAWN)


def _lock(pk: int) -> Tour:
    return Tour.objects.select_for_update(of=("self",)).select_related("employee", "manager").get(pk=pk)


def _lock_with_versions(pk: int) -> Tour:
    """What is on the table and who has signed it is then what the database says now, under the lock."""
    return Tour.objects.with_versions().select_for_update(of=("self",)).get(pk=pk)


def _require(act: Act, actor: Person, tour: Tour, now: datetime) -> None:
    if act not in access.acts(actor, tour, today_for(actor, now)):
        raise Refused(_("This is no longer possible: the tour has moved on in the meantime."))


def _refuse_stale(tour: Tour, terms: Terms) -> None:
    newest = tour.on_table
    if newest and newest.number > terms.number:
        raise Refused(
            _(
                "You were reading version %(old)s, but version %(new)s is on the table by now."
                " Read that one first."
            )
            % {"old": terms.number, "new": newest.number}
        )


def _set_state(tour: Tour, state: Tour.State, *more: str) -> None:
    """Under the lock that `_lock` took. Whoever must act next hears of it soon."""
    tour.state = state
    tour.save(update_fields=["state", *more])
    nudge()


def _comment(kind: Comment.Kind, terms: Terms, words: str, actor: Person, now: datetime) -> None:
    Comment.objects.create(kind=kind, terms=terms, words=words, author=actor, at=now)


def _copy_as_draft(terms: Terms, *, actor: Person, now: datetime) -> Terms:
    """The next version, with the words and promises of this one to start from."""
    copy = Terms.objects.create(
        tour_id=terms.tour_id,
        number=terms.number + 1,
        employee_id=terms.employee_id,
        manager_id=terms.manager_id,
        created_by=actor,
        created_at=now,
        **model_to_dict(terms, fields=WRITTEN),
    )
    Promise.objects.bulk_create(
        Promise(terms=copy, owed_by=p.owed_by, what=p.what, due_on=p.due_on, known_by=p.known_by)
        for p in terms.promises.all()
    )
    return copy
