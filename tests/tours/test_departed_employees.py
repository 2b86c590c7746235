"""Of a tour whose employee has left before its end, every page says so: it does not run any more."""

from __future__ import annotations

from datetime import timedelta

import pytest
from django.urls import reverse
from django.utils import timezone

from alliance_site.dashboards.todo import todo
from people.measures.periods import Period
from people.measures.whom import EVERYBODY
from people.services import end_employment, set_manager
from tests.factories import (
    make_checkin,
    make_employment,
    make_line,
    make_person,
    make_signed_tour,
    write_anew,
)
from tests.tours.test_reminders import planned
from tours import access, failing, services
from tours.measures import ahead, coverage, endings
from tours.models import Tour
from tours.reminders import handover, left_undone, promise_due, tour_ends
from tours.services import draft_tour

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("no_missing_words")]

TODAY = timezone.now().date()
SPAN = {"starts_on": TODAY - timedelta(days=200), "ends_on": TODAY + timedelta(days=200)}
SAYS = "Left before its end"


@pytest.fixture
def tour(cast) -> Tour:
    return make_signed_tour(cast.alice, cast.bob, **SPAN)


@pytest.mark.parametrize(("days", "left"), [(0, False), (1, True)])
def test_it_is_said_from_the_day_after_the_last_on(cast, as_, tour, days, left):
    end_employment(cast.alice, last_day=TODAY - timedelta(days=days), ending="resignation")
    for reader, name, args in (
        (cast.alice, "home", []),
        (cast.alice, "tour", [tour.pk]),
        (cast.alice, "tours", []),
        (cast.alice, "story", [cast.alice.pk]),
        (cast.heidi, "person", [cast.alice.pk]),
        (cast.bob, "tour", [tour.pk]),
    ):
        page = as_(reader).get(reverse(name, args=args)).text
        assert (SAYS in page) is left, name
        assert (">Active<" in page) is not left, name


def test_nobody_is_asked_for_the_check_ins_that_were_to_come(cast, as_, tour):
    make_checkin(tour, TODAY + timedelta(days=2))
    said = "Nobody is asked for what had not taken place by then."
    assert said not in as_(cast.alice).get(tour.get_absolute_url()).text
    end_employment(cast.alice, last_day=TODAY - timedelta(days=1), ending="resignation")
    assert said in as_(cast.alice).get(tour.get_absolute_url()).text


def test_one_that_was_over_before_stays_completed(cast, as_):
    done = {"starts_on": TODAY - timedelta(days=300), "ends_on": TODAY - timedelta(days=100)}
    over = make_signed_tour(cast.alice, cast.bob, **done)
    end_employment(cast.alice, last_day=TODAY - timedelta(days=10), ending="resignation")
    page = as_(cast.alice).get(over.get_absolute_url()).text
    assert "Completed" in page
    assert SAYS not in page


@pytest.mark.parametrize(("days", "says"), [(11, SAYS), (10, "Completed")])
def test_it_stays_so_when_the_day_it_was_to_end_on_has_passed(cast, as_, days, says):
    """As in the figures, where it ended with the employment for ever."""
    ended = {"starts_on": TODAY - timedelta(days=300), "ends_on": TODAY - timedelta(days=10)}
    tour = make_signed_tour(cast.alice, cast.bob, **ended)
    end_employment(cast.alice, last_day=TODAY - timedelta(days=days), ending="resignation")
    for reader, name, args in ((cast.alice, "tours", []), (cast.bob, "tour", [tour.pk])):
        page = as_(reader).get(reverse(name, args=args)).text
        assert [word for word in (SAYS, "Completed") if word in page] == [says], name


def test_nobody_elses_is_touched(cast, as_, tour):
    other = make_signed_tour(make_person("Rae Reed"), cast.bob, **SPAN)
    end_employment(cast.alice, last_day=TODAY - timedelta(days=10), ending="resignation")
    assert SAYS not in as_(cast.bob).get(other.get_absolute_url()).text


class TestWhoComesBack:
    """Alice left her tour with Bob, and was employed anew, under Carol: what was over stays over."""

    @pytest.fixture
    def old(self, cast) -> Tour:
        promise = {"what": "A seat.", "due_on": TODAY - timedelta(days=2)}
        span = SPAN | {"ends_on": TODAY + timedelta(days=7)}
        tour = make_signed_tour(cast.alice, cast.bob, promises=[promise], **span)
        end_employment(cast.alice, last_day=TODAY - timedelta(days=90), ending="resignation")
        make_employment(cast.alice, hired_on=TODAY - timedelta(days=20))
        set_manager(cast.alice, cast.carol, since=TODAY - timedelta(days=20))
        cast.alice.refresh_from_db()
        return tour

    def test_every_page_still_says_that_it_was_left(self, cast, as_, old):
        for reader, name, args in (
            (cast.alice, "home", []),
            (cast.alice, "tour", [old.pk]),
            (cast.alice, "tours", []),
            (cast.carol, "story", [cast.alice.pk]),
            (cast.bob, "tour", [old.pk]),
        ):
            page = as_(reader).get(reverse(name, args=args)).text
            assert SAYS in page, name
            assert ">Active<" not in page, name

    def test_it_is_nobodys_to_take_over_to_follow_or_to_end(self, cast, old):
        found = Tour.objects.with_versions().with_standing(TODAY).get(pk=old.pk)
        assert not access.is_handed_over(found, TODAY)
        assert not Tour.objects.handed_over(TODAY).exists()
        assert not Tour.objects.active(TODAY).exists()
        assert not failing.ending(Tour.objects.all(), TODAY).exists()
        assert access.acts(cast.alice, found, TODAY) == access.acts(cast.carol, found, TODAY) == set()
        set_manager(cast.alice, None, since=TODAY)
        assert not Tour.objects.unmanaged(TODAY).exists()

    @pytest.mark.parametrize("occasion", [handover, left_undone, promise_due, tour_ends])
    def test_no_letter_is_sent_about_it(self, cast, old, occasion):
        for days in (0, 1, 2, 7, 60):
            assert planned(occasion, timezone.now() + timedelta(days=days)) == set()

    def test_they_have_no_tour_and_may_begin_one_today(self, cast, old):
        assert cast.alice in failing.without_tour(TODAY)
        assert "Define a tour with Alice Ames, who has none" in [t.sentence for t in todo(cast.carol, TODAY)]
        assert [item.sentence for item in todo(cast.alice, TODAY)] == []
        begun = draft_tour(cast.alice, Tour.Type.TRANSFORMATIONAL, actor=cast.carol, now=timezone.now())
        assert begun.versions.get().starts_on == TODAY

    def test_what_begins_after_they_came_back_is_like_any_other(self, cast, as_, old):
        make_signed_tour(cast.alice, cast.carol, starts_on=TODAY - timedelta(days=20))
        assert ">Active<" in as_(cast.alice).get(reverse("tours")).text
        assert Tour.objects.active(TODAY).get().manager == cast.carol
        assert cast.alice not in failing.without_tour(TODAY)

    @pytest.mark.parametrize("who", ["alice", "bob"])
    def test_what_lay_on_the_table_says_why_it_can_no_longer_be_agreed_on(self, cast, as_, who):
        tour = make_signed_tour(cast.alice, cast.bob, **SPAN)
        newer = write_anew(services.amend(tour, "Anew.", actor=cast.bob, now=timezone.now()))
        services.propose(newer, actor=cast.bob, now=timezone.now())
        end_employment(cast.alice, last_day=TODAY - timedelta(days=90), ending="resignation")
        make_employment(cast.alice, hired_on=TODAY - timedelta(days=20))
        page = as_(getattr(cast, who)).get(tour.get_absolute_url()).text
        assert {"alice": "You left the company meanwhile.", "bob": "Alice Ames left the company meanwhile."}[
            who
        ] in page
        assert "has left the company" not in page

    def test_whose_next_contract_begins_the_day_after_the_last_has_not_left(self, cast, as_, tour):
        end_employment(cast.alice, last_day=TODAY - timedelta(days=31), ending="end_of_contract")
        make_employment(cast.alice, hired_on=TODAY - timedelta(days=30))
        set_manager(cast.alice, cast.bob, since=TODAY - timedelta(days=30))
        assert ">Active<" in as_(cast.alice).get(reverse("tours")).text
        assert Tour.objects.active(TODAY).get() == tour
        found = Tour.objects.with_versions().with_standing(TODAY).get(pk=tour.pk)
        assert access.acts(cast.alice, found, TODAY)

    def test_so_is_one_that_was_to_begin_before_the_first_day_of_all(self, cast, as_):
        """Dates that HR corrected, or a start agreed on before the contract: nobody has left."""
        report = make_person("Rae Reed", hired_on=TODAY - timedelta(days=30))
        make_line(report, cast.bob, since=TODAY - timedelta(days=30))
        starts_on, ends_on = TODAY - timedelta(days=40), TODAY + timedelta(days=20)
        make_signed_tour(report, cast.bob, starts_on=starts_on, ends_on=ends_on)
        assert ">Active<" in as_(report).get(reverse("tours")).text
        assert Tour.objects.active(TODAY).exists()
        assert report not in failing.without_tour(TODAY)
        assert ahead.ending_soon(TODAY)[0].ending == 1
        assert coverage.covered(EVERYBODY, [TODAY]) == [1]
        month = Period(ends_on - timedelta(days=30), ends_on)
        assert endings.endings(month).completion.value == 1
