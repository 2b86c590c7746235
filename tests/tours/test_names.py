"""The people whom a tour names are links for whoever may open their pages, and for nobody else."""

from __future__ import annotations

import re
from datetime import timedelta

import pytest
from django.urls import reverse

from people.models import Employment, Person
from people.services import set_manager
from tests.factories import TODAY, make_proposed_tour, make_signed_tour, make_tour, sign
from tours.models import Side, Tour

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("no_missing_words")]

SPAN = {"starts_on": TODAY - timedelta(days=100), "ends_on": TODAY + timedelta(days=100)}
LINK = re.compile(r'<a href="(/people/\d+/)">([^<]+)</a>')


def named(client, path: str) -> set[str]:
    """Whose name leads to their page; each of them does."""
    found = LINK.findall(client.get(path).text)
    assert {client.get(link).status_code for link, _name in found} <= {200}
    return {name for _link, name in found}


@pytest.fixture
def tour(cast) -> Tour:
    return make_signed_tour(cast.alice, cast.bob, **SPAN)


@pytest.mark.parametrize("who", ["alice", "bob", "heidi"])
def test_who_signed_is_a_link_to_them(cast, as_, tour, who):
    assert named(as_(getattr(cast, who)), tour.get_absolute_url()) == {"Alice Ames", "Bob Brand"}


def test_a_manager_above_is_led_to_the_manager(cast, as_, tour):
    assert named(as_(cast.carol), tour.get_absolute_url()) == {"Bob Brand"}


def test_after_a_reorganisation_one_is_led_to_those_whom_one_sees_still(cast, as_, tour):
    set_manager(cast.alice, cast.dan, since=TODAY)
    path = tour.get_absolute_url()
    for who, seen in [
        (cast.alice, {"Alice Ames", "Dan Drew"}),
        (cast.dan, {"Alice", "Alice Ames"}),
        (cast.bob, {"Bob Brand"}),
        (cast.heidi, {"Alice", "Alice Ames", "Bob Brand", "Dan Drew"}),
    ]:
        assert named(as_(who), path) == seen


def test_who_proposed_and_who_is_waited_for_are_links_to_them(cast, as_):
    tour = make_proposed_tour(cast.alice, cast.bob, **SPAN)
    sign(tour.versions.get(), Side.MANAGER)
    for who, words in [
        (cast.alice, "Bob Brand</a> proposed version 1"),
        (cast.bob, "Alice Ames</a> to read and sign version 1"),
    ]:
        assert words in as_(who).get(tour.get_absolute_url()).text


def test_the_front_page_leads_to_ones_manager_and_to_none_before(cast, as_, tour):
    assert named(as_(cast.alice), reverse("home")) == {"Bob Brand"}
    set_manager(cast.alice, cast.dan, since=TODAY)
    assert named(as_(cast.alice), reverse("home")) == set()


def test_a_tour_to_be_taken_over_says_how_far_the_day_is(cast, as_, tour):
    set_manager(cast.alice, cast.dan, since=TODAY)
    page = as_(cast.heidi).get(reverse("tours"), {"show": "handover"}).text
    assert re.search(r"by \d+ \w+ \d{4}, in ", page)
    Person.objects.filter(pk=cast.heidi.pk).update(language="ar")
    page = as_(cast.heidi).get(reverse("tours"), {"show": "handover"}).text
    assert re.search(r" \d{4}، \w", page)
    assert not re.search(r"\d{4}, ", page)


@pytest.mark.parametrize("who", ["alice", "bob", "carol", "heidi"])
def test_so_it_is_where_one_of_them_has_left(cast, as_, tour, who):
    for left in (cast.alice, cast.bob):
        Employment.objects.filter(person=left).update(left_on=TODAY - timedelta(days=1), ending="resignation")
        pages = [tour.get_absolute_url(), reverse("home"), reverse("tours")]
        for page in [*pages, *([] if who == "carol" else [tour.along_url])]:
            named(as_(getattr(cast, who)), page)


@pytest.mark.parametrize("writer", ["alice", "bob"])
def test_so_it_is_while_only_its_writer_knows_of_a_tour(cast, as_, writer):
    tour = make_tour(cast.alice, cast.bob, created_by=getattr(cast, writer), **SPAN)
    for page in (tour.get_absolute_url(), reverse("home"), reverse("tours")):
        named(as_(getattr(cast, writer)), page)
