"""Writing terms that nobody else can see yet."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import date, datetime, timedelta

from django.db import transaction
from django.forms.models import model_to_dict
from django.utils.translation import gettext as _

from people.days import add_months, today_for
from people.models import Person
from tours import access
from tours.access import Act
from tours.models import Policy, Promise, Terms, Tour
from tours.services.locking import Refused, locked, require

#: What of a version is carried on into the next.
WORDS = ("mission", "company_gain", "employee_gain", "values", "starts_on", "ends_on", "review_on", "rhythm")
WRITTEN = (*WORDS, "reason")


@transaction.atomic
def draft_tour(employee: Person, type_: str, *, actor: Person, now: datetime) -> Tour:
    """A tour of one person with their manager of today, begun by either of them.

    Its first version is empty but for the length and the rhythm that the policy suggests.
    """
    tour = _new_tour(employee, type_, None, actor, now)
    today = today_for(actor, now)
    _first_version(tour, today, type_, {}, actor=actor, now=now)
    return tour


@transaction.atomic
def follow_up(previous: Tour, type_: str, *, actor: Person, now: datetime) -> Tour:
    """The next tour of that person, linked to this one and begun with its words and open promises."""
    today = today_for(actor, now)
    terms = previous.in_force
    if terms is None or not access.can_follow_up(actor, previous, today):
        raise Refused(_("The time to write what comes next has not come, or it is not yours to write."))
    tour = _new_tour(previous.employee, type_, previous, actor, now)
    last = previous.ends_on if type_ != Tour.Type.FOUNDATIONAL else min(previous.ends_on or today, today)
    starts_on = max(today, last + timedelta(days=1)) if last else today
    words = model_to_dict(terms, fields=("mission", "company_gain", "employee_gain", "values", "rhythm"))
    copy = _first_version(tour, starts_on, type_, words, actor=actor, now=now)
    carry_promises([promise for promise in terms.promises.all() if promise.due_on >= today], copy)
    return tour


def _new_tour(employee: Person, type_: str, previous: Tour | None, actor: Person, now: datetime) -> Tour:
    today = today_for(actor, now)
    if not access.can_draft_for(actor, employee, today):
        raise Refused(_("A tour is defined by somebody with a manager, or by that manager, as of today."))
    manager = employee.manager_on(today)
    assert manager  # else there would be nobody to define it with
    return Tour.objects.create(
        employee=employee, manager=manager, type=type_, previous=previous, created_at=now
    )


def _first_version(
    tour: Tour, starts_on: date, type_: str, words: dict[str, object], *, actor: Person, now: datetime
) -> Terms:
    policy = Policy.objects.on(today_for(actor, now))
    end = add_months(starts_on, policy.suggested_months(type_)) - timedelta(days=1)
    suggested = {
        "rhythm": policy.suggested_rhythm(type_),
        "review_on" if type_ == Tour.Type.FOUNDATIONAL else "ends_on": end,
    }
    return Terms.objects.create(
        tour=tour,
        number=1,
        employee=tour.employee,
        manager=tour.manager,
        starts_on=starts_on,
        created_by=actor,
        created_at=now,
        **(suggested | words),
    )


@transaction.atomic
def save_draft(terms: Terms, *, revision: int, actor: Person, now: datetime) -> Terms:
    """Keeps what `terms` holds now, unless somebody saved after revision `revision` was read."""
    tour = locked(terms.tour_id, actor, now)
    require(Act.EDIT, actor, tour, now)
    unchanged = Terms.objects.filter(pk=terms.pk, revision=revision, proposed_at__isnull=True)
    words = {name: getattr(terms, name) for name in WRITTEN}
    if not unchanged.update(**words, revision=revision + 1):
        raise Refused(
            _("This draft was saved in another window since you opened it here. Compare, then save again.")
        )
    terms.revision = revision + 1
    return terms


def next_version(terms: Terms, tour: Tour, *, actor: Person, manager_id: int, now: datetime) -> Terms:
    """A draft with the words and promises of `terms` to start from; the pen is the actor's."""
    copy = Terms.objects.create(
        tour=tour,
        number=tour.latest.number + 1,
        employee_id=terms.employee_id,
        manager_id=manager_id,
        created_by=actor,
        created_at=now,
        **model_to_dict(terms, fields=WORDS),
    )
    carry_promises(terms.promises.all(), copy)
    return copy


def carry_promises(promises: Iterable[Promise], terms: Terms) -> None:
    """They stay the same promises, with the same keys, in the newer terms."""
    Promise.objects.bulk_create(
        Promise(terms=terms, key=p.key, owed_by=p.owed_by, what=p.what, due_on=p.due_on, known_by=p.known_by)
        for p in promises
    )
