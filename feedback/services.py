"""What can be done with check-ins: plan them, answer, hand in, skip, show."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import UTC, date, datetime

from django.core.exceptions import PermissionDenied
from django.db import connection, transaction

from feedback import policy
from feedback.models import Answer, CheckIn, Kind, Sheet
from feedback.questions import latest_set
from people.days import today_for
from people.models import Person
from tours.models import Side

#: What one side says, by the question's key in the database: a mark from 1 to 5, words, or nothing.
Answers = Mapping[int, int | str | None]

# The plan of every tour in force: its start plus whole rhythms of months, each counted from the
# start, so that 31 January leads to 28 February and then to 31 March; never at a weekend; from the
# day of the second signature to the last day of the tour or of the employment.
PLAN = """
WITH tour AS (
    SELECT t.id, t.employee_id, t.manager_id, v.starts_on, v.rhythm,
        (SELECT (max(s.signed_at) AT TIME ZONE 'UTC')::date
           FROM tours_signature s WHERE s.terms_id = v.id) AS signed_on,
        LEAST(
            COALESCE(t.ended_on, v.ends_on, (%(today)s + make_interval(months => %(ahead)s))::date),
            (SELECT max(COALESCE(e.left_on, 'infinity'))
               FROM people_employment e WHERE e.person_id = t.employee_id)
        ) AS last_on
    FROM tours_tour t JOIN tours_terms v ON v.id = t.in_force_id
), plan AS (
    SELECT tour.id AS tour_id, tour.employee_id, tour.manager_id, day.due_on
    FROM tour
    CROSS JOIN LATERAL (
        SELECT day + (CASE extract(isodow FROM day) WHEN 6 THEN 2 WHEN 7 THEN 1 ELSE 0 END) AS due_on
        FROM generate_series(1, (tour.last_on - tour.starts_on) / (28 * tour.rhythm)) AS nth,
            CAST(tour.starts_on + make_interval(months => nth * tour.rhythm) AS date) AS day
    ) day
    WHERE tour.last_on >= %(today)s AND day.due_on BETWEEN tour.signed_on AND tour.last_on
)
"""

MISSING = """
INSERT INTO feedback_checkin
    (tour_id, kind, employee_id, manager_id, question_set_id, opens_on, due_on, lapses_on, skipped_reason)
SELECT plan.tour_id, %(kind)s, plan.employee_id, plan.manager_id, %(questions)s,
    plan.due_on - %(before)s, plan.due_on, plan.due_on + %(after)s, ''
FROM plan
WHERE NOT EXISTS (
    SELECT FROM feedback_checkin c
    WHERE c.tour_id = plan.tour_id AND c.kind = %(kind)s AND c.due_on = plan.due_on
)
ON CONFLICT DO NOTHING
"""

# What nobody has begun may still change hands, or vanish; what somebody has begun stays as it is.
UNBEGUN = """
    c.kind = %(kind)s AND c.revealed_at IS NULL AND c.skipped_at IS NULL
    AND NOT EXISTS (SELECT FROM feedback_sheet s WHERE s.checkin_id = c.id)
"""

HANDED_OVER = f"""
UPDATE feedback_checkin c SET manager_id = t.manager_id
FROM tours_tour t
WHERE t.id = c.tour_id AND c.manager_id <> t.manager_id AND c.lapses_on >= %(today)s AND {UNBEGUN}
"""  # noqa: S608 — no word of anybody's in it

# A check-in that was due before the newest signature belongs to older terms, and stays as history.
SURPLUS = f"""
DELETE FROM feedback_checkin
WHERE id IN (
    SELECT c.id
    FROM feedback_checkin c JOIN tour ON tour.id = c.tour_id
    WHERE {UNBEGUN} AND (
        c.due_on > tour.last_on
        OR c.due_on >= tour.signed_on AND tour.last_on >= %(today)s AND NOT EXISTS (
            SELECT FROM plan WHERE plan.tour_id = c.tour_id AND plan.due_on = c.due_on
        )
    )
    FOR UPDATE OF c SKIP LOCKED
)
"""  # noqa: S608 — no word of anybody's in it


def plan_checkins(now: datetime) -> None:
    """Brings the regular check-ins into line with the terms in force, whatever they were before.

    Safe to repeat and to run twice at once. The days are those of UTC: here they only say what is
    past, and a day more or less changes no date that anybody sees.
    """
    what: dict[str, str | int | date] = {
        "today": now.astimezone(UTC).date(),
        "kind": Kind.REGULAR.value,
        "questions": latest_set(Kind.REGULAR, now=now).pk,
        "ahead": policy.MONTHS_AHEAD,
        "before": policy.OPENS_DAYS_BEFORE,
        "after": policy.LAPSES_DAYS_AFTER,
    }
    with connection.cursor() as cursor:
        for statement in (PLAN + MISSING, HANDED_OVER, PLAN + SURPLUS):
            cursor.execute(statement, what)


class Stale(Exception):
    """The same person saved something else from another window since this one was opened."""

    def __init__(self, sheet: Sheet) -> None:
        super().__init__("saved since")
        self.sheet = sheet


class Settled(Exception):
    """The check-in was skipped, or the sheet handed in, before this could be done."""


def said(sheet: Sheet) -> dict[int, int | str]:
    """What the sheet holds, by question, without the empty ones."""
    return _spoken({row.question_id: row.text or row.scale for row in sheet.answers.all()})


def save_draft(checkin: CheckIn, *, actor: Person, basis: int, answers: Answers, now: datetime) -> Sheet:
    """Keeps what the actor has so far. `basis` is the version of the sheet that was changed.

    Raises Stale when another window has saved something else since, Settled when it is too late.
    Saying the same again is no conflict, so a double click is harmless.
    """
    with transaction.atomic():
        return _write(_locked_sheet(checkin, actor, now), basis, answers, now)


def hand_in(checkin: CheckIn, *, actor: Person, basis: int, answers: Answers, now: datetime) -> bool:
    """Saves and hands in for good; True when that was the second side, so both are revealed now.

    Raises as `save_draft` does.
    """
    with transaction.atomic():
        sheet = _locked_sheet(checkin, actor, now)
        if sheet.submitted_at is None:
            _write(sheet, basis, answers, now)
            Sheet.objects.filter(pk=sheet.pk, submitted_at__isnull=True).update(submitted_at=now)
        elif said(sheet) != _spoken(answers):
            raise Stale(sheet)
        # The lock on the check-in makes the second of two simultaneous hand-ins see the first.
        both_in = CheckIn.objects.unsettled().handed_in_by(*Side).filter(pk=checkin.pk)
        return bool(both_in.update(revealed_at=now, revealed_on=today_for(actor, now)))


def skip(checkin: CheckIn, *, actor: Person, reason: str, now: datetime) -> bool:
    """False when it could not be skipped any more: handed in by a side, lapsed, or settled."""
    with transaction.atomic():
        CheckIn.objects.select_for_update().get(pk=checkin.pk)
        skippable = CheckIn.objects.unsettled().handed_in_by_nobody()
        return bool(
            skippable.filter(pk=checkin.pk, lapses_on__gte=today_for(actor, now)).update(
                skipped_at=now, skipped_by=_side(checkin, actor), skipped_reason=reason
            )
        )


def show(checkin: CheckIn, *, actor: Person, now: datetime) -> bool:
    """Shows the actor's own answers to the other side, who let the check-in lapse."""
    lapsed = CheckIn.objects.unsettled().filter(pk=checkin.pk, lapses_on__lt=today_for(actor, now))
    own = Sheet.objects.filter(checkin__in=lapsed, author=actor, submitted_at__isnull=False)
    return bool(own.filter(shown_at__isnull=True).update(shown_at=now))


def _side(checkin: CheckIn, actor: Person) -> Side:
    side = checkin.side_of(actor)
    if side is None:
        raise PermissionDenied
    return side


def _locked_sheet(checkin: CheckIn, actor: Person, now: datetime) -> Sheet:
    """The actor's own sheet, made if need be, with the check-in locked against the other side."""
    side = _side(checkin, actor)
    row = CheckIn.objects.select_for_update().get(pk=checkin.pk)
    if row.skipped_at:
        raise Settled
    sheet, _ = Sheet.objects.get_or_create(
        checkin=row, side=side, defaults={"author": actor, "saved_at": now}
    )
    return sheet


def _write(sheet: Sheet, basis: int, answers: Answers, now: datetime) -> Sheet:
    if sheet.version != basis or sheet.submitted_at:
        if said(sheet) != _spoken(answers):
            raise Stale(sheet)
        return sheet
    Answer.objects.bulk_create(
        [
            Answer(
                sheet=sheet,
                question_id=question,
                scale=answer if isinstance(answer, int) else None,
                text=answer if isinstance(answer, str) else "",
            )
            for question, answer in answers.items()
        ],
        update_conflicts=True,
        unique_fields=["sheet", "question"],
        update_fields=["scale", "text"],
    )
    sheet.version += 1
    sheet.saved_at = now
    sheet.save(update_fields=["version", "saved_at"])
    return sheet


def _spoken(answers: Answers) -> dict[int, int | str]:
    return {question: answer for question, answer in answers.items() if answer}
