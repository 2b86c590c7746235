"""What the two sides can do with a check-in: answer, hand in, skip, show."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from datetime import datetime

from django.contrib.postgres.expressions import ArraySubquery
from django.db import connection, transaction
from django.db.models import OuterRef, Q, QuerySet

from feedback.access.checkins import earlier_today
from feedback.models import BY_RHYTHM, Answer, CheckIn, Chosen, Reviews, Said, Sheet
from people.days import today_for
from people.models import Person
from people.prepared import prepared
from tours.models import Side

#: What one side says, by the question's key in the database.
Answers = Mapping[int, Said]

# Under the lock, as the first version, which the same transaction fills. Of two windows the slower one begins
# none: it has waited for the lock, and whoever was faster stands in its way by then.
BEGIN = """
WITH locked AS (SELECT id FROM feedback_checkin WHERE id = %s AND skipped_at IS NULL FOR UPDATE)
INSERT INTO feedback_sheet (checkin_id, side, author_id, version, saved_at)
SELECT id, %s, %s, 1, %s FROM locked
ON CONFLICT (checkin_id, side) DO NOTHING RETURNING id
"""


class Stale(Exception):
    """The same person saved something else from another window since this one was opened."""

    def __init__(self, sheet: Sheet) -> None:
        super().__init__("saved since")
        self.sheet = sheet


class Settled(Exception):
    """The check-in was skipped, or the sheet handed in, before this could be done."""


def said(sheet: Sheet) -> dict[int, Said]:
    """What the sheet holds, by question, without the empty ones."""
    return gathered(sheet.answers.all())


def gathered(rows: Iterable[Answer]) -> dict[int, Said]:
    """What these rows of one sheet hold, in the same way."""
    found: dict[int, Said] = {}
    for row in rows:
        if row.promise_id is None:
            found[row.question_id] = row.said
        elif row.choice:
            reviews = found.setdefault(row.question_id, Reviews())
            assert isinstance(reviews, Reviews), "a question is about promises, or it is not"
            reviews[row.promise_id] = row.choice
    return _spoken(found)


def save_draft(checkin: CheckIn, *, actor: Person, basis: int, answers: Answers, now: datetime) -> Sheet:
    """Keeps what the actor has so far. `basis` is the version of the sheet that was changed.

    Raises Stale when another window has saved something else since, Settled when it is too late.
    Saying the same again is no conflict, so a double click is harmless.
    """
    with transaction.atomic():
        return _write(_locked_sheet(checkin, actor, basis, now), basis, answers, now)


def hand_in(checkin: CheckIn, *, actor: Person, basis: int, answers: Answers, now: datetime) -> bool:
    """Saves and hands in for good; True when that was the second side, so both are revealed now.

    Raises as `save_draft` does.
    """
    with transaction.atomic():
        _write(_locked_sheet(checkin, actor, basis, now), basis, answers, now, submit=True)
        # The lock on the check-in makes the second of two simultaneous hand-ins see the first.
        both_in = CheckIn.objects.unsettled().handed_in_by(*Side).filter(pk=checkin.pk)
        return bool(both_in.update(revealed_at=now, revealed_on=today_for(actor, now)))


def skip(checkin: CheckIn, *, actor: Person, reason: str, now: datetime) -> bool:
    """False when it cannot be skipped: handed in by a side, lapsed, or settled; or not open yet, of what
    comes once in a tour."""
    today = today_for(actor, now)
    with transaction.atomic():
        CheckIn.objects.select_for_update().filter(pk=checkin.pk).first()
        skippable = CheckIn.objects.unsettled().handed_in_by_nobody().filter(lapses_on__gte=today)
        in_time = Q(kind__in=BY_RHYTHM) | Q(opens_on__lte=today)
        return bool(
            skippable.filter(in_time, pk=checkin.pk).update(
                skipped_at=now, skipped_by=checkin.own_side(actor), skipped_reason=reason
            )
        )


def show(checkin: CheckIn, *, actor: Person, now: datetime) -> bool:
    """Shows the actor's own answers to the other side, who let the check-in lapse."""
    lapsed = CheckIn.objects.unsettled().filter(pk=checkin.pk, lapses_on__lt=earlier_today(checkin, now))
    own = Sheet.objects.filter(checkin__in=lapsed, author=actor, submitted_at__isnull=False)
    return bool(own.filter(shown_at__isnull=True).update(shown_at=now))


def _locked_sheet(checkin: CheckIn, actor: Person, basis: int, now: datetime) -> Sheet:
    """The actor's own sheet, made if need be, with the check-in locked against the other side."""
    side = checkin.own_side(actor)
    # Over nothing saved there is most likely no sheet yet to be looked for.
    begun = None if basis else _begun_sheet(checkin, side, actor, now)
    sheet = begun or next(iter(_saved_sheet(checkin.pk, side)), None)
    if sheet is None or sheet.checkin.skipped_at:  # or planned away, as nobody had begun it
        raise Settled
    return sheet


@prepared
def _saved_sheet(checkin: int, side: Side) -> QuerySet[Sheet]:
    reviewed = Answer.objects.filter(sheet=OuterRef("pk"), promise__isnull=False).exclude(choice="")
    sheets = Sheet.objects.annotate(reviewed=ArraySubquery(reviewed.values("promise")))
    locked = sheets.select_related("checkin").select_for_update(of=("self", "checkin"))
    return locked.filter(checkin=checkin, side=side)


def _begun_sheet(checkin: CheckIn, side: Side, actor: Person, now: datetime) -> Sheet | None:
    """A new one. None where there is one, or nothing to answer any more."""
    with connection.cursor() as cursor:
        cursor.execute(BEGIN, [checkin.pk, side, actor.pk, now])
        begun = cursor.fetchone()
    if begun is None:
        return None
    sheet = Sheet(pk=begun[0], checkin=checkin, side=side, author=actor, saved_at=now)
    sheet.is_just_begun = True
    return sheet


def _write(sheet: Sheet, basis: int, answers: Answers, now: datetime, *, submit: bool = False) -> Sheet:
    if sheet.submitted_at or sheet.version != basis:
        if said(sheet) != _spoken(answers):
            raise Stale(sheet)
        if sheet.submitted_at or not submit:
            return sheet
    Answer.objects.bulk_create(
        [row for question, said in answers.items() for row in _rows(sheet, question, said)],
        update_conflicts=True,
        unique_fields=["sheet", "question", "promise"],
        update_fields=["scale", "text", "choice"],
    )
    sheet.version += 1
    sheet.saved_at = now
    if submit or not sheet.is_just_begun:
        sheet.submitted_at = now if submit else None
        sheet.save(update_fields=["version", "saved_at", "submitted_at"])
    return sheet


def _rows(sheet: Sheet, question: int, said: Said) -> Iterator[Answer]:
    if isinstance(said, Reviews):
        # What was settled or renegotiated since the last save is no longer asked about, nor answered.
        gone = dict.fromkeys(getattr(sheet, "reviewed", []), "")
        for promise, outlook in (gone | said).items():
            yield Answer(sheet=sheet, question_id=question, promise_id=promise, choice=outlook)
    else:
        yield _answer(sheet, question, said)


def _answer(sheet: Sheet, question: int, said: int | Chosen | str | None) -> Answer:
    row = Answer(sheet=sheet, question_id=question)
    if isinstance(said, Chosen):
        row.choice = said
    elif isinstance(said, str):
        row.text = said
    else:
        row.scale = said
    return row


def _spoken(answers: Answers) -> dict[int, Said]:
    said = {
        question: Reviews({key: outlook for key, outlook in answer.items() if outlook})
        if isinstance(answer, Reviews)
        else answer
        for question, answer in answers.items()
    }
    return {question: answer for question, answer in said.items() if answer}
