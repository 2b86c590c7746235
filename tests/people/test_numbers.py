"""Numbers as a reader of each language writes them, and how many teams a page names."""

from __future__ import annotations

import pytest
from django.template import Context, Template
from django.utils.translation import override

from people.numbers import Grouped, number
from people.teams import MOST, named


@pytest.mark.parametrize(("language", "said"), [("en", "\u221213"), ("ar", "\u200e\u221213")])
def test_the_sign_of_a_number_stands_before_it_in_a_line_from_the_right_too(language, said):
    with override(language):
        assert number(-13) == said
        assert number(13) == "13"


@pytest.mark.parametrize(("language", "said"), [("en", "12,345"), ("de", "12.345"), ("ar", "12.345")])
def test_a_page_of_any_room_takes_thousands_apart(language, said):
    with override(language):
        assert Template("{% load numbers %}{{ count|grouped }}").render(Context({"count": 12_345})) == said
        assert str(Grouped(12_345)) == said


def test_a_page_names_the_first_teams_and_says_of_the_others_how_many_they_are():
    few, many = range(MOST), range(MOST + 2)
    assert named(few) == {"teams": few, "further": 0}
    assert named(many) == {"teams": few, "further": 2}
