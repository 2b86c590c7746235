"""Rows on their way into Postgres: lines of COPY, sent while the next ones are being written."""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Callable, Container, Mapping
from datetime import date, datetime
from io import BytesIO
from itertools import count
from queue import Queue
from threading import Thread
from types import TracebackType
from typing import Any, ClassVar, Self

from django.db import connection

from alliance_site.demonstration.company.rows.sharing import Load

NOTHING = r"\N"
ENOUGH = 60_000  #: lines that are sent together; more would only take memory
#: Bytes of one table that are stored together: of a new file Postgres takes some empty pages in advance, and
#: forgets at the end of a COPY what it has not filled of them.
MUCH = 16_000_000
Lines = defaultdict[str, list[str]]

#: What is written of each table; the others' columns have defaults, or Postgres generates them.
COLUMNS = {
    "people_department": "id, name, parent_id",
    "people_formername": "department_id, name",
    "people_person": "id, password, number, name, email, language, time_zone, is_active",
    "people_employment": "person_id, hired_on, left_on, ending, ending_note, regretted, regretted_reason",
    "people_position": "person_id, department_id, title, since, until",
    "people_reportingline": "person_id, manager_id, since, until",
    "people_role": "person_id, kind, since, until",
    "people_absence": "person_id, since, until",
    "tours_tour": "id, employee_id, manager_id, type, state, in_force_id, previous_id, programme_id,"
    " programme_revision_id, given_id, ended_on, ended_by, created_at, first_day, last_day, review_day,"
    " talk_day",
    "tours_terms": "id, tour_id, number, employee_id, manager_id, mission, company_gain, employee_gain,"
    ' "values", starts_on, ends_on, review_on, rhythm, reason, created_by_id, created_at, revision,'
    " proposed_by_id, proposed_at, policy_id, talk_on",
    "tours_promise": "id, terms_id, key, owed_by, what, due_on, known_by, word",
    "tours_seal": "terms_id, employee_name, manager_name, text, fingerprint",
    "tours_signature": "terms_id, side, signer_id, signed_at, fingerprint",
    "tours_comment": "kind, part, terms_id, author_id, words, at",
    "tours_parting": "tour_id, terms_id, side, author_id, reason, learnt, at",
    "tours_nextstep": "tour_id, terms_id, outcome, words, side, recorded_by_id, recorded_at,"
    " confirmed_by_id, confirmed_at",
    "tours_ledgerentry": "promise_id, terms_id, key, owed_by, kind, side, author_id, words, at",
    "feedback_checkin": "id, tour_id, kind, employee_id, manager_id, question_set_id, opens_on, due_on,"
    " lapses_on, revealed_at, revealed_on, skipped_at, skipped_by, skipped_reason, slot",
    "feedback_sheet": "id, checkin_id, side, author_id, version, saved_at, submitted_at, shown_at",
    "feedback_answer": "sheet_id, question_id, scale, text, choice, promise_id",
    "feedback_summary": "checkin_id, number, words, side, author_id, at",
    "feedback_action": "checkin_id, owner, what, due_on, side, author_id, at, outcome, settled_by,"
    " settled_at, why",
    "feedback_expectation": "id, employee_id, manager_id, role, by_when, why, stated_at, due_on, answered_at,"
    " gone_at, closed_at, withdrawn_at",
    "feedback_asking": "expectation_id, manager_id, at",
    "feedback_reply": "expectation_id, manager_id, verdict, condition, words, review_on, at",
    "feedback_debrief": "expectation_id, manager_id, gone_on, talk_on, words, at, took_place, employee_words,"
    " heard_at",
}


def line(*values: Any) -> str:
    return "\t".join([SAID[type(value)](value) for value in values])


def words(text: str) -> str:
    """As COPY wants them; hardly any have something in them that must be said otherwise."""
    if "\\" in text or "\n" in text or "\t" in text or "\r" in text:
        for said, meant in (("\\", "\\\\"), ("\n", "\\n"), ("\t", "\\t"), ("\r", "\\r")):
            text = text.replace(said, meant)
    return text


class _Said(dict[type, Callable[[Any], str]]):
    """How a value of each type is said: looked up, for there are many millions; choices are strings, too."""

    def __missing__(self, kind: type) -> Callable[[Any], str]:
        return words if issubclass(kind, str) else str


SAID = _Said(
    {str: words, int: str, type(None): lambda _: NOTHING, date: date.isoformat, datetime: datetime.isoformat}
)


def enough(lines: Lines) -> bool:
    return sum(map(len, lines.values())) >= ENOUGH


def packed(lines: Lines) -> Load:
    """Ready to be sent; what was packed is no longer among the lines."""
    load = {table: ("\n".join(rows) + "\n").encode() for table, rows in lines.items()}
    lines.clear()
    return load


class KeyedRows:
    """Rows of these tables get their keys here, from the newest on."""

    TABLES: ClassVar[tuple[str, ...]]

    def __init__(self, after: Mapping[str, int]) -> None:
        self._next = {table: count(after[table] + 1) for table in self.TABLES}

    def deal(self, number: int, of: int) -> None:
        """From now on only every so-manieth key: the others are another process's."""
        self._next = {table: count(next(keys) + number, of) for table, keys in self._next.items()}


class Copying:
    """Takes lines and sends them when they are enough, in a thread of its own: Postgres stores some while
    we write others. At most two loads wait, so memory stays as it is however large the company.

    The connection is the thread's alone until the end of the `with`. Rows of tables that have begun `anew`
    in this transaction are frozen, as if they had always been there: nobody can look until it ends.
    """

    def __init__(self, anew: Container[str]) -> None:
        self.anew = anew
        self.lines: Lines = defaultdict(list)
        self.told: Counter[str] = Counter()  #: rows of each table so far
        self._loads: Queue[Load | None] = Queue(maxsize=2)
        self._texts: defaultdict[str, bytearray] = defaultdict(bytearray)
        self._failed: BaseException | None = None
        connection.ensure_connection()
        self._cursor = connection.connection.cursor()
        self._thread = Thread(target=self._send, daemon=True)

    def __enter__(self) -> Self:
        self._thread.start()
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        if error is None:
            self._loads.put(packed(self.lines))
        self._failed = self._failed or error
        self._loads.put(None)
        self._thread.join()
        self._cursor.close()
        if self._failed and error is None:
            raise self._failed

    def settle(self) -> None:
        """To be called now and then, between two stories."""
        if enough(self.lines):
            self._hand_over()

    def drain(self) -> None:
        """Hands over what is there, and waits until nothing is under way."""
        self._hand_over()
        self._loads.join()

    def take(self, load: Load) -> None:
        """What another process has written. Raises what went wrong with a load before."""
        self._loads.put(load)
        if self._failed:
            raise self._failed

    def _hand_over(self) -> None:
        self.take(packed(self.lines))

    def _send(self) -> None:
        more = True
        while more:
            load = self._loads.get()
            more = load is not None
            try:
                if self._failed is None:
                    self._store(load or {}, least=MUCH if more else 1)
            except BaseException as error:
                # Raised where the company is being written; until then whatever comes is taken, so that
                # nobody waits for room.
                self._failed = error
            self._loads.task_done()

    def _store(self, load: Load, least: int) -> None:
        """With what has been gathered of each table before, if it comes to so many bytes by now."""
        for table, text in load.items():
            self._texts[table] += text
        for table in [table for table, text in self._texts.items() if len(text) >= least]:
            self._copy(table, self._texts.pop(table))

    def _copy(self, table: str, text: bytes | bytearray) -> None:
        self.told[table] += text.count(b"\n")
        copy = f"COPY {table} ({COLUMNS[table]}) FROM STDIN{' (FREEZE)' if table in self.anew else ''}"
        self._cursor.copy_expert(copy, BytesIO(text), size=1 << 20)
