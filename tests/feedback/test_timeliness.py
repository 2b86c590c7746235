"""Whether check-ins take place in time, against the same counted in plain Python."""

from __future__ import annotations

from datetime import date, timedelta
from random import Random

import pytest

from feedback.measures.timeliness import due, on_time
from feedback.models import CheckIn
from people.measures.periods import Period
from people.measures.whom import Whom
from people.models import Department
from people.services import end_employment
from tests.factories import (
    DAY,
    NOW,
    make_checkin,
    make_early_end,
    make_revealed_checkin,
    make_signed_tour,
)
from tours.measures.asked import ALL, Asked
from tours.models import Tour

PERIOD = Period(DAY - timedelta(days=90), DAY)
LATER = DAY + timedelta(days=60)  #: every grace is over


def days(number: int) -> timedelta:
    return timedelta(days=number)


@pytest.fixture
def tour(cast) -> Tour:
    return make_signed_tour(cast.alice, cast.bob, starts_on=DAY - days(200), ends_on=DAY + days(400))


def numbers(asked: Asked = ALL, today: date = LATER) -> tuple[float, float]:
    found = on_time(PERIOD, today, asked)
    return found.part, found.whole


@pytest.mark.parametrize(("late", "counted"), [(0, (1, 1)), (14, (1, 1)), (15, (0, 1)), (40, (0, 1))])
def test_the_last_day_of_grace_is_still_in_time_and_late_stays_late(tour, late, counted):
    make_revealed_checkin(tour, DAY, revealed_at=NOW + days(late))
    assert numbers() == counted


@pytest.mark.parametrize(("due_on", "whole"), [(-91, 0), (-90, 1), (0, 1), (1, 0)])
def test_both_ends_of_the_period_count(tour, due_on, whole):
    make_checkin(tour, DAY + days(due_on))
    assert numbers() == (0, whole)


def test_what_still_has_time_is_not_counted_and_neither_is_what_was_skipped(tour):
    make_checkin(tour, DAY)
    assert numbers(today=DAY + days(14)) == (0, 0)
    assert on_time(PERIOD, DAY).value is None
    assert numbers(today=DAY + days(15)) == (0, 1)
    CheckIn.objects.update(skipped_at=NOW, skipped_by="manager", skipped_reason="On holiday.")
    assert numbers() == (0, 0)


def test_what_could_not_be_had_any_more_is_nobodys_lapse(cast, tour):
    make_checkin(tour, DAY)
    make_revealed_checkin(tour, DAY - days(30), revealed_at=NOW - days(30))
    assert numbers() == (1, 2)
    end_employment(cast.bob, last_day=DAY + days(13), ending="resignation")
    assert numbers() == (1, 1)


def test_nor_is_that_of_a_tour_that_was_over(tour):
    make_checkin(tour, DAY)
    make_early_end(tour, DAY + days(13))
    assert numbers() == (0, 0)


def test_it_is_of_those_asked_about(cast, tour):
    make_checkin(tour, DAY)
    for name, whole in (("Engineering", 1), ("Sales", 0)):
        department = Department.objects.get(name=name).pk
        assert numbers(Asked(Whom.of([department]))) == (0, whole)
    assert numbers(Asked(type="rotational")) == (0, 0)
    assert numbers(Asked(Whom(below=(cast.carol.pk, DAY)))) == (0, 1)
    assert numbers(Asked(Whom(below=(cast.mallory.pk, DAY)))) == (0, 0)


@pytest.mark.parametrize("seed", range(3))
def test_it_is_what_each_check_in_says_of_itself(tour, seed):
    rng = Random(seed)
    for n in range(12):
        day = DAY - days(rng.randint(-20, 110))
        if rng.random() < 0.6:
            make_revealed_checkin(tour, day, revealed_at=NOW + (day - DAY) + days(rng.randint(-7, 30)))
        else:
            make_checkin(tour, day - days(n % 2))
    today = DAY + days(10)
    judged = [
        checkin
        for checkin in CheckIn.objects.all()
        if PERIOD.first <= checkin.due_on <= PERIOD.last and checkin.lapses_on < today
    ]
    in_time = [checkin for checkin in judged if checkin.revealed_on and not checkin.was_late]
    assert numbers(today=today) == (len(in_time), len(judged))
    assert set(due(PERIOD, today)) == set(judged)
