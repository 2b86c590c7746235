"""What somebody has typed survives whatever becomes of the connection, the session or the server."""

from __future__ import annotations

import os
import signal
import socket
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import suppress
from datetime import timedelta
from functools import partial
from urllib.parse import urlsplit
from urllib.request import urlopen

import pytest
from django.contrib.sessions.models import Session
from django.db import connection
from django.urls import reverse
from playwright.sync_api import Page, Route, expect

from alliance_site.local.folder import BASE_DIR
from feedback import services
from feedback.models import CheckIn
from tests.browser import conftest
from tests.browser.conftest import PATIENCE, PHONE, late_script, make_running_tour, today
from tests.factories import PASSWORD, make_checkin, make_proposed_tour
from tours.models import Side

SAVED = "#saved:has-text('Saved at')"
UNSAID = "#id_answer-unsaid"


@pytest.fixture
def checkin(site, cast) -> CheckIn:
    return make_checkin(make_running_tour(cast.alice, cast.bob), today() + timedelta(days=1))


def said(checkin: CheckIn) -> set[object]:
    sheet = checkin.sheets.filter(side=Side.EMPLOYEE).first()
    return set(services.said(sheet).values()) if sheet else set()


def saves(page: Page, words: str, checkin: CheckIn) -> None:
    """The page has those words, and sees by itself to it that they are saved."""
    expect(page.locator(UNSAID)).to_have_value(words)
    deadline = time.monotonic() + PATIENCE / 1000
    while said(checkin) != {words}:
        assert time.monotonic() < deadline, "it was not saved"
        page.wait_for_timeout(50)


def sign_in(page: Page, who: str = "alice") -> None:
    page.get_by_label("E-mail address").fill(f"{who}@example.com")
    page.get_by_label("Password").fill(PASSWORD)
    page.get_by_role("button", name="Sign in").click()


@pytest.mark.usefixtures("saved_soon")
def test_a_lost_connection_and_an_expired_session_lose_nothing(page_as, cast, checkin, problems):
    page = page_as(cast.alice)
    page.goto(checkin.get_absolute_url())
    page.context.set_offline(True)
    page.fill(UNSAID, "On the train")
    page.wait_for_selector("#saved:has-text('no connection')")
    page.context.set_offline(False)
    saves(page, "On the train", checkin)

    page.context.set_offline(True)
    page.fill(UNSAID, "In the tunnel")
    with suppress(Exception):  # the browser's own page tells that there is no connection
        page.get_by_role("button", name="Save for now").click()
    page.context.set_offline(False)
    page.goto(checkin.get_absolute_url())
    saves(page, "In the tunnel", checkin)
    page.wait_for_load_state("networkidle")  # it has heard so, and knows what it writes over next

    Session.objects.all().delete()
    page.fill(UNSAID, "After the weekend")
    page.wait_for_selector("#saved:has-text('signed out')")
    page.get_by_role("button", name="Save for now").click()
    sign_in(page)
    saves(page, "After the weekend", checkin)
    problems.clear()  # what could not be reached


@pytest.mark.usefixtures("saved_soon")
def test_what_a_server_in_trouble_did_not_take_is_sent_again_and_is_no_signing_out(
    page_as, cast, checkin, problems
):
    page = page_as(cast.alice)
    page.goto(checkin.get_absolute_url())
    page.route(
        f"**{urlsplit(page.url).path}",
        lambda route: route.fulfill(status=500, content_type="text/html", body="<h1>Oh</h1>"),
        times=1,
    )
    page.fill(UNSAID, "While it stumbled")
    page.wait_for_selector("#saved:has-text('no connection')")
    saves(page, "While it stumbled", checkin)
    problems.clear()  # the 500


@pytest.mark.usefixtures("saved_soon")
def test_what_is_sent_after_the_session_ended_is_not_taken_for_what_another_device_saved(
    page_as, cast, checkin, problems
):
    desk, phone = page_as(cast.alice), page_as(cast.alice, view=PHONE)
    for window in (desk, phone):
        window.goto(checkin.get_absolute_url())
    phone.fill(UNSAID, "On the phone")
    saves(phone, "On the phone", checkin)
    Session.objects.all().delete()
    desk.fill(UNSAID, "At the desk")
    desk.wait_for_selector("#saved:has-text('signed out')")
    desk.get_by_role("button", name="Save for now").click()
    sign_in(desk)
    expect(desk.locator(UNSAID)).to_have_value("At the desk")
    desk.wait_for_selector("#saved:has-text('another window')")
    assert said(checkin) == {"On the phone"}
    problems.clear()  # what was refused


@pytest.mark.usefixtures("saved_soon")
def test_two_tabs_and_two_devices_never_lose_each_others_words(page_as, cast, checkin, problems):
    page = page_as(cast.alice)
    windows = [page, page.context.new_page(), page_as(cast.alice, view=PHONE)]
    for window in windows:
        window.goto(checkin.get_absolute_url())
    page.fill(UNSAID, "At the desk")
    page.wait_for_selector(SAVED)
    for window, words in zip(windows[1:], ("In another tab", "On the phone"), strict=True):
        window.fill(UNSAID, words)
        window.wait_for_selector("#saved:has-text('another window')")
        assert said(checkin) == {"At the desk"}
        window.reload()
        expect(window.locator(UNSAID)).to_have_value(words)
    phone = windows[-1]
    for telling in ("ins:has-text('phone')", "text=Saved at"):
        phone.get_by_role("button", name="Save for now").click()
        phone.wait_for_selector(telling)
    assert said(checkin) == {"On the phone"}
    problems.clear()  # the script was answered 409


def test_a_double_submit_hands_in_once(page_as, cast, checkin):
    page = page_as(cast.alice)
    page.goto(checkin.get_absolute_url())
    for group in page.locator("fieldset:has(input)").all():
        group.locator("input").nth(3).check()
    page.fill(UNSAID, "Once")
    page.locator("#sheet button.btn-primary").evaluate("button => { button.click(); button.click(); }")
    page.wait_for_selector("text=You have handed in. Bob Brand has not yet.")
    assert said(checkin) == {4, "Once"}
    assert checkin.sheets.get().version == 1


def test_words_that_are_sent_once_are_kept_in_the_window_until_they_arrive(page_as, cast, checkin, problems):
    page = page_as(cast.alice)
    skip = f"{checkin.get_absolute_url()}skip/"
    page.goto(skip)
    page.fill("#id_reason", "We have talked already")
    page.context.set_offline(True)
    with suppress(Exception):
        page.get_by_role("button", name="Skip it").click()
    page.context.set_offline(False)
    page.goto(skip)
    expect(page.locator("#id_reason")).to_have_value("We have talked already")
    page.wait_for_selector("#saved:has-text('is back')")
    page.get_by_role("button", name="Skip it").click()
    page.wait_for_selector("text=Skipped. Both of you can read why.")
    problems.clear()  # what could not be reached


def test_a_programme_sent_after_the_session_ended_is_still_there_and_gone_once_it_is_saved(page_as, cast):
    page = page_as(cast.heidi)
    page.goto("/programmes/new/")
    typed = {
        "#id_name": "Graduates",
        "#id_mission": "Learn how a product is made.",
        "#id_company_gain": "Somebody who can own a small release.",
        "#id_employee_gain": "Three teams known from inside by the end.",
        "#id_months": "24",
        "#id_pledge-0-what": "A mentor from the first day on",
        "#id_pledge-0-due_after": "1",
        "#id_pledge-0-known_by": "They have met.",
    }
    for field, words in typed.items():
        page.fill(field, words)
    page.select_option("#id_pledge-0-owed_by", "manager")
    Session.objects.all().delete()
    page.get_by_role("button", name="Save the programme").click()
    sign_in(page, "heidi")
    page.wait_for_selector("#saved:has-text('is back')")
    for field, words in typed.items():
        expect(page.locator(field)).to_have_value(words)
    expect(page.locator("#id_pledge-0-owed_by")).to_have_value("manager")
    page.get_by_role("button", name="Save the programme").click()
    page.wait_for_selector("text=The programme is saved.")
    page.goto("/programmes/new/")
    expect(page.locator("#id_name")).to_have_value("")


def test_a_line_typed_before_that_of_an_ended_session_is_back_stands_beside_it(page_as, cast):
    page = page_as(cast.heidi)
    page.goto("/programmes/new/")
    page.fill("#id_name", "Graduates")
    page.fill("#id_months", "24")
    Session.objects.all().delete()
    page.get_by_role("button", name="Save the programme").click()
    come = late_script(page)
    sign_in(page, "heidi")
    page.fill("#id_name", "Trainees")
    page.fill("#id_months", "12")
    come()
    page.wait_for_selector("#saved:has-text('is back')")
    expect(page.locator("#id_name")).to_have_value("Graduates / Trainees")
    expect(page.locator("#id_months")).to_have_value("12")


def test_what_is_typed_on_while_a_form_is_sent_stays_when_the_form_comes_back_with_its_errors(
    page_as, cast, problems
):
    page, held = page_as(cast.heidi), list[Route]()
    page.goto("/programmes/new/")
    page.fill("#id_mission", "Learn how a product is made.")
    page.route("**/programmes/new/", lambda route: held.append(route) if not held else route.continue_())
    page.press("#id_mission", "End")
    page.evaluate("document.querySelector('#sheet').requestSubmit()")
    page.keyboard.type(" And sold.")  # the line is slow; anything else here would wait for the answer
    held[0].continue_()
    page.wait_for_selector(".errorlist, .invalid-feedback, [aria-invalid=true]")
    expect(page.locator("#id_mission")).to_have_value("Learn how a product is made. And sold.")
    problems.clear()  # the 400


def test_a_question_for_which_a_preview_had_made_room_comes_back_after_the_session_ended(page_as, cast):
    page = page_as(cast.heidi)
    page.goto("/questions/regular/")
    rows = page.locator("fieldset.question-fields")
    for words in ("What would you stop?", "What would you begin?"):
        last = rows.last
        last.locator("[name$=-answer_kind]").select_option("text")
        last.locator("[name$=-visibility]").select_option("both")
        last.locator("textarea").nth(0).fill(words)
        last.locator("textarea").nth(1).fill(words)
        if words.endswith("stop?"):
            page.get_by_role("button", name="Preview").click()
            page.get_by_role("button", name="Go on writing").click()
    count = rows.count()
    Session.objects.all().delete()
    page.get_by_role("button", name="Preview").click()
    sign_in(page, "heidi")
    page.wait_for_selector("#saved:has-text('is back')")
    expect(rows).to_have_count(count)
    expect(rows.last.locator("textarea").nth(0)).to_have_value("What would you begin?")
    expect(rows.nth(count - 2).locator("textarea").nth(1)).to_have_value("What would you stop?")
    page.get_by_role("button", name="Preview").click()
    page.get_by_role("button", name="Publish").click()
    page.wait_for_selector("text=Published.")
    page.goto("/questions/regular/")
    expect(page.locator("#saved")).to_have_text("")


def test_a_policy_that_is_saved_does_not_come_back_as_if_it_were_not(page_as, cast):
    page = page_as(cast.heidi)
    page.goto("/policy/")
    page.fill("#id_mission", "Work that lasts.")
    page.get_by_role("button", name="Save", exact=True).click()
    page.wait_for_selector("text=Saved. It holds from today on")
    expect(page.locator("#saved")).to_have_text("")
    page.reload()
    expect(page.locator("#saved")).to_have_text("")


def test_a_policy_that_is_saved_from_its_preview_does_not_come_back_either(page_as, cast):
    page = page_as(cast.heidi)
    page.goto("/policy/")
    page.fill("#id_mission", "Work that lasts.")
    page.get_by_role("button", name="See what would change").click()
    page.wait_for_selector("text=Nothing is saved yet.")
    page.get_by_role("button", name="Save", exact=True).click()
    page.wait_for_selector("text=Saved. It holds from today on")
    expect(page.locator("#saved")).to_have_text("")
    assert page.evaluate("Object.keys(sessionStorage)") == []


def test_who_signs_in_after_another_at_one_screen_finds_nothing_of_theirs(page_as, cast):
    page = page_as(cast.heidi)
    page.goto("/policy/")
    page.evaluate("sessionStorage.setItem('/policy/ 0', 'what somebody else had typed')")
    page.reload()
    page.wait_for_function("Object.keys(sessionStorage).length === 0")
    assert page.evaluate("Object.keys(sessionStorage)") == []


def test_what_is_typed_stays_for_its_author_and_goes_when_somebody_else_signs_in(page_as, cast):
    def signs_in(who: str) -> list[str]:
        """What the window keeps once they are there, on whatever page."""
        Session.objects.all().delete()
        page.goto("/sign-in/")
        sign_in(page, who)
        page.wait_for_selector("text=My alliance")
        kept: list[str] = page.evaluate("Object.keys(sessionStorage)")
        return kept

    page = page_as(None)
    signs_in("alice")
    page.evaluate(f"sessionStorage.setItem('check-in {cast.alice.pk}', 'words of hers')")
    assert len(signs_in("alice")) == 1
    assert signs_in("bob") == []


def test_words_about_one_part_of_a_statement_stay_out_of_another(page_as, cast):
    terms = make_proposed_tour(cast.alice, cast.bob).versions.get()
    page = page_as(cast.alice)
    at = reverse("terms_comment", args=[terms.tour_id, 1])
    about = [f"{at}?part={part}" for part in ("mission", "company_gain")]
    for path in about:
        page.goto(path)
        expect(page.locator("textarea")).to_have_value("")
        page.fill("textarea", f"About {path}")
    for path in about:
        page.goto(path)
        expect(page.locator("textarea")).to_have_value(f"About {path}")


@pytest.mark.usefixtures("saved_soon")
@pytest.mark.parametrize("again", [False, True])
def test_what_is_typed_before_the_script_has_come_is_saved_too(page_as, cast, checkin, again):
    page = page_as(cast.alice)
    if again:
        page.goto(checkin.get_absolute_url())
    come = late_script(page)
    (page.reload if again else partial(page.goto, checkin.get_absolute_url()))(wait_until="commit")
    page.fill(UNSAID, "In a hurry")
    come()
    saves(page, "In a hurry", checkin)


def test_what_is_typed_and_sent_before_it_is_kept_in_the_window(page_as, cast, checkin, problems):
    page = page_as(cast.alice)
    come = late_script(page)
    skip = f"{checkin.get_absolute_url()}skip/"
    page.goto(skip, wait_until="commit")
    page.fill("#id_reason", "We have talked already")
    come()
    page.context.set_offline(True)
    with suppress(Exception):
        page.get_by_role("button", name="Skip it").click()
    page.context.set_offline(False)
    page.goto(skip)
    expect(page.locator("#id_reason")).to_have_value("We have talked already")
    problems.clear()  # what could not be reached


class Server:
    """The site as in production, in a process that can be killed."""

    def __init__(self) -> None:
        with socket.socket() as free:
            free.bind(("localhost", 0))
            self.port = free.getsockname()[1]
        self.url = f"http://localhost:{self.port}"
        self.start()

    def start(self) -> None:
        database = urlsplit(os.environ["DATABASE_URL"])._replace(path=f"/{connection.settings_dict['NAME']}")
        environment = {**os.environ, "DATABASE_URL": database.geturl(), "SITE_URL": self.url}
        command = [sys.executable, "-m", "gunicorn", "alliance_site.wsgi", "--bind", f"localhost:{self.port}"]
        options = ["--workers", "1", "--log-level", "error"]
        self.process = subprocess.Popen(
            [*command, *options], cwd=BASE_DIR, env=environment, start_new_session=True
        )
        deadline = time.monotonic() + PATIENCE / 1000 * 3
        while True:
            # It listens before it can answer, which on a busy machine takes longer than anybody here waits.
            with suppress(OSError), urlopen(f"{self.url}/sign-in/", timeout=5):
                return
            assert time.monotonic() < deadline, "the server did not start"
            time.sleep(0.05)

    def kill(self) -> None:
        with suppress(ProcessLookupError):
            os.killpg(self.process.pid, signal.SIGKILL)
        self.process.wait()


@pytest.fixture
def server(site, settings) -> Iterator[Server]:
    running = Server()
    yield running
    running.kill()


@pytest.mark.usefixtures("saved_soon")
def test_a_server_that_is_killed_and_comes_back_loses_nothing(browser, server, cast, checkin, scripts):
    """Neither what waits to be saved, nor what a click was to save."""
    context = browser.new_context(base_url=server.url)
    context.add_init_script(*scripts)
    context.set_default_timeout(PATIENCE)
    conftest.sign_in(context, cast.alice, server.url, cookie=f"sessionid-{server.port}")
    page = context.new_page()
    page.goto(checkin.get_absolute_url())
    server.kill()
    page.fill(UNSAID, "While it was down")
    page.wait_for_selector("#saved:has-text('no connection')")
    server.start()
    saves(page, "While it was down", checkin)

    page.fill(UNSAID, "A click into the void")
    server.kill()
    with suppress(Exception):  # the browser's own page tells that nobody answers
        page.get_by_role("button", name="Save for now").click()
    server.start()
    page.goto(checkin.get_absolute_url())
    saves(page, "A click into the void", checkin)
    context.close()
