"""What cannot be looked for is said on top of the page, with a link to the field in which it stands."""

from __future__ import annotations

import re

import pytest
from django.urls import reverse

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("no_missing_words")]

REFUSED = {
    "messages": {"day": "yesterday"},
    "people": {"q": "a\0b"},
    "occasions": {"q": "a\0b"},
    "signals": {"department": "Nowhere"},
    "departments": {"q": "a\0b"},
}


@pytest.mark.parametrize("name", REFUSED)
def test_a_filter_that_is_refused_is_summed_up_with_a_link_to_its_field(cast, as_, name):
    page = as_(cast.heidi).get(reverse(name), REFUSED[name]).text
    [said] = re.findall(r'<div class="errors" role="alert".*?</div>', page, re.DOTALL)
    [field] = re.findall(r'<a href="#(\w+)">', said)
    assert f'id="{field}"' in page
    assert "This search cannot be run" in said


def test_words_that_cannot_be_looked_for_among_notes_are_summed_up_alike(cast, as_):
    page = as_(cast.alice).post(reverse("notes"), {"q": "x" * 201}).text
    assert "This search cannot be run" in page
    assert '<a href="#id_q">' in page
