"""Whether a tour is followed by another: the figures, the lists and the letters say the same of it."""

from __future__ import annotations

from datetime import date, timedelta

import pytest

from feedback.measures import timeliness
from feedback.models import Kind
from people.measures.periods import Period
from people.services import end_employment
from tests.factories import TODAY, make_checkin, make_early_end, make_signed_tour
from tours import failing
from tours.measures import ahead
from tours.measures.endings import endings
from tours.models import Tour

pytestmark = pytest.mark.django_db
LAST = TODAY


def days(number: int) -> timedelta:
    return timedelta(days=number)


@pytest.fixture
def tour(cast) -> Tour:
    return make_signed_tour(cast.alice, cast.bob, starts_on=LAST - days(400), ends_on=LAST)


def said(tour: Tour) -> dict[str, bool]:
    """By whoever asks, whether that tour is followed by another."""
    found = Tour.objects.filter(pk=tour.pk)
    return {
        "renewal": bool(endings(Period(LAST, LAST)).followed),
        "ends soon": not ahead.nothing_agreed(ahead.ending(LAST, 0)).filter(pk=tour.pk).exists(),
        "ended undecided": not failing.ended_undecided(found, LAST + days(1)).exists(),
        "letters and lists": not found.with_nothing_agreed_beyond().exists(),
    }


def check_in_is_needless(tour: Tour) -> bool:
    """As the figure has it of a talk about what comes next whose time ended with the tour."""
    make_checkin(tour, LAST, kind=Kind.NEXT_TOUR, lapses_on=LAST)
    return not timeliness.due(Period(LAST, LAST), LAST + days(1)).exists()


#: First and last day of another tour, the last day where one side ends it early, and whether it follows.
CASES: dict[str, tuple[date, date | None, date | None, bool]] = {
    "the day after": (LAST + days(1), LAST + days(300), None, True),
    "after a pause": (LAST + days(40), LAST + days(300), None, True),
    "already running, and longer": (LAST - days(9), LAST + days(1), None, True),
    "open-ended": (LAST + days(1), None, None, True),
    "it runs out with this one": (LAST - days(9), LAST, None, False),
    "begun before this one": (LAST - days(401), LAST + days(300), None, False),
    "called off": (LAST + days(1), LAST + days(300), LAST, False),
    "called off, and beyond": (LAST + days(40), LAST + days(300), LAST + days(39), False),
    "it will end early, later": (LAST + days(1), LAST + days(300), LAST + days(60), True),
    "running, and ends early, later": (LAST - days(9), LAST + days(300), LAST + days(60), True),
    "it ends early with this one": (LAST - days(9), LAST + days(300), LAST, False),
    "it lasts for a day": (LAST + days(1), LAST + days(300), LAST + days(1), True),
}


@pytest.mark.parametrize(("starts_on", "ends_on", "ended_on", "follows"), CASES.values(), ids=list(CASES))
def test_all_who_ask_say_the_same(cast, tour, starts_on, ends_on, ended_on, follows):
    review_on = None if ends_on else starts_on + days(300)
    another = make_signed_tour(
        cast.alice, cast.carol, starts_on=starts_on, ends_on=ends_on, review_on=review_on
    )
    if ended_on:
        make_early_end(another, ended_on)
    assert said(tour) == dict.fromkeys(said(tour), follows)
    assert check_in_is_needless(tour) == follows


def test_one_that_the_employee_leaves_before_its_first_day_does_not_follow(cast, tour):
    make_signed_tour(cast.alice, cast.carol, starts_on=LAST + days(40), ends_on=LAST + days(300))
    end_employment(cast.alice, last_day=LAST + days(39), ending="resignation")
    assert said(tour) == dict.fromkeys(said(tour), False)


def test_an_end_of_the_next_one_that_is_said_later_leaves_a_past_month_as_it_was(cast, tour):
    another = make_signed_tour(cast.alice, cast.carol, starts_on=LAST + days(40), ends_on=LAST + days(300))
    make_early_end(another, LAST + days(39), at=another.in_force.proposed_at + days(150))
    assert check_in_is_needless(tour)
    assert said(tour) == dict.fromkeys(said(tour), False)
