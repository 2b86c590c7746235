"""What follows from a check-in, in a real browser: two who write on one text, and a note of one's own."""

from __future__ import annotations

from datetime import timedelta

import pytest
from django.utils import timezone

from feedback.models import CheckIn, Note
from tests.browser.conftest import make_running_tour, today
from tests.factories import make_action, make_note, make_revealed_checkin, make_summary
from tours.models import Side

TEXT = "We meet weekly. Bob sends the draft. Alice reads it."
WORDS = "[name=summary-words]"
SAVED = "form[data-basis=summary-basis] [role=status]:has-text('Saved at')"


@pytest.fixture
def checkin(site, cast) -> CheckIn:
    tour = make_running_tour(cast.alice, cast.bob)
    checkin = make_revealed_checkin(tour, today() - timedelta(days=3), employee=1, manager=5)
    make_summary(checkin, TEXT)
    return checkin


@pytest.mark.usefixtures("saved_soon")
def test_two_who_write_at_once_get_each_others_words(page_as, cast, checkin):
    alice, bob = page_as(cast.alice), page_as(cast.bob)
    for page in (alice, bob):
        page.goto(checkin.get_absolute_url())
        page.get_by_role("link", name="Write in the shared summary").click()
        page.wait_for_url("**/summary/write/")
    alice.fill(WORDS, TEXT.replace("weekly", "daily"))
    alice.wait_for_selector(SAVED)
    bob.fill(WORDS, TEXT.replace("reads", "checks"))
    bob.wait_for_selector("text=together with what Alice Ames changed meanwhile")
    both = TEXT.replace("weekly", "daily").replace("reads", "checks")
    assert bob.input_value(WORDS) == both
    bob.fill(WORDS, f"{both} Then rest.")
    bob.wait_for_selector(f"{SAVED}:not(:has-text('together'))")
    assert checkin.summaries.order_by("-number")[0].words == f"{both} Then rest."


@pytest.mark.usefixtures("saved_soon")
def test_who_changed_the_same_place_is_shown_how_and_saves_by_a_click(page_as, cast, checkin, problems):
    alice, bob = page_as(cast.alice), page_as(cast.bob)
    for page in (alice, bob):
        page.goto(checkin.get_absolute_url())
        page.get_by_role("link", name="Write in the shared summary").click()
        page.wait_for_url("**/summary/write/")
    alice.fill(WORDS, TEXT.replace("weekly", "daily"))
    alice.wait_for_selector(SAVED)
    bob.fill(WORDS, TEXT.replace("weekly", "monthly"))
    bob.wait_for_selector("#conflict ins:has-text('monthly')")
    assert bob.input_value(WORDS) == TEXT.replace("weekly", "monthly")
    bob.get_by_role("button", name="Save the summary").click()
    bob.wait_for_selector("text=Last written by Bob Brand")
    assert checkin.summaries.order_by("-number")[0].words == TEXT.replace("weekly", "monthly")
    problems.clear()  # the script was answered 409


@pytest.mark.usefixtures("saved_soon")
@pytest.mark.parametrize("where", ["check-in", "tour"])
def test_a_note_is_saved_as_one_types_and_kept_without_a_connection(page_as, cast, checkin, where):
    page = page_as(cast.alice)
    about = checkin if where == "check-in" else checkin.tour
    page.goto(about.get_absolute_url())
    page.get_by_role("link", name="Write a private note").click()
    page.wait_for_url("**/note/")
    page.fill("[name=note-words]", "Tired of the nights.")
    page.wait_for_selector("#sheet [role=status]:has-text('Saved at')")
    assert Note.objects.get().words == "Tired of the nights."
    page.route("**/note/", lambda route: route.abort())
    page.fill("[name=note-words]", "Tired of the nights, and of the days.")
    page.wait_for_selector("text=there is no connection")
    page.unroute("**/note/")
    page.goto(about.get_absolute_url())
    page.get_by_role("link", name="My private note").click()
    page.wait_for_url("**/note/")
    assert page.input_value("[name=note-words]") == "Tired of the nights, and of the days."
    page.wait_for_selector("#sheet [role=status]:has-text('Saved at')")
    assert Note.objects.get().words == "Tired of the nights, and of the days."


def test_full_it_is_open_to_everybody_and_fits(page_as, cast, fits, checkin):
    settled = {"settled_by": Side.EMPLOYEE, "settled_at": timezone.now()}
    make_action(checkin, what="x" * 400, due_on=checkin.due_on)
    make_action(checkin, Side.EMPLOYEE, outcome="done", **settled)
    make_action(checkin, outcome="dropped", why="No need " * 40, **settled)
    make_note(cast.alice, checkin, "word " * 300)
    page = page_as(cast.alice)
    page.goto(checkin.get_absolute_url())
    fits(page)
