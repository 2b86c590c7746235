"""The append-only history that such a company would have: what changed, on the moments of the story.

The triggers would note that everything was made just now, in one go. So they are switched off, and the
same rows are written from what stands there: each department on the first day of all; each person, spell,
post, line and duty as it began and as it ended; each tour as drafted, proposed, agreed and ended; terms as
begun and as proposed; each signature; each outcome as recorded and as confirmed. Who did it the history does
not say: it names whoever was signed in.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import date, timedelta

from django.db import connection

SAID_BEFORE = timedelta(days=4)
MORNING = "({day} + time '09:00') AT TIME ZONE 'UTC'"


@dataclass(frozen=True)
class Step:
    """One kind of change: when it was, of which rows, and which columns were otherwise then."""

    label: str
    at: str
    where: str = "true"
    #: A join; there are no indexes while this is written, so nothing is looked up row by row.
    beside: str = ""
    otherwise: dict[str, str] = field(default_factory=dict)


def _day(column: str) -> str:
    return MORNING.format(day=column)


def _end(column: str, since: str) -> str:
    """What is to end later was said a little before today, but not before it began."""
    return _day(f"CASE WHEN {column} > %(today)s THEN GREATEST(%(said_on)s, {since}) ELSE {column} END")


OPEN, CLOSED = {"until": "NULL"}, "row.until IS NOT NULL"
SPAN = (
    Step("insert", _day("row.since"), otherwise=OPEN),
    Step("update", _end("row.until", "row.since"), where=CLOSED),
)
UNSIGNED = {"in_force_id": "NULL", "ended_on": "NULL", "ended_by": "NULL"}
HIRED = (
    "JOIN (SELECT person_id, min(hired_on) AS day FROM people_employment GROUP BY 1) b ON person_id = row.id"
)
PROPOSED = (
    "JOIN (SELECT tour_id, min(proposed_at) AS at FROM tours_terms GROUP BY 1) b"
    " ON b.at IS NOT NULL AND tour_id = row.id"
)
SIGNED = (
    "JOIN (SELECT terms_id, max(signed_at) AS at FROM tours_signature GROUP BY 1) b"
    " ON terms_id = row.in_force_id"
)

FOUNDED = "(SELECT min(hired_on) FROM people_employment)"

#: history → (table, its steps)
HISTORIES: dict[str, tuple[str, tuple[Step, ...]]] = {
    "people_departmentevent": ("people_department", (Step("insert", _day(FOUNDED)),)),
    "people_formernameevent": ("people_formername", (Step("insert", _day(FOUNDED)),)),
    "people_personevent": (
        "people_person",
        (Step("insert", _day("b.day"), beside=HIRED, otherwise={"is_active": "true"}),),
    ),
    "people_employmentevent": (
        "people_employment",
        (
            Step(
                "insert",
                _day("row.hired_on"),
                otherwise={
                    "left_on": "NULL",
                    "ending": "NULL",
                    "ending_note": "''",
                    "regretted": "NULL",
                    "regretted_reason": "''",
                },
            ),
            Step("update", _end("row.left_on", "row.hired_on"), where="row.left_on IS NOT NULL"),
        ),
    ),
    "people_positionevent": ("people_position", SPAN),
    "people_reportinglineevent": ("people_reportingline", SPAN),
    "people_roleevent": ("people_role", SPAN),
    "tours_tourevent": (
        "tours_tour",
        (
            Step("insert", "row.created_at", otherwise={**UNSIGNED, "state": "'draft'"}),
            Step("update", "b.at", beside=PROPOSED, otherwise={**UNSIGNED, "state": "'proposed'"}),
            Step(
                "update",
                "b.at",
                beside=SIGNED,
                otherwise={"state": "'agreed'", "ended_on": "NULL", "ended_by": "NULL"},
            ),
            Step("update", _day("row.ended_on"), "row.ended_on IS NOT NULL"),
        ),
    ),
    "tours_termsevent": (
        "tours_terms",
        (
            Step(
                "insert",
                "row.created_at",
                otherwise={
                    "proposed_at": "NULL",
                    "proposed_by_id": "NULL",
                    "policy_id": "NULL",
                    "talk_on": "NULL",
                    "revision": "0",
                },
            ),
            Step("update", "row.proposed_at", "row.proposed_at IS NOT NULL"),
        ),
    ),
    "tours_signatureevent": ("tours_signature", (Step("insert", "row.signed_at"),)),
    "tours_nextstepevent": (
        "tours_nextstep",
        (
            Step("insert", "row.recorded_at", otherwise={"confirmed_by_id": "NULL", "confirmed_at": "NULL"}),
            Step("update", "row.confirmed_at", "row.confirmed_at IS NOT NULL"),
        ),
    ),
}


def write_history(after: dict[str, int], today: date) -> None:
    """Of the rows beyond these keys, table by table."""
    days = {"today": today, "said_on": today - SAID_BEFORE}
    with connection.cursor() as cursor:
        for history, (table, steps) in HISTORIES.items():
            for step in steps:
                cursor.execute(_statement(history, table, step), {"after": after[table], **days})


def _statement(history: str, table: str, step: Step) -> str:
    names = [name for name in _columns(history) if not name.startswith("pgh_")]
    values = [step.otherwise.get(name, f'row."{name}"') for name in names]
    quoted = [f'"{name}"' for name in names]
    return (
        f"INSERT INTO {history} (pgh_created_at, pgh_label, pgh_obj_id, {', '.join(quoted)}) "  # noqa: S608
        f"SELECT {step.at}, '{step.label}', row.id, {', '.join(values)} "
        f"FROM {table} row {step.beside} WHERE row.id > %(after)s AND {step.where} ORDER BY row.id"
    )


def _columns(table: str) -> list[str]:
    """Those that are ours to fill in."""
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT column_name FROM information_schema.columns"
            " WHERE table_name = %s AND is_generated = 'NEVER' ORDER BY ordinal_position",
            [table],
        )
        return [name for (name,) in cursor.fetchall()]
