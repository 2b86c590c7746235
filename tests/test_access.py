"""Every URL, with every method, against the whole cast: who gets in, and that the others learn nothing.

A page that no room has listed in its `access_table.py` fails here, so a new page is closed until
somebody has said who may open it.
"""

from __future__ import annotations

import pytest
from django.test import Client
from django.urls import URLPattern, URLResolver, get_resolver, reverse

from tests.access import NAMES, Page, all_pages
from tests.conftest import signed_in
from tests.factories import PASSWORD
from tests.world import World

pytestmark = pytest.mark.usefixtures("undone", "no_missing_words")

ACCESS = all_pages()
CLOSED = {404, 405}
SIGN_IN = reverse("sign_in")
#: Above it is the page on which it was asked: that it has been is what that says.
SAYS_WHY = {"promise_drop_take_back"}
METHODS = ("get", "head", "post")
NEVER = ("put", "patch", "delete", "options", "trace")


def named_urls(patterns: list[URLPattern | URLResolver]) -> set[str]:
    names: set[str] = set()
    for pattern in patterns:
        if isinstance(pattern, URLResolver):
            names |= named_urls(pattern.url_patterns)
        else:
            assert pattern.name, f"{pattern.pattern} has no name"
            names.add(pattern.name)
    return names


def test_every_page_says_who_may_open_it():
    assert named_urls(get_resolver().url_patterns) == set(ACCESS)


@pytest.mark.parametrize("name", sorted(ACCESS))
def test_a_page_opens_for_its_own_and_for_nobody_else(name: str, world: World):
    page = ACCESS[name]
    url = reverse(name, kwargs=page.args(world))
    clients = {who: signed_in(world.person(who)) for who in NAMES}
    for method in METHODS:
        # Who may not comes first: once it is done, nobody could do it again.
        for who in sorted(NAMES, key=lambda who: closed(page, method, who), reverse=True):
            status = getattr(clients[who], method)(url).status_code
            assert status in expected(page, method, who), f"{method} {url} as {who}: {status}"
    for method in NEVER:
        for who in NAMES:
            assert getattr(clients[who], method)(url).status_code in CLOSED, f"{method} {url} as {who}"


@pytest.mark.parametrize("name", sorted(ACCESS))
def test_who_is_not_signed_in_is_asked_to(name: str, world: World):
    page = ACCESS[name]
    url = reverse(name, kwargs=page.args(world))
    for method in METHODS + NEVER:
        reply = getattr(Client(), method)(url)
        if page.anonymous or method in NEVER:
            assert reply.status_code in expected(page, method, "anonymous")
        else:
            assert reply.status_code == 302
            assert reply.url.startswith(reverse("sign_in"))


@pytest.mark.parametrize("name", sorted(name for name, page in ACCESS.items() if page.is_clicked))
def test_a_click_that_met_the_end_of_a_session_leads_to_a_page_that_says_so(name: str, world: World):
    page = ACCESS[name]
    url = reverse(name, kwargs=page.args(world))
    for who in page.post.split()[:2]:  # both sides, where it is theirs
        client = Client()
        asked = client.post(url)["Location"]
        if page.anonymous:
            assert asked == SIGN_IN
            continue
        pair = {"username": world.person(who).email, "password": PASSWORD, "next": url}
        came = client.post(asked, pair, follow=True)
        assert came.status_code == (400 if name in SAYS_WHY else 200), f"{url} as {who}"
        assert "what you clicked was not done" in came.text
        assert client.get(url, follow=True).status_code == came.status_code


def closed(page: Page, method: str, who: str) -> bool:
    return expected(page, method, who) == CLOSED


def expected(page: Page, method: str, who: str) -> set[int]:
    """The statuses that are right: done or bad input for those who may, 404 or 405 for the rest."""
    get_in = set(page.get.split()) | ({"anonymous"} if page.anonymous and page.get else set())
    post_in = set(page.post.split()) | ({"anonymous"} if page.anonymous and page.post else set())
    if page.is_clicked and method in ("get", "head"):
        return {302}
    if method in ("get", "head"):
        return CLOSED if who not in get_in else {302} if who in page.leads_on.split() else {200}
    if method == "post" and who in post_in:
        return {200, 302, 400, 429}
    return CLOSED
