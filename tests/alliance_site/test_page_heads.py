"""A page says its title once, and `base.html` says it twice."""

from __future__ import annotations

import re

from alliance_site.local.folder import BASE_DIR
from tests.conftest import Cast
from tests.factories import make_person

TEMPLATES = BASE_DIR / "templates"
#: The frame, and the head of a tour of which the reader sees no statement.
HEADS = {"base.html", "tours/_outline.html"}


def test_a_title_is_the_heading_too_and_escaped_once(cast: Cast, as_):
    person = make_person("Ann <Other> & Co", email="ann@example.com")
    page = as_(cast.heidi).get(person.get_absolute_url()).content.decode()
    name = "Ann &lt;Other&gt; &amp; Co"
    assert f"<title>{name} · Alliance</title>" in page
    assert re.findall("<h1[^>]*>(.*?)</h1>", page) == [name]


def test_a_page_may_have_a_heading_of_its_own(cast: Cast, as_):
    page = as_(cast.alice).get("/").content.decode()
    assert "<title>Today · Alliance</title>" in page
    assert re.findall("<h1[^>]*>(.*?)</h1>", page) == ["Nothing needs you today"]


def test_no_page_lays_out_a_head_by_hand():
    found = {
        path.relative_to(TEMPLATES).as_posix()
        for path in TEMPLATES.rglob("*.html")
        if "page-head" in path.read_text()
    }
    assert found == HEADS
