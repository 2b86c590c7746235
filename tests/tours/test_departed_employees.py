"""Of a tour whose employee has left before its end, every page says so: it does not run any more."""

from __future__ import annotations

from datetime import timedelta

import pytest
from django.urls import reverse
from django.utils import timezone

from people.services import end_employment
from tests.factories import make_checkin, make_person, make_signed_tour
from tours.models import Tour

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("no_missing_words")]

TODAY = timezone.now().date()
SPAN = {"starts_on": TODAY - timedelta(days=200), "ends_on": TODAY + timedelta(days=200)}
SAYS = "Left before its end"


@pytest.fixture
def tour(cast) -> Tour:
    return make_signed_tour(cast.alice, cast.bob, **SPAN)


@pytest.mark.parametrize(("days", "left"), [(0, False), (1, True)])
def test_it_is_said_from_the_day_after_the_last_on(cast, as_, tour, days, left):
    end_employment(cast.alice, last_day=TODAY - timedelta(days=days), ending="resignation")
    for reader, name, args in (
        (cast.alice, "home", []),
        (cast.alice, "tour", [tour.pk]),
        (cast.alice, "tours", []),
        (cast.alice, "story", [cast.alice.pk]),
        (cast.heidi, "person", [cast.alice.pk]),
        (cast.bob, "tour", [tour.pk]),
    ):
        page = as_(reader).get(reverse(name, args=args)).text
        assert (SAYS in page) is left, name
        assert (">Active<" in page) is not left, name


def test_nobody_is_asked_for_the_check_ins_that_were_to_come(cast, as_, tour):
    make_checkin(tour, TODAY + timedelta(days=2))
    said = "Nobody is asked for what had not taken place by then."
    assert said not in as_(cast.alice).get(tour.get_absolute_url()).text
    end_employment(cast.alice, last_day=TODAY - timedelta(days=1), ending="resignation")
    assert said in as_(cast.alice).get(tour.get_absolute_url()).text


def test_one_that_was_over_before_stays_completed(cast, as_):
    done = {"starts_on": TODAY - timedelta(days=300), "ends_on": TODAY - timedelta(days=100)}
    over = make_signed_tour(cast.alice, cast.bob, **done)
    end_employment(cast.alice, last_day=TODAY - timedelta(days=10), ending="resignation")
    page = as_(cast.alice).get(over.get_absolute_url()).text
    assert "Completed" in page
    assert SAYS not in page


def test_nobody_elses_is_touched(cast, as_, tour):
    other = make_signed_tour(make_person("Rae Reed"), cast.bob, **SPAN)
    end_employment(cast.alice, last_day=TODAY - timedelta(days=10), ending="resignation")
    assert SAYS not in as_(cast.bob).get(other.get_absolute_url()).text
