"""A programme is chosen for people and given; the page follows the work without being touched."""

from __future__ import annotations

import pytest
from django.utils import timezone
from playwright.sync_api import expect

from tests.factories import make_giving, make_line, make_person, make_programme
from tours.giving import working
from tours.models import Giving, Tour


@pytest.fixture
def programme(cast):
    return make_programme(cast.heidi)


def test_the_page_follows_the_work_and_shows_what_came_of_it(cast, page_as, programme, monkeypatch):
    people = [make_person(f"Nora No {n:02}") for n in range(20)]
    for person in people[1:]:
        make_line(person, cast.bob)
    giving = make_giving(programme, people, cast.heidi, starts_on=timezone.now().date())
    page = page_as(cast.heidi)
    page.goto(giving.get_absolute_url())
    bar = page.get_by_role("progressbar", name="How far it has come")
    expect(bar).to_have_js_property("value", 0)
    monkeypatch.setattr(working, "CHUNK", 10)
    working._give_some(timezone.now())
    expect(bar).to_have_js_property("value", 10)
    expect(page.get_by_role("status").filter(has_text="10 of 20 done.")).to_be_visible()
    working.work(timezone.now())
    expect(page.get_by_text("Done: 19 given, 1 not.")).to_be_visible()
    expect(page.get_by_text("Has no manager to agree with.")).to_be_visible()
    page.get_by_role("link", name="Given", exact=True).click()
    expect(page.get_by_role("link", name="The tour of Nora No 01")).to_be_visible()


def test_it_is_chosen_given_and_stopped_without_javascript(cast, page_as, programme):
    page = page_as(cast.heidi, java_script_enabled=False)
    page.goto(programme.get_absolute_url())
    page.get_by_role("link", name="Give this programme").click()
    page.get_by_label("Name").first.fill("Ames")
    page.get_by_role("button", name="Show", exact=True).click()
    page.get_by_role("checkbox", name="Alice Ames").check()
    page.get_by_label("First day of each tour").fill(timezone.now().date().isoformat())
    page.get_by_role("button", name="Give it to those ticked").click()
    expect(page.get_by_role("heading", name="Give “Graduates” to 1 person?")).to_be_visible()
    page.get_by_role("button", name="Give it").click()
    expect(page.get_by_text("0 of 1 done.")).to_be_visible()
    assert Giving.objects.get().given.get().person == cast.alice
    page.get_by_text("Stop it").click()
    page.get_by_role("button", name="Stop giving it").click()
    expect(page.get_by_text("Stopped: 1 person does not get it.")).to_be_visible()
    working.work(timezone.now())
    assert not Tour.objects.exists()
