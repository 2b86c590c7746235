"""Writing programmes, and beginning or stopping to give one. `tours.giving` does the giving."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from datetime import date, datetime
from uuid import UUID

from django.db import transaction
from django.forms.models import model_to_dict
from django.utils.translation import get_language
from django.utils.translation import gettext as _

from alliance_site.outbox.services import nudge
from people.days import today_for
from people.models import Person
from tours import access
from tours.giving.standing import look
from tours.models import Given, Giving, Pledge, Programme, Revision
from tours.services.locking import Refused

PLEDGED = ("owed_by", "what", "due_after", "due_unit", "known_by")
BATCH = 5000
GIVE = "tours.give"  #: the task that works through what waits


@transaction.atomic
def save_programme(
    programme: Programme | None,
    revision: Revision,
    pledges: Sequence[Pledge],
    *,
    base: int,
    actor: Person,
    now: datetime,
) -> Programme:
    """Keeps these words as the next revision; the same words again are no new one, nor a second programme.

    Raises Refused where somebody has saved since revision `base` was read.
    """
    _require_writer(actor)
    if programme is None and (begun := _begun(revision, pledges, actor)):
        return begun
    kept = _locked(programme.pk) if programme else Programme.objects.create()
    number = kept.current.number if kept.current else 0
    if kept.current and _words(kept.current, kept.current.pledges.all()) == _words(revision, pledges):
        return kept
    if number != base:
        raise Refused(_("Somebody has saved this programme since you opened it. Compare, then save again."))
    words = model_to_dict(revision, fields=Revision.WRITTEN)
    kept.current = Revision.objects.create(
        programme=kept, number=number + 1, made_by=actor, made_at=now, **words
    )
    Pledge.objects.bulk_create(
        Pledge(revision=kept.current, **model_to_dict(pledge, fields=PLEDGED)) for pledge in pledges
    )
    kept.save(update_fields=["current"])
    return kept


def _begun(revision: Revision, pledges: Sequence[Pledge], actor: Person) -> Programme | None:
    """By the first of two clicks: the newest programme of theirs, as long as it says nothing else."""
    Person.objects.select_for_update(no_key=True).get(pk=actor.pk)  # else the second would not see it
    own = Programme.objects.filter(current__number=1, current__made_by=actor, retired_at=None)
    newest = own.select_related("current").order_by("pk").last()
    same = newest and _words(newest.newest, newest.newest.pledges.all()) == _words(revision, pledges)
    return newest if same else None


def _words(revision: Revision, pledges: Iterable[Pledge]) -> object:
    return model_to_dict(revision, fields=Revision.WRITTEN), [
        model_to_dict(p, fields=PLEDGED) for p in pledges
    ]


@transaction.atomic
def copy_programme(programme: Programme, *, actor: Person, now: datetime) -> Programme:
    """A programme of its own, with these words to start from. As long as nobody has written on it, it is not
    made a second time."""
    _require_writer(actor)
    words = model_to_dict(programme.newest, fields=Revision.WRITTEN)
    name = _("Copy of %(name)s") % {"name": words.pop("name")}
    longest = Revision._meta.get_field("name").max_length
    copy = Revision(name=name[:longest], **words)
    return save_programme(None, copy, list(programme.newest.pledges.all()), base=0, actor=actor, now=now)


@transaction.atomic
def retire(programme: Programme, *, actor: Person, now: datetime) -> None:
    """From now on nobody is given it. What was given, or is being given, stays."""
    _require_writer(actor)
    kept = _locked(programme.pk)
    kept.retired_at = kept.retired_at or now
    kept.save(update_fields=["retired_at"])


@transaction.atomic
def bring_back(programme: Programme, *, actor: Person) -> None:
    _require_writer(actor)
    kept = _locked(programme.pk)
    kept.retired_at = None
    kept.save(update_fields=["retired_at"])


@transaction.atomic
def give(
    revision: Revision,
    people: Iterable[int],
    starts_on: date,
    *,
    key: UUID,
    actor: Person,
    now: datetime,
    read: int | None = None,
) -> Giving:
    """Writes down who is to get it, by their keys; a worker does the rest. The same `key` gives once. Refused
    where the actor has `read` another revision."""
    programme = _locked(revision.programme_id)
    if begun := Giving.objects.filter(key=key, given_by=actor).first():
        return begun
    if not access.uses_programmes(actor, today_for(actor, now)) or programme.retired_at:
        raise Refused(_("This programme cannot be given any more."))
    if programme.current_id != revision.pk or read not in (None, revision.pk):
        raise Refused(_("This programme was changed in the meantime. Read it again first."))
    people, today = set(people), today_for(actor, now)
    if look(actor, revision, people, starts_on, today).nobody:
        raise Refused(_("As it looks now, none of them can get it."))
    giving = Giving.objects.create(
        key=key,
        revision=revision,
        starts_on=starts_on,
        language=get_language(),
        given_by=actor,
        as_hr=actor.is_hr,
        given_at=now,
    )
    rows = (Given(giving=giving, person_id=person) for person in sorted(people))
    Given.objects.bulk_create(rows, batch_size=BATCH)
    nudge(GIVE)
    return giving


@transaction.atomic
def stop_giving(giving: Giving, *, actor: Person, now: datetime) -> int:
    """Whoever has not got it yet does not get it; says how many. Waits for what is being written."""
    if not access.sees_giving(actor, giving):
        raise Refused(_("You cannot stop this: somebody else handed it out."))
    stopped = giving.given.waiting().update(outcome=Given.Outcome.STOPPED)
    if stopped:
        Giving.objects.filter(pk=giving.pk).update(stopped_by=actor, stopped_at=now)
    return stopped


def _require_writer(actor: Person) -> None:
    if not access.writes_programmes(actor):
        raise Refused(_("Programmes are written by HR."))


def _locked(pk: int) -> Programme:
    rows = Programme.objects.select_related("current").select_for_update(of=("self",), no_key=True)
    return rows.get(pk=pk)
