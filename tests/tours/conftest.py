"""Everything in this room happens on one morning."""

from __future__ import annotations

from datetime import timedelta

import pytest

from tests.factories import TODAY, make_programme, make_proposed_tour, make_signed_tour
from tours.models import Programme, Tour

SPAN = {"starts_on": TODAY - timedelta(days=100), "ends_on": TODAY + timedelta(days=400)}


@pytest.fixture(autouse=True, scope="module")
def _that_morning(morning: None) -> None:
    pass


@pytest.fixture
def proposed(cast) -> Tour:
    return make_proposed_tour(cast.alice, cast.bob, **SPAN)


@pytest.fixture
def signed(cast) -> Tour:
    return make_signed_tour(cast.alice, cast.bob, **SPAN)


@pytest.fixture
def programme(cast) -> Programme:
    return make_programme(cast.heidi)
