"""What happens along the way has a page of its own, beside the statement of alliance."""

from __future__ import annotations

import re
from datetime import timedelta

import pytest
from django.urls import reverse
from django.utils import timezone

from tests.factories import (
    TODAY,
    make_checkin,
    make_proposed_tour,
    make_signed_tour,
    write_anew,
)
from tests.tours.test_query_counts import AT_MOST, LOGGED
from tours import services

pytestmark = pytest.mark.django_db


@pytest.fixture
def tour(cast):
    return make_signed_tour(cast.alice, cast.bob, starts_on=TODAY, promises=[{"what": "A seat."}])


@pytest.mark.parametrize("who", ["alice", "bob", "heidi"])
def test_either_page_leads_to_the_other_and_says_which_it_is(cast, as_, tour, who):
    client = as_(getattr(cast, who))
    urls = {name: reverse(name, args=[tour.pk]) for name in ("tour", "tour_along")}
    pages = {name: client.get(url) for name, url in urls.items()}
    for here, page in pages.items():
        found = re.findall(r'<a href="([^"]+)"([^>]*)>', page.text)
        links = {path: rest for path, rest in found if path in urls.values()}
        assert {path: 'aria-current="page"' in rest for path, rest in links.items()} == {
            path: name == here for name, path in urls.items()
        }


def test_what_nobody_has_signed_has_no_such_page(cast, as_):
    tour = make_proposed_tour(cast.alice, cast.bob)
    client = as_(cast.alice)
    assert client.get(tour.along_url).status_code == 404
    assert tour.along_url not in client.get(tour.get_absolute_url()).text


def test_who_knows_only_that_it_is_there_is_not_led_on(cast, as_, tour):
    client = as_(cast.carol)
    assert client.get(tour.along_url).status_code == 404
    assert tour.along_url not in client.get(tour.get_absolute_url()).text


def test_the_words_of_the_statement_stay_on_their_own_page(cast, as_, tour):
    client = as_(cast.alice)
    along, statement = (client.get(url).text for url in (tour.along_url, tour.get_absolute_url()))
    assert [tour.in_force.mission in page for page in (along, statement)] == [False, True]
    assert ["How the promises stand" in page for page in (along, statement)] == [True, False]


def test_a_change_on_the_table_leaves_the_promises_in_force(cast, as_, tour):
    newer = write_anew(services.amend(tour, "Anew.", actor=cast.bob, now=timezone.now()))
    services.propose(newer, actor=cast.bob, now=timezone.now())
    page = as_(cast.alice).get(tour.along_url)
    assert page.context["terms"] == tour.in_force
    assert "How the promises stand" in page.text


def test_where_nothing_was_promised_it_says_so(cast, as_):
    tour = make_signed_tour(cast.alice, cast.bob, starts_on=TODAY)
    for person in (cast.alice, cast.heidi):
        assert "Nothing was promised." in as_(person).get(tour.along_url).text


def test_a_look_of_hr_is_noted(cast, as_, tour):
    as_(cast.heidi).get(tour.along_url)
    assert cast.alice.accesses.filter(viewer=cast.heidi, what=f"tour {tour.pk}").exists()


@pytest.mark.parametrize("who", ["alice", "bob", "heidi"])
def test_it_asks_as_little_of_the_database_for_years_of_check_ins(cast, as_, statements, who):
    tour = make_signed_tour(cast.alice, cast.bob, starts_on=TODAY)
    client = as_(getattr(cast, who))
    make_checkin(tour, TODAY)
    few = statements(client, tour.along_url, has="Alice Ames")
    for n in range(1, 4):
        make_checkin(tour, TODAY + timedelta(days=90 * n))
    found = statements(client, tour.along_url, has="Alice Ames")
    assert len(few) == len(found) <= AT_MOST + LOGGED * (who == "heidi"), "\n".join(found)
