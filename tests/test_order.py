"""In which order the files of tests are given out."""

from __future__ import annotations

import pytest

from tests.conftest import FIRST, TESTS, place


@pytest.mark.parametrize("name", FIRST)
def test_what_is_to_come_first_is_there(name):
    assert (TESTS / name).exists()


def test_the_long_ones_come_before_all_others(request):
    places = [place(item.path) for item in request.session.items]
    assert places == sorted(places)
    assert [place(TESTS / name) for name in FIRST] == list(range(len(FIRST)))
    assert place(TESTS / "faults" / "test_servers.py") == 1
    assert place(TESTS / "alliance_site" / "test_health.py") == len(FIRST)
