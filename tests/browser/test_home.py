"""The first page, in a real browser."""

import pytest

from tests.browser.conftest import DESK, PHONE


@pytest.mark.parametrize("view", [DESK, PHONE], ids=["desk", "phone"])
@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_the_home_page_is_open_to_everybody_and_fits(page_as, cast, axe, view, scheme):
    page = page_as(cast.alice, view=view, color_scheme=scheme)
    page.goto("/")
    assert page.locator("h1").count() == 1
    assert axe(page) == []
    assert page.evaluate("document.documentElement.scrollWidth <= window.innerWidth")


def test_what_a_window_asks_of_elsewhere_is_noticed(page_as, cast, problems):
    page = page_as(cast.alice)
    page.goto("/")
    page.evaluate("fetch('https://elsewhere.example.com/').catch(() => 0)")
    page.evaluate("document.body.append(Object.assign(document.createElement('script'), {text: '1'}))")
    page.evaluate("fetch('/static/nothing.css')")
    page.wait_for_timeout(300)
    said = "\n".join(problems)
    assert "Content Security Policy" in said
    assert "404 for" in said
    problems.clear()
