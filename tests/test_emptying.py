"""After a test that commits nothing of it is left, and what was there from the beginning still is."""

from __future__ import annotations

from typing import Any

import pytest
from django.apps import apps
from django.contrib.auth.models import Permission
from django.contrib.contenttypes.models import ContentType
from django.db import DatabaseError, connection, transaction

from tests import emptying
from tests.conftest import make_cast
from tests.factories import make_person
from tests.world import make_world

HISTORY: Any = apps.get_model("tours", "TourEvent")


def rows() -> dict[str, int]:
    """Of every table that has some, whoever made it, and in whichever schema."""
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT schemaname || '.' || tablename FROM pg_tables"
            " WHERE schemaname NOT IN ('pg_catalog', 'information_schema')"
        )
        names = [name for (name,) in cursor.fetchall()]
        cursor.execute(" UNION ALL ".join(f"SELECT '{name}', count(*) FROM {name}" for name in names))
        return {name.removeprefix("public."): number for name, number in cursor.fetchall() if number}


@pytest.mark.django_db(transaction=True)
@pytest.mark.parametrize("turn", range(2))
def test_a_test_that_commits_finds_nothing_and_leaves_nothing(turn):
    begun = rows()
    assert set(begun) == set(emptying.KEPT)
    assert begun["django_content_type"] == len(apps.get_models())
    first = make_person().pk
    make_world(make_cast())
    assert len(rows()) > 50
    emptying.empty()
    assert rows() == begun
    assert make_person().pk > first, "numbers are given out once, as after a flush"
    for kind in ContentType.objects.all():
        assert kind.model_class()
    make_world(make_cast())  # the next turn must not find it


@pytest.mark.django_db(transaction=True)
def test_the_triggers_are_there_again_after_it():
    make_world(make_cast())
    emptying.empty()
    make_world(make_cast())
    assert HISTORY.objects.exists()
    with pytest.raises(DatabaseError, match="Cannot update or delete"), transaction.atomic():
        HISTORY.objects.all().delete()


@pytest.mark.django_db(transaction=True)
def test_who_changes_what_is_kept_is_told_once_and_what_they_changed_is_put_right():
    with connection.cursor() as cursor:
        cursor.execute(emptying.MAY)
        if not cursor.fetchone()[0]:
            pytest.skip("with somebody else's server it is flushed, which puts all right")
    gone = Permission.objects.all()[0]
    Permission.objects.filter(pk=gone.pk).delete()
    with pytest.raises(AssertionError, match="changed auth_permission"):
        emptying.empty()
    assert Permission.objects.filter(codename=gone.codename).exists()
    emptying.empty()
