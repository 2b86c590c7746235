"""Which regular check-ins should exist, by the terms in force and the clock."""

# ruff: noqa: S608 — every statement is put together from our own words, none from anybody's

from __future__ import annotations

from datetime import UTC, datetime
from typing import Any

from django.db import connection, transaction

from feedback import policy
from feedback.models import Kind
from feedback.questions import latest_set

CHUNK = 5000  # tours planned in one transaction

# The last day on which a tour can have a check-in: of the tour itself (open-ended: of the months we
# plan ahead), or of the employment if that is earlier.
TOUR = """
WITH employed AS (
    SELECT person_id, max(COALESCE(left_on, 'infinity')) AS until FROM people_employment GROUP BY person_id
), tour AS MATERIALIZED (
    SELECT t.id, t.in_force_id, t.employee_id, t.manager_id, v.starts_on, v.rhythm,
        LEAST(
            COALESCE(t.ended_on, v.ends_on, (%(today)s + make_interval(months => %(ahead)s))::date),
            employed.until
        ) AS last_on
    FROM tours_tour t
    JOIN tours_terms v ON v.id = t.in_force_id
    LEFT JOIN employed ON employed.person_id = t.employee_id
    WHERE %(tours)s::bigint[] IS NULL OR t.id = ANY(%(tours)s)
)
"""

# Tours that run, or did when they were last planned, from other terms, with another manager or end.
CHANGED = f"""
{TOUR}
SELECT tour.id FROM tour LEFT JOIN feedback_plan p ON p.tour_id = tour.id
WHERE CASE WHEN p.tour_id IS NULL THEN tour.last_on >= %(today)s
    ELSE (p.terms_id, p.manager_id, p.last_on) <> (tour.in_force_id, tour.manager_id, tour.last_on) END
LIMIT %(chunk)s
"""

# The start plus whole rhythms of months, each counted from the start, so that 31 January leads to
# 28 February and then to 31 March; never at a weekend; from the day of the second signature on.
PLAN = f"""
{TOUR}, signed AS MATERIALIZED (
    SELECT tour.*, (
        SELECT (max(signed_at) AT TIME ZONE 'UTC')::date FROM tours_signature WHERE terms_id = in_force_id
    ) AS signed_on
    FROM tour
), plan AS MATERIALIZED (
    SELECT signed.id AS tour_id, employee_id, manager_id, due_on
    FROM signed,
        generate_series(1, (last_on - starts_on) / (28 * rhythm)) AS nth,
        CAST(starts_on + make_interval(months => nth * rhythm) AS date) AS day,
        CAST(day + (ARRAY[0, 0, 0, 0, 0, 2, 1])[extract(isodow FROM day)::int] AS date) AS due_on
    WHERE last_on >= %(today)s AND due_on BETWEEN signed_on AND last_on
)
"""

MISSING = f"""
{PLAN}
INSERT INTO feedback_checkin
    (tour_id, kind, employee_id, manager_id, question_set_id, opens_on, due_on, lapses_on, skipped_reason)
SELECT tour_id, %(kind)s, employee_id, manager_id, %(questions)s,
    due_on - %(before)s, due_on, due_on + %(after)s, ''
FROM plan
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
WHERE t.id = c.tour_id AND t.id = ANY(%(tours)s) AND c.manager_id <> t.manager_id
    AND c.lapses_on >= %(today)s AND {UNBEGUN}
"""

# A check-in that was due before the newest signature belongs to older terms, and stays as history.
SURPLUS = f"""
{PLAN}
DELETE FROM feedback_checkin WHERE id IN (
    SELECT c.id
    FROM feedback_checkin c
    JOIN signed ON signed.id = c.tour_id
    LEFT JOIN plan ON plan.tour_id = c.tour_id AND plan.due_on = c.due_on
    WHERE plan.tour_id IS NULL AND {UNBEGUN} AND (
        c.due_on > last_on OR c.due_on >= signed_on AND last_on >= %(today)s
    )
    FOR UPDATE OF c SKIP LOCKED
)
"""

NOTED = f"""
{TOUR}
INSERT INTO feedback_plan (tour_id, terms_id, manager_id, last_on)
SELECT id, in_force_id, manager_id, last_on FROM tour ORDER BY id
ON CONFLICT (tour_id) DO UPDATE
SET terms_id = excluded.terms_id, manager_id = excluded.manager_id, last_on = excluded.last_on
"""


def plan_checkins(now: datetime) -> None:
    """Brings the regular check-ins into line with the terms in force, whatever they were before.

    Safe to repeat and to run twice at once: what is compared is the state of each tour with the
    state it was last planned from, never whether something has happened. The days are those of UTC;
    here they only say what is past, and change no date that anybody sees.
    """
    what = {
        "today": now.astimezone(UTC).date(),
        "kind": Kind.REGULAR.value,
        "questions": latest_set(Kind.REGULAR, now=now).pk,
        "ahead": policy.MONTHS_AHEAD,
        "before": policy.OPENS_DAYS_BEFORE,
        "after": policy.LAPSES_DAYS_AFTER,
        "chunk": CHUNK,
    }
    while tours := _changed(what):
        _plan({**what, "tours": tours})


def _changed(what: dict[str, Any]) -> list[int]:
    with connection.cursor() as cursor:
        cursor.execute(CHANGED, {**what, "tours": None})
        return [tour for (tour,) in cursor.fetchall()]


@transaction.atomic
def _plan(what: dict[str, Any]) -> None:
    """The note comes first: should a tour change while we plan, the note is out of date, not the plan."""
    with connection.cursor() as cursor:
        for statement in (NOTED, MISSING, HANDED_OVER, SURPLUS):
            cursor.execute(statement, what)
