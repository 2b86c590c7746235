"""Getting in and out, in a real browser."""

from django.contrib.sessions.models import Session

from tests.browser.conftest import PHONE
from tests.factories import PASSWORD, make_proposed_tour


def test_a_person_signs_in_and_out(page_as, cast, axe):
    page = page_as(None, timezone_id="Asia/Tokyo")
    page.goto("/")
    assert "/sign-in/" in page.url
    assert axe(page) == []
    page.get_by_label("E-mail address").fill("Alice@Example.com")
    page.get_by_label("Password").fill(PASSWORD)
    page.get_by_role("button", name="Sign in").click()
    page.wait_for_url("**/")
    assert axe(page) == []
    cast.alice.refresh_from_db()
    assert (cast.alice.language, cast.alice.time_zone) == ("en", "Asia/Tokyo")
    page.get_by_role("button", name="Sign out").first.click()
    page.wait_for_url("**/sign-in/**")


def test_a_wrong_password_is_said_and_what_was_typed_is_kept(page_as, cast, axe):
    page = page_as(None, view=PHONE)
    page.goto("/sign-in/")
    page.get_by_label("E-mail address").fill("alice@example.com")
    page.get_by_label("Password").fill("not it")
    page.get_by_role("button", name="Sign in").click()
    page.get_by_role("alert").first.wait_for()
    assert page.get_by_label("E-mail address").input_value() == "alice@example.com"
    assert axe(page) == []


def test_a_click_after_the_session_ended_leads_back_to_its_page_and_says_that_it_was_not_done(page_as, cast):
    tour = make_proposed_tour(cast.alice, cast.bob)
    page = page_as(cast.alice)
    page.goto(f"{tour.get_absolute_url()}?from=letter")
    was_on = page.url
    Session.objects.all().delete()
    page.get_by_role("button", name="Accept and sign").first.click()
    page.get_by_label("E-mail address").fill("alice@example.com")
    page.get_by_label("Password").fill(PASSWORD)
    page.get_by_role("button", name="Sign in").click()
    page.wait_for_selector("text=what you clicked was not done")
    assert page.url == was_on
    page.get_by_role("button", name="Accept and sign").first.wait_for()
