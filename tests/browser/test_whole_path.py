"""The whole path, as two people in two windows: from a draft to a signed tour, a check-in and its reveal."""

from __future__ import annotations

import re
from datetime import timedelta

import pytest
from django.utils import timezone
from playwright.sync_api import Page, expect

from feedback.planning import plan_checkins
from tests.factories import make_hr, make_line, make_person, make_position
from tours.models import Tour

pytestmark = pytest.mark.browser


def write_terms(page: Page, mission: str, start: str, end: str) -> None:
    page.get_by_label("Mission").fill(mission)
    page.get_by_label("What the company gains").fill("One platform to run instead of two by next spring.")
    page.get_by_label("What Alice gains").fill("Lead a migration end to end and present it in public.")
    page.get_by_label("Starts on").fill(start)
    page.get_by_label("Ends on").fill(end)
    page.get_by_role("combobox", name="Check-ins").select_option("1")


def test_two_people_agree_and_check_in(page_as):
    today = timezone.now().date()
    alice, bob = make_person("Alice Ames"), make_person("Bob Brand")
    make_line(alice, bob)
    window_a, window_b = page_as(alice), page_as(bob)

    # Bob drafts and proposes.
    window_b.goto("/")
    window_b.get_by_role("link", name="Define a tour with Alice Ames").click()
    window_b.get_by_label("Is it one mission that should change both a career").check()
    window_b.get_by_role("button", name="Start writing").click()
    start, end = today - timedelta(days=27), today + timedelta(days=700)
    write_terms(window_b, "Move the booking engine to the new platform.", start.isoformat(), end.isoformat())
    window_b.get_by_role("button", name="Propose to Alice").click()
    expect(window_b.get_by_text("Proposed. Now both of you read it and sign.")).to_be_visible()

    # Alice asks for a change.
    window_a.goto("/")
    window_a.get_by_role("link", name="Read and sign version 1").click()
    first_page = window_a.url
    window_a.get_by_role("link", name="Ask for a change").click()
    window_a.get_by_label("What you would change").fill("Say when the old one is switched off.")
    window_a.get_by_role("button", name="Ask for a change").click()

    # Bob writes version 2; a window of Alice's that still shows version 1 cannot sign it.
    window_b.goto("/")
    window_b.get_by_role("link", name="Write version 2").click()
    expect(window_b.get_by_text("Say when the old one is switched off.")).to_be_visible()
    window_b.get_by_label("Mission").fill("Move the booking engine over and switch the old one off in May.")
    window_b.get_by_role("button", name="Propose to Alice").click()

    # Both accept the same version.
    window_a.goto(first_page)
    window_a.get_by_role("link", name="See what changed").click()
    expect(window_a.locator("ins").first).to_be_visible()
    window_a.get_by_role("button", name="Accept and sign version 2").click()
    expect(window_a.get_by_text("The other signature is still to come.")).to_be_visible()
    window_b.reload()
    window_b.get_by_role("button", name="Accept and sign version 2").click()
    expect(window_b.get_by_text("Signed by both of you.")).to_be_visible()
    assert Tour.objects.get().in_force.number == 2

    # The check-in of the first month opens; each answers blind.
    plan_checkins(timezone.now())
    answer(window_a, "Bob Brand", mark=2, words="I have not learnt anything since March.")
    window_b.goto("/")
    window_b.get_by_role("link", name="Answer the check-in with Alice Ames").click()
    assert "since March" not in window_b.content()
    answer(window_b, "Alice Ames", mark=5, words="All is well.")

    # Both see both, the gap first.
    expect(window_b.get_by_text("I have not learnt anything since March.").first).to_be_visible()
    window_a.goto(window_b.url)
    expect(window_a.get_by_text("All is well.").first).to_be_visible()
    expect(window_a.get_by_text(re.compile("three apart")).first).to_be_visible()


def answer(page: Page, other: str, mark: int, words: str) -> None:
    page.goto("/")
    page.get_by_role("link", name=f"Answer the check-in with {other}").click()
    for radio in page.locator(f"input[type=radio][value='{mark}']").all():
        radio.check()
    for box in page.locator("#sheet textarea").all():
        box.fill(words)
    page.get_by_role("button", name="Hand in").click()


def test_hr_reads_the_retention_dashboard(page_as):
    heidi = make_person("Heidi Hart")
    make_hr(heidi)
    make_position(heidi)
    page = page_as(heidi)
    page.goto("/")
    page.get_by_role("link", name="Retention", exact=True).click()
    expect(page.get_by_role("heading", level=1)).to_be_visible()
    expect(page.get_by_text("Headcount").first).to_be_visible()
