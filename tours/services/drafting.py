"""Writing terms that nobody else can see yet."""

from __future__ import annotations

from collections.abc import Collection, Iterable
from datetime import date, datetime, timedelta
from uuid import UUID

from django.db import transaction
from django.db.models import F, Max
from django.forms.models import model_to_dict
from django.utils.translation import gettext as _

from people.days import add_months, today_for
from people.models import Person, ReportingLine
from tours import access
from tours.access import Act
from tours.ledger import unfinished
from tours.models import Policy, Promise, Terms, Tour
from tours.services.locking import Refused, locked, require


@transaction.atomic
def draft_tour(employee: Person, type_: str, *, actor: Person, now: datetime) -> Tour:
    """A tour of one person with their manager of today, begun by either of them.

    Its first version is empty but for the length and the rhythm that the policy suggests, and begins after
    the tour that runs. A draft begun so a moment ago and never written on is not begun a second time.
    """
    _one_at_a_time(employee)
    if begun := _untouched(employee, type_, None, actor, now):
        return begun
    tour = _new_tour(employee, type_, None, actor, now)
    today = today_for(actor, now)
    running = Tour.objects.filter(employee=employee).active(today).aggregate(last=Max("last_day"))["last"]
    starts_on = running + timedelta(days=1) if running else today
    _first_version(tour, starts_on, {}, actor=actor, now=now)
    return tour


@transaction.atomic
def follow_up(previous: Tour, type_: str, *, actor: Person, now: datetime) -> Tour:
    """The next tour of that person, linked to this one and begun with its words and open promises."""
    _one_at_a_time(previous.employee)
    today = today_for(actor, now)
    terms = previous.in_force
    if terms is None or not access.is_time_to_follow_up(previous, today):
        raise Refused(_("The time to write what comes next has not come, or it is not yours to write."))
    if begun := _untouched(previous.employee, type_, previous, actor, now):
        return begun
    tour = _new_tour(previous.employee, type_, previous, actor, now)
    last = previous.ends_on if type_ != Tour.Type.FOUNDATIONAL else min(previous.ends_on or today, today)
    starts_on = max(today, last + timedelta(days=1)) if last else today
    words = model_to_dict(terms, fields=(*Terms.TEXTS, "rhythm"))
    copy = _first_version(tour, starts_on, words, actor=actor, now=now)
    carry_promises(unfinished().filter(terms=terms), copy)
    return tour


def _one_at_a_time(employee: Person) -> None:
    """Else the second of two clicks would not see what the first began."""
    Person.objects.select_for_update(no_key=True).get(pk=employee.pk)


def _untouched(
    employee: Person, type_: str, previous: Tour | None, actor: Person, now: datetime
) -> Tour | None:
    """Begun by a click before. An older one may have other days, or a manager who no longer manages."""
    lately = now - timedelta(hours=1)
    blank = Terms.objects.filter(number=1, revision=0, proposed_at=None, created_by=actor)
    line = ReportingLine.objects.current(today_for(actor, now)).filter(person=employee)
    drafts = Tour.objects.filter(employee=employee, type=type_, previous=previous, state=Tour.State.DRAFT)
    return drafts.filter(
        pk__in=blank.filter(created_at__gt=lately).values("tour"), manager__in=line.values("manager")
    ).first()


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
    tour: Tour, starts_on: date, words: dict[str, object], *, actor: Person, now: datetime
) -> Terms:
    policy = Policy.objects.on(today_for(actor, now))
    return Terms.objects.create(
        tour=tour,
        number=1,
        employee=tour.employee,
        manager=tour.manager,
        starts_on=starts_on,
        created_by=actor,
        created_at=now,
        **(_suggested(policy, tour.type, starts_on) | words),
    )


def _suggested(policy: Policy, type_: str, starts_on: date) -> dict[str, object]:
    end = add_months(starts_on, policy.suggested_months(type_)) - timedelta(days=1)
    open_ended = type_ == Tour.Type.FOUNDATIONAL
    return {
        "rhythm": policy.suggested_rhythm(type_),
        "ends_on": None if open_ended else end,
        "review_on": end if open_ended else None,
    }


@transaction.atomic
def change_type(tour: Tour, type_: str, *, actor: Person, now: datetime) -> None:
    """Of a tour that was never proposed. Length and rhythm follow where they are as was suggested."""
    tour = locked(tour.pk, actor, now)
    today = today_for(actor, now)
    terms = tour.draft
    if terms is None or not access.can_change_type(actor, tour, today):
        raise Refused(_("The kind of a tour is chosen before it is proposed for the first time."))
    policy = Policy.objects.on(today)
    before, after = (_suggested(policy, kind, terms.starts_on) for kind in (tour.type, type_))
    if terms.comes_to not in (None, before["ends_on"] or before["review_on"]):
        after["review_on" if type_ == Tour.Type.FOUNDATIONAL else "ends_on"] = terms.comes_to
    if terms.rhythm != before["rhythm"]:
        after["rhythm"] = terms.rhythm
    Terms.objects.filter(pk=terms.pk).update(**after, revision=F("revision") + 1)
    tour.type = type_
    tour.save(update_fields=["type"])


@transaction.atomic
def throw_away(terms: Terms, *, actor: Person, now: datetime) -> None:
    """A draft that nobody else has seen leaves nothing behind; of a change, the terms in force stay."""
    tour = locked(terms.tour_id, actor, now)
    if tour.draft != terms or not access.can_throw_away(actor, tour, today_for(actor, now)):
        raise Refused(_("This is no longer possible: the draft was proposed in the meantime."))
    Terms.objects.filter(pk=terms.pk, proposed_at__isnull=True).delete()
    if not tour.proposed:
        tour.delete()


@transaction.atomic
def save_draft(terms: Terms, *, revision: int, actor: Person, now: datetime) -> Terms:
    """Keeps what `terms` holds now, unless somebody saved after revision `revision` was read."""
    tour = locked(terms.tour_id, actor, now)
    require(Act.EDIT, actor, tour, now)
    return write(terms, revision=revision)


def write(
    terms: Terms, *, revision: int, promises: Iterable[Promise] = (), left_out: Collection[UUID] = ()
) -> Terms:
    """`save_draft`, with promises by their keys, under a lock that whoever calls it holds already."""
    unchanged = Terms.objects.filter(pk=terms.pk, revision=revision, proposed_at__isnull=True)
    words = {name: getattr(terms, name) for name in Terms.WRITTEN}
    if not unchanged.update(**words, revision=revision + 1):
        raise Refused(
            _("This draft was saved in another window since you opened it here. Compare, then save again.")
        )
    Promise.objects.bulk_create(
        promises,
        update_conflicts=True,
        unique_fields=["terms", "key"],
        update_fields=["owed_by", "what", "due_on", "known_by"],
    )
    if left_out:
        # Nothing hangs on a promise that was never proposed, and the database would say if anything did.
        gone = Promise.objects.filter(terms=terms, key__in=left_out)
        gone._raw_delete(gone.db)
    terms.revision = revision + 1
    return terms


def next_version(terms: Terms, tour: Tour, *, actor: Person, manager_id: int, now: datetime) -> Terms:
    """A draft with the words and promises of `terms` to start from; the pen is the actor's."""
    copy = as_next(terms, tour, manager_id=manager_id)
    copy.created_by, copy.created_at = actor, now
    copy.save(force_insert=True)
    carry_promises(terms.promises.all(), copy)
    return copy


def as_next(terms: Terms, tour: Tour, *, manager_id: int) -> Terms:
    """What the next version says before anybody changes its words; not saved."""
    number = tour.latest.number + 1
    names = {"employee_id": terms.employee_id, "manager_id": manager_id}
    return Terms(tour=tour, number=number, **names, **model_to_dict(terms, fields=Terms.CARRIED))


def carry_promises(promises: Iterable[Promise], terms: Terms) -> None:
    """They stay the same promises, with the same keys, in the newer terms."""
    Promise.objects.bulk_create(
        Promise(terms=terms, key=p.key, owed_by=p.owed_by, what=p.what, due_on=p.due_on, known_by=p.known_by)
        for p in promises
    )
