"""A while without rules: what makes writing millions of rows slow is taken away, and put back, as it was.

Within one transaction. Before its end every rule stands again and Postgres has held it against every row:
a key, a foreign key or an exclusion that did not hold would undo the whole. Checks of single rows are not
taken away at all. Triggers are switched off, for what they forbid (a change of something signed), note
(`history.py`) or look up (the word on a promise, which `tours.py` knows) does not happen here.
"""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass

from django.db import connection, transaction

from alliance_site.demonstration.company.rows.copying import COLUMNS
from alliance_site.demonstration.company.rows.history import HISTORIES

#: Memory for building an index; one is built at a time, by this process of Postgres and two helpers.
ROOM = "SET LOCAL maintenance_work_mem = '512MB'; SET LOCAL work_mem = '128MB'"

CONSTRAINTS = """
SELECT conrelid::regclass::text, quote_ident(conname), pg_get_constraintdef(oid), contype
FROM pg_constraint
WHERE (contype = ANY(%s)) AND (conrelid = ANY(%s::regclass[]) OR confrelid = ANY(%s::regclass[]))
ORDER BY contype = 'f', conrelid::regclass::text, conname
"""
INDEXES = """
SELECT indexrelid::regclass::text, pg_get_indexdef(indexrelid) FROM pg_index i
WHERE indrelid = ANY(%s::regclass[])
    AND NOT EXISTS (SELECT FROM pg_constraint WHERE conindid = i.indexrelid AND contype IN ('p', 'u', 'x'))
ORDER BY 1
"""
FOREIGN, KEYS = ["f"], ["p", "u", "x"]


@dataclass(frozen=True)
class Rules:
    """As the database had them: (table, name, definition) of each."""

    foreign: list[tuple[str, str, str]]
    keys: list[tuple[str, str, str]]
    indexes: list[tuple[str, str]]


def tables() -> list[str]:
    return [*COLUMNS, *HISTORIES]


@contextmanager
def unruled() -> Iterator[None]:
    """Locks the tables until the end of the transaction: nobody reads half a company."""
    with transaction.atomic(), connection.cursor() as cursor:
        cursor.execute("SET CONSTRAINTS ALL IMMEDIATE")
        cursor.execute(ROOM)
        rules = _rules()
        _run(f"ALTER TABLE {table} DISABLE TRIGGER USER" for table in tables())
        _run(f"ALTER TABLE {table} DROP CONSTRAINT {name}" for table, name, _ in rules.foreign)
        _run(f"ALTER TABLE {table} DROP CONSTRAINT {name}" for table, name, _ in rules.keys)
        _run(f"DROP INDEX {name}" for name, _ in rules.indexes)
        yield
        _run(f"ALTER TABLE {table} ADD CONSTRAINT {name} {rule}" for table, name, rule in rules.keys)
        _run(definition for _, definition in rules.indexes)
        _run(f"ALTER TABLE {table} ADD CONSTRAINT {name} {rule}" for table, name, rule in rules.foreign)
        _run(f"ALTER TABLE {table} ENABLE TRIGGER USER" for table in tables())
        cursor.execute("SET CONSTRAINTS ALL DEFERRED")  # what follows may refer to what is still to come


def _rules() -> Rules:
    found = tables()
    with connection.cursor() as cursor:
        cursor.execute(CONSTRAINTS, [FOREIGN, found, found])
        foreign = [(table, name, rule) for table, name, rule, _ in cursor.fetchall()]
        cursor.execute(CONSTRAINTS, [KEYS, found, []])
        keys = [(table, name, rule) for table, name, rule, _ in cursor.fetchall()]
        cursor.execute(INDEXES, [found])
        return Rules(foreign, keys, cursor.fetchall())


def _run(statements: Iterator[str]) -> None:
    with connection.cursor() as cursor:
        for statement in statements:
            cursor.execute(statement)
