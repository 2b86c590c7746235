"""What is kept for ever is kept by the database: the rows of a whole world are attacked one by one."""

from __future__ import annotations

import re
from collections.abc import Iterator
from contextlib import suppress
from typing import Any

import pgtrigger
import pytest
from django.apps import apps
from django.db import DatabaseError, InternalError, connection, models, transaction
from django.urls import reverse

from alliance_site.outbox import gate
from tests.factories import MORNING, NOW, make_policy, make_reply
from tests.sending import read
from tests.world import World
from tours.models import Comment

#: Which this world has not: tests/feedback/test_group_figures.py attacks them.
FIGURES = {"feedback_publication", "feedback_groupfigure", "feedback_grouppart"}
ROWS = 40  #: of each table that are tried, until one is refused
#: What has a history: who held which place, and what was agreed.
TRACKED = {
    "outbox.Gate",
    "outbox.Hook",
    "people.Department",
    "people.Employment",
    "people.FormerName",
    "people.Person",
    "people.Position",
    "people.ReportingLine",
    "people.Role",
    "tours.NextStep",
    "tours.Programme",
    "tours.Signature",
    "tours.Terms",
    "tours.Tour",
}
NEVER_CHANGES = {"tours.Signature"}
#: Another value for a column.
ANOTHER = {
    models.CharField: "%s || 'x'",
    models.TextField: "%s || 'x'",
    models.DateField: "%s + 1",
    models.DateTimeField: "COALESCE(%s + interval '1 day', now())",
    models.PositiveSmallIntegerField: "%s + 1",
    models.BooleanField: "NOT %s",
}
#: Where no column changes alone: the employee confirms what the manager has recorded.
BOTH = {"confirmed_at": ", confirmed_by_id = (SELECT employee_id FROM tours_terms WHERE id = terms_id)"}


def protections(operation: str) -> Iterator[tuple[Any, pgtrigger.Protect]]:
    for model, trigger in pgtrigger.registered():
        if model._meta.db_table in FIGURES or not isinstance(trigger, pgtrigger.Protect):
            continue
        if operation in str(trigger.operation).upper():
            yield model, trigger


def guarded(operation: str) -> list[type[models.Model]]:
    """Whose rows a trigger keeps from that, some of them or all."""
    return sorted({model for model, _ in protections(operation)}, key=lambda model: model._meta.db_table)


def always(operation: str) -> list[type[models.Model]]:
    """Whose rows are kept from that whatever they are: the history's among them."""
    kept = {model for model, trigger in protections(operation) if not trigger.condition}
    return sorted(kept, key=lambda model: model._meta.db_table)


def histories() -> list[Any]:
    return [model for model in always("UPDATE") if hasattr(model, "pgh_tracked_model")]


def refusal(sql: str, key: Any) -> str:
    with transaction.atomic():
        try:
            with transaction.atomic(), connection.cursor() as cursor:
                cursor.execute(sql, [key])
        except InternalError as error:
            return str(error)
        finally:
            transaction.set_rollback(True)
    return ""


def keys(model: type[models.Model]) -> list[Any]:
    found = list(model._base_manager.order_by("-pk").values_list("pk", flat=True)[:ROWS])
    assert found, f"nobody in this world has a {model._meta.label}"
    return found


@pytest.fixture(autouse=True)
def _and_more(world: World, undone: None) -> None:
    """Of what no page of this world needs."""
    cast = world.cast
    gate.hold(NOW, actor=cast.heidi)
    make_policy(cast.heidi)
    make_reply(world.expectation)
    terms = world.proposed.versions.get()
    Comment.objects.create(kind=Comment.Kind.COMMENT, terms=terms, author=cast.alice, words="No.", at=NOW)


def test_what_is_kept_is_a_good_part_of_everything():
    assert len(guarded("DELETE")) > 25
    assert {event.pgh_tracked_model._meta.label for event in histories()} == TRACKED


@pytest.mark.parametrize("event", histories(), ids=lambda event: event.pgh_tracked_model._meta.label)
def test_a_row_is_in_its_history_and_so_is_each_change(event: Any, world: World):
    model = event.pgh_tracked_model
    for key in keys(model):
        assert event.objects.filter(pgh_obj=key, pgh_label="insert").count() == 1
    found = change_one(model, {field.name for field in event._meta.fields})
    assert (found is None) == (model._meta.label in NEVER_CHANGES)
    if found:
        key, name = found
        newest = event.objects.filter(pgh_obj=key).latest("pgh_id")
        now, before = (row.values_list(name, flat=True) for row in (model._base_manager, event.objects))
        assert (newest.pgh_label, getattr(newest, name)) == ("update", now.get(pk=key))
        assert before.filter(pgh_obj=key).exclude(pgh_id=newest.pgh_id).latest("pgh_id") != now.get(pk=key)


def change_one(model: type[models.Model], tracked: set[str]) -> tuple[Any, str] | None:
    """Whose row it was and what of it, where the database lets anything be changed."""
    fields = [field for field in model._meta.fields if field.name in tracked and type(field) in ANOTHER]
    for key in keys(model):
        for field in fields:
            value = ANOTHER[type(field)] % f'"{field.column}"'
            sql = f'UPDATE "{model._meta.db_table}" SET "{field.column}" = {value}{BOTH.get(field.name, "")}'
            sql += f' WHERE "{model._meta.pk.column}" = %s AND {value} IS NOT NULL'
            with suppress(DatabaseError), transaction.atomic(), connection.cursor() as cursor:
                cursor.execute(sql, [key])
                if cursor.rowcount:
                    return key, field.name
    return None


def test_the_history_knows_who_signed_and_who_ended_a_tour(world: World, as_):
    cast, ending = world.cast, {"ended_on": MORNING.date(), "reason": "It is done.", "learnt": ""}
    for page, args, data in (
        ("terms_sign", [world.proposed.pk, 1], {}),
        ("tour_end_early", [world.tour.pk], ending),
    ):
        alice, url = as_(cast.alice), reverse(page, args=args)
        assert alice.post(url, read(alice, url, **data)).status_code == 302
    signed = apps.get_model("tours.SignatureEvent")._default_manager.latest("pgh_id")
    ended = apps.get_model("tours.TourEvent")._default_manager.filter(pgh_obj=world.tour).latest("pgh_id")
    assert ended.state == "ended_early"
    assert {event.pgh_context.metadata["user"] for event in (signed, ended)} == {cast.alice.pk}


@pytest.mark.parametrize("model", guarded("DELETE"), ids=lambda model: model._meta.label)
def test_nothing_that_is_kept_can_be_deleted(model: type[models.Model], world: World):
    """By the trigger, and not because something else still points there."""
    table, pk = model._meta.db_table, model._meta.pk.column
    said = [refusal(f'DELETE FROM "{table}" WHERE "{pk}" = %s', key) for key in keys(model)]
    enough = all if model in always("DELETE") else any
    assert enough(re.search(rf"Cannot .*delete rows from {table} ", words) for words in said)


@pytest.mark.parametrize("model", always("UPDATE"), ids=lambda model: model._meta.label)
def test_nothing_that_is_written_for_ever_changes(model: type[models.Model], world: World):
    table, pk = model._meta.db_table, model._meta.pk.column
    said = [refusal(f'UPDATE "{table}" SET "{pk}" = "{pk}" WHERE "{pk}" = %s', key) for key in keys(model)]
    assert all(re.search(rf"Cannot update .*rows from {table} ", words) for words in said)
