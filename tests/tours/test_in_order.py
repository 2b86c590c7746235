"""In which order a list of tours goes on from page to page."""

from __future__ import annotations

from datetime import timedelta

import pytest
from django.core.paginator import Paginator

from tests.factories import DAY, make_early_end, make_proposed_tour, make_signed_tour, make_tour
from tours.in_order import PARTS, InOrder
from tours.models import Tour


@pytest.fixture
def tours(cast) -> list[Tour]:
    """As they are to stand: those on their way, those in force, those given up."""
    two = cast.alice, cast.bob
    soon = make_signed_tour(*two, starts_on=DAY + timedelta(days=9))
    early = make_early_end(make_signed_tour(*two), DAY)
    late = make_signed_tour(*two, starts_on=DAY - timedelta(days=9))
    given_up = [make_proposed_tour(*two) for _ in range(2)]
    Tour.objects.filter(pk=given_up[0].pk).update(state=Tour.State.DECLINED)
    Tour.objects.filter(pk=given_up[1].pk).update(state=Tour.State.WITHDRAWN)
    proposed, draft = make_proposed_tour(*two), make_tour(*two)
    return [draft, proposed, soon, early, late, *reversed(given_up)]


@pytest.mark.parametrize("size", [1, 2, 3, 4, 7, 50])
def test_every_tour_stands_on_one_page_in_its_place(tours, size):
    pages = Paginator(InOrder(Tour.objects.all()), size)
    assert pages.count == len(tours)
    shown = [[row["pk"] for row in pages.page(number).object_list] for number in pages.page_range]
    assert [pk for page in shown for pk in page] == [tour.pk for tour in tours]
    assert {len(page) for page in shown[:-1]} <= {size}


def test_of_none_there_is_one_empty_page(db):
    assert list(Paginator(InOrder(Tour.objects.all()), 50).page(1).object_list) == []


def test_a_tour_in_any_state_has_a_part():
    assert sorted(state for states, _order in PARTS for state in states) == sorted(Tour.State)


def test_a_page_shows_them_in_that_order(cast, as_, tours):
    shown = as_(cast.heidi).get("/tours/").context["rows"]
    assert [tour for tour, _status in shown] == [tour for tour in tours if tour.versions.get().proposed_at]
