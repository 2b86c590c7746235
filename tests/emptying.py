"""Empties the database after a test that commits.

Django's `flush` gives every table and every index a new file, which takes many times as long as the few rows
are worth, and writes anew what the database has had since it was migrated.
"""

from __future__ import annotations

from functools import cache

from django.core.management import call_command
from django.db import connection, transaction
from django.test import TransactionTestCase

#: What Django wrote in them when it migrated; no page and no test changes it.
KEPT = ("auth_permission", "django_content_type", "django_migrations")
TABLES = "SELECT tablename FROM pg_tables WHERE schemaname = current_schema()"
MAY = "SELECT rolsuper FROM pg_roles WHERE rolname = current_user"


def instead_of_flush() -> None:
    TransactionTestCase._fixture_teardown = lambda _test: empty()  # type: ignore[attr-defined]
    kept()


def empty() -> None:
    """Waits, as `flush` does, for whoever still reads or writes: nothing of theirs comes after it."""
    with connection.cursor() as cursor:
        cursor.execute(MAY)
        if not cursor.fetchone()[0]:  # with somebody else's server
            call_command("flush", verbosity=0, interactive=False)
            return
        cursor.execute(TABLES)
        tables = [f'"{name}"' for (name,) in cursor.fetchall() if name not in KEPT]
    # As a replica it asks no trigger: neither those that refuse to delete, nor those that write history.
    steps = ["SET LOCAL session_replication_role = replica", f"LOCK TABLE {', '.join(tables)}"]
    with transaction.atomic(), connection.cursor() as cursor:
        cursor.execute("; ".join([*steps, *(f"DELETE FROM {table}" for table in tables)]))
    if read() != kept():  # put right for the next test, and told of this one
        call_command("flush", verbosity=0, interactive=False)
        kept.cache_clear()
        kept()
        raise AssertionError(f"the test has changed {' or '.join(KEPT)}")


@cache
def kept() -> list[tuple[str, int, str]]:
    return read()


def read() -> list[tuple[str, int, str]]:
    one = "SELECT '{0}', count(*), md5(string_agg({0}::text, ' ' ORDER BY id)) FROM {0}"
    with connection.cursor() as cursor:
        cursor.execute(" UNION ALL ".join(one.format(name) for name in KEPT))
        return cursor.fetchall()
