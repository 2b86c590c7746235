"""People go on working while a release is installed."""

from __future__ import annotations

from typing import Any

from django.contrib.postgres.operations import AddConstraintNotValid, AddIndexConcurrently
from django.db import connection
from django.db.migrations import (
    AddConstraint,
    AddField,
    AddIndex,
    AlterField,
    CreateModel,
    Migration,
    RunPython,
)
from django.db.migrations.loader import MigrationLoader

#: Of these a large company has very many rows, and somebody writes into them all the time; so it has of each
#: history.
LARGE = {
    "outbox": {"message"},
    "people": {"access", "employment", "person", "position", "reportingline"},
    "tours": {"comment", "ledgerentry", "promise", "seal", "signature", "terms", "tour"},
    "feedback": {"action", "answer", "checkin", "note", "plan", "sheet", "summary"},
}
#: From before there was any large company.
EARLY = {
    ("feedback", "0003_choices_as_answers"),
    ("feedback", "0008_question_sets_of_hr"),
    ("feedback", "0010_group_figures"),
    ("feedback", "0011_slots_moves_and_asking"),
    ("outbox", "0002_gate_chat_and_digests"),
    ("people", "0003_import_runs"),
    ("people", "0005_letters_as_chosen"),
    ("people", "0006_who_changed_an_address"),
    ("tours", "0003_negotiation_both_ways"),
    ("tours", "0005_programmes"),
    ("tours", "0008_promise_ledger"),
}
#: Which were read, and hold nobody up: an index less, many small transactions, a row of a table of its own,
#: the history of departments, which are few.
READ = {
    ("feedback", "0014_open_actions_and_series"),
    ("outbox", "0005_keys_without_idle_indexes"),
    ("people", "0010_departments_united"),
    ("tours", "0015_word_of_what_was_said"),
    ("tours", "0017_origin_of_calendar_entries"),
    ("tours", "0021_days_of_tours_in_force"),
}


def looks_at_every_row(operation: Any) -> bool:
    """While it holds a lock: it builds an index, checks what is there, or may write all of it anew."""
    if isinstance(operation, AddField):
        field: Any = operation.field
        return bool(field.remote_field or field.unique or field.db_index)
    without = (AddIndexConcurrently, AddConstraintNotValid)
    return isinstance(operation, AddIndex | AddConstraint | AlterField) and not isinstance(operation, without)


def locked(migration: Migration) -> bool:
    """Whether nobody can write into a large table, not made by it, while it is installed; of Python one has
    to read that."""
    operations: list[Any] = list(migration.operations)
    new = {each.name_lower for each in operations if isinstance(each, CreateModel)}
    slow = {each.model_name_lower for each in operations if looks_at_every_row(each)} - new
    large = {model for model in slow if model in LARGE[migration.app_label] or model.endswith("event")}
    return bool(large) or any(isinstance(each, RunPython) for each in operations)


def test_no_large_table_is_locked_while_all_of_it_is_read_or_written():
    found = MigrationLoader(connection, load=False)
    found.load_disk()
    ours = {key: one for key, one in found.disk_migrations.items() if key[0] in LARGE}
    assert {key for key, migration in ours.items() if locked(migration)} == EARLY | READ
