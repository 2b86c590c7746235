"""Of a tour whose employee has left before its end, every page says so: it does not run any more."""

from __future__ import annotations

from datetime import date, timedelta

import pytest
from django.urls import reverse
from django.utils import timezone

from alliance_site.dashboards.todo import todo
from feedback.models import CheckIn
from feedback.planning import plan_checkins
from people.measures.periods import Period
from people.measures.rows import one_row
from people.measures.whom import EVERYBODY
from people.models import Employment, Person
from people.presence import gone_by
from people.services import end_employment, set_manager
from tests.factories import (
    DAY,
    TODAY,
    make_checkin,
    make_early_end,
    make_employment,
    make_entry,
    make_line,
    make_next_step,
    make_person,
    make_signed_tour,
    make_terms,
    write_anew,
)
from tests.reminding import planned
from tests.tours.standing import tour_on
from tours import access, failing, services
from tours.ledger import long_overdue
from tours.measures import ahead, coverage, endings
from tours.models import Comment, Side, Terms, Tour
from tours.models.dates import came_back, employment_lasts
from tours.reminders import (
    comment,
    ended_early,
    handover,
    left_undone,
    next_step_waiting,
    off_the_table,
    promise_due,
    promise_word,
    terms_waiting,
    tour_ends,
)
from tours.services import draft_tour

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("no_missing_words")]

SPAN = {"starts_on": TODAY - timedelta(days=200), "ends_on": TODAY + timedelta(days=200)}
SAYS = "Left before the tour’s end"


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
    said = "Check-ins that had not taken place by then are no longer asked for."
    assert said not in as_(cast.alice).get(tour.along_url).text
    end_employment(cast.alice, last_day=TODAY - timedelta(days=1), ending="resignation")
    assert said in as_(cast.alice).get(tour.along_url).text


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


def test_nobody_is_asked_to_review_one_without_an_end(cast):
    """Nobody manages Alice any more; while she is here Bob, who agreed to it, is the one to review it."""
    span = {"starts_on": TODAY - timedelta(days=200), "ends_on": None, "review_on": TODAY}
    make_signed_tour(cast.alice, cast.bob, type="foundational", **span)
    set_manager(cast.alice, None, since=TODAY - timedelta(days=1))
    assert [item.sentence for item in todo(cast.bob, TODAY)] == [
        "Review with Alice Ames what still holds of the tour"
    ]
    end_employment(cast.alice, last_day=TODAY - timedelta(days=1), ending="resignation")
    assert todo(cast.bob, TODAY) == []


def test_nobody_elses_is_touched(cast, as_, tour):
    other = make_signed_tour(make_person("Rae Reed"), cast.bob, **SPAN)
    end_employment(cast.alice, last_day=TODAY - timedelta(days=10), ending="resignation")
    assert SAYS not in as_(cast.bob).get(other.get_absolute_url()).text


class TestWhoComesBack:
    """Alice left her tour with Bob, and was employed anew: what was over stays over, also with Bob again."""

    @pytest.fixture(params=["carol", "bob"])
    def manager(self, cast, request) -> Person:
        return getattr(cast, request.param)

    @pytest.fixture
    def old(self, cast, manager) -> Tour:
        promise = {"what": "A seat.", "due_on": TODAY - timedelta(days=2)}
        span = SPAN | {"ends_on": TODAY + timedelta(days=7)}
        tour = make_signed_tour(cast.alice, cast.bob, promises=[promise], **span)
        end_employment(cast.alice, last_day=TODAY - timedelta(days=90), ending="resignation")
        make_employment(cast.alice, hired_on=TODAY - timedelta(days=20))
        set_manager(cast.alice, manager, since=TODAY - timedelta(days=20))
        cast.alice.refresh_from_db()
        return tour

    def test_every_page_still_says_that_it_was_left(self, cast, as_, old, manager):
        for reader, name, args in (
            (cast.alice, "home", []),
            (cast.alice, "tour", [old.pk]),
            (cast.alice, "tours", []),
            (manager, "story", [cast.alice.pk]),
            (cast.bob, "tour", [old.pk]),
        ):
            page = as_(reader).get(reverse(name, args=args)).text
            assert SAYS in page, name
            assert ">Active<" not in page, name

    def test_it_is_nobodys_to_take_over_to_follow_or_to_end(self, cast, old):
        found = tour_on(old.pk, TODAY)
        assert not access.is_handed_over(found, TODAY)
        assert not Tour.objects.handed_over(TODAY).exists()
        assert not Tour.objects.active(TODAY).exists()
        assert not failing.ending(Tour.objects.all(), TODAY).exists()
        for person in (cast.alice, cast.bob, cast.carol):
            assert access.acts(person, found, TODAY) == set()
        set_manager(cast.alice, None, since=TODAY)
        assert not Tour.objects.unmanaged(TODAY).exists()

    @pytest.mark.parametrize(
        "occasion", [handover, left_undone, promise_due, promise_word, tour_ends, next_step_waiting]
    )
    def test_no_letter_is_sent_about_it(self, cast, old, occasion):
        now = timezone.now()
        make_next_step(old, recorded_at=now)
        promise = old.in_force.promises.get()
        for kind in ("not_kept", "done"):
            make_entry(promise, kind, at=now, side=Side.EMPLOYEE if kind == "not_kept" else Side.MANAGER)
        for days in (0, 1, 2, 7, 60):
            assert planned(occasion, now + timedelta(days=days)) == set()

    @pytest.mark.parametrize("occasion", [terms_waiting, comment, left_undone])
    def test_nobody_is_asked_to_sign_or_answer_what_lay_on_the_table(self, cast, as_, old, manager, occasion):
        """The manager can clear it away, as after any leaving; nothing else is asked of anybody."""
        now = timezone.now()
        make_change(old, proposed_at=now - timedelta(days=30))
        for author in (cast.alice, cast.bob):
            on_table = old.versions.get(number=2)
            Comment.objects.create(terms=on_table, author=author, words="Why?", kind="comment", at=now)
        for days in (0, 1, 8, 30):
            assert planned(occasion, now + timedelta(days=days)) == set()
        assert [item.sentence for item in todo(cast.alice, TODAY)] == []
        clear = "Clear away the terms with Alice Ames, which can no longer be agreed on"
        assert clear in [item.sentence for item in todo(cast.bob, TODAY)]
        assert "No longer with Alice Ames: to be cleared away" in as_(cast.bob).get(reverse("tours")).text

    def test_the_employees_own_proposal_is_not_asked_for_either(self, cast, old):
        make_change(old, created_by=cast.alice, proposed_by=cast.alice, asked=Comment.Kind.CHANGE)
        make_terms(old, created_by=cast.alice)  # which they went on to write
        assert [item.sentence for item in todo(cast.alice, TODAY)] == []
        assert planned(off_the_table, timezone.now() + timedelta(days=1)) == set()

    @pytest.mark.parametrize(("side", "hears"), [(Side.EMPLOYEE, {"Bob"}), (Side.MANAGER, set())])
    def test_only_the_manager_can_still_say_how_they_saw_an_early_end(self, cast, old, side, hears):
        """As after any leaving: see `access.can_add_words_on_end`."""
        now = timezone.now()
        make_early_end(old, TODAY - timedelta(days=100), side, at=now - timedelta(days=1))
        assert {name for name, _step in planned(ended_early, now)} == hears
        asks = {
            person.get_short_name()
            for person in (cast.alice, cast.bob)
            if any("ended the tour early" in item.sentence for item in todo(person, TODAY))
        }
        assert asks == hears

    def test_hr_counts_no_promise_of_it_as_overdue(self, cast, old):
        assert not long_overdue(TODAY + timedelta(days=30)).exists()

    def test_it_keeps_nobody_from_a_programme(self, cast, old):
        assert not Tour.objects.within(TODAY, TODAY + timedelta(days=300)).exists()
        assert Tour.objects.within(TODAY - timedelta(days=100), TODAY).get() == old

    def test_they_have_no_tour_and_may_begin_one_today(self, cast, old, manager):
        assert cast.alice in failing.without_tour(TODAY)
        assert "Define a tour with Alice Ames, who has none" in [t.sentence for t in todo(manager, TODAY)]
        assert [item.sentence for item in todo(cast.alice, TODAY)] == []
        begun = draft_tour(cast.alice, Tour.Type.TRANSFORMATIONAL, actor=manager, now=timezone.now())
        assert begun.versions.get().starts_on == TODAY

    def test_what_begins_after_they_came_back_is_like_any_other(self, cast, as_, old, manager):
        begun = make_signed_tour(cast.alice, manager, starts_on=TODAY - timedelta(days=20))
        assert ">Active<" in as_(cast.alice).get(reverse("tours")).text
        assert Tour.objects.active(TODAY).get() == begun
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
        found = tour_on(tour.pk, TODAY)
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
        assert ahead.read(one_row(ahead.columns(TODAY)))[0].ending == 1
        assert coverage.covered(EVERYBODY, [TODAY]) == [1]
        month = Period(ends_on - timedelta(days=30), ends_on)
        assert endings.endings(month).completion.value == 1


def make_change(tour: Tour, *, asked: str = "", **kw) -> None:
    """Newer terms on the table; where something was `asked`, the manager said it of them."""
    terms, now = make_terms(tour), timezone.now()
    proposed = {"proposed_by": tour.manager, "proposed_at": now, "talk_on": DAY} | kw
    Terms.objects.filter(pk=terms.pk).update(**proposed)
    if asked:
        Comment.objects.create(terms=terms, author=tour.manager, words="So.", kind=asked, at=now)


#: First and last days of employments, in days from today, and the day on which a tour began; and whether it
#: still can run today.
SPELLS = [
    ([(-300, None)], -200, True),
    ([(-300, 100)], -200, True),
    ([(-300, -1)], -200, False),
    ([(-300, -90), (-20, None)], -200, False),
    ([(-300, -90), (-20, None)], -90, False),
    ([(-300, -90), (-20, None)], -89, True),  # agreed on for the next, and begun before it
    ([(-300, -90), (-20, None)], -20, True),
    ([(-300, -90), (20, None)], -200, False),  # the next is known, and has not begun
    ([(-300, -21), (-20, None)], -200, True),  # without a day between them
    ([(-300, -21), (-20, -10)], -200, False),
    ([(-300, -91), (-90, -60), (-20, None)], -200, False),
    ([(-300, -91), (-70, -60), (-20, None)], -80, False),
    ([(-300, -91), (-70, -60), (-20, None)], -30, True),
    ([(-300, -91), (-70, -60)], -30, False),
    ([], -200, True),
]


@pytest.mark.parametrize(("spells", "begun", "runs"), SPELLS)
def test_pages_lists_and_letters_agree_on_which_employment_a_tour_is_of(cast, spells, begun, runs):
    def day(days: int | None) -> date | None:
        return None if days is None else TODAY + timedelta(days=days)

    tour = make_signed_tour(cast.alice, cast.bob, starts_on=day(begun), ends_on=day(400))
    Employment.objects.filter(person=cast.alice).delete()
    for first, last in spells:
        make_employment(cast.alice, hired_on=day(first), left_on=day(last))
    in_lists = Tour.objects.filter(~gone_by(TODAY, "employee"), ~came_back(TODAY))
    in_letters = Tour.objects.filter(employment_lasts(TODAY))
    assert Tour.objects.with_standing(TODAY).get(pk=tour.pk).employee_here is runs
    assert in_lists.exists() is in_letters.exists() is runs
    plan_checkins(timezone.now())
    assert CheckIn.objects.filter(due_on__gt=TODAY, kind="regular").exists() is runs
