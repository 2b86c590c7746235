"""Every page in a real browser: nothing for axe to find, no sideways scrolling, light enough to load."""

from __future__ import annotations

import pytest
from django.urls import reverse

from tests.access import all_pages
from tests.world import make_world

pytestmark = pytest.mark.browser

PAGES = {name: page for name, page in all_pages().items() if page.get}
MOST_BYTES = 200_000
MOST_REQUESTS = 25


@pytest.mark.parametrize("scheme", ["light", "dark"])
@pytest.mark.parametrize("width", [1280, 360])
@pytest.mark.parametrize("name", sorted(PAGES))
def test_a_page_is_accessible_and_fits(name, width, scheme, cast, page_as, axe):
    world = make_world(cast)
    who = PAGES[name].get.split()[0]
    page = page_as(world.person(who), view={"width": width, "height": 900}, color_scheme=scheme)
    loaded: list[int] = []
    page.on("requestfinished", lambda request: loaded.append(request.sizes()["responseBodySize"]))
    page.goto(reverse(name, kwargs=PAGES[name].args(world)))
    page.wait_for_load_state("networkidle")
    assert axe(page) == []
    assert page.evaluate("document.documentElement.scrollWidth <= document.documentElement.clientWidth")
    assert sum(loaded) <= MOST_BYTES
    assert len(loaded) <= MOST_REQUESTS
