"""The windows of these tests hear what goes wrong in them."""

import time

from tests.browser.conftest import PATIENCE


def test_what_a_window_asks_of_elsewhere_is_noticed(page_as, cast, problems):
    page = page_as(cast.alice)
    page.goto("/")
    page.evaluate("fetch('https://elsewhere.example.com/').catch(() => 0)")
    page.evaluate("document.body.append(Object.assign(document.createElement('script'), {text: '1'}))")
    with page.expect_response("**/nothing.css"):
        page.evaluate("fetch('/static/nothing.css')")
    deadline = time.monotonic() + PATIENCE / 1000
    for what in ("Content Security Policy", "404 for"):
        while what not in "\n".join(problems):
            assert time.monotonic() < deadline, problems
            page.wait_for_timeout(50)
    problems.clear()
