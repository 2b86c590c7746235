"""Getting in and out, in a real browser."""

from tests.browser.conftest import PHONE
from tests.factories import PASSWORD


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
