"""Keeping, and truly deleting, what somebody writes down for themselves."""

from __future__ import annotations

from datetime import datetime
from uuid import UUID, uuid4

from django.db import IntegrityError, transaction

from feedback.models import CheckIn, Note
from people.models import Person
from tours.models import Tour


class Overtaken(Exception):
    """The author saved something else from another window, or deleted it, since this one was opened."""

    def __init__(self, note: Note | None) -> None:
        super().__init__("saved since")
        self.note = note


def note_on(author: Person, about: Tour | CheckIn) -> Note | None:
    return Note.objects.of(author).filter(**_place(about)).first()


def write_note(
    author: Person, about: Tour | CheckIn, words: str, *, basis: UUID | None, now: datetime
) -> Note | None:
    """What is kept now: without words nothing is. `basis` is the state that was changed.

    Raises Overtaken, unless the other window said the same.
    """
    tour_id = about.pk if isinstance(about, Tour) else about.tour_id
    note = note_on(author, about)
    if note is not None:
        return rewrite_note(note, words, basis=basis, now=now)
    if basis and words:
        raise Overtaken(None)
    if not words:
        return None
    try:
        with transaction.atomic():
            return Note.objects.create(
                author=author, words=words, saved_at=now, **{"tour_id": tour_id, **_place(about)}
            )
    except IntegrityError:
        # Another window was faster to begin.
        found = note_on(author, about)
        if found is None or found.words != words:
            raise Overtaken(found) from None
        return found


def rewrite_note(note: Note, words: str, *, basis: UUID | None, now: datetime) -> Note | None:
    """The same for one that is there. Deleted by now, it does not come back by itself."""
    as_read = Note.objects.filter(pk=note.pk, state__in=[basis] if basis else [])
    done = as_read.update(words=words, saved_at=now, state=uuid4()) if words else as_read.delete()[0]
    found = Note.objects.filter(pk=note.pk).first()
    if not done and (found.words if found else "") != words:
        raise Overtaken(found)
    return found


def delete_note(note: Note) -> None:
    Note.objects.filter(pk=note.pk).delete()


def _place(about: Tour | CheckIn) -> dict[str, object]:
    if isinstance(about, Tour):
        return {"tour_id": about.pk, "of_tour": True}
    return {"checkin_id": about.pk, "of_tour": False}
