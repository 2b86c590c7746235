"""Which check-ins should exist, by the terms in force and the clock."""

# ruff: noqa: S608 — every statement is put together from our own words, none from anybody's

from __future__ import annotations

from datetime import UTC, datetime
from typing import Any

from django.db import connection, transaction

from feedback import policy
from feedback.asking import hand_out
from feedback.questions import SHIPPED, latest_sets
from tours.models import Policy

CHUNK = 5000  # tours planned in one transaction

#: Raised whenever the rules below change, so that every tour is planned anew by them.
RULES = 2
LENGTHS = {
    "talk": policy.NEXT_TOUR_DUE_DAYS,
    "spare": policy.NEXT_TOUR_SPARE_DAYS,
    "close": policy.CLOSE_OUT_DAYS,
    "grace": policy.CLOSE_OUT_GRACE_DAYS,
}

# `last_on` is the last day on which a tour can have a check-in: of the tour itself (open-ended: of the
# months we plan ahead), or of the employment if that is earlier. `ends` is null while open-ended.
TOUR = """
WITH employed AS (
    SELECT person_id, max(COALESCE(left_on, 'infinity')) AS until FROM people_employment GROUP BY person_id
), tour AS MATERIALIZED (
    SELECT t.id, t.in_force_id, t.employee_id, t.manager_id, v.starts_on, v.rhythm, v.talk_on,
        t.ended_on, COALESCE(t.ended_on, v.ends_on) AS ends, COALESCE(v.ends_on, v.review_on) AS comes_to,
        employed.until, LEAST(
            COALESCE(t.ended_on, v.ends_on, (%(today)s + make_interval(months => %(ahead)s))::date),
            employed.until
        ) AS last_on
    FROM tours_tour t
    JOIN tours_terms v ON v.id = t.in_force_id
    LEFT JOIN employed ON employed.person_id = t.employee_id
    WHERE %(tours)s::bigint[] IS NULL OR t.id = ANY(%(tours)s)
)
"""

# Tours that run or can still be closed, or did and could when they were last planned: from other terms,
# with another manager or end, or by other rules than ours.
CHANGED = f"""
{TOUR}
SELECT tour.id FROM tour LEFT JOIN feedback_plan p ON p.tour_id = tour.id
WHERE CASE WHEN p.tour_id IS NULL THEN tour.last_on >= %(today)s - %(closing)s ELSE
    (p.rules, p.terms_id, p.manager_id, p.last_on)
        <> (%(rules)s, tour.in_force_id, tour.manager_id, tour.last_on) END
LIMIT %(chunk)s
"""

NEVER_AT_A_WEEKEND = "day + (ARRAY[0, 0, 0, 0, 0, 2, 1])[extract(isodow FROM day)::int]"

# Regular ones: the start plus whole rhythms of months, each counted from the start, so that 31 January
# leads to 28 February and then to 31 March; from the day of the second signature on.
# The next tour: from the day its window opens until the end; not for who is known to leave before.
# The close-out: before the last day; after an early end, unless the employee leaves with it.
PLAN = f"""
{TOUR}, signed AS MATERIALIZED (
    SELECT tour.*, (
        SELECT (max(signed_at) AT TIME ZONE 'UTC')::date FROM tours_signature WHERE terms_id = in_force_id
    ) AS signed_on
    FROM tour
), plan AS MATERIALIZED (
    SELECT id AS tour_id, 'regular' AS kind, due_on - %(before)s AS opens_on, due_on,
        due_on + %(after)s AS lapses_on
    FROM signed,
        generate_series(1, (last_on - starts_on) / (28 * rhythm)) AS nth,
        CAST(starts_on + make_interval(months => nth * rhythm) AS date) AS day,
        CAST({NEVER_AT_A_WEEKEND} AS date) AS due_on
    WHERE last_on >= %(today)s AND due_on BETWEEN signed_on AND last_on
  UNION ALL
    SELECT id, 'next_tour', opens_on, due_on, comes_to
    FROM signed,
        CAST(GREATEST(talk_on, signed_on) AS date) AS opens_on,
        CAST(GREATEST(opens_on, LEAST(opens_on + %(talk)s, comes_to - %(spare)s)) AS date) AS day,
        CAST(LEAST({NEVER_AT_A_WEEKEND}, comes_to) AS date) AS due_on
    WHERE ended_on IS NULL AND comes_to >= %(today)s AND opens_on <= comes_to
        AND (until IS NULL OR until >= comes_to)
  UNION ALL
    SELECT id, 'close_out', opens_on, due_on, due_on + %(grace)s
    FROM signed,
        CAST(CASE WHEN ended_on IS NULL THEN ends ELSE ended_on + %(close)s END AS date) AS day,
        CAST(LEAST(day, until) AS date) AS due_on,
        CAST(LEAST(due_on, GREATEST(due_on - %(close)s, starts_on)) AS date) AS opens_on
    WHERE ends IS NOT NULL AND last_on >= starts_on AND due_on + %(grace)s >= %(today)s
)
"""

# Of the next tour and of the close-out there is one: what is begun stands for what would be planned now.
MISSING = f"""
{PLAN}
INSERT INTO feedback_checkin
    (tour_id, kind, employee_id, manager_id, question_set_id, opens_on, due_on, lapses_on, skipped_reason)
SELECT tour_id, kind, employee_id, manager_id, asked.id, opens_on, due_on, lapses_on, ''
FROM plan
JOIN signed ON signed.id = tour_id
JOIN unnest(%(kinds)s::text[], %(sets)s::bigint[]) AS asked (kind, id) USING (kind)
WHERE kind = 'regular' OR NOT EXISTS (
    SELECT FROM feedback_checkin c
    WHERE c.tour_id = plan.tour_id AND c.kind = plan.kind AND c.due_on >= plan.opens_on
)
ON CONFLICT DO NOTHING
"""

# What nobody has begun may still change hands, or vanish; what somebody has begun stays as it is.
UNBEGUN = """
    c.kind = ANY(%(kinds)s) AND c.revealed_at IS NULL AND c.skipped_at IS NULL
    AND NOT EXISTS (SELECT FROM feedback_sheet s WHERE s.checkin_id = c.id)
"""

HANDED_OVER = f"""
UPDATE feedback_checkin c SET manager_id = t.manager_id
FROM tours_tour t
WHERE t.id = c.tour_id AND t.id = ANY(%(tours)s) AND c.manager_id <> t.manager_id
    AND c.lapses_on >= %(today)s AND {UNBEGUN}
"""

# A regular check-in that was due before the newest signature belongs to older terms, and what has lapsed
# to the past: both stay as history.
SURPLUS = f"""
{PLAN}
DELETE FROM feedback_checkin WHERE id IN (
    SELECT c.id
    FROM feedback_checkin c
    JOIN signed ON signed.id = c.tour_id
    LEFT JOIN plan ON plan.tour_id = c.tour_id AND plan.kind = c.kind AND plan.due_on = c.due_on
        AND (c.kind = 'regular' OR (plan.opens_on, plan.lapses_on) = (c.opens_on, c.lapses_on))
    WHERE plan.tour_id IS NULL AND {UNBEGUN} AND CASE WHEN c.kind = 'regular'
        THEN c.due_on > last_on OR c.due_on >= signed_on AND last_on >= %(today)s
        ELSE c.lapses_on >= %(today)s END
    FOR UPDATE OF c SKIP LOCKED
)
"""

NOTED = f"""
{TOUR}
INSERT INTO feedback_plan (tour_id, rules, terms_id, manager_id, last_on)
SELECT id, %(rules)s, in_force_id, manager_id, last_on FROM tour ORDER BY id
ON CONFLICT (tour_id) DO UPDATE
SET rules = excluded.rules, terms_id = excluded.terms_id, manager_id = excluded.manager_id,
    last_on = excluded.last_on
"""


def plan_checkins(now: datetime) -> None:
    """Brings the check-ins into line with the terms in force, whatever they were before.

    Safe to repeat and to run twice at once: what is compared is the state of each tour with the
    state it was last planned from, never whether something has happened. The days are those of UTC;
    here they only say what is past, and change no date that anybody sees.
    """
    while hand_out(now):
        pass
    what = {
        "today": now.astimezone(UTC).date(),
        "rules": RULES,
        "ahead": policy.MONTHS_AHEAD,
        "closing": policy.CLOSE_OUT_DAYS + policy.CLOSE_OUT_GRACE_DAYS,
        "chunk": CHUNK,
    }
    tours = _changed(what)
    if tours:
        holds = Policy.objects.on(now.astimezone(UTC).date())
        what |= {"before": holds.checkin_opens_before, "after": holds.checkin_lapses_after}
        what |= _asked(now) | LENGTHS
    while tours:
        _plan({**what, "tours": tours})
        tours = _changed(what)


def _asked(now: datetime) -> dict[str, Any]:
    """Which questions a check-in of each kind is given."""
    sets = latest_sets(SHIPPED, now=now)
    return {"kinds": [kind.value for kind in sets], "sets": [questions.pk for questions in sets.values()]}


def _changed(what: dict[str, Any]) -> list[int]:
    with connection.cursor() as cursor:
        cursor.execute(CHANGED, {**what, "tours": None})
        return [tour for (tour,) in cursor.fetchall()]


@transaction.atomic
def _plan(what: dict[str, Any]) -> None:
    """The note comes first: should a tour change while we plan, the note is out of date, not the plan."""
    with connection.cursor() as cursor:
        for statement in (NOTED, SURPLUS, MISSING, HANDED_OVER):
            cursor.execute(statement, what)
