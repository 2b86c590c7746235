"""Nobody signs a version whose own last day is past: there would be no time left in it."""

from __future__ import annotations

from datetime import timedelta

import pytest
import time_machine
from django.urls import reverse

from alliance_site.dashboards.todo import todo
from people.services import set_manager
from tests.factories import DAY, NOW, make_proposed_tour, make_signed_tour
from tests.reminding import planned
from tests.tours.test_turns import in_list, on_page
from tours import services
from tours.access import Act, acts
from tours.models import Side, Terms, Tour
from tours.reminders import terms_waiting
from tours.services import Refused

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("no_missing_words")]
ENDS_ON = DAY + timedelta(days=2)
IN_TIME, TOO_LATE = NOW + timedelta(days=2), NOW + timedelta(days=3)


@pytest.fixture
def proposed(cast) -> Tour:
    return make_proposed_tour(cast.alice, cast.bob, ends_on=ENDS_ON)


@pytest.fixture
def shorter(cast) -> Tour:
    """Of a tour in force, with a version on the table that ends sooner."""
    tour = make_signed_tour(cast.alice, cast.bob)
    terms = services.amend(tour, "It ends sooner.", actor=cast.bob, now=NOW)
    terms.ends_on = ENDS_ON
    services.save_draft(terms, revision=terms.revision, actor=cast.bob, now=NOW)
    services.propose(terms, actor=cast.bob, now=NOW)
    return tour


@pytest.fixture(params=["proposed", "shorter"])
def tour(request) -> Tour:
    return request.getfixturevalue(request.param)


def newest(tour: Tour) -> Terms:
    return Terms.objects.filter(tour=tour).latest("number")


def test_it_is_signed_up_to_that_day(cast, tour):
    services.sign(newest(tour), actor=cast.alice, now=IN_TIME)
    assert services.sign(newest(tour), actor=cast.bob, now=IN_TIME).in_force == newest(tour)


def test_and_not_later_but_written_anew(cast, tour):
    services.sign(newest(tour), actor=cast.alice, now=IN_TIME)
    found = Tour.objects.with_versions().with_standing(DAY).get(pk=tour.pk)
    assert Act.SIGN not in acts(cast.bob, found, TOO_LATE.date())
    with pytest.raises(Refused, match=r"The last day of version \d, .* has passed"):
        services.sign(newest(tour), actor=cast.bob, now=TOO_LATE)
    services.revise(newest(tour), actor=cast.bob, now=TOO_LATE)


@pytest.mark.parametrize("who", ["bob", "carol", "mallory"])
def test_who_may_not_sign_is_refused_as_ever(cast, tour, who):
    """Neither who no longer manages, nor who does now, nor a stranger is told to write it anew."""
    set_manager(cast.alice, cast.carol, since=DAY)
    with pytest.raises(Refused, match="This is no longer possible"):
        services.sign(newest(tour), actor=getattr(cast, who), now=TOO_LATE)


def test_the_page_the_list_and_the_front_page_say_so(cast, as_, tour):
    terms = newest(tour)
    with time_machine.travel(TOO_LATE, tick=False):
        page = as_(cast.alice).get(terms.get_absolute_url()).text
        listed = as_(cast.alice).get(reverse("tours")).text
        late = as_(cast.alice).post(reverse("terms_sign", args=[tour.pk, terms.number]))
    assert "has passed, and nobody can sign it any more." in page
    assert "Accept and sign" not in page
    assert "Write a counter-proposal" in page
    assert "its last day" in listed
    assert late.status_code == 400
    (item,) = [item for item in todo(cast.alice, TOO_LATE.date()) if "version" in item.sentence]
    assert item.sentence.endswith("anew: its last day has passed")


def test_nobody_is_written_to_about_it(cast, tour):
    assert ("Alice", 0) in planned(terms_waiting, NOW)
    assert planned(terms_waiting, NOW + timedelta(days=7)) == set()


def test_what_is_open_ended_has_no_such_day(cast):
    tour = make_proposed_tour(cast.alice, cast.bob, type="foundational", ends_on=None, review_on=ENDS_ON)
    for side in Side:
        services.sign(newest(tour), actor=tour.party(side), now=TOO_LATE)
    assert Tour.objects.get().in_force == newest(tour)


def test_a_list_and_the_page_say_the_same(cast, proposed):
    assert in_list(proposed, cast.bob) == on_page(proposed, cast.bob)
    assert on_page(proposed, cast.bob).run_out == ENDS_ON
