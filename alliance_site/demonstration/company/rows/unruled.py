"""A while without rules: what makes writing millions of rows slow is taken away, and put back, as it was.

Within one transaction. Before its end every rule stands again and Postgres has held it against every row:
a key, a foreign key or an exclusion that did not hold would undo the whole. Checks of single rows are not
taken away at all. Triggers are switched off, for what they forbid (a change of something signed), note
(`history.py`) or look up (the word on a promise, which `tours.py` knows) does not happen here. Those that
look at a row before it comes in are taken away: where there is one, though off, COPY stores row by row.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass

from django.db import connection, transaction

from alliance_site.demonstration.company.rows.copying import COLUMNS
from alliance_site.demonstration.company.rows.history import HISTORIES

#: Memory for building an index; one is built at a time, by this process of Postgres and two helpers.
ROOM = "SET LOCAL maintenance_work_mem = '1GB'; SET LOCAL work_mem = '128MB'"

#: What planning adds rows to, by the hundred thousand; all else it only reads, and wants to find by its keys.
PLANNED = {"feedback_checkin"}

CONSTRAINTS = """
SELECT conrelid::regclass::text, quote_ident(conname), pg_get_constraintdef(oid), contype
FROM pg_constraint
WHERE (contype = ANY(%s)) AND (conrelid = ANY(%s::regclass[]) OR confrelid = ANY(%s::regclass[]))
ORDER BY contype = 'f', conrelid::regclass::text, conname
"""
INDEXES = """
SELECT indrelid::regclass::text, indexrelid::regclass::text, pg_get_indexdef(indexrelid) FROM pg_index i
WHERE indrelid = ANY(%s::regclass[])
    AND NOT EXISTS (SELECT FROM pg_constraint WHERE conindid = i.indexrelid AND contype IN ('p', 'u', 'x'))
ORDER BY 2
"""
#: For each row, before, on insert: the first three bits.
TRIGGERS = """
SELECT tgrelid::regclass::text, quote_ident(tgname), pg_get_triggerdef(oid), format(
    'COMMENT ON TRIGGER %%I ON %%s IS %%L', tgname, tgrelid::regclass, obj_description(oid, 'pg_trigger')
)
FROM pg_trigger
WHERE NOT tgisinternal AND tgenabled = 'O' AND tgtype & 7 = 7 AND tgrelid = ANY(%s::regclass[])
ORDER BY 1, 2
"""
FOREIGN, KEYS = ["f"], ["p", "u", "x"]


@dataclass(frozen=True)
class Rules:
    """As the database had them: (table, name, definition) of each, and what is noted of a trigger."""

    foreign: list[tuple[str, str, str]]
    keys: list[tuple[str, str, str]]
    indexes: list[tuple[str, str, str]]
    triggers: list[tuple[str, str, str, str]]

    def take_away(self) -> None:
        _run(f"ALTER TABLE {table} DISABLE TRIGGER USER" for table in tables())
        _run(f"DROP TRIGGER {name} ON {table}" for table, name, _, _ in self.triggers)
        _run(f"ALTER TABLE {table} DROP CONSTRAINT {name}" for table, name, _ in [*self.foreign, *self.keys])
        _run(f"DROP INDEX {name}" for _, name, _ in self.indexes)

    def put_back_keys(self, *, planned: bool) -> None:
        """And indexes: those of what is planned, or of all else."""
        _add(key for key in self.keys if (key[0] in PLANNED) == planned)
        _run(rule for table, _, rule in self.indexes if (table in PLANNED) == planned)

    def put_back_the_others(self) -> None:
        _add(self.foreign)
        _run(rule for _, _, *rules in self.triggers for rule in rules)
        _run(f"ALTER TABLE {table} ENABLE TRIGGER USER" for table in tables())


def tables() -> list[str]:
    return [*COLUMNS, *HISTORIES]


@contextmanager
def unruled(plan: Callable[[], None] | None = None) -> Iterator[set[str]]:
    """Locks the tables until the end of the transaction: nobody reads half a company.

    Yields the tables that were empty and have begun anew. `plan` is called as soon as it finds what it reads
    by its keys, and while it needs to keep none of those of what it writes.
    """
    with transaction.atomic(), connection.cursor() as cursor:
        cursor.execute("SET CONSTRAINTS ALL IMMEDIATE")
        cursor.execute(ROOM)
        rules = _rules()
        rules.take_away()
        yield _begun_anew()
        rules.put_back_keys(planned=False)
        if plan:
            plan()
        rules.put_back_keys(planned=True)
        rules.put_back_the_others()
        cursor.execute("SET CONSTRAINTS ALL DEFERRED")  # what follows may refer to what is still to come


def _rules() -> Rules:
    found = tables()
    with connection.cursor() as cursor:
        cursor.execute(CONSTRAINTS, [FOREIGN, found, found])
        foreign = [(table, name, rule) for table, name, rule, _ in cursor.fetchall()]
        cursor.execute(CONSTRAINTS, [KEYS, found, []])
        keys = [(table, name, rule) for table, name, rule, _ in cursor.fetchall()]
        cursor.execute(INDEXES, [found])
        indexes = cursor.fetchall()
        cursor.execute(TRIGGERS, [found])
        return Rules(foreign, keys, indexes, cursor.fetchall())


def _begun_anew() -> set[str]:
    """Those of our tables in which there is nothing. With a new file each, in the transaction that fills it,
    they take rows that need no second look, of their first reader or of VACUUM, and that no log need keep:
    if this transaction fails, the old, empty file stands. Nobody else can write in there by now."""
    found = set()
    with connection.cursor() as cursor:
        for table in tables():
            cursor.execute(f"SELECT EXISTS (SELECT FROM {table})")  # noqa: S608 - our own words
            if cursor.fetchone() == (False,):
                cursor.execute(f"TRUNCATE {table}")
                found.add(table)
    return found


def _add(rules: Iterable[tuple[str, str, str]]) -> None:
    _run(f"ALTER TABLE {table} ADD CONSTRAINT {name} {rule}" for table, name, rule in rules)


def _run(statements: Iterable[str]) -> None:
    with connection.cursor() as cursor:
        for statement in statements:
            cursor.execute(statement)
