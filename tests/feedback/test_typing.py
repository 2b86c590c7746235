"""What the page does by itself while one types, in a real browser under the real security policy."""

from __future__ import annotations

import os
import shutil
from collections.abc import Iterator
from datetime import timedelta

import pytest
from django.test import Client
from django.utils import timezone

from feedback import services
from feedback.models import CheckIn, Sheet
from tests.factories import make_checkin, make_person, make_signed_tour
from tours.models import Side

playwright = pytest.importorskip("playwright.sync_api")
pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]
SAVED = "#saved:has-text('Saved at')"


@pytest.fixture(scope="module")
def browser() -> Iterator:
    path = shutil.which("chromium") or shutil.which("google-chrome")
    if path is None:
        pytest.skip("no browser on PATH")
    with playwright.sync_playwright() as started:
        os.environ["DJANGO_ALLOW_ASYNC_UNSAFE"] = "1"  # playwright's loop makes Django think it is in one
        browser = started.chromium.launch(
            executable_path=path, args=["--no-sandbox", "--disable-background-networking"]
        )
        yield browser
        browser.close()
        del os.environ["DJANGO_ALLOW_ASYNC_UNSAFE"]


@pytest.fixture
def checkin() -> CheckIn:
    tour = make_signed_tour(make_person("Alice Ames"), make_person("Bob Brand"))
    return make_checkin(tour, timezone.now().date() + timedelta(days=1))


@pytest.fixture
def page(browser, live_server, settings, checkin) -> Iterator:
    # The test server finds static files by their own names, not by the hashed ones.
    plain = {"BACKEND": "django.contrib.staticfiles.storage.StaticFilesStorage"}
    settings.STORAGES = {**settings.STORAGES, "staticfiles": plain}
    context = browser.new_context(locale="en-GB", base_url=live_server.url)
    page, errors = context.new_page(), []
    page.on("pageerror", lambda error: errors.append(str(error)))
    page.on("console", lambda line: errors.append(line.text) if "Policy" in line.text else None)
    sign_in(page, checkin)
    page.goto(checkin.get_absolute_url())
    yield page
    context.close()
    assert not errors


def sign_in(page, checkin: CheckIn) -> None:
    client = Client()
    client.force_login(checkin.employee)
    cookie = {
        "name": "sessionid",
        "value": client.cookies["sessionid"].value,
        "domain": "localhost",
        "path": "/",
    }
    page.context.add_cookies([cookie])


def words_of(sheet: Sheet) -> set:
    return set(services.said(sheet).values())


def test_a_draft_is_saved_as_one_types_and_then_handed_in(page, checkin):
    page.get_by_label("4", exact=True).first.check(force=True)
    page.fill("#id_answer-unsaid", "Half a thought")
    page.wait_for_selector(SAVED)
    sheet = checkin.sheets.get()
    assert (words_of(sheet), sheet.submitted_at) == ({4, "Half a thought"}, None)
    for group in page.locator("fieldset").all():
        group.locator("input").nth(1).check(force=True)
    page.fill("#id_answer-unsaid", "A whole thought")
    page.get_by_role("button", name="Hand in").click()
    page.wait_for_selector("text=You have handed in. Bob Brand has not yet.")
    sheet.refresh_from_db()
    assert (words_of(sheet), bool(sheet.submitted_at)) == ({2, "A whole thought"}, True)
    assert page.evaluate("sessionStorage.length") == 0


def test_the_keyboard_alone_will_do(page, checkin):
    page.locator("fieldset input").first.focus()
    page.keyboard.press("Space")
    for _ in range(2):
        page.keyboard.press("ArrowRight")
    page.wait_for_selector(SAVED)
    assert words_of(checkin.sheets.get()) == {3}


def test_an_expired_session_loses_nothing(page, checkin):
    page.context.clear_cookies()
    page.fill("#id_answer-unsaid", "Typed long after the session ended")
    page.wait_for_selector("#saved:has-text('Not saved')")
    assert not checkin.sheets.exists()
    sign_in(page, checkin)
    page.goto(checkin.get_absolute_url())
    assert page.input_value("#id_answer-unsaid") == "Typed long after the session ended"
    page.wait_for_selector(SAVED)
    assert words_of(checkin.sheets.get()) == {"Typed long after the session ended"}


def test_a_second_window_is_told_while_it_types(page, checkin):
    other = page.context.new_page()
    other.goto(checkin.get_absolute_url())
    page.fill("#id_answer-unsaid", "From the first window")
    page.wait_for_selector(SAVED)
    other.fill("#id_answer-unsaid", "From the second window")
    other.wait_for_selector("#saved:has-text('another window')")
    assert words_of(checkin.sheets.get()) == {"From the first window"}
    other.get_by_role("button", name="Save for now").click()
    other.wait_for_selector("ins:has-text('second')")
    other.get_by_role("button", name="Save for now").click()
    other.wait_for_selector("text=Saved at")
    assert words_of(checkin.sheets.get(side=Side.EMPLOYEE)) == {"From the second window"}
