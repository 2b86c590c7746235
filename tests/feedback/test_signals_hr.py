"""What HR is told from process alone: lapsed, unanswered, to be handed over."""

from __future__ import annotations

from datetime import date, timedelta

import pytest
from django.urls import reverse

from feedback.models import CheckIn, Kind, QuestionSet
from people.services import set_manager
from tests.factories import (
    NOW,
    make_checkin,
    make_line,
    make_next_step,
    make_person,
    make_position,
    make_return,
    make_sheet,
    make_signed_tour,
)
from tests.feedback.signalling import (
    DAY,
    FIRST,
    SECRET,
    SPAN,
    had,
    make_questions,
    queries,
)
from tours.models import Side, Tour


@pytest.fixture(autouse=True)
def _at(today) -> None:
    """Every test of this file is of that day."""


@pytest.fixture
def tour(cast) -> Tour:
    return make_signed_tour(cast.alice, cast.bob, **SPAN)


@pytest.fixture
def questions(db) -> QuestionSet:
    return make_questions("stretch", "learning")


@pytest.fixture
def listed(as_, cast):
    """What HR's page lists, as pairs of a kind and the employee's name."""

    def rows(address: str = "") -> list[tuple[str, str]]:
        page = as_(cast.heidi).get(reverse("signals") + address)
        return [(row.stall, row.employee_name) for row in page.context["rows"]]

    return rows


@pytest.mark.parametrize(
    ("days", "stall"),
    [(0, []), (1, ["unanswered"]), (14, ["unanswered"]), (15, ["lapsed"]), (300, ["lapsed"])],
)
def test_hr_learns_that_a_check_in_is_past_its_day_or_has_lapsed(cast, tour, listed, days, stall):
    make_checkin(tour, DAY - timedelta(days=days))
    assert listed() == [(kind, "Alice Ames") for kind in stall]


@pytest.mark.parametrize(("days", "kind"), [(1, Kind.REGULAR), (15, Kind.CLOSE_OUT)])
def test_hr_is_not_told_of_what_was_left_with_an_earlier_employment(cast, tour, listed, days, kind):
    make_checkin(tour, DAY - timedelta(days=days), kind=kind)
    assert len(listed()) == 1
    make_return(cast.alice, left_on=DAY - timedelta(days=30), hired_on=DAY - timedelta(days=20))
    assert listed() == []


def test_hr_learns_which_talk_it_is_that_stays_open_for_months(cast, tour, as_):
    make_checkin(tour, DAY - timedelta(days=92), kind=Kind.NEXT_TOUR, lapses_on=DAY + timedelta(days=80))
    page = as_(cast.heidi).get(reverse("signals")).text
    assert "What comes next was to be talked about by" in page


def test_hr_is_not_told_of_what_was_had_or_skipped(cast, tour, questions, listed):
    had(tour, questions, FIRST, stretch=(5, 1))
    skip = {"skipped_at": NOW, "skipped_by": "manager", "skipped_reason": SECRET}
    make_checkin(tour, DAY - timedelta(days=3), question_set=questions, **skip)
    assert listed() == []


class TestWhatWasSkipped:
    """The two talks that come once in a tour: without them it ends as if nobody had asked."""

    SKIPPED = {"skipped_at": NOW, "skipped_by": "manager", "skipped_reason": SECRET}

    @pytest.fixture
    def ending(self, cast) -> Tour:
        return make_signed_tour(cast.alice, cast.bob, **SPAN | {"ends_on": DAY + timedelta(days=60)})

    def skip(self, tour: Tour, kind: Kind, lapses_on: date) -> CheckIn:
        days = {"opens_on": DAY - timedelta(days=140), "lapses_on": lapses_on}
        return make_checkin(tour, DAY - timedelta(days=130), kind=kind, **days, **self.SKIPPED)

    def test_hr_learns_that_what_comes_next_was_skipped_and_not_by_whom_nor_why(self, cast, as_, ending):
        self.skip(ending, Kind.NEXT_TOUR, ending.ends_on)
        page = as_(cast.heidi).get(reverse("signals")).text.split("<main")[1]
        assert "The talk about what comes next was skipped on" in page
        assert "skipped close-outs and talks about what comes next" in page
        assert "Skipped" in page
        assert SECRET not in page
        CheckIn.objects.update(skipped_by="employee", skipped_reason="Something else")
        assert as_(cast.heidi).get(reverse("signals")).text.split("<main")[1] == page

    def test_until_it_is_asked_for_anew_or_decided(self, cast, listed, ending):
        self.skip(ending, Kind.NEXT_TOUR, ending.ends_on)
        assert listed() == [("skipped", "Alice Ames")]
        again = self.skip(ending, Kind.NEXT_TOUR, ending.ends_on)
        assert listed() == [("skipped", "Alice Ames")]
        open_ = make_checkin(ending, DAY + timedelta(days=7), kind=Kind.NEXT_TOUR)
        assert listed() == []
        CheckIn.objects.filter(pk__in=[open_.pk, again.pk]).delete()
        make_next_step(ending, "part_well", confirmed_at=NOW)
        assert listed() == []

    def test_one_asked_for_after_all_that_lapses_then_is_told(self, cast, listed):
        """It may be due before the day on which the skipped one was."""
        tour = make_signed_tour(cast.alice, cast.bob, **SPAN | {"ends_on": DAY - timedelta(days=31)})
        days = {"opens_on": DAY - timedelta(days=45), "lapses_on": DAY - timedelta(days=1)}
        closing = {"kind": Kind.CLOSE_OUT, **days}
        make_checkin(tour, DAY - timedelta(days=31), slot=tour.ends_on, **closing, **self.SKIPPED)
        asked = {"asked_by": "employee", "asked_at": NOW}
        again = make_checkin(tour, DAY - timedelta(days=36), **closing, **asked)
        assert listed() == [("lapsed", "Alice Ames")]
        assert CheckIn.objects.with_signals(cast.bob, DAY).get(pk=again.pk).lapse_told

    def test_a_lapse_is_mended_by_skipping_what_was_planned_after_it(self, tour, listed):
        lapsed = DAY - timedelta(days=200)
        make_checkin(tour, lapsed, kind=Kind.NEXT_TOUR, lapses_on=lapsed)
        assert listed() == [("lapsed", "Alice Ames")]
        self.skip(tour, Kind.NEXT_TOUR, tour.ends_on)
        assert listed() == []

    def test_not_before_the_time_for_it_has_come(self, cast, tour, listed):
        self.skip(tour, Kind.NEXT_TOUR, tour.ends_on)
        assert tour.in_force.talk_on > DAY
        assert listed() == []

    def test_a_close_out_that_was_skipped_is_told_for_three_months(self, cast, listed):
        tour = make_signed_tour(cast.alice, cast.bob, **SPAN | {"ends_on": DAY - timedelta(days=100)})
        closing = self.skip(tour, Kind.CLOSE_OUT, DAY - timedelta(days=90))
        assert listed("?kind=skipped") == [("skipped", "Alice Ames")]
        CheckIn.objects.filter(pk=closing.pk).update(lapses_on=DAY - timedelta(days=91))
        assert listed() == []


@pytest.mark.parametrize(("days", "stall"), [(0, "handover"), (30, "handover"), (31, "late_handover")])
def test_hr_learns_of_hand_overs_pending_and_overdue(cast, tour, listed, days, stall):
    set_manager(cast.alice, cast.carol, since=DAY - timedelta(days=days))
    assert listed() == [(stall, "Alice Ames")]


@pytest.mark.parametrize(
    "sides", [(), (Side.EMPLOYEE,), (Side.MANAGER,)], ids=["none", "employee", "manager"]
)
@pytest.mark.parametrize("days", [3, 20])
def test_hr_is_not_told_which_side_has_not_answered(cast, as_, tour, questions, sides, days):
    """The page is the same to the letter, whoever has handed in, and whatever was said."""
    bare = make_checkin(tour, DAY - timedelta(days=days), question_set=questions)

    def seen_by_hr() -> str:
        return as_(cast.heidi).get(reverse("signals")).text.split("<main")[1]

    expected = seen_by_hr()
    for side in sides:
        make_sheet(bare, side, scale=1, text=SECRET, submitted_at=NOW)
    seen = seen_by_hr()
    assert seen == expected
    assert SECRET not in seen


def test_a_close_out_that_lapsed_is_told_for_three_months(cast, listed):
    tour = make_signed_tour(cast.alice, cast.bob, **SPAN | {"ends_on": DAY - timedelta(days=100)})
    make_checkin(tour, DAY - timedelta(days=110), kind=Kind.REGULAR)
    closing = make_checkin(tour, DAY - timedelta(days=104), kind=Kind.CLOSE_OUT)
    assert listed() == [("lapsed", "Alice Ames")]
    CheckIn.objects.filter(pk=closing.pk).update(lapses_on=DAY - timedelta(days=91))
    assert listed() == []


def test_hr_looks_at_one_department_and_one_kind(cast, tour, listed):
    make_checkin(tour, DAY - timedelta(days=1))
    other = make_person("Olga Orr")
    make_position(other, "Sales")
    make_checkin(make_signed_tour(other, cast.mallory, **SPAN), DAY - timedelta(days=20))
    assert listed() == [("unanswered", "Alice Ames"), ("lapsed", "Olga Orr")]
    assert listed("?department=Sales") == [("lapsed", "Olga Orr")]
    assert listed("?department=engineering&kind=unanswered") == [("unanswered", "Alice Ames")]
    assert listed("?kind=lapsed") == [("lapsed", "Olga Orr")]
    assert listed("?kind=nonsense&page=99") == listed()


def test_a_department_that_does_not_exist_is_named(cast, as_):
    page = as_(cast.heidi).get(reverse("signals"), {"department": "<b>"})
    assert page.status_code == 400
    assert "There is no department called “&lt;b&gt;”." in page.text


def test_hrs_page_asks_as_little_of_a_large_company(cast, as_, no_missing_words):
    client = as_(cast.heidi)
    url = reverse("signals")

    def more(number: int) -> None:
        for n in range(number):
            person = make_person()
            tour = make_signed_tour(person, cast.bob, **SPAN)
            make_line(person, cast.bob if n % 2 else cast.carol)
            make_checkin(tour, DAY - timedelta(days=1 + n % 40))

    more(4)
    few = queries(client, url)
    more(56)
    many = queries(client, url)
    assert len(many) == len(few) <= 6, "\n".join(many)
    page = client.get(url)
    assert "Page 1 of 2" in page.text
    assert len(page.content) <= 60_000
    assert len(client.get(url + "?page=2").context["rows"]) == page.context["total"] - 50
