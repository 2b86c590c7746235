"""Writes the check-ins: answers before their sheet is handed in, and the reveal last of all."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from datetime import UTC, datetime, time

from django.db.models import F

from alliance_site.demonstration.company import facts
from alliance_site.demonstration.company.checking import GRACE, OPENS
from feedback.models import Answer, CheckIn, Kind, QuestionSet, Sheet
from feedback.questions import SHIPPED, latest_sets
from tours.models import Tour

BATCH = 2000


def write_checkins(company: facts.Company, tours: list[Tour]) -> None:
    questions = latest_sets(SHIPPED, now=datetime.combine(company.founded_on, time(9), tzinfo=UTC))
    told = [checkin for tour in company.tours for checkin in tour.checkins]
    of = [row for tour, row in zip(company.tours, tours, strict=True) for _ in tour.checkins]
    rows = [_checkin(checkin, tour, questions) for checkin, tour in zip(told, of, strict=True)]
    CheckIn.objects.bulk_create(rows, batch_size=BATCH)
    pairs = list(zip(told, rows, strict=True))
    _write_sheets([(sheet, row) for checkin, row in pairs for sheet in checkin.sheets], questions)
    _reveal(pairs)


def _checkin(checkin: facts.CheckIn, tour: Tour, questions: dict[Kind, QuestionSet]) -> CheckIn:
    by, reason, at = checkin.skipped or (None, "", None)
    return CheckIn(
        tour=tour,
        kind=checkin.kind,
        employee=tour.employee,
        manager=tour.manager,
        question_set=questions[Kind(checkin.kind)],
        opens_on=checkin.opens_on or checkin.due_on - OPENS,
        due_on=checkin.due_on,
        slot=checkin.slot,
        lapses_on=checkin.lapses_on or checkin.due_on + GRACE,
        skipped_by=by,
        skipped_reason=reason,
        skipped_at=at,
    )


def _write_sheets(told: list[tuple[facts.Sheet, CheckIn]], questions: dict[Kind, QuestionSet]) -> None:
    """Saved once, and handed in at that moment."""
    sheets = [
        Sheet(
            checkin=row,
            side=sheet.side,
            author=row.employee if sheet.side == facts.EMPLOYEE else row.manager,
            version=1,
            saved_at=sheet.saved_at,
        )
        for sheet, row in told
    ]
    Sheet.objects.bulk_create(sheets, batch_size=BATCH)
    keys = {
        (one.pk, key): pk for one in questions.values() for key, pk in one.questions.values_list("key", "pk")
    }
    pairs = [(sheet, row) for (sheet, _), row in zip(told, sheets, strict=True)]
    answers = [answer for sheet, row in pairs for answer in _answers(sheet, row, keys)]
    Answer.objects.bulk_create(answers, batch_size=BATCH)
    Sheet.objects.filter(pk__in=[row.pk for row in sheets]).update(submitted_at=F("saved_at"))
    for sheet, row in pairs:
        row.shown_at = sheet.shown_at
    Sheet.objects.bulk_update([row for row in sheets if row.shown_at], ["shown_at"])


def _answers(told: facts.Sheet, sheet: Sheet, keys: dict[tuple[int, str], int]) -> Iterator[Answer]:
    said: dict[str, Mapping[str, int | str]] = {
        "scale": told.marks,
        "text": told.words,
        "choice": told.choices,
    }
    for field, answers in said.items():
        for key, answer in answers.items():
            question = keys[sheet.checkin.question_set_id, key]
            yield Answer(sheet=sheet, question_id=question, **{field: answer})


def _reveal(pairs: list[tuple[facts.CheckIn, CheckIn]]) -> None:
    revealed = [(at, row) for told, row in pairs if (at := told.revealed_at)]
    for at, row in revealed:
        row.revealed_at, row.revealed_on = at, at.date()
    CheckIn.objects.bulk_update(
        [row for _, row in revealed], ["revealed_at", "revealed_on"], batch_size=BATCH
    )
