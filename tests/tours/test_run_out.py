"""Nobody signs a version whose own last day is past: there would be no time left in it. Nor one that would
give a tour another first day once its own has come, see `Tour.began`."""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import NamedTuple

import pytest
import time_machine
from django.urls import reverse

from alliance_site.dashboards.todo import todo
from people.services import set_manager
from tests.factories import DAY, NOW, make_proposed_tour, make_signed_tour
from tests.reminding import planned
from tests.tours.standing import tour_on
from tests.tours.test_turns import in_list, on_page
from tours import services
from tours.access import Act, acts
from tours.models import Side, Terms, Tour
from tours.reminders import left_undone, terms_waiting
from tours.services import Refused

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("no_missing_words")]
ENDS_ON = STARTS_ON = DAY + timedelta(days=2)


class Late(NamedTuple):
    in_time: datetime
    too_late: datetime
    refusal: str  #: of the signature, as a pattern
    page: str
    listed: str
    item: str  #: the end of a sentence on the front page


RUN_OUT = Late(
    NOW + timedelta(days=2),
    NOW + timedelta(days=3),
    r"The last day of version \d, .* has passed",
    "has passed, and nobody can sign it any more.",
    "its last day",
    "anew: its last day has passed",
)
SAID = "The tour began on 18 Mar 2026. Newer terms keep its first day."
BEGUN = Late(
    NOW + timedelta(days=1),
    NOW + timedelta(days=2),
    SAID,
    SAID,
    SAID,
    "Write version 3 of the tour with Bob Brand",
)
CASES = {"proposed": RUN_OUT, "shorter": RUN_OUT, "begun": BEGUN}


@pytest.fixture
def proposed(cast) -> Tour:
    return make_proposed_tour(cast.alice, cast.bob, ends_on=ENDS_ON)


@pytest.fixture
def shorter(cast) -> Tour:
    """Of a tour in force, with a version on the table that ends sooner."""
    tour = make_signed_tour(cast.alice, cast.bob)
    put_forward(tour, cast.bob, ends_on=ENDS_ON)
    return tour


@pytest.fixture
def begun(cast) -> Tour:
    """Signed and yet to begin, with a version on the table by which it would begin a month later."""
    tour = make_signed_tour(cast.alice, cast.bob, starts_on=STARTS_ON)
    put_forward(tour, cast.bob, starts_on=STARTS_ON + timedelta(days=30))
    return tour


@pytest.fixture(params=CASES)
def tour(request) -> Tour:
    return request.getfixturevalue(request.param)


@pytest.fixture
def late(request, tour) -> Late:
    return CASES[request.node.callspec.params["tour"]]


def put_forward(tour: Tour, actor, **words) -> Terms:
    terms = services.amend(tour, "Not as it is.", actor=actor, now=NOW)
    for name, value in words.items():
        setattr(terms, name, value)
    services.save_draft(terms, revision=terms.revision, actor=actor, now=NOW)
    services.propose(terms, actor=actor, now=NOW)
    return terms


def newest(tour: Tour) -> Terms:
    return Terms.objects.filter(tour=tour).latest("number")


def test_it_is_signed_up_to_that_day(cast, tour, late):
    services.sign(newest(tour), actor=cast.alice, now=late.in_time)
    assert services.sign(newest(tour), actor=cast.bob, now=late.in_time).in_force == newest(tour)


def test_and_not_later_but_written_anew(cast, tour, late):
    services.sign(newest(tour), actor=cast.alice, now=late.in_time)
    found = tour_on(tour.pk, DAY)
    assert Act.SIGN in acts(cast.bob, found, late.in_time.date())
    assert Act.SIGN not in acts(cast.bob, found, late.too_late.date())
    with pytest.raises(Refused, match=late.refusal):
        services.sign(newest(tour), actor=cast.bob, now=late.too_late)
    services.revise(newest(tour), actor=cast.bob, now=late.too_late)


def test_what_is_written_anew_has_the_first_day_that_the_tour_has(cast, as_, begun):
    with pytest.raises(Refused):
        services.sign(newest(begun), actor=cast.bob, now=BEGUN.too_late)
    assert Tour.objects.get().starts_on == STARTS_ON
    services.revise(newest(begun), actor=cast.bob, now=BEGUN.too_late)
    with time_machine.travel(BEGUN.too_late, tick=False):
        form = as_(cast.bob).get(reverse("terms_edit", args=[begun.pk])).context["form"]
    assert form["starts_on"].value() == STARTS_ON


def test_other_changes_are_signed_as_ever(cast):
    tour = make_signed_tour(cast.alice, cast.bob, starts_on=STARTS_ON)
    newer = put_forward(tour, cast.bob, mission="Another mission.")
    assert {step for _name, step in planned(terms_waiting, NOW + timedelta(days=7))} == {1}
    for person, sentence in (
        (cast.alice, "Read and sign version 2 of your tour with Bob Brand"),
        (cast.bob, "Sign version 2 of the tour with Alice Ames"),
    ):
        assert sentence in [item.sentence for item in todo(person, BEGUN.too_late.date())]
        services.sign(newer, actor=person, now=BEGUN.too_late)
    assert Tour.objects.get().in_force == newer


@pytest.mark.parametrize("who", ["bob", "carol", "mallory"])
def test_who_may_not_sign_is_refused_as_ever(cast, tour, late, who):
    """Neither who no longer manages, nor who does now, nor a stranger is told to write it anew."""
    set_manager(cast.alice, cast.carol, since=DAY)
    with pytest.raises(Refused, match="This is no longer possible"):
        services.sign(newest(tour), actor=getattr(cast, who), now=late.too_late)


def test_the_page_the_list_and_the_front_page_say_so(cast, as_, tour, late):
    terms = newest(tour)
    with time_machine.travel(late.too_late, tick=False):
        page = as_(cast.alice).get(terms.get_absolute_url()).text
        listed = as_(cast.alice).get(reverse("tours")).text
        reply = as_(cast.alice).post(reverse("terms_sign", args=[tour.pk, terms.number]))
    assert late.page in page
    assert "Accept and sign" not in page
    assert "until both have signed" not in page
    assert "Write a counter-proposal" in page
    assert late.listed in listed
    assert reply.status_code == 400
    (item,) = [item for item in todo(cast.alice, late.too_late.date()) if "version" in item.sentence]
    assert item.sentence.endswith(late.item)


def test_nobody_is_written_to_about_it_nor_anybody_above(cast, tour):
    assert ("Alice", 0) in planned(terms_waiting, NOW)
    assert planned(terms_waiting, NOW + timedelta(days=7)) == set()
    assert planned(left_undone, NOW + timedelta(days=14)) == set()


def test_what_is_open_ended_has_no_such_day(cast):
    tour = make_proposed_tour(cast.alice, cast.bob, type="foundational", ends_on=None, review_on=ENDS_ON)
    for side in Side:
        services.sign(newest(tour), actor=tour.party(side), now=RUN_OUT.too_late)
    assert Tour.objects.get().in_force == newest(tour)


def test_a_list_and_the_page_say_the_same(cast, tour, late):
    said = on_page(tour, cast.bob)
    assert in_list(tour, cast.bob) == said
    assert (said.run_out, said.began) == ((ENDS_ON, None) if late is RUN_OUT else (None, STARTS_ON))
