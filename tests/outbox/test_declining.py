"""One click in a letter, by a mail program that does not sign in."""

from __future__ import annotations

import pytest
from django.test import Client

from alliance_site.outbox.declining import one_click, read
from people.models import DeclinedOccasion

MAY, MUST = "feedback.checkin_lapsed", "tours.terms_waiting"


@pytest.fixture
def url(cast) -> str:
    return one_click(cast.alice.pk, [MAY])


def test_who_only_looks_changes_nothing(cast, url):
    page = Client().get(url)
    assert page.status_code == 200
    assert "Send me no more of these" in page.text
    assert not DeclinedOccasion.objects.exists()


def test_one_click_declines_without_cookie_or_token_and_may_be_repeated(cast, url):
    program = Client(enforce_csrf_checks=True)
    for _ in range(2):
        page = program.post(url, {"List-Unsubscribe": "One-Click"})
        assert page.status_code == 200
    assert "You get no more letters about this" in page.text
    assert list(DeclinedOccasion.objects.values_list("person", "occasion")) == [(cast.alice.pk, MAY)]


def test_what_cannot_be_declined_is_not(cast):
    page = Client().post(one_click(cast.alice.pk, [MUST]))
    assert "These letters cannot be declined" in page.text
    assert not DeclinedOccasion.objects.exists()


@pytest.mark.parametrize("change", [lambda t: t[:-1], lambda t: "x" + t, lambda t: "x", lambda t: "\x00"])
def test_an_address_that_nobody_made_is_none(cast, url, change):
    before, token = url.rstrip("/").rsplit("/", 1)
    assert read(token)
    assert Client().post(f"{before}/{change(token)}/").status_code == 404
    assert not DeclinedOccasion.objects.exists()


def test_the_address_is_not_in_the_log(url):
    from alliance_site.logs import without_tokens

    assert without_tokens(f"POST {url} 200") == "POST /messages/declined/…/ 200"
