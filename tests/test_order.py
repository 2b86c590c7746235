"""In which order the files of tests are given out, and what they find when they begin."""

from __future__ import annotations

import gc
import os
import sys

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


def test_bytecode_is_kept_and_the_garbage_collector_works_again():
    assert gc.isenabled()
    assert gc.get_freeze_count() > 0
    assert not sys.dont_write_bytecode
    assert "PYTHONDONTWRITEBYTECODE" not in os.environ
