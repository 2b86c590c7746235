"""A check-in in a real browser: what the page does by itself while one types, and how it looks."""

from __future__ import annotations

from datetime import timedelta

import pytest
from django.utils import timezone

from feedback import services
from feedback.models import CheckIn, Sheet
from tests.browser.conftest import make_running_tour, today, until
from tests.factories import make_checkin, make_revealed_checkin, make_sheet
from tours.models import Side

SAVED = "#saved:has-text('Saved at')"


@pytest.fixture
def checkin(site, cast) -> CheckIn:
    return make_checkin(make_running_tour(cast.alice, cast.bob), today() + timedelta(days=1))


@pytest.fixture
def page(page_as, cast, checkin):
    page = page_as(cast.alice)
    page.goto(checkin.get_absolute_url())
    return page


def words_of(sheet: Sheet) -> set:
    return set(services.said(sheet).values())


def test_a_draft_is_saved_as_one_types_and_then_handed_in(page, checkin):
    page.get_by_label("4", exact=True).first.check()
    page.fill("#id_answer-unsaid", "Half a thought")
    page.wait_for_selector(SAVED)
    sheet = checkin.sheets.get()
    assert (words_of(sheet), sheet.submitted_at) == ({4, "Half a thought"}, None)
    for group in page.locator("fieldset:has(input)").all():
        group.locator("input").nth(1).check()
    page.fill("#id_answer-unsaid", "A whole thought")
    page.get_by_role("button", name="Hand in").click()
    page.wait_for_selector("text=You have handed in. Bob Brand has not yet.")
    sheet.refresh_from_db()
    assert (words_of(sheet), bool(sheet.submitted_at)) == ({2, "A whole thought"}, True)
    until(page, "sessionStorage.length === 0")


def test_the_keyboard_alone_will_do(page, checkin):
    page.locator("fieldset input").first.focus()
    page.keyboard.press("Space")
    for _ in range(2):
        page.keyboard.press("ArrowRight")
    page.wait_for_selector(SAVED)
    assert words_of(checkin.sheets.get()) == {3}


@pytest.mark.usefixtures("saved_soon")
def test_nothing_stays_in_the_browser_when_one_signs_out(page, checkin):
    page.route("**/check-ins/**", lambda route: route.abort())  # the connection is lost
    page.fill("#id_answer-unsaid", "Kept in this window")
    page.wait_for_selector("#saved:has-text('no connection')")
    assert page.evaluate("sessionStorage.length") == 1
    page.goto("/")
    page.locator(".site-nav-wide").get_by_role("button", name="Sign out").click()
    page.wait_for_url("**/sign-in/**")
    assert page.evaluate("sessionStorage.length") == 0
    assert not checkin.sheets.exists()


def test_an_action_typed_into_a_page_of_an_ended_session_comes_back_until_it_is_written_down(
    page_as, cast, site, problems
):
    day = today() - timedelta(days=3)
    checkin = make_revealed_checkin(make_running_tour(cast.alice, cast.bob), day)
    page = page_as(cast.alice)
    page.goto(checkin.get_absolute_url())
    cookies = page.context.cookies()
    page.get_by_role("link", name="Write down an action").click()
    page.wait_for_url("**/actions/")  # with its script, which keeps what is sent
    form = page.url
    page.fill("#id_action-what", "Send the draft of the plan.")
    page.context.clear_cookies()
    page.click("text=Write it down")
    page.context.add_cookies(cookies)
    problems.clear()
    for _ in range(2):
        page.goto(form)
        assert page.input_value("#id_action-what") == "Send the draft of the plan."
    page.click("text=Write it down")
    page.wait_for_selector(".promises >> text=Send the draft of the plan.")
    page.goto(form)
    assert page.input_value("#id_action-what") == ""
    assert checkin.actions.count() == 1


def test_every_state_is_open_to_everybody_and_fits(page_as, cast, fits, checkin):
    tour, day = checkin.tour, today()
    waiting = make_checkin(tour, day - timedelta(days=40))
    make_sheet(waiting, Side.EMPLOYEE, text="In vain " * 40, submitted_at=timezone.now())
    skipped = make_checkin(tour, day - timedelta(days=5))
    services.skip(skipped, actor=cast.bob, reason="Away " * 40, now=timezone.now())
    revealed = make_revealed_checkin(
        tour, day - timedelta(days=90), employee=1, manager=5, employee_text="x" * 500
    )
    planned = make_checkin(tour, day + timedelta(days=60))
    page = page_as(cast.alice)
    addresses = [each.get_absolute_url() for each in (checkin, waiting, skipped, revealed, planned)]
    for address in [*addresses, "/check-ins/", f"{checkin.get_absolute_url()}skip/"]:
        page.goto(address)
        fits(page)
    page.goto(checkin.get_absolute_url())
    page.get_by_role("button", name="Hand in").click()
    page.wait_for_selector(".errors")
    fits(page, "errors")
