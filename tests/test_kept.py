"""What is kept for ever is kept by the database: the rows of a whole world are attacked one by one."""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import Any

import pgtrigger
import pytest
from django.db import InternalError, connection, models, transaction

from alliance_site.outbox import gate
from tests.factories import NOW, make_policy, make_reply
from tests.world import World
from tours.models import Comment

#: Which this world has not: tests/feedback/test_group_figures.py attacks them.
FIGURES = {"feedback_publication", "feedback_groupfigure", "feedback_grouppart"}
ROWS = 40  #: of each table that are tried, until one is refused


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
    assert len([model for model in always("UPDATE") if hasattr(model, "pgh_tracked_model")]) >= 11


@pytest.mark.parametrize("model", guarded("DELETE"), ids=lambda model: model._meta.label)
def test_nothing_that_is_kept_can_be_deleted(model: type[models.Model], world: World):
    """By the trigger, and not because something else still points there."""
    table, pk = model._meta.db_table, model._meta.pk.column
    said = [refusal(f'DELETE FROM "{table}" WHERE "{pk}" = %s', key) for key in keys(model)]
    assert any(re.search(rf"Cannot .*delete rows from {table} ", words) for words in said)


@pytest.mark.parametrize("model", always("UPDATE"), ids=lambda model: model._meta.label)
def test_nothing_that_is_written_for_ever_changes(model: type[models.Model], world: World):
    table, pk = model._meta.db_table, model._meta.pk.column
    said = [refusal(f'UPDATE "{table}" SET "{pk}" = "{pk}" WHERE "{pk}" = %s', key) for key in keys(model)]
    assert all(re.search(rf"Cannot update .*rows from {table} ", words) for words in said)
