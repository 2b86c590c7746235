"""The days of the terms in force are kept on the tour, whoever writes it, and however."""

from __future__ import annotations

from datetime import date, timedelta
from importlib import import_module
from types import SimpleNamespace

import pytest
from django.db import connection

from tests.factories import (
    NOW,
    TODAY,
    make_amended_tour,
    make_early_end,
    make_proposed_tour,
    make_signed_tour,
    make_tour,
)
from tests.tours.facts import misdated
from tours import services
from tours.models import Side, Tour

pytestmark = pytest.mark.django_db

FIRST, LAST, REVIEW = TODAY - timedelta(days=90), TODAY + timedelta(days=300), TODAY + timedelta(days=100)
DATED = {"starts_on": FIRST, "ends_on": LAST}
OPEN_ENDED = {"starts_on": FIRST, "ends_on": None, "review_on": REVIEW}


def days(tour: Tour) -> tuple[date | None, ...]:
    found = Tour.objects.get(pk=tour.pk)
    return found.first_day, found.last_day, found.review_day


def run(statement: str, *given: int) -> None:
    with connection.cursor() as cursor:
        cursor.execute(statement, given)


def test_there_are_none_before_both_have_signed(cast):
    for tour in (make_tour(cast.alice, cast.bob, **DATED), make_proposed_tour(cast.alice, cast.bob, **DATED)):
        assert days(tour) == (None, None, None)
    terms = make_proposed_tour(cast.alice, cast.bob, **DATED).versions.get()
    services.sign(terms, actor=cast.bob, now=NOW)
    assert days(terms.tour) == (None, None, None)
    services.sign(terms, actor=cast.alice, now=NOW)
    assert days(terms.tour) == (FIRST, LAST, None)
    assert misdated() == []


def test_they_follow_what_both_sign_next(cast):
    tour = make_signed_tour(cast.alice, cast.bob, **OPEN_ENDED)
    assert days(tour) == (FIRST, None, REVIEW)
    make_amended_tour(tour, **DATED)
    assert days(tour) == (FIRST, LAST, None)
    assert misdated() == []


@pytest.mark.parametrize("ends_on", [TODAY, FIRST - timedelta(days=1)], ids=["early", "called off"])
@pytest.mark.parametrize("terms", [DATED, OPEN_ENDED], ids=["dated", "open-ended"])
def test_the_last_one_is_that_of_an_early_end(cast, ends_on, terms):
    tour = make_early_end(make_signed_tour(cast.alice, cast.bob, **terms), ends_on, Side.MANAGER)
    assert days(tour) == (FIRST, ends_on, terms.get("review_on"))
    assert misdated() == []


def test_they_follow_a_script_that_knows_nothing_of_them(cast):
    """So does the release before, while it runs beside this one."""
    tour = make_signed_tour(cast.alice, cast.bob, **OPEN_ENDED)
    before = tour.in_force_id
    make_amended_tour(tour, **DATED)
    run("UPDATE tours_tour SET in_force_id = %s WHERE id = %s", before, tour.pk)
    assert days(tour) == (FIRST, None, REVIEW)
    assert misdated() == []


def test_an_object_saved_whole_does_not_take_them_back(cast):
    """It has those that it was read with, before the other side signed; and nobody can set others."""
    tour = make_signed_tour(cast.alice, cast.bob, **OPEN_ENDED)
    read = Tour.objects.get(pk=tour.pk)
    make_amended_tour(tour, **DATED)
    read.in_force_id = Tour.objects.get(pk=tour.pk).in_force_id
    read.save()
    assert days(tour) == (FIRST, LAST, None)
    Tour.objects.update(first_day=TODAY, last_day=TODAY, review_day=TODAY, talk_day=TODAY)
    assert misdated() == []


def test_the_migration_finds_those_of_what_was_agreed_before_and_tells_the_history_nothing(cast):
    signed = [make_signed_tour(cast.alice, cast.bob, **terms) for terms in (DATED, OPEN_ENDED)]
    early = make_early_end(make_signed_tour(cast.alice, cast.bob, **DATED), TODAY)
    make_tour(cast.alice, cast.bob)
    told = Tour.pgh_event_model.objects.count()
    run("SET CONSTRAINTS ALL IMMEDIATE")
    run("ALTER TABLE tours_tour DISABLE TRIGGER USER")
    run("UPDATE tours_tour SET first_day = NULL, last_day = NULL, review_day = NULL, talk_day = NULL")
    run("ALTER TABLE tours_tour ENABLE TRIGGER USER")
    assert misdated() == sorted(tour.pk for tour in (*signed, early))
    migration = import_module("tours.migrations.0021_days_of_tours_in_force")
    migration.fill(None, SimpleNamespace(connection=connection))
    assert misdated() == []
    assert days(early) == (FIRST, TODAY, None)
    assert Tour.pgh_event_model.objects.count() == told
