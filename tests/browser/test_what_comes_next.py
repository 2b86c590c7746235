"""What comes next, the close-out and releases in a real browser: open to everybody, in every state."""

from __future__ import annotations

from datetime import timedelta

from django.urls import reverse
from django.utils import timezone

from feedback.models import Kind
from tests.factories import (
    make_amended_tour,
    make_checkin,
    make_next_step,
    make_release,
    make_revealed_checkin,
    make_signed_tour,
)
from tours.models import NextStep


def test_every_state_is_open_to_everybody_and_fits(page_as, cast, fits):
    today = timezone.now().date()
    span = {"starts_on": today - timedelta(days=400), "ends_on": today + timedelta(days=40)}
    tour = make_signed_tour(cast.alice, cast.dan, **span)
    long = {"employee_text": "x" * 400, "manager_text": "Words " * 60}
    made = [
        make_revealed_checkin(
            tour, today - timedelta(days=20), kind=kind, employee_choice="move", manager_choice="move", **long
        )
        for kind in (Kind.NEXT_TOUR, Kind.CLOSE_OUT)
    ]
    make_amended_tour(tour, cast.bob, **span)
    make_next_step(tour, words="Words " * 60)
    make_release(made[0], cast.bob)
    open_ = make_checkin(tour, today, kind=Kind.NEXT_TOUR)
    page = page_as(cast.alice)
    outcome = reverse("next_step", args=[tour.pk])
    seen = [each.get_absolute_url() for each in (open_, *made, tour)]
    for address in [*seen, outcome, reverse("releases", args=[tour.pk])]:
        page.goto(address)
        fits(page)
    for address, button in ((outcome, "Record it"), (open_.get_absolute_url(), "Hand in")):
        page.goto(address)
        page.get_by_role("button", name=button).click()
        page.wait_for_selector(".errors")
        fits(page, f"errors of {address}")
    reader = page_as(cast.bob)
    reader.goto(made[0].get_absolute_url())
    fits(reader)


def test_a_choice_is_made_with_the_keyboard_and_an_outcome_confirmed_with_one_click(page_as, cast):
    today = timezone.now().date()
    span = {"starts_on": today - timedelta(days=400), "ends_on": today + timedelta(days=40)}
    tour = make_signed_tour(cast.alice, cast.bob, **span)
    talk = make_checkin(tour, today, kind=Kind.NEXT_TOUR)
    page = page_as(cast.alice)
    page.goto(talk.get_absolute_url())
    page.locator("fieldset input").first.focus()
    page.keyboard.press("Space")
    page.keyboard.press("ArrowDown")
    page.wait_for_selector("#saved:has-text('Saved at')")
    assert talk.sheets.get().answers.get(question__key="wanted").choice == "extension"
    make_next_step(tour)
    page.goto(tour.get_absolute_url())
    page.get_by_role("button", name="Confirm it").click()
    page.wait_for_selector("text=Agreed by both on")
    assert NextStep.objects.get().is_agreed
