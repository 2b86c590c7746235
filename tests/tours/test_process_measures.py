"""How tours go, in numbers, against the same counted in plain Python on random companies."""

from __future__ import annotations

from collections import Counter
from datetime import date
from itertools import product

import pytest
from django.db import transaction
from hypothesis import given

from people.measures import behind, counts, survival, trend
from people.measures.periods import Period
from people.measures.rows import one_row
from people.measures.survival import NOBODY
from people.measures.whom import Whom
from people.models import Department, Person
from people.services import end_employment
from tests.factories import (
    DAY,
    NOW,
    make_early_end,
    make_employment,
    make_next_step,
    make_signed_tour,
)
from tests.hypotheses import quietly
from tests.people.test_measures import assert_drawn
from tests.tours.companies import AMONG, YEAR, Among, Plan, Team, Worker, build, days, workers
from tours import failing
from tours.measures import ahead, coverage, endings, staying
from tours.measures.asked import ALL, Asked
from tours.measures.endings import Close
from tours.models import Side, Tour

YEAR_AFTER = Period(YEAR.last + days(1), date(2027, 2, 28))  #: known by now


def counted(company: list[Worker], period: Period, among: Among | Team) -> endings.Endings:
    numbers: Counter[tuple[Close, str]] = Counter()
    followed = open_ended = 0
    for worker in company:
        for tour in worker.begun:
            over = worker.over(tour)
            if not (over and period.first <= over <= period.last and among.has(worker, over)):
                continue
            if among.type in ("", tour.type):
                numbers[_close(tour, over), _reason(worker, tour, over)] += 1
                followed += worker.goes_on(tour, over)
                open_ended += not tour.ends
    return endings.Endings(dict(numbers), followed, open_ended)


def _close(tour: Plan, over: date) -> Close:
    if tour.ended == over:
        return Close(tour.by.value)
    return Close.COMPLETED if not tour.ended and tour.ends == over else Close.LEFT


def _reason(worker: Worker, tour: Plan, over: date) -> str:
    spell = worker.home(tour)
    assert spell
    _hired, left, ending = spell
    return (ending or "") if left == over else ""


on_random_companies = quietly(given(workers()), examples=20)


@on_random_companies
def test_endings_are_those_of_plain_python(db, company):
    with transaction.atomic():
        build(company)
        for period, among in product((YEAR, YEAR_AFTER), AMONG):
            assert endings.endings(period, among.asked()) == counted(company, period, among)
        transaction.set_rollback(True)


@on_random_companies
def test_coverage_is_that_of_plain_python(db, company):
    with transaction.atomic():
        build(company)
        for among in AMONG:
            whom = among.asked().whom
            there = [
                worker
                for worker in company
                if (spell := worker.spell(YEAR.last)) and spell[1] != YEAR.last
                if among.has(worker, YEAR.last)
            ]
            headcount = counts.of(whom, [YEAR], YEAR.last)[0].closing
            assert headcount == len(there)
            on_a_tour = sum(worker.is_on_a_tour(YEAR.last) for worker in there)
            assert coverage.covered(whom, [YEAR.last, YEAR.eve])[0] == on_a_tour
            without = coverage.employments(whom, YEAR.last, on_a_tour=False)
            assert len(without) == headcount - on_a_tour
            by_department = coverage.covered_by_department(YEAR.last, among.service)
            if among.places:
                assert sum(by_department.get(name, 0) for name in among.places) == on_a_tour
        transaction.set_rollback(True)


@on_random_companies
def test_endings_of_a_team_are_of_whoever_is_or_was_in_it_until_they_left(db, company):
    with transaction.atomic():
        build(company)
        boss = Person.objects.get(name="boss")
        whom = Whom(below=(boss.pk, YEAR.last), left_since=YEAR.first)
        assert endings.endings(YEAR, Asked(whom)) == counted(company, YEAR, Team())
        transaction.set_rollback(True)


@on_random_companies
def test_survival_after_the_start_is_that_of_lifelines(db, company):
    with transaction.atomic():
        build(company)
        for among in AMONG:
            curves = staying.curves_by_type(YEAR.last, among.asked())
            for type_ in Tour.Type:
                followed = [
                    (tour.starts, spell[1])
                    for worker in company
                    for tour in worker.begun
                    if tour.type == type_ and among.type in ("", type_) and tour.starts <= YEAR.last
                    if (spell := worker.home(tour)) and among.has(worker, tour.starts)
                ]
                assert (type_ in curves) == bool(followed)
                assert_drawn(curves.get(type_, NOBODY), followed, YEAR.last)
        transaction.set_rollback(True)


@on_random_companies
def test_a_tour_runs_in_the_employment_in_which_it_began_and_in_no_later_one(db, company):
    """For whoever has none; as for coverage."""
    with transaction.atomic():
        today = YEAR.last
        without = {
            person
            for worker, person, _tours in build(company)
            if not worker.waits_since
            if (spell := worker.spell(today))
            if all(
                tour.last and tour.last < today
                for tour in worker.begun
                if (home := worker.home(tour)) and home[0] >= spell[0]
            )
        }
        assert set(failing.without_tour(today)) == without
        transaction.set_rollback(True)


@on_random_companies
def test_what_ends_soon_is_what_is_known_that_day_to_end_whatever_ends_it(db, company):
    """By its terms, early, or with the employment."""
    with transaction.atomic():
        build(company)
        for today, among in product((YEAR.first + days(60), YEAR.last), AMONG):
            running = [
                (worker, tour, over)
                for worker in company
                if (spell := worker.spell(today)) and among.has(worker, today)
                for tour in worker.begun
                if among.type in ("", tour.type) and tour.starts <= today and worker.home(tour) == spell
                if (over := worker.over(tour)) and over >= today
            ]
            expected = []
            for within in ahead.WITHIN:
                ending = [each for each in running if each[2] <= today + days(within)]
                stays = [each for each in ending if each[2] == each[1].last]  # until the end of the tour
                goes_on = [tour.decided or worker.goes_on(tour, over) for worker, tour, over in stays]
                expected.append(ahead.EndingSoon(within, len(ending), goes_on.count(False)))
            assert ahead.read(one_row(ahead.columns(today, among.asked()))) == expected
        transaction.set_rollback(True)


def test_what_cannot_be_of_those_below_somebody_is_refused_and_not_of_the_whole_company(cast):
    below = Whom(below=(cast.carol.pk, DAY))
    for figure in (
        lambda: counts.of(below, [YEAR], DAY),
        lambda: trend.of(below, YEAR.last),
        lambda: survival.curves(YEAR.last, whom=below),
        lambda: survival.curves_by_year(YEAR.last, 3, below),
        lambda: coverage.covered(below, [YEAR.last]),
        *(lambda name=name: behind.employments(name, below, YEAR, DAY) for name in behind.NAMES),
    ):
        with pytest.raises(ValueError, match="below somebody"):
            figure()


def test_whoever_was_hired_again_is_not_on_the_tour_of_the_employment_before(cast):
    make_signed_tour(cast.alice, cast.bob, starts_on=date(2025, 6, 1), ends_on=date(2026, 12, 31))
    there = coverage.covered(ALL.whom, [YEAR.last])
    end_employment(cast.alice, last_day=date(2025, 8, 31), ending="resignation")
    make_employment(cast.alice, hired_on=date(2025, 11, 1))
    assert (there, coverage.covered(ALL.whom, [YEAR.last])) == ([1], [0])


class TestEndings:
    """By hand: what is easily got wrong."""

    def tour(self, cast, **kw) -> Tour:
        return make_signed_tour(cast.alice, cast.bob, **({"starts_on": date(2024, 3, 1)} | kw))

    @pytest.mark.parametrize(
        ("last", "number"), [(YEAR.eve, 0), (YEAR.first, 1), (YEAR.last, 1), (YEAR.last + days(1), 0)]
    )
    def test_both_ends_of_the_period_count(self, cast, last, number):
        self.tour(cast, ends_on=last)
        assert endings.endings(YEAR).total == number

    def test_an_end_on_29_february_is_in_february(self, cast):
        self.tour(cast, starts_on=date(2023, 3, 1), ends_on=date(2024, 2, 29))
        assert endings.endings(Period(date(2024, 2, 1), date(2024, 2, 29))).completion.value == 1
        assert endings.endings(Period(date(2024, 3, 1), date(2024, 3, 31))).total == 0

    def test_it_is_followed_by_what_begins_later_and_lasts_longer(self, cast):
        self.tour(cast, ends_on=date(2025, 9, 30))
        assert endings.endings(YEAR).renewal.value == 0
        self.tour(cast, starts_on=date(2025, 8, 1), ends_on=date(2025, 9, 30))
        assert endings.endings(YEAR).followed == 0
        self.tour(cast, starts_on=date(2025, 10, 1), ends_on=date(2027, 9, 30))
        found = endings.endings(YEAR)
        assert (found.total, found.followed) == (2, 2)

    def test_what_is_called_off_before_its_first_day_neither_ends_nor_follows(self, cast):
        self.tour(cast, ends_on=date(2025, 9, 30))
        make_early_end(self.tour(cast, starts_on=date(2025, 12, 1)), date(2025, 11, 30))
        found = endings.endings(YEAR)
        assert (found.total, found.followed) == (1, 0)
        assert sum(curve.employments for curve in staying.curves_by_type(YEAR.last).values()) == 1

    @pytest.mark.parametrize(
        ("ends_on", "starts_on", "left_on", "followed"),
        [
            (date(2025, 6, 30), date(2025, 7, 1), date(2025, 6, 30), 0),  # gone on the eve of the next
            (date(2025, 12, 31), date(2026, 1, 1), date(2025, 8, 31), 0),  # gone before the end of this one
            (date(2025, 12, 31), date(2025, 6, 1), date(2025, 8, 31), 0),  # gone in the midst of both
            (date(2025, 6, 30), date(2025, 7, 1), date(2025, 7, 1), 1),  # still there on its first day
            (date(2025, 6, 30), date(2026, 7, 1), date(2026, 6, 30), 0),  # known by now not to begin
        ],
    )
    def test_it_is_not_followed_by_what_whoever_left_never_began(
        self, cast, ends_on, starts_on, left_on, followed
    ):
        first = self.tour(cast, ends_on=ends_on)
        second = self.tour(cast, starts_on=starts_on, ends_on=date(2027, 6, 30))
        end_employment(cast.alice, last_day=left_on, ending="resignation")
        found = dict(endings.ended(YEAR).values_list("pk", "followed"))
        assert (found.pop(first.pk), any(found.values())) == (followed, False)
        assert second.pk in found or starts_on > left_on

    def test_whoever_comes_back_may_follow_it_with_a_tour_of_the_next_employment(self, cast):
        self.tour(cast, ends_on=date(2025, 6, 30))
        end_employment(cast.alice, last_day=date(2025, 6, 30), ending="resignation")
        make_employment(cast.alice, hired_on=date(2026, 1, 1))
        self.tour(cast, starts_on=date(2026, 1, 1), ends_on=date(2027, 6, 30))
        assert endings.endings(YEAR).renewal.value == 1

    def test_what_was_never_signed_neither_ends_nor_follows(self, cast):
        from tests.factories import make_proposed_tour

        self.tour(cast, ends_on=date(2025, 9, 30))
        make_proposed_tour(cast.alice, cast.bob, starts_on=date(2025, 10, 1))
        found = endings.endings(YEAR)
        assert (found.total, found.followed) == (1, 0)

    @pytest.mark.parametrize(("early", "value"), [(0, 0), (2, None), (3, 2 / 4)])
    def test_by_which_side_is_told_of_no_fewer_than_so_many_early_ends(self, early, value):
        by_side = {(Close.EMPLOYEE, ""): 1, (Close.MANAGER, "dismissal"): early - 1} if early else {}
        found = endings.Endings({(Close.COMPLETED, ""): 1, **by_side}, 0, 0)
        assert found.early_ends(Side.MANAGER, 3).value == value

    def test_nothing_ended_is_no_rate(self, db):
        found = endings.endings(YEAR)
        assert found.completion.value is None
        assert found.completion.reason == found.renewal.reason == found.early_ends(Side.MANAGER, 5).reason
        assert coverage.coverage(0, 0).value is None
        assert coverage.covered(ALL.whom, [YEAR.last]) == [0]


class TestEndingSoon:
    def make(self, cast, ahead_days: int) -> Tour:
        return make_signed_tour(
            cast.alice, cast.bob, starts_on=DAY - days(400), ends_on=DAY + days(ahead_days)
        )

    def read(self, asked: Asked = ALL) -> list[ahead.EndingSoon]:
        return ahead.read(one_row(ahead.columns(DAY, asked)))

    def numbers(self, asked: Asked = ALL) -> list[tuple[int, int]]:
        return [(soon.ending, soon.nothing_agreed) for soon in self.read(asked)]

    def test_an_empty_company_has_no_share(self, db):
        assert self.numbers() == [(0, 0)] * 4
        assert {soon.share.value for soon in self.read()} == {None}

    @pytest.mark.parametrize(
        ("ahead_days", "within"), [(0, 4), (30, 4), (31, 3), (60, 3), (90, 2), (180, 1), (181, 0), (-1, 0)]
    )
    def test_days_count_up_to_the_last(self, cast, ahead_days, within):
        self.make(cast, ahead_days)
        assert [ending for ending, _nothing in self.numbers()] == [0] * (4 - within) + [1] * within

    def test_a_signed_next_tour_or_any_outcome_that_both_confirmed_is_something_agreed(self, cast):
        tour = self.make(cast, 20)
        assert self.numbers()[0] == (1, 1)
        step = make_next_step(tour, "extension")
        assert self.numbers()[0] == (1, 1)
        type(step).objects.filter(pk=step.pk).update(confirmed_by=cast.alice, confirmed_at=NOW)
        assert self.numbers()[0] == (1, 0)

    @pytest.mark.parametrize(("said", "within"), [(-1, 0), (0, 4), (30, 4), (31, 3), (180, 1), (181, 0)])
    def test_what_one_side_has_said_to_end_early_ends_soon_be_it_open_ended(self, cast, said, within):
        tour = make_signed_tour(
            cast.alice, cast.bob, type="foundational", starts_on=DAY - days(400), ends_on=None, review_on=DAY
        )
        assert self.numbers() == [(0, 0)] * 4
        make_early_end(tour, DAY + days(said))
        assert self.numbers() == [(0, 0)] * (4 - within) + [(1, 1)] * within

    def test_so_does_what_ends_with_the_employment_of_whom_nothing_is_to_be_agreed(self, cast):
        self.make(cast, 200)
        assert self.numbers() == [(0, 0)] * 4
        end_employment(cast.alice, last_day=DAY + days(20), ending="resignation")
        assert self.numbers() == [(1, 0)] * 4
        assert [found.over_on for found in ahead.ending(DAY, 30)] == [DAY + days(20)]

    @pytest.mark.parametrize(("begins", "nothing"), [(20, 0), (21, 1)])
    def test_what_cannot_begin_any_more_is_nothing_agreed(self, cast, begins, nothing):
        self.make(cast, begins - 1)
        make_signed_tour(cast.alice, cast.bob, starts_on=DAY + days(begins), ends_on=DAY + days(400))
        assert self.numbers()[0] == (1, 0)
        end_employment(cast.alice, last_day=DAY + days(20), ending="resignation")
        assert self.numbers()[0] == (1, nothing)

    def test_it_is_of_the_departments_and_the_type_asked_about(self, cast):
        self.make(cast, 20)
        engineering = Department.objects.get(name="Engineering").pk
        sales = Department.objects.get(name="Sales").pk
        assert self.numbers(Asked(Whom.of([engineering])))[0] == (1, 1)
        assert self.numbers(Asked(Whom.of([sales])))[0] == (0, 0)
        assert self.numbers(Asked(type="rotational"))[0] == (0, 0)
        assert self.numbers(Asked(Whom(below=(cast.carol.pk, DAY))))[0] == (1, 1)
        assert self.numbers(Asked(Whom(below=(cast.alice.pk, DAY))))[0] == (0, 0)
