"""The whole path, as two people in two windows: from a draft to a signed tour, a check-in and its reveal."""

from __future__ import annotations

import re
from datetime import timedelta

from django.utils import timezone
from playwright.sync_api import Page, expect

from feedback.planning import plan_checkins
from tests.factories import make_line, make_person
from tours.models import Tour


def write_terms(page: Page, mission: str, start: str, end: str) -> None:
    page.get_by_label("Mission").fill(mission)
    page.get_by_label("What the company gains").fill("One platform to run instead of two by next spring.")
    page.get_by_label("What Alice gains").fill("Lead a migration end to end and present it in public.")
    page.get_by_label("Starts on").fill(start)
    page.get_by_label("Ends on").fill(end)
    page.get_by_role("combobox", name="Check-ins").select_option("1")


def test_two_people_agree_and_check_in(page_as):
    alice, bob = make_person("Alice Ames"), make_person("Bob Brand")
    make_line(alice, bob)
    window_a, window_b = page_as(alice), page_as(bob)
    propose(window_b)
    first_page = ask_for_a_change(window_a)
    write_the_next(window_b)
    sign_the_same(window_a, window_b, first_page)
    answer_blind(window_a, window_b)


def propose(bob: Page) -> None:
    today = timezone.now().date()
    bob.goto("/")
    bob.get_by_role("link", name="Define a tour with Alice Ames").click()
    bob.get_by_label("Is it one mission that should change both a career").check()
    bob.get_by_role("button", name="Start writing").click()
    start, end = today - timedelta(days=27), today + timedelta(days=700)
    write_terms(bob, "Move the booking engine to the new platform.", start.isoformat(), end.isoformat())
    bob.get_by_role("button", name="Propose to Alice").click()
    expect(bob.get_by_text("Proposed. Now both of you read it and sign.")).to_be_visible()


def ask_for_a_change(alice: Page) -> str:
    """Returns where version 1 is read."""
    alice.goto("/")
    alice.get_by_role("link", name="Read and sign version 1").click()
    first_page = alice.url
    alice.get_by_role("link", name="Ask for a change").click()
    alice.get_by_label("What you would change").fill("Say when the old one is switched off.")
    alice.get_by_role("button", name="Ask for a change").click()
    return first_page


def write_the_next(bob: Page) -> None:
    bob.goto("/")
    bob.get_by_role("link", name="Write version 2").click()
    expect(bob.get_by_text("Say when the old one is switched off.")).to_be_visible()
    bob.get_by_label("Mission").fill("Move the booking engine over and switch the old one off in May.")
    bob.get_by_role("button", name="Propose to Alice").click()


def sign_the_same(alice: Page, bob: Page, first_page: str) -> None:
    """From a window that still shows version 1 one comes to version 2 first."""
    alice.goto(first_page)
    alice.get_by_role("link", name="See what changed").click()
    expect(alice.locator("ins").first).to_be_visible()
    alice.get_by_role("button", name="Accept and sign version 2").click()
    expect(alice.get_by_text("The other signature is still to come.")).to_be_visible()
    bob.reload()
    bob.get_by_role("button", name="Accept and sign version 2").click()
    expect(bob.get_by_text("Signed by both of you.")).to_be_visible()
    agreed = Tour.objects.get().in_force
    assert agreed
    assert agreed.number == 2


def answer_blind(alice: Page, bob: Page) -> None:
    """The check-in of the first month opens; then both see both, the gap first."""
    plan_checkins(timezone.now())
    answer(alice, "Bob Brand", mark=2, words="I have not learnt anything since March.")
    expect(alice.get_by_text("You have handed in. Bob Brand has not yet.")).to_be_visible()
    bob.goto("/")
    bob.get_by_role("link", name="Answer the check-in with Alice Ames").click()
    assert "since March" not in bob.content()
    answer(bob, "Alice Ames", mark=5, words="All is well.")
    expect(bob.get_by_text("I have not learnt anything since March.").first).to_be_visible()
    alice.goto(bob.url)
    expect(alice.get_by_text("All is well.").first).to_be_visible()
    expect(alice.get_by_text(re.compile("three apart")).first).to_be_visible()


def answer(page: Page, other: str, mark: int, words: str) -> None:
    page.goto("/")
    page.get_by_role("link", name=f"Answer the check-in with {other}").click()
    for radio in page.locator(f"input[type=radio][value='{mark}']").all():
        radio.check()
    for box in page.locator("#sheet textarea").all():
        box.fill(words)
    page.get_by_role("button", name="Hand in").click()
