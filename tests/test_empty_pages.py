"""A page that has nothing to show says what one can do next, or that nothing is to be done."""

from __future__ import annotations

import re
from datetime import timedelta

import pytest
from django.urls import reverse

from people.models import ReportingLine
from tests.factories import TODAY, make_line, make_note, make_signed_tour

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("no_missing_words")]

SEAT = {"what": "A seat in the architecture round.", "due_on": TODAY + timedelta(days=60)}
PROPOSE = "Either side can propose one, and it has force once both have signed it."
EMPTY = re.compile(r'<p class="empty">(.*?)</p>', re.DOTALL)


def empty(page: str) -> str:
    """What stands where there is nothing."""
    [said] = EMPTY.findall(page)
    return said


@pytest.mark.parametrize("who", ["alice", "bob"])
def test_who_may_define_the_first_tour_is_led_to_it(cast, as_, who):
    path = f"{reverse('tour_new')}?employee={cast.alice.pk}"
    client = as_(getattr(cast, who))
    assert f'href="{path}"' in empty(client.get(cast.alice.get_absolute_url()).text)
    assert client.get(path).status_code == 200


def test_nobody_is_led_to_a_tour_that_they_may_not_define(cast, as_):
    for who, whose in [(cast.heidi, cast.alice), (cast.carol, cast.alice), (cast.mallory, cast.mallory)]:
        said = empty(as_(who).get(whose.get_absolute_url()).text)
        assert (PROPOSE in said) is (whose is cast.alice), "nobody manages Mallory"
        assert "href" not in said


def test_who_has_no_manager_is_not_told_that_a_tour_can_be_proposed_though_something_is_to_be_done(cast, as_):
    make_line(cast.dan, cast.mallory)
    for who, may in [(cast.bob, True), (cast.mallory, False)]:
        page = as_(who).get(reverse("home"))
        assert page.context["todo"]
        assert (PROPOSE in empty(page.text)) is may
    assert "nobody is recorded as your manager" in empty(page.text)
    for who, may in [(cast.alice, True), (cast.heidi, False)]:
        assert (PROPOSE in empty(as_(who).get(reverse("tours")).text)) is may


def test_a_search_in_ones_notes_that_finds_none_leads_back_to_all(cast, as_):
    make_note(cast.alice, make_signed_tour(cast.alice, cast.bob))
    path = reverse("notes")
    assert f'href="{path}"' in empty(as_(cast.alice).post(path, {"q": "nowhere"}).text)


def test_a_name_that_nobody_has_leads_to_all_people(cast, as_):
    page = as_(cast.heidi).get(reverse("occasions"), {"q": "Zacharias"}).text
    assert f'href="{reverse("people")}"' in empty(page)


def test_a_side_that_promised_nothing_can_change_the_terms(cast, as_):
    tour = make_signed_tour(cast.alice, cast.bob, promises=[SEAT])
    path = reverse("tour_amend", args=[tour.pk])
    for who, may in [(cast.alice, True), (cast.bob, True), (cast.heidi, False)]:
        page = as_(who).get(tour.along_url).text
        ledger = page[page.index('id="ledger"') :]
        assert {f'href="{path}"' in said for said in EMPTY.findall(ledger)} == {may}


def test_where_everybody_is_on_a_tour_one_is_led_to_the_tours(cast, as_):
    make_signed_tour(cast.alice, cast.bob)
    make_signed_tour(cast.bob, cast.carol)
    assert f'href="{reverse("tours")}"' in empty(as_(cast.heidi).get(reverse("without_tour")).text)


@pytest.mark.parametrize("page", ["tours/?show=undecided", "signals/", "my/access/", "promises/"])
def test_where_nothing_is_to_be_done_the_page_says_so(cast, as_, page):
    said = empty(as_(cast.heidi).get(f"/{page}").text)
    assert re.search("nothing (is to be done|for you to do) here", said)


@pytest.mark.parametrize("page", ["retention/list/leavers/", "team/list/unsigned/"])
def test_a_list_behind_no_number_says_that_more_can_be_asked(cast, as_, page):
    who = cast.heidi if page.startswith("retention") else cast.bob
    assert "You can change your choice above" in empty(as_(who).get(f"/{page}").text)


def test_nobody_is_sent_to_fields_above_where_none_are(cast, as_):
    cast.alice.employments.update(left_on=TODAY - timedelta(days=1), ending="resignation")
    said = empty(as_(cast.bob).get("/team/list/employed/").text)
    assert "Nothing to list here." in said
    assert "above" not in said


def test_a_choice_that_no_signal_matches_does_not_say_that_nothing_is_to_be_done(cast, as_):
    said = empty(as_(cast.heidi).get("/signals/", {"kind": "late_handover"}).text)
    assert "nothing is to be done" not in said
    assert f'href="{reverse("signals")}"' in said


def test_hr_of_a_company_without_managers_is_led_to_the_import(cast, as_):
    ReportingLine.objects.filter(until=None).update(until=TODAY - timedelta(days=1))
    path = reverse("without_tour")
    assert f'href="{path}"' in empty(as_(cast.heidi).get(reverse("tours")).text)
    page = as_(cast.heidi).get(path).text
    assert f'href="{reverse("import_people")}"' in empty(page)
    assert "is on a tour" not in empty(page)
