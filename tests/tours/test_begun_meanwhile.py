"""Nobody signs a version that would give a tour another first day once its own has come, see `Tour.began`."""

from __future__ import annotations

from datetime import timedelta

import pytest
import time_machine
from django.urls import reverse

from alliance_site.dashboards.todo import todo
from people.services import set_manager
from tests.factories import DAY, NOW, make_signed_tour
from tests.reminding import planned
from tests.tours.test_run_out import newest
from tests.tours.test_turns import in_list, on_page
from tours import services
from tours.access import Act, acts
from tours.models import Terms, Tour
from tours.reminders import left_undone, terms_waiting
from tours.services import Refused

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("no_missing_words")]
STARTS_ON = DAY + timedelta(days=2)
IN_TIME, TOO_LATE = NOW + timedelta(days=1), NOW + timedelta(days=2)
SAID = "The tour began on 18 Mar 2026. Newer terms keep its first day."


@pytest.fixture
def tour(cast) -> Tour:
    """Signed and yet to begin, with a version on the table by which it would begin a month later."""
    tour = make_signed_tour(cast.alice, cast.bob, starts_on=STARTS_ON)
    put_forward(tour, cast.bob, starts_on=STARTS_ON + timedelta(days=30))
    return tour


def put_forward(tour: Tour, actor, **words) -> Terms:
    terms = services.amend(tour, "Not yet.", actor=actor, now=NOW)
    for name, value in words.items():
        setattr(terms, name, value)
    services.save_draft(terms, revision=terms.revision, actor=actor, now=NOW)
    services.propose(terms, actor=actor, now=NOW)
    return terms


def test_it_is_signed_up_to_the_day_before(cast, tour):
    services.sign(newest(tour), actor=cast.alice, now=IN_TIME)
    assert services.sign(newest(tour), actor=cast.bob, now=IN_TIME).in_force == newest(tour)


def test_and_not_later_but_written_anew_with_the_first_day_it_has(cast, as_, tour):
    services.sign(newest(tour), actor=cast.alice, now=IN_TIME)
    found = Tour.objects.with_versions().with_standing(DAY).get(pk=tour.pk)
    assert Act.SIGN in acts(cast.bob, found, IN_TIME.date())
    assert Act.SIGN not in acts(cast.bob, found, TOO_LATE.date())
    with pytest.raises(Refused, match=SAID):
        services.sign(newest(tour), actor=cast.bob, now=TOO_LATE)
    assert Tour.objects.get().starts_on == STARTS_ON
    services.revise(newest(tour), actor=cast.bob, now=TOO_LATE)
    with time_machine.travel(TOO_LATE, tick=False):
        form = as_(cast.bob).get(reverse("terms_edit", args=[tour.pk])).context["form"]
    assert form["starts_on"].value() == STARTS_ON


def test_other_changes_are_signed_as_ever(cast):
    tour = make_signed_tour(cast.alice, cast.bob, starts_on=STARTS_ON)
    newer = put_forward(tour, cast.bob, mission="Another mission.")
    assert {step for _name, step in planned(terms_waiting, NOW + timedelta(days=7))} == {1}
    for person, sentence in (
        (cast.alice, "Read and sign version 2 of your tour with Bob Brand"),
        (cast.bob, "Sign version 2 of the tour with Alice Ames"),
    ):
        assert sentence in [item.sentence for item in todo(person, TOO_LATE.date())]
        services.sign(newer, actor=person, now=TOO_LATE)
    assert Tour.objects.get().in_force == newer


@pytest.mark.parametrize("who", ["bob", "carol", "mallory"])
def test_who_may_not_sign_is_refused_as_ever(cast, tour, who):
    set_manager(cast.alice, cast.carol, since=DAY)
    with pytest.raises(Refused, match="This is no longer possible"):
        services.sign(newest(tour), actor=getattr(cast, who), now=TOO_LATE)


def test_the_page_the_list_and_the_front_page_say_so(cast, as_, tour):
    terms = newest(tour)
    with time_machine.travel(TOO_LATE, tick=False):
        page = as_(cast.alice).get(terms.get_absolute_url()).text
        listed = as_(cast.alice).get(reverse("tours")).text
        late = as_(cast.alice).post(reverse("terms_sign", args=[tour.pk, terms.number]))
    assert SAID in page
    assert "Accept and sign" not in page
    assert "until both have signed" not in page
    assert "Write a counter-proposal" in page
    assert SAID in listed
    assert late.status_code == 400
    (item,) = [item for item in todo(cast.alice, TOO_LATE.date()) if "version" in item.sentence]
    assert item.sentence == "Write version 3 of the tour with Bob Brand"


def test_a_list_and_the_page_say_the_same(cast, tour):
    assert in_list(tour, cast.bob) == on_page(tour, cast.bob)
    assert on_page(tour, cast.bob).began == STARTS_ON


def test_nobody_is_written_to_about_it_nor_anybody_above(cast, tour):
    assert ("Alice", 0) in planned(terms_waiting, NOW)
    assert planned(terms_waiting, NOW + timedelta(days=7)) == set()
    assert planned(left_undone, NOW + timedelta(days=14)) == set()
