"""Every page in a real browser: nothing for axe to find, no sideways scrolling, light enough to load."""

from __future__ import annotations

from itertools import product

import pytest
from django.urls import reverse

from tests.access import all_pages
from tests.world import make_world

pytestmark = pytest.mark.browser

PAGES = {name: page for name, page in all_pages().items() if page.get and page.for_people}
MOST_BYTES = 200_000
MOST_REQUESTS = 25


@pytest.mark.parametrize("name", sorted(PAGES))
def test_a_page_is_accessible_and_fits(name, cast, page_as, axe):
    world = make_world(cast)
    person = world.person(PAGES[name].get.split()[0])
    url = reverse(name, kwargs=PAGES[name].args(world))
    for width, scheme in product((1280, 360), ("light", "dark")):
        page = page_as(person, view={"width": width, "height": 900}, color_scheme=scheme)
        loaded: list[int] = []
        page.on("requestfinished", lambda request, to=loaded: to.append(request.sizes()["responseBodySize"]))
        page.goto(url, wait_until="networkidle")
        where = f"{url} at {width}, {scheme}"
        assert axe(page) == [], where
        assert page.evaluate("document.documentElement.scrollWidth <= innerWidth"), where
        assert sum(loaded) <= MOST_BYTES, where
        assert len(loaded) <= MOST_REQUESTS, where
