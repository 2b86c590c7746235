"""Writing terms in a real browser: what the page does by itself, and what it does without a script."""

from __future__ import annotations

from collections.abc import Callable
from datetime import timedelta

import pytest
from playwright.sync_api import Page, expect

from tests.browser.conftest import late_script, make_running_tour, sign_in, today, until
from tests.factories import make_policy, make_promise, make_tour
from tours.models import Promise, Side, Terms, Tour

SAVED = "#saved:has-text('Saved at')"


@pytest.fixture
def terms(site, cast) -> Terms:
    tour = make_tour(cast.alice, cast.bob, starts_on=today(), ends_on=today() + timedelta(days=300))
    return tour.versions.get()


@pytest.fixture
def address(terms) -> str:
    return f"/tours/{terms.tour_id}/draft/"


@pytest.fixture
def page(page_as, cast, address):
    page = page_as(cast.bob)
    page.goto(address)
    return page


def fill_row(page, row, what: str) -> None:
    row.locator("textarea").first.fill(what)
    row.get_by_label("By when").fill((today() + timedelta(days=50)).isoformat())


def test_words_and_new_promises_are_saved_as_one_types(page, terms):
    page.get_by_label("Mission").fill("Open the Lisbon office.")
    company = page.locator("#owes-manager")
    fill_row(page, company.locator(".promise-fields").first, "Portuguese lessons.")
    company.get_by_role("button", name="Add another").click()
    fill_row(page, company.locator(".promise-fields").last, "A budget.")
    page.wait_for_selector(SAVED)
    until(
        page,
        "document.querySelectorAll('[name$=-key]').values().filter(e => e.value).toArray().length === 2",
    )
    page.get_by_label("Mission").fill("Open the Porto office.")
    page.get_by_role("button", name="Save the draft").click()
    expect(page.get_by_text("The draft is saved.")).to_be_visible()
    terms.refresh_from_db()
    assert terms.mission == "Open the Porto office."
    assert {(p.owed_by, p.what) for p in terms.promises.all()} == {
        ("manager", "Portuguese lessons."),
        ("manager", "A budget."),
    }
    until(page, "sessionStorage.length === 0")


def test_what_nobody_has_typed_is_not_kept(page, terms, address):
    make_promise(terms, Side.EMPLOYEE)
    page.goto(address)
    assert page.get_by_label("Leave this promise out").count() == 1
    assert page.evaluate("sessionStorage.length") == 0


@pytest.mark.usefixtures("saved_soon")
def test_a_promise_half_written_is_kept_in_the_window_and_named(page, terms, address):
    row = page.locator("#owes-employee .promise-fields").first
    row.locator("textarea").first.fill("The hiring plan.")
    page.wait_for_selector("#saved:has-text('a promise that is not complete')")
    assert not Promise.objects.exists()
    row.get_by_label("By when").fill((today() + timedelta(days=9)).isoformat())
    page.wait_for_selector("#saved:not(:has-text('not complete')):has-text('Saved at')")
    assert Promise.objects.get().owed_by == "employee"


def test_an_expired_session_loses_neither_words_nor_rows(page, terms, cast, site, problems, address):
    page.context.clear_cookies()
    page.get_by_label("Mission").fill("Typed long after the session ended.")
    employee = page.locator("#owes-employee")
    employee.get_by_role("button", name="Add another").click()
    fill_row(page, employee.locator(".promise-fields").last, "The hiring plan.")
    page.wait_for_selector("#saved:has-text('Not saved')")
    sign_in(page.context, cast.bob, site)
    page.goto(address)
    page.wait_for_selector(SAVED)
    terms.refresh_from_db()
    assert terms.mission == "Typed long after the session ended."
    assert [(p.owed_by, p.what) for p in terms.promises.all()] == [("employee", "The hiring plan.")]
    values = page.locator("#owes-employee textarea").evaluate_all("all => all.map(each => each.value)")
    assert "The hiring plan." in values
    problems.clear()  # without its session the page was refused


@pytest.mark.usefixtures("saved_soon")
def test_a_second_window_is_told_with_the_difference_while_it_types(page, terms, problems, address):
    other = page.context.new_page()
    other.goto(address)
    page.get_by_label("Mission").fill("From the first window.")
    page.wait_for_selector(SAVED)
    other.get_by_label("Mission").fill("From the second window.")
    other.wait_for_selector("#conflict ins:has-text('second')")
    terms.refresh_from_db()
    assert terms.mission == "From the first window."
    other.get_by_role("button", name="Save the draft").click()
    expect(other.get_by_text("The draft is saved.")).to_be_visible()
    terms.refresh_from_db()
    assert terms.mission == "From the second window."
    problems.clear()  # the script was answered 409


def test_without_a_script_everything_is_there_too(page_as, cast, terms, address):
    make_running_tour(
        cast.alice, cast.bob, mission="Run the old engine.", starts_on=today() - timedelta(days=900)
    )
    page = page_as(cast.bob, java_script_enabled=False)
    page.goto("/tours/new/")
    page.get_by_label("Whose tour").select_option(label="Alice Ames")
    page.get_by_label("Should it last").check()
    page.get_by_role("button", name="Start writing").click()
    expect(page.get_by_label("Reviewed on")).to_be_visible()
    page.goto(address)
    fill_row(page, page.locator("#owes-manager .promise-fields").first, "One.")
    page.get_by_role("button", name="Save and add another").first.click()
    fill_row(page, page.locator("#owes-manager .promise-fields").last, "Two.")
    page.get_by_text("From the transformational tour of").first.click()
    page.get_by_role("button", name="Use this text").first.click()
    expect(page.get_by_label("Mission")).to_have_value("\n\n".join([terms.mission, "Run the old engine."]))
    assert terms.promises.count() == 2
    page.get_by_label("Leave this promise out").first.check()
    page.get_by_role("button", name="Save the draft").click()
    assert terms.promises.count() == 1


def test_empty_phrases_are_shown_once_and_the_kind_can_be_changed(page, terms, cast):
    page.get_by_role("link", name="Choose another kind").click()
    page.get_by_label("Is it a set programme").check()
    page.get_by_role("button", name="Change the kind").click()
    page.get_by_label("What Alice gains").fill("Valuable experience.")
    page.get_by_role("button", name="Propose to Alice").click()
    expect(page.get_by_text("Saved, and not proposed yet")).to_be_visible()
    expect(page.get_by_text("Everybody gains some experience.")).to_be_visible()
    page.get_by_label("What Alice gains").fill("Leads the migration and presents it in spring.")
    expect(page.get_by_text("Everybody gains some experience.")).not_to_be_visible()
    expect(page.get_by_text("Saved, and not proposed yet")).not_to_be_visible()
    page.get_by_role("button", name="Propose to Alice").click()
    expect(page.get_by_text("Proposed. Now both of you read it and sign.")).to_be_visible()
    assert Tour.objects.get().type == "rotational"
    until(page, "sessionStorage.length === 0")


def test_what_is_typed_before_the_script_has_come_is_not_taken_back_to_what_was_sent(page, terms):
    gains = page.get_by_label("What Alice gains")
    fill_row(page, page.locator("#owes-manager .promise-fields").first, "Portuguese lessons.")
    gains.fill("Valuable experience.")
    come = late_script(page)
    page.get_by_role("button", name="Propose to Alice").click(no_wait_after=True)
    expect(page.get_by_text("Saved, and not proposed yet")).to_be_visible()
    gains.fill("Leads the migration and presents it in spring.")
    come()
    expect(page.get_by_text("Everybody gains some experience.")).not_to_be_visible()
    page.wait_for_selector(SAVED)
    terms.refresh_from_db()
    assert terms.employee_gain == "Leads the migration and presents it in spring."


def by_the_link(page: Page) -> None:
    page.get_by_role("link", name="Continue writing").click()


def by_the_browsers_way_back(page: Page) -> None:
    page.get_by_text("This is how it will look.").wait_for()
    page.go_back()


@pytest.mark.parametrize("goes_back", [by_the_link, by_the_browsers_way_back])
def test_what_was_saved_for_a_look_at_it_does_not_come_back_as_if_it_were_not(page, terms, goes_back):
    row = page.locator("#owes-manager .promise-fields").first
    fill_row(page, row, "Portuguese lessons.")
    page.get_by_role("button", name="Save, and see how it will look").click()
    goes_back(page)
    page.wait_for_load_state()
    expect(row.locator("textarea").first).to_have_value("Portuguese lessons.")
    expect(page.locator("#saved")).to_have_text("")
    assert page.evaluate("sessionStorage.length") == 0
    page.get_by_label("Mission").fill("Open the Lisbon office.")
    page.wait_for_selector(SAVED)


@pytest.fixture
def ended(page, cast, site, problems) -> Callable[[], Callable[[], None]]:
    """What was typed is not saved, for the session has ended; now one signs in, and the script is late."""

    def again() -> Callable[[], None]:
        page.wait_for_selector("#saved:has-text('Not saved')")
        problems.clear()  # without its session the page was refused
        sign_in(page.context, cast.bob, site)
        come = late_script(page)
        page.goto(page.url, wait_until="commit")
        return come

    page.context.clear_cookies()
    return again


def test_what_is_typed_before_words_of_an_ended_session_are_back_stays(page, terms, ended):
    page.get_by_label("Mission").fill("Open the Lisbon office.")
    page.get_by_label("Values and aspirations").fill("We say it early.")
    come = ended()
    page.get_by_label("What Alice gains").fill("Leads the migration.")
    page.get_by_label("Mission").fill("Close the Porto office.")
    come()
    page.wait_for_selector(SAVED)
    terms.refresh_from_db()
    assert terms.employee_gain == "Leads the migration."
    assert terms.values == "We say it early."
    assert terms.mission == "Open the Lisbon office.\n\nClose the Porto office."


def test_a_row_added_before_words_of_an_ended_session_are_back_is_saved_beside_them(page, terms, ended):
    sides = {"employee": "The hiring plan.", "manager": "A budget."}

    def add(side: str) -> None:
        page.locator(f"#owes-{side}").get_by_role("button", name="Add another").click()
        fill_row(page, page.locator(f"#owes-{side} .promise-fields").last, sides[side])

    add("employee")
    come = ended()
    add("manager")
    come()
    page.wait_for_selector(SAVED)
    assert {promise.owed_by: promise.what for promise in terms.promises.all()} == sides
    values = page.locator("#owes-employee textarea").evaluate_all("all => all.map(each => each.value)")
    assert "The hiring plan." in values


def test_words_that_come_back_take_away_no_row_that_the_page_has_got_meanwhile(
    page, terms, ended, problems, address
):
    page.get_by_label("Mission").fill("Open the Lisbon office.")
    page.wait_for_selector("#saved:has-text('Not saved')")
    make_promise(terms, Side.MANAGER, what="Portuguese lessons.")
    Terms.objects.filter(pk=terms.pk).update(revision=terms.revision + 1)
    come = ended()
    fill_row(page, page.locator("#owes-employee .promise-fields").last, "The hiring plan.")
    come()
    page.wait_for_selector("#conflict:has-text('Lisbon')")
    page.get_by_role("button", name="Save the draft").click()
    expect(page.get_by_text("The draft is saved.")).to_be_visible()
    assert {promise.what for promise in terms.promises.all()} == {"Portuguese lessons.", "The hiring plan."}
    problems.clear()  # the script was answered 409


def test_what_is_chosen_before_the_script_has_come_is_saved_too(page, terms, address):
    come = late_script(page)
    page.goto(address, wait_until="commit")
    page.get_by_label("Check-ins").select_option("1")
    come()
    page.wait_for_selector(SAVED)
    terms.refresh_from_db()
    assert terms.rhythm == 1


def test_a_follow_up_begins_on_the_page_of_the_tour(page_as, cast):
    span = {"starts_on": today() - timedelta(days=300), "ends_on": today() + timedelta(days=60)}
    tour = make_running_tour(cast.alice, cast.bob, **span)
    page = page_as(cast.alice)
    page.goto(tour.get_absolute_url())
    page.get_by_role("link", name="Define the next tour").click()
    page.get_by_label("Should it last").check()
    page.get_by_role("button", name="Start writing").click()
    expect(page.get_by_label("Mission")).to_have_value(tour.in_force.mission)
    assert Tour.objects.get(previous=tour).versions.get().created_by == cast.alice


def test_every_state_is_open_to_everybody_and_fits(page_as, cast, fits, terms, address):
    make_policy(cast.heidi, holds_from=today(), values="Say it early\n" + "x" * 200)
    make_running_tour(cast.alice, cast.bob, starts_on=today() - timedelta(days=900), mission="x" * 400)
    make_promise(terms, Side.EMPLOYEE, what="Exposure " * 40)
    Terms.objects.filter(pk=terms.pk).update(mission="x" * 900, employee_gain="Valuable experience.")
    page = page_as(cast.bob)
    for url in (address, f"{address}?look=1"):
        page.goto(url)
        page.evaluate("document.querySelectorAll('.draft details').forEach(e => { e.open = true; })")
        fits(page)
    page.get_by_label("Leave this promise out").check()
    page.get_by_label("Ends on").fill("2020-01-01")
    page.get_by_role("button", name="Propose to Alice").click()
    page.wait_for_selector(".errors:not([hidden])")
    fits(page, "errors")
    page.goto("/tours/new/")
    page.get_by_role("button", name="Start writing").click()
    page.wait_for_selector(".errors")
    fits(page, "no kind chosen")
