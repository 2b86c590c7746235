"""People go on working while a release is installed."""

from __future__ import annotations

from django.contrib.postgres.operations import AddIndexConcurrently
from django.db import connection
from django.db.migrations import AddIndex, CreateModel, Migration
from django.db.migrations.loader import MigrationLoader

#: Of these a large company has millions, and somebody writes into them all the time.
LARGE = {
    ("outbox", "message"),
    ("tours", "terms"),
    ("tours", "promise"),
    ("tours", "ledgerentry"),
    ("feedback", "checkin"),
    ("feedback", "sheet"),
    ("feedback", "answer"),
}
#: From before there was any large company.
EARLY = {
    ("feedback", "0008_question_sets_of_hr"),
    ("feedback", "0010_group_figures"),
    ("tours", "0008_promise_ledger"),
}


def locked(migration: Migration) -> set[tuple[str, str]]:
    """The large tables, not made by it, that nobody can write into while it builds an index."""
    new = {each.name_lower for each in migration.operations if isinstance(each, CreateModel)}
    slow = {
        each.model_name_lower
        for each in migration.operations
        if isinstance(each, AddIndex) and not isinstance(each, AddIndexConcurrently)
    }
    return {(migration.app_label, model) for model in slow - new} & LARGE


def test_no_index_of_a_large_table_is_built_under_a_lock():
    found = MigrationLoader(connection, load=False)
    found.load_disk()
    assert {key for key, migration in found.disk_migrations.items() if locked(migration)} == EARLY
