"""What lies ahead, in a real browser: a role stated and answered, an exercise kept while one types."""

from __future__ import annotations

from datetime import timedelta

from django.utils import timezone

from feedback.models import Alignment, Expectation
from tests.browser.conftest import PHONE
from tests.factories import make_alignment, make_conversation, make_debrief, make_expectation, make_reply


def test_a_role_is_stated_and_answered_and_both_see_it(page_as, cast):
    today = timezone.now().date()
    page = page_as(cast.alice)
    page.goto("/ahead/")
    page.get_by_role("link", name="State the role you expect").click()
    page.get_by_label("The role you expect").fill("Architect")
    page.get_by_label("By when").fill((today + timedelta(days=400)).isoformat())
    page.get_by_label("Why you expect it").fill("I do most of it already.")
    page.get_by_role("button", name="State it").click()
    page.wait_for_selector("text=Bob Brand has been asked to answer in writing")
    manager = page_as(cast.bob, view=PHONE)
    manager.goto("/")
    manager.get_by_role("link", name="Answer Alice Ames about the role they expect").click()
    manager.get_by_label("Possible, if a condition is met").check()
    manager.get_by_label("Why, and what you will do").fill("I would like that.")
    manager.get_by_role("button", name="Answer").click()
    manager.get_by_role("link", name="If possible: what has to happen first").click()
    manager.keyboard.type("The second site opens.")
    manager.get_by_role("button", name="Answer").click()
    manager.wait_for_selector("text=Alice Ames can read it now.")
    page.reload()
    page.wait_for_selector("text=The second site opens.")
    assert Expectation.objects.get().replies.count() == 1


def test_what_one_admires_is_kept_as_one_types(page_as, cast):
    page = page_as(cast.alice)
    page.goto("/alignment/")
    page.get_by_label("Who").first.fill("Grandmother")
    page.wait_for_selector("#saved:has-text('Saved at')")
    page.get_by_label("Quality 1").first.fill("courage")
    page.get_by_role("button", name="Save, and look before sharing it with Bob Brand").click()
    page.get_by_role("button", name="Share it with Bob Brand").click()
    page.wait_for_selector("text=Shared with Bob Brand.")
    row = Alignment.objects.get()
    assert (row.admired[0], row.qualities[0], row.manager) == ("Grandmother", "courage", cast.bob)


def test_every_state_is_open_to_everybody_and_fits(page_as, cast, fits):
    today, much = timezone.now().date(), "Much to say about it. " * 60
    answered = make_expectation(cast.alice, cast.bob, role="x" * 200, why=much)
    make_reply(answered, verdict="possible", condition=much, words="y" * 500)
    gone = make_expectation(cast.alice, cast.bob, role="مدير الهندسة")
    make_debrief(gone, words=much)
    late = make_expectation(cast.alice, cast.bob, due_on=today - timedelta(days=3))
    word = make_conversation(cast.alice, cast.bob, words=much, answer_by=today - timedelta(days=1))
    shared = make_alignment(cast.alice, manager=cast.bob, values=["Courage to say no"], words=much)
    addresses = [row.get_absolute_url() for row in (answered, gone, late, word)]
    addresses += ["/ahead/", f"/alignment/{shared.pk}/", f"{gone.get_absolute_url()}talked/"]
    for who in (cast.alice, cast.bob):
        page = page_as(who)
        for address in addresses[: 6 if who == cast.bob else None]:
            page.goto(address)
            fits(page)
    page.goto(f"{late.get_absolute_url()}answer/")
    page.get_by_role("button", name="Answer").click()
    page.wait_for_selector(".errors")
    fits(page, "errors")
