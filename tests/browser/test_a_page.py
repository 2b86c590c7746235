"""Every page in a real browser: nothing for axe to find, no sideways scrolling, light enough to load.

The longest file of the browser, which would keep one process busy when the other has nothing left to do: by
its name it comes first of them.
"""

from __future__ import annotations

from collections.abc import Iterator

import pytest
from django.urls import reverse

from tests.access import all_pages
from tests.conftest import make_cast
from tests.emptying import empty
from tests.world import World, make_world

PAGES = {name: page for name, page in all_pages().items() if page.get and page.for_people}
#: Who opens it first in the table, and others to whom the page says other things.
READERS = [(name, page.get.split()[0]) for name, page in sorted(PAGES.items())]
TOLD_OTHERWISE = ("tour", "tour_along", "story", "person", "checkin")
READERS += [(name, who) for name in TOLD_OTHERWISE for who in ("bob", "heidi")]
READERS += [("home", "mallory")]  # with nothing on it
READERS = sorted({(name, who) for name, who in READERS if who in PAGES[name].get.split()})
WIDTHS = (1280, 360)
MOST_BYTES = 200_000
MOST_REQUESTS = 25


@pytest.fixture(scope="module")
def world(django_db_setup: None, django_db_blocker) -> Iterator[World]:
    """Written for good, as the site reads it by another connection; made once, as nobody changes it here."""
    with django_db_blocker.unblock():
        yield make_world(make_cast())
        empty()


@pytest.fixture
def transactional_db(world: World) -> None:
    """Nothing is taken back between the pages."""


@pytest.mark.parametrize(("name", "who"), READERS)
def test_a_page_is_accessible_and_fits(name: str, who: str, world: World, page_as, axe):
    url = reverse(name, kwargs=PAGES[name].args(world))
    page = page_as(world.person(who), color_scheme="light")
    loaded: list[int] = []
    page.on("requestfinished", lambda request: loaded.append(request.sizes()["responseBodySize"]))
    reply = page.goto(url)
    assert reply
    assert reply.status == 200
    assert page.locator("h1").count() == 1
    for width in WIDTHS:
        page.set_viewport_size({"width": width, "height": 900})
        assert axe(page) == [], f"at {width}"
        assert page.evaluate("document.documentElement.scrollWidth <= innerWidth"), f"at {width}"
    page.emulate_media(color_scheme="dark")
    assert axe(page, only="color-contrast") == [], "in the dark"
    assert 0 < sum(loaded) <= MOST_BYTES
    assert len(loaded) <= MOST_REQUESTS


def test_what_keeps_people_out_is_found(world: World, page_as, axe):
    page = page_as(world.cast.alice)
    page.goto(reverse("home"))
    page.evaluate("document.querySelector('main').append(new Image())")
    assert [found.partition(":")[0] for found in axe(page)] == ["image-alt"]
