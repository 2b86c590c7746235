"""Which check-ins should exist, by the terms in force and the clock."""

# ruff: noqa: S608 — every statement is put together from our own words, none from anybody's

from __future__ import annotations

from datetime import UTC, date, datetime
from typing import Any

from django.db import connection, transaction

from feedback import limits
from feedback.asking import hand_out
from feedback.questions import SHIPPED, latest_sets
from people.days import dates_anywhere
from tours import holidays
from tours.models import Policy
from tours.policy import LEAVING_DAYS

CHUNK = 5000  # tours planned in one transaction

#: Raised whenever the rules below change, so that every tour is planned anew by them. A test holds what they
#: were under this number.
RULES = 7
LENGTHS = {
    "apart": limits.CAREER_DAYS_AFTER,
    "talk": limits.NEXT_TOUR_DUE_DAYS,
    "spare": limits.NEXT_TOUR_SPARE_DAYS,
    "leaving": LEAVING_DAYS,
    "close": limits.CLOSE_OUT_DAYS,
    "grace": limits.CLOSE_OUT_GRACE_DAYS,
}

# The last day of the employment in which the tour began, as `tours.models.dates.employed_until` has it. Few
# ever came back, so only of them it is looked up with which of theirs it was over.
UNTIL = """COALESCE(CASE WHEN employed.anew THEN (
        SELECT min(left_on) FROM people_employment e
        WHERE e.person_id = t.employee_id AND e.left_on >= v.starts_on AND NOT EXISTS (
            SELECT FROM people_employment n WHERE n.person_id = e.person_id AND n.hired_on = e.left_on + 1
        )
    ) END, employed.until)"""

# That day is the end of a contract of whoever is on an open-ended tour: most are renewed, and the talk about
# that is the one before the review, if it lasts to that.
RUNS_OUT = f"""
(COALESCE(t.ended_on, v.ends_on) IS NULL AND COALESCE({UNTIL} = ANY(employed.run_out), false))"""

# `last_on` is the last day on which a tour can have a check-in: of the tour itself (open-ended: of the
# months we plan ahead), or of the employment if that is earlier. `ends` is null while open-ended.
# `absences` tells whether those of the two are still the same: they are entered and removed, never changed;
# and whether it is a contract that runs out.
TOUR = f"""
WITH employed AS (
    SELECT person_id, max(COALESCE(left_on, 'infinity')) AS until, count(*) > 1 AS anew,
        array_agg(left_on) FILTER (WHERE ending = 'end_of_contract') AS run_out
    FROM people_employment GROUP BY person_id
), away AS MATERIALIZED (
    SELECT person_id, bit_xor(hashint8extended(id, 0)) AS mark FROM people_absence
    WHERE until >= %(today)s - %(recent)s GROUP BY person_id
), tour AS MATERIALIZED (
    SELECT t.id, t.in_force_id, t.employee_id, t.manager_id, v.starts_on, v.rhythm, v.talk_on,
        t.ended_on, COALESCE(t.ended_on, v.ends_on) AS ends, COALESCE(v.ends_on, v.review_on) AS comes_to,
        {UNTIL} AS until, {RUNS_OUT} AS runs_out,
        COALESCE(mine.mark, 0) # COALESCE(theirs.mark, 0) # {RUNS_OUT}::int AS absences, LEAST(
            COALESCE(t.ended_on, v.ends_on, (%(today)s + make_interval(months => %(ahead)s))::date),
            {UNTIL}
        ) AS last_on
    FROM tours_tour t
    JOIN tours_terms v ON v.id = t.in_force_id
    LEFT JOIN employed ON employed.person_id = t.employee_id
    LEFT JOIN away mine ON mine.person_id = t.employee_id
    LEFT JOIN away theirs ON theirs.person_id = t.manager_id
    WHERE %(tours)s::bigint[] IS NULL OR t.id = ANY(%(tours)s)
)
"""

# Tours that run or can still be closed, or did and could when they were last planned: from other terms,
# with another manager or end, around other absences, or by other rules than ours or HR's.
CHANGED = f"""
{TOUR}, holds AS (
    SELECT calendar, career FROM (
        SELECT number, holiday_calendar, career_months FROM tours_policy WHERE holds_from <= %(today)s
        UNION ALL SELECT 0, %(no_calendar)s, %(our_career)s
    ) AS chosen (number, calendar, career) ORDER BY number DESC LIMIT 1
)
SELECT tour.id FROM holds, tour LEFT JOIN feedback_plan p ON p.tour_id = tour.id
WHERE CASE WHEN p.tour_id IS NULL THEN tour.last_on >= %(today)s - %(closing)s ELSE
    (p.rules, p.terms_id, p.manager_id, p.last_on)
        <> (%(rules)s, tour.in_force_id, tour.manager_id, tour.last_on)
    OR (p.calendar, p.career_months, p.absences) <> (holds.calendar, holds.career, tour.absences)
        AND tour.last_on >= %(today)s - %(closing)s END
LIMIT %(chunk)s
"""

# Whether both can on that day: it is no weekend, no public holiday, and neither is away.
CAN = """(
    extract(isodow FROM {day}) < 6 AND NOT {day} = ANY(%(holidays)s::date[])
    AND NOT COALESCE({day} <@ mine, false) AND NOT COALESCE({day} <@ theirs, false)
)"""

# The first day on which both can, from `day` to `latest`, or else the last from before `day` back to
# `earliest`; none if there is none. Mostly it is the day itself, so only the others are searched for.
# The numbers come in their order, and no more of them than are asked for.
DAY_FOR_BOTH = f"""CASE WHEN day <= latest AND {CAN.format(day="day")} THEN day ELSE COALESCE(
    (
        SELECT found FROM (SELECT day + generate_series(0, latest - day) AS found) AS ahead
        WHERE {CAN.format(day="found")} LIMIT 1
    ), (
        SELECT found FROM (SELECT day - generate_series(1, day - earliest) AS found) AS back
        WHERE {CAN.format(day="found")} LIMIT 1
    )
) END"""


def _months_on(nth: str, late: str = "0") -> str:
    """The start plus so many times the months, and some days."""
    return f"CAST(starts_on + make_interval(months => ({nth}) * months, days => {late}) AS date)"


LATER = "CASE WHEN kind = 'career' AND nth * months %% rhythm = 0 THEN %(apart)s ELSE 0 END"

# Regular ones: the start plus whole rhythms of months, each counted from the start, so that 31 January
# leads to 28 February and then to 31 March; from the day of the second signature on. Where both can on no
# day before the next one, that does the work of both. Career ones: the same with HR's number of months, and
# a week later where it would meet a regular one.
# The next tour: from the day its window opens until the end; not for who is known to leave before. An early
# end that is said ahead opens it at once, and anew where it is said after a review of what is open-ended.
# The close-out: on the last day; after an early end later, unless the employee leaves with it.
PLAN = f"""
{TOUR}, off AS MATERIALIZED (
    SELECT person_id, range_agg(daterange(since, until, '[]')) AS days FROM people_absence
    WHERE until >= %(today)s - %(recent)s GROUP BY person_id
), signed AS MATERIALIZED (
    SELECT tour.*, mine.days AS mine, theirs.days AS theirs, (
        SELECT (max(signed_at) AT TIME ZONE 'UTC')::date FROM tours_signature WHERE terms_id = in_force_id
    ) AS signed_on, CASE WHEN ended_on IS NOT NULL THEN (
        SELECT (min(at) AT TIME ZONE 'UTC')::date FROM tours_parting WHERE tour_id = tour.id
    ) END AS said_on
    FROM tour
    LEFT JOIN off mine ON mine.person_id = tour.employee_id
    LEFT JOIN off theirs ON theirs.person_id = tour.manager_id
), slots AS (
    SELECT signed.*, kind, months, generate_series(1, (last_on - starts_on) / (28 * months)) AS nth
    FROM signed, LATERAL (VALUES ('regular', rhythm), ('career', %(career)s)) AS kinds (kind, months)
    WHERE last_on >= %(today)s
), dated AS (
    SELECT slots.*, {_months_on("nth", late=LATER)} AS day,
        LEAST(last_on, {_months_on("nth + 1")} - 1) AS latest,
        CASE WHEN {_months_on("nth + 1")} > last_on THEN {_months_on("nth - 1")} + 1 END AS earliest
    FROM slots OFFSET 0
), plan AS MATERIALIZED (
    SELECT id AS tour_id, kind, day AS slot, due_on - %(before)s AS opens_on, due_on,
        due_on + %(after)s AS lapses_on
    FROM dated, CAST({DAY_FOR_BOTH} AS date) AS due_on
    WHERE day <= last_on AND due_on BETWEEN signed_on AND last_on
  UNION ALL
    SELECT id, 'next_tour', latest, earliest, COALESCE(due_on, LEAST(day, latest)), latest
    FROM signed,
        COALESCE(ended_on, comes_to) AS latest,
        GREATEST(CASE WHEN comes_to < said_on THEN said_on ELSE LEAST(talk_on, said_on) END,
            signed_on, starts_on) AS earliest,
        GREATEST(earliest, LEAST(earliest + %(talk)s, latest - %(spare)s)) AS day,
        CAST({DAY_FOR_BOTH} AS date) AS due_on
    WHERE (ended_on IS NULL OR ended_on > said_on) AND latest >= %(today)s AND earliest <= latest
        AND (until IS NULL
            OR until >= COALESCE(ends, comes_to + CASE WHEN runs_out THEN 0 ELSE %(leaving)s END))
  UNION ALL
    SELECT id, 'close_out', day, earliest, COALESCE(due_on, day), day + %(grace)s
    FROM signed,
        LEAST(CASE WHEN ended_on IS NULL THEN ends ELSE ended_on + %(close)s END, until) AS day,
        LEAST(day) AS latest,
        LEAST(day, GREATEST(day - %(close)s, starts_on)) AS earliest,
        CAST({DAY_FOR_BOTH} AS date) AS due_on
    WHERE ends IS NOT NULL AND last_on >= starts_on AND day + %(grace)s >= %(today)s
)
"""

# What has opened nowhere yet may still change hands, move, or vanish. What is open stays as it is, whether or
# not somebody has a draft, for the difference would tell it.
UNOPENED = """
    c.kind = ANY(%(kinds)s) AND c.revealed_at IS NULL AND c.skipped_at IS NULL AND c.opens_on > %(latest)s
    AND NOT EXISTS (SELECT FROM feedback_sheet s WHERE s.checkin_id = c.id)
"""

# What comes once is open for months: another end takes it along, drafts and all, until somebody hands in,
# which both know. Else it would go on asking what comes after a day that is no end any more. What was asked
# for after all has no slot: that it is for another end is told by the day on which it lapses.
FOLLOWED = """
    UPDATE feedback_checkin c SET slot = plan.slot, opens_on = LEAST(c.opens_on, plan.opens_on),
        due_on = plan.due_on, lapses_on = plan.lapses_on, times_moved = times_moved + 1,
        moved_by = NULL, moved_at = NULL, moved_from = NULL, asked_by = NULL, asked_at = NULL
    FROM plan JOIN signed ON signed.id = plan.tour_id
    WHERE c.tour_id = plan.tour_id AND c.kind = plan.kind AND (
            c.slot <> plan.slot OR c.slot IS NULL AND c.asked_at IS NOT NULL
            AND c.manager_id = signed.manager_id AND c.lapses_on <> plan.lapses_on
        )
        AND c.kind NOT IN ('regular', 'career') AND c.revealed_at IS NULL AND c.skipped_at IS NULL
        AND c.opens_on <= %(latest)s AND c.lapses_on >= %(today)s AND plan.lapses_on >= %(today)s
        AND NOT EXISTS (
            SELECT FROM feedback_sheet s WHERE s.checkin_id = c.id AND s.submitted_at IS NOT NULL
        ) AND NOT EXISTS (
            SELECT FROM feedback_checkin o WHERE (o.tour_id, o.kind) = (c.tour_id, c.kind)
                AND (o.slot = plan.slot OR c.slot IS NULL AND o.id > c.id)
        )
    RETURNING c.tour_id, c.kind
"""

# All at once, for the plan costs more than they do; no row is touched by two of them.
# Surplus: a check-in by the rhythm that was due before the newest signature belongs to older terms, and
# what has lapsed to the past: both stay as history. What somebody asked for or moved is theirs, and only
# goes with the end. What comes next and the close-out go with the end for which they were.
# Moved: what is still the same slot, but on another day by now; nothing moves into the past. By the rhythm,
# it opens and lapses as many days before and after as when it was planned.
# Missing: nothing for a slot that has one, wherever that is by now; nor for a day that has one. Of the next
# tour and of the close-out there is one: what is open stands for what would be planned now. Not so what waits
# with a manager before, of whom nobody is reminded.
APPLIED = f"""
{PLAN}, found AS MATERIALIZED (
    SELECT c.id, c.kind IN ('regular', 'career') AS by_rhythm,
        c.asked_at IS NULL AND c.moved_at IS NULL AS ours,
        c.slot, c.opens_on, c.due_on, c.lapses_on, signed.last_on, signed.signed_on,
        plan.opens_on AS to_open, plan.due_on AS to_be_due, plan.lapses_on AS to_lapse
    FROM feedback_checkin c
    JOIN signed ON signed.id = c.tour_id
    LEFT JOIN plan ON plan.tour_id = c.tour_id AND plan.kind = c.kind AND plan.slot = c.slot
    WHERE {UNOPENED}
    FOR UPDATE OF c SKIP LOCKED
), surplus AS (
    DELETE FROM feedback_checkin c USING found WHERE c.id = found.id AND CASE
        WHEN by_rhythm AND found.due_on > last_on
            THEN to_be_due IS NULL OR NOT ours OR to_be_due < %(today)s
        WHEN to_be_due IS NOT NULL OR found.lapses_on < %(today)s THEN false
        WHEN by_rhythm THEN ours AND found.slot IS NOT NULL
            AND found.due_on >= signed_on AND last_on >= %(today)s
        ELSE true END
    RETURNING c.id
), moved AS (
    UPDATE feedback_checkin c SET due_on = to_be_due, times_moved = times_moved + 1,
        opens_on = CASE WHEN by_rhythm THEN found.opens_on + (to_be_due - found.due_on) ELSE to_open END,
        lapses_on = CASE WHEN by_rhythm THEN found.lapses_on + (to_be_due - found.due_on) ELSE to_lapse END
    FROM found
    WHERE c.id = found.id AND ours AND to_be_due >= %(today)s AND found.lapses_on >= %(today)s AND CASE
        WHEN by_rhythm THEN to_be_due <> found.due_on
        ELSE (to_open, to_be_due, to_lapse) <> (found.opens_on, found.due_on, found.lapses_on) END
), followed AS ({FOLLOWED})
INSERT INTO feedback_checkin (
    tour_id, kind, employee_id, manager_id, question_set_id, slot, opens_on, due_on, lapses_on, skipped_reason
)
SELECT tour_id, kind, employee_id, manager_id, asked.id, slot, opens_on, due_on, lapses_on, ''
FROM plan
JOIN signed ON signed.id = tour_id
JOIN unnest(%(kinds)s::text[], %(sets)s::bigint[]) AS asked (kind, id) USING (kind)
WHERE lapses_on >= %(today)s AND (kind <> 'career' OR due_on >= %(today)s)
AND (tour_id, kind) NOT IN (SELECT tour_id, kind FROM followed)
AND NOT EXISTS (
    SELECT FROM feedback_checkin c
    WHERE c.tour_id = plan.tour_id AND c.kind = plan.kind AND c.id NOT IN (SELECT id FROM surplus)
        AND (c.slot = plan.slot OR c.due_on = plan.due_on
            OR plan.kind NOT IN ('regular', 'career') AND c.due_on >= plan.opens_on)
        AND (c.manager_id = signed.manager_id OR c.revealed_at IS NOT NULL OR c.skipped_at IS NOT NULL
            OR c.slot IS NOT NULL OR c.opens_on > %(latest)s)
)
ON CONFLICT DO NOTHING
"""

# Mostly none: to look for them costs little; to update those among all took minutes where much had
# just been planned, of which Postgres has no statistics yet.
HANDED = """
SELECT DISTINCT t.id
FROM tours_tour t JOIN feedback_checkin c ON c.tour_id = t.id AND c.manager_id <> t.manager_id
WHERE t.id IN (SELECT unnest(%(tours)s::bigint[])) AND c.lapses_on >= %(today)s
"""

OF_ANOTHER = "t.id = c.tour_id AND t.id = ANY(%(handed)s) AND c.manager_id <> t.manager_id"

# What the manager before moved or asked for is not said to be the new one's doing.
HANDED_OVER = f"""
UPDATE feedback_checkin c SET manager_id = t.manager_id,
    asked_at = CASE WHEN c.asked_by = 'manager' THEN NULL ELSE c.asked_at END,
    asked_by = NULLIF(c.asked_by, 'manager'),
    moved_at = CASE WHEN c.moved_by = 'manager' THEN NULL ELSE c.moved_at END,
    moved_from = CASE WHEN c.moved_by = 'manager' THEN NULL ELSE c.moved_from END,
    moved_by = NULLIF(c.moved_by, 'manager')
FROM tours_tour t
WHERE {OF_ANOTHER} AND c.lapses_on >= %(today)s AND {UNOPENED}
"""

# What is open stays between the two who had it, so the new manager gets one of their own for that slot.
LEFT_BEHIND = f"""
UPDATE feedback_checkin c SET slot = NULL FROM tours_tour t
WHERE {OF_ANOTHER} AND c.lapses_on >= %(today)s AND c.opens_on <= %(latest)s AND c.slot IS NOT NULL
    AND c.revealed_at IS NULL AND c.skipped_at IS NULL
"""

NOTED = f"""
{TOUR}
INSERT INTO feedback_plan
    (tour_id, rules, terms_id, manager_id, last_on, calendar, career_months, absences)
SELECT id, %(rules)s, in_force_id, manager_id, last_on, %(calendar)s, %(career)s, absences
FROM tour ORDER BY id
ON CONFLICT (tour_id) DO UPDATE
SET rules = excluded.rules, terms_id = excluded.terms_id, manager_id = excluded.manager_id,
    last_on = excluded.last_on, calendar = excluded.calendar, career_months = excluded.career_months,
    absences = excluded.absences
"""


def plan_checkins(now: datetime, *, at_once: int = CHUNK) -> None:
    """Brings the check-ins into line with the terms in force, whatever they were before.

    Safe to repeat and to run twice at once: what is compared is the state of each tour with the
    state it was last planned from, never whether something has happened. The days are those of UTC;
    here they only say what is past, and change no date that anybody sees. `at_once` tours are planned in
    one transaction. With 300,000 tours, a third of them running, an idle minute took two busy cores 0.8 s;
    without the note of what was planned (`Plan`) 30 s.
    """
    while hand_out(now):
        pass
    ships = Policy()
    what = {
        "today": now.astimezone(UTC).date(),
        "latest": dates_anywhere(now)[1],
        "rules": RULES,
        "ahead": limits.MONTHS_AHEAD,
        "recent": limits.ABSENCE_DAYS,
        "closing": limits.CLOSE_OUT_DAYS + limits.CLOSE_OUT_GRACE_DAYS,
        "no_calendar": ships.holiday_calendar,
        "our_career": ships.career_months,
        "chunk": at_once,
    }
    while tours := _changed(what):
        # HR may choose anew in the middle of it: what was read before would be out of date for ever.
        _plan({**what, **_chosen(what["today"]), **_asked(now), **LENGTHS, "tours": tours})


def _chosen(today: date) -> dict[str, Any]:
    """What HR's policy says. It is noted as it was read: a newer one has every tour planned anew."""
    holds = Policy.objects.on(today)
    years = today.year - 1, today.year + limits.HOLIDAY_YEARS
    return {
        "before": holds.checkin_opens_before,
        "after": holds.checkin_lapses_after,
        "calendar": holds.holiday_calendar,
        "career": holds.career_months,
        "holidays": holidays.taken(holds.holiday_calendar, *years),
    }


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
    """The note comes first: should a tour change while we plan, the note is out of date, not the plan. What
    stays with the manager before is set aside before it is looked what is missing."""
    with connection.cursor() as cursor:
        cursor.execute(NOTED, what)
        cursor.execute(HANDED, what)
        handed = [tour for (tour,) in cursor.fetchall()]
        for statement in (LEFT_BEHIND, APPLIED, HANDED_OVER) if handed else (APPLIED,):
            cursor.execute(statement, {**what, "handed": handed})
