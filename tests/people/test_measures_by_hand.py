"""Retention by hand: what is easily got wrong, each case with its own few people."""

from __future__ import annotations

from dataclasses import replace
from datetime import date, timedelta

import pytest

from people.measures import counts, figures, survival, trend
from people.measures.counts import Counts
from people.measures.figures import Figures
from people.measures.periods import Period
from people.measures.rates import (
    ALL_OTHER,
    BY_NO_SERVICE,
    NOBODY_AT_OPENING,
    NOT_BY_SERVICE,
    RATES,
    average_headcount,
    resignation_rate,
    retention_rate,
    turnover_rate,
)
from people.measures.survival import kaplan_meier
from people.measures.whom import EVERYBODY, Service, Whom
from people.models import Department, Employment, Person
from tests.factories import make_employment, make_person, make_position

D = date
TODAY = D(2026, 3, 16)
YEAR = Period(D(2015, 1, 1), D(2015, 12, 31))
day = timedelta(days=1)


def company(*people: tuple[date, date | None]) -> list[Person]:
    return [make_person(hired_on=hired, left_on=left) for hired, left in people]


def of_year(period: Period = YEAR, today: date = TODAY) -> Counts:
    return counts.of_company([period], today)[0]


def told(period: Period = YEAR, whom: Whom = EVERYBODY) -> Figures:
    (total,) = counts.of(whom, [period], TODAY)
    return figures.of_period(period, total, survival.curves(period.last, whom=whom)[None], whom.service)


def departments_told() -> list[Figures]:
    parts = counts.by_department(YEAR, TODAY)
    return figures.by_department(of_year(), parts, survival.curves(YEAR.last, parts))


def test_who_came_and_left_within_the_period_is_joiner_and_leaver_but_in_no_headcount(db):
    company((D(2015, 2, 2), D(2015, 2, 20)))
    c = of_year()
    assert (c.opening, c.joiners, c.leavers, c.closing, c.point_sum) == (0, 1, 1, 0, 0)
    assert turnover_rate(c).value is None
    assert turnover_rate(c).reason


def test_the_first_and_the_last_day_belong_to_the_period(db):
    company((D(2014, 1, 1), D(2015, 1, 1)), (D(2014, 1, 1), D(2015, 12, 31)), (D(2015, 1, 1), None))
    c = of_year()
    assert (c.opening, c.joiners, c.leavers, c.closing) == (2, 1, 2, 1)
    assert c.retained == 0


def test_29_february_is_a_day_to_join_and_to_leave_on_and_ends_its_month(db):
    company((D(2023, 3, 1), D(2024, 2, 29)), (D(2024, 2, 29), None))
    for first, last, wanted in (
        (D(2024, 2, 28), D(2024, 2, 28), (1, 0, 0, 1)),
        (D(2024, 2, 29), D(2024, 2, 29), (1, 1, 1, 1)),
        (D(2024, 2, 1), D(2024, 2, 29), (1, 1, 1, 1)),
        (D(2024, 3, 1), D(2024, 3, 1), (1, 0, 0, 1)),
    ):
        c = of_year(Period(first, last))
        assert (c.opening, c.joiners, c.leavers, c.closing) == wanted, (first, last)


def test_a_year_of_service_is_365_days_to_the_period_s_last(db):
    company((YEAR.last - 365 * day, None), (YEAR.last - 364 * day, None))
    assert (of_year().with_a_year, of_year().closing) == (1, 2)


def test_who_left_on_the_eve_is_not_there_at_opening(db):
    company((D(2014, 1, 1), D(2014, 12, 31)), (D(2014, 12, 31), None))
    assert of_year().opening == 1


def test_who_leaves_and_comes_back_counts_once_as_retained_and_as_a_boomerang(db):
    (person,) = company((D(2014, 1, 1), D(2015, 3, 31)))
    make_employment(person, D(2015, 9, 1))
    c = of_year()
    assert (c.opening, c.joiners, c.leavers, c.closing, c.retained, c.boomerangs) == (1, 1, 1, 1, 1, 1)
    assert RATES["boomerang_share"](c).value == 1
    assert retention_rate(c).value == 1


def test_whose_next_contract_begins_the_day_after_the_last_has_neither_left_nor_joined(db):
    """Whatever was said of the end of the one before; and has served since the first day of all."""
    person, _other = company((D(2013, 6, 1), D(2015, 5, 31)), (D(2013, 6, 1), None))
    person.employments.update(ending="end_of_contract", regretted=True)
    make_employment(person, D(2015, 6, 1))
    c = of_year()
    assert (c.opening, c.joiners, c.leavers, c.closing, c.retained, c.with_a_year) == (2, 0, 0, 2, 2, 2)
    assert (c.point_sum, c.regretted_leavers, c.position_changes) == (13 * 2, 0, 0)
    assert survival.curves(YEAR.last)[None].left == 0
    assert not any(month.turnover.value for month in trend.of(EVERYBODY, YEAR.last, months=12))
    on_its_eve = of_year(Period(D(2015, 5, 1), D(2015, 5, 31)))
    assert (on_its_eve.closing, on_its_eve.leavers) == (2, 0)


def test_a_new_contract_in_another_department_is_a_move(db):
    (person,) = company((D(2014, 1, 1), D(2015, 5, 31)))
    make_employment(person, D(2015, 6, 1))
    make_position(person, "Sales", since=D(2014, 1, 1), until=D(2015, 5, 31))
    make_position(person, "Support", since=D(2015, 6, 1))
    parts = counts.by_department(YEAR, TODAY)
    assert (parts["Sales"].transfers_out, parts["Sales"].leavers) == (1, 0)
    assert (parts["Support"].transfers_in, parts["Support"].joiners) == (1, 0)
    assert of_year().position_changes == 1


def test_a_contract_that_ends_earlier_after_all_leaves_a_gap_that_counts(db):
    """What is corrected, moved to somebody else or taken out is counted as it is by now."""
    (person,) = company((D(2014, 1, 1), D(2015, 5, 31)))
    following = make_employment(person, D(2015, 6, 1))
    person.employments.filter(left_on__isnull=False).update(left_on=D(2015, 5, 30))
    c = of_year()
    assert (c.joiners, c.leavers, c.boomerangs) == (1, 1, 1)
    following.delete()
    assert (of_year().joiners, of_year().closing) == (0, 0)


def test_retained_means_with_the_company_in_whatever_department(db):
    (person,) = company((D(2014, 1, 1), None))
    make_position(person, "Sales", since=D(2014, 1, 1), until=D(2015, 5, 31))
    make_position(person, "Support", since=D(2015, 6, 1))
    parts = counts.by_department(YEAR, TODAY)
    assert (parts["Sales"].retained, parts["Sales"].closing, parts["Sales"].transfers_out) == (1, 0, 1)
    assert (parts["Support"].opening, parts["Support"].transfers_in) == (0, 1)
    assert retention_rate(parts["Support"]).reason


def test_a_move_on_the_first_day_belongs_to_the_period_and_closing_is_the_next_opening(db):
    (person,) = company((D(2014, 1, 1), None))
    make_position(person, "Sales", since=D(2014, 1, 1), until=D(2014, 12, 31))
    make_position(person, "Support", since=D(2015, 1, 1))
    before = counts.by_department(Period(D(2014, 1, 1), D(2014, 12, 31)), TODAY)
    during = counts.by_department(YEAR, TODAY)
    assert before["Sales"].closing == during["Sales"].opening == 1
    assert (during["Sales"].transfers_out, during["Support"].transfers_in) == (1, 1)


def test_a_new_title_is_a_position_change_but_no_transfer(db):
    (person,) = company((D(2014, 1, 1), None))
    make_position(person, title="Engineer", since=D(2014, 1, 1), until=D(2015, 5, 31))
    make_position(person, title="Lead", since=D(2015, 6, 1), until=D(2015, 6, 30))
    make_position(person, title="Lead", since=D(2015, 7, 1))
    parts = counts.by_department(YEAR, TODAY)
    assert (parts["Engineering"].position_changes, parts["Engineering"].transfers_in) == (1, 0)
    assert of_year().position_changes == 1


def test_the_same_title_and_department_again_after_a_break_are_no_position_change(db):
    """Within one employment, as after a leave; another one between would be two changes, there and back."""
    away, elsewhere = company((D(2014, 1, 1), None), (D(2014, 1, 1), None))
    for person in (away, elsewhere):
        make_position(person, "Sales", title="Clerk", since=D(2014, 1, 1), until=D(2015, 5, 31))
        make_position(person, "Sales", title="Clerk", since=D(2015, 9, 1))
    make_position(elsewhere, "Sales", title="Lead", since=D(2015, 7, 1), until=D(2015, 7, 31))
    assert of_year().position_changes == counts.by_department(YEAR, TODAY)["Sales"].position_changes == 2


def test_a_return_to_work_is_no_position_change(db):
    (person,) = company((D(2014, 1, 1), D(2015, 3, 31)))
    make_employment(person, D(2015, 9, 1))
    make_position(person, title="Engineer", since=D(2014, 1, 1), until=D(2015, 3, 31))
    make_position(person, title="Lead", since=D(2015, 9, 1))
    assert of_year().position_changes == 0


def test_a_position_left_open_ends_with_the_employment(db):
    (person,) = company((D(2014, 1, 1), D(2015, 3, 31)))
    make_position(person, since=D(2014, 1, 1))
    c = counts.by_department(YEAR, TODAY)["Engineering"]
    assert (c.opening, c.leavers, c.closing, c.point_sum) == (1, 1, 0, 3)


def test_people_without_a_position_are_what_the_departments_leave_over(db):
    (person, _nobody) = company((D(2014, 1, 1), None), (D(2014, 1, 1), None))
    make_position(person, since=D(2015, 6, 1))
    rows = departments_told()
    assert [row["department"] for row in rows] == ["Engineering", None]
    rest = rows[-1]
    assert (rest["opening_headcount"], rest["transfers_out"], rest["closing_headcount"]) == (2, 1, 1)
    assert rest["tenure_survival"] is None
    assert "tenure_survival" in rest["undefined"]


def test_a_department_born_or_closed_in_the_period_has_its_own_dates(db):
    early, late = company((D(2014, 1, 1), D(2015, 2, 28)), (D(2015, 10, 5), None))
    make_position(early, "Closing down", since=D(2014, 1, 1))
    make_position(late, "Starting up", since=D(2015, 10, 5))
    parts = counts.by_department(YEAR, TODAY)
    assert (parts["Closing down"].point_sum, parts["Starting up"].point_sum) == (2, 3)
    assert "Starting up" not in counts.by_department(Period(D(2014, 1, 1), D(2014, 12, 31)), TODAY)
    on_its_first_day = counts.by_department(Period(D(2015, 1, 1), D(2015, 10, 5)), TODAY)["Starting up"]
    assert (on_its_first_day.joiners, on_its_first_day.closing) == (1, 1)


def test_a_department_born_in_the_period_has_no_rate_over_an_average_and_says_why(db):
    """Ten came on 1 December and one left on the 15th: over thirteen headcounts, of which twelve are nought,
    that would be 144 %."""
    for person in company(*[(D(2014, 1, 1), None)] * 9, (D(2014, 1, 1), D(2015, 12, 15))):
        make_position(person, "Old", since=D(2014, 1, 1), until=D(2015, 11, 30))
        make_position(person, "Born", since=D(2015, 12, 1))
    born = counts.by_department(YEAR, TODAY)["Born"]
    assert (born.points, born.point_sum, born.leavers) == (13, 9, 1)
    over_average = ("turnover_rate", "resignation_rate", "internal_mobility_rate", "retention_rate")
    assert {str(RATES[name](born).reason) for name in over_average} == {str(NOBODY_AT_OPENING)}
    (told,) = [row for row in departments_told() if row["department"] == "Born"]
    assert told["turnover_rate"] is None
    assert told["undefined"]["turnover_rate"] == str(NOBODY_AT_OPENING)
    assert told["notes"] == [str(figures.LATE_BEGINNING)]
    assert told["average_headcount"] == pytest.approx(9 / 13)


def test_a_renamed_department_is_the_same_department(db):
    (person,) = company((D(2014, 1, 1), None))
    make_position(person, "Sales", since=D(2014, 1, 1))
    Department.objects.update(name="Customers")
    assert list(counts.by_department(YEAR, TODAY)) == ["Customers"]


def test_early_attrition_is_of_those_who_joined_long_enough_ago(db):
    company((D(2015, 1, 1), D(2015, 4, 1)), (D(2015, 1, 1), D(2015, 4, 2)), (D(2015, 12, 1), D(2015, 12, 2)))
    at_the_end = of_year(today=D(2015, 12, 31))
    assert (at_the_end.observed_90_days, at_the_end.left_within_90_days) == (2, 1)
    assert RATES["early_attrition_1_year"](at_the_end).reason
    assert RATES["early_attrition_1_year"](of_year()).value == 1
    assert RATES["early_attrition_90_days"](of_year()).value == pytest.approx(2 / 3)


@pytest.mark.parametrize("limit", [90, 365])
def test_who_joined_exactly_so_long_ago_is_old_enough(db, limit):
    company((D(2015, 3, 1), None))
    for later, observed in ((-1, 0), (0, 1)):
        c = of_year(today=D(2015, 3, 1) + (limit + later) * day)
        assert {90: c.observed_90_days, 365: c.observed_1_year}[limit] == observed


def test_regretted_turnover_is_unknown_while_nobody_said(db):
    person, _other = company((D(2014, 1, 1), D(2015, 3, 31)), (D(2014, 1, 1), None))
    assert RATES["regretted_turnover"](of_year()).value is None
    person.employments.update(regretted=False)
    assert RATES["regretted_turnover"](of_year()).value == 0
    person.employments.update(regretted=True)
    c = of_year()
    assert RATES["regretted_turnover"](c).value == turnover_rate(c).value


def test_nothing_is_known_of_an_empty_company_and_each_figure_says_why(db):
    found = told()
    undefined = {name for name, value in found.items() if value is None}
    assert undefined == set(found["undefined"]) == {*RATES, "median_tenure_days"}
    assert all(found["undefined"].values())
    assert (found["opening_headcount"], found["average_headcount"], departments_told()) == (0, 0, [])
    assert found["tenure_survival"] == []


def test_what_is_about_joining_or_a_year_of_service_is_not_told_by_length_of_service(db):
    company((D(2013, 6, 1), None), (D(2015, 3, 1), None))
    assert not told()["undefined"].keys() & RATES.keys()
    for service in (Service(below=365), Service(365, 730)):
        undefined = told(whom=Whom.of(None, service))["undefined"]
        assert undefined.keys() - {"median_tenure_days"} >= BY_NO_SERVICE
        assert {undefined[name] for name in BY_NO_SERVICE} == {str(NOT_BY_SERVICE)}


def test_before_the_company_existed_nothing_is_known_either(db):
    company((D(2014, 1, 1), None))
    found = told(Period(D(1999, 1, 1), D(1999, 12, 31)))
    assert found["turnover_rate"] is None
    assert found["undefined"]["stability_index"]


def test_a_beginning_within_the_period_is_noted(db):
    company((D(2015, 7, 1), None))
    assert told()["notes"]


def test_resignations_are_unknown_while_every_leaver_is_other(db):
    """As an import records what it cannot sort: 0 % would say that nobody ever resigned."""
    one, two = company(*[(D(2010, 1, 1), D(2015, 6, 1))] * 2)
    Employment.objects.update(ending="other")
    unknown = resignation_rate(of_year())
    assert (unknown.value, unknown.reason) == (None, ALL_OTHER)
    (month,) = trend.of(EVERYBODY, D(2015, 12, 31), months=1)
    assert (month.resignations.value, month.resignations.reason) == (None, ALL_OTHER)
    assert month.turnover.value == 2 / (12 / 13)
    one.employments.update(ending="retirement")
    assert resignation_rate(of_year()).value == 0
    two.employments.update(ending="resignation")
    assert resignation_rate(of_year()).value == 1 / (12 / 13)


def test_each_rate_is_the_division_that_its_name_says(db):
    """Nine months of a company of ten. No two of them have the same value here."""
    stayed, _also, promoted, _new = company(
        (D(2010, 1, 1), None), (D(2012, 1, 1), None), (D(2013, 1, 1), None), (D(2015, 3, 10), None)
    )
    resigned, dismissed = company((D(2014, 6, 1), D(2015, 6, 15)), (D(2014, 1, 1), D(2015, 9, 30)))
    (_within_a_year,) = company((D(2015, 4, 1), D(2016, 2, 1)))
    back, soon_gone, back_late = company(*[(D(2011, 1, 1), D(2011, 12, 31))] * 3)
    make_employment(back, D(2015, 5, 5))
    make_employment(soon_gone, D(2015, 7, 1), D(2015, 8, 1))
    make_employment(back_late, D(2015, 11, 1))
    resigned.employments.update(ending="resignation", regretted=True)
    dismissed.employments.update(ending="dismissal", regretted=False)
    soon_gone.employments.filter(hired_on__year=2015).update(ending="resignation")
    for person, months in ((stayed, (1, 5, 10)), (promoted, (1, 6, 9))):
        for number, month in enumerate(months):
            until = D(2015, months[number + 1], 1) - day if number < 2 else None
            make_position(person, title=f"Title {month}", since=D(2015, month, 1), until=until)
    c = of_year(Period(D(2015, 4, 1), D(2015, 12, 31)))
    heads = [6, 7, 8, 7, 8, 7, 6, 6, 7, 7]  # on the eve, and at the end of each month
    average = sum(heads) / len(heads)
    assert average_headcount(c).value == average == 6.9
    assert {name: rate(c).value for name, rate in RATES.items()} == pytest.approx(
        {
            "turnover_rate": 3 / average,
            "resignation_rate": 2 / average,
            "regretted_turnover": 1 / average,
            "retention_rate": 4 / 6,
            "stability_index": 3 / 5,
            "early_attrition_90_days": 1 / 4,
            "early_attrition_1_year": 2 / 4,
            "internal_mobility_rate": 4 / average,
            "boomerang_share": 3 / 4,
        }
    )


def test_turnover_times_average_headcount_is_leavers(db):
    company((D(2014, 1, 1), D(2015, 3, 31)), (D(2014, 1, 1), None), (D(2015, 5, 5), None))
    c = of_year()
    assert turnover_rate(c).part == c.leavers == 1
    assert turnover_rate(c).value == pytest.approx(13 / c.point_sum)


def test_survival_counts_the_days_between_the_first_and_the_last(db):
    company((D(2015, 3, 1), D(2015, 3, 1)), (D(2015, 3, 1), D(2015, 3, 31)), (D(2015, 3, 1), D(2016, 3, 1)))
    curve = survival.curves(D(2015, 12, 31))[None]
    assert [(step.days, step.at_risk) for step in curve.steps] == [(0, 3), (30, 2)]
    assert survival.curves(D(2016, 3, 1))[None].steps[-1].days == 366  # over a 29 February


def test_a_curve_that_comes_down_to_nothing_has_no_band_there():
    last = kaplan_meier([10, 20], [1, 1], [1, 1]).steps[-1]
    assert (last.survival, last.low, last.high) == (0, None, None)


def test_who_is_in_no_group_that_was_asked_for_is_in_the_curve_of_all_alone(db, monkeypatch):
    company((D(2010, 1, 1), None), (D(2015, 1, 1), None))
    estimated: list[int] = []
    monkeypatch.setattr(survival, "kaplan_meier", lambda _days, _left, every: estimated.append(sum(every)))
    assert {*survival.curves_by_year(D(2015, 12, 31), 1)} == {None, 2015}
    assert estimated == [1, 2]


@pytest.mark.parametrize(
    ("period", "earlier"),
    [
        (YEAR, Period(D(2014, 1, 1), D(2014, 12, 31))),
        (Period(D(2025, 2, 1), D(2025, 2, 28)), Period(D(2024, 2, 1), D(2024, 2, 29))),
        (Period(D(2024, 2, 29), D(2024, 2, 29)), Period(D(2023, 2, 28), D(2023, 2, 28))),
        (Period(D(2024, 3, 1), D(2025, 2, 28)), Period(D(2023, 3, 1), D(2024, 2, 29))),
        (Period(D(2025, 2, 15), D(2025, 2, 28)), Period(D(2024, 2, 15), D(2024, 2, 28))),
        (Period(D(2024, 2, 29), D(2025, 2, 28)), Period(D(2023, 2, 28), D(2024, 2, 28))),
        (Period(D(2015, 1, 1), D(2016, 1, 1)), None),
    ],
)
def test_the_same_period_a_year_earlier(period, earlier):
    assert period.a_year_earlier() == earlier


def test_thirteen_headcounts_make_the_average_of_a_year():
    assert len(YEAR.points()) == 13
    assert YEAR.points()[:3] == [D(2014, 12, 31), D(2015, 1, 31), D(2015, 2, 28)]


def test_months_cut_short_count_with_the_days_in_the_period():
    assert Period(D(2024, 2, 10), D(2024, 3, 5)).points() == [D(2024, 2, 9), D(2024, 2, 29), D(2024, 3, 5)]
    assert Period(D(2024, 2, 10), D(2024, 2, 10)).points() == [D(2024, 2, 9), D(2024, 2, 10)]


def test_a_period_cannot_end_before_it_begins():
    with pytest.raises(ValueError, match="cannot begin"):
        replace(YEAR, last=D(2014, 1, 1))


def test_twice_the_people_take_no_more_queries(db, django_assert_num_queries):
    for more in (3, 30):
        for person in company(*[(D(2014, 1, 1), None)] * more):
            make_position(person, f"Department {person.pk}", since=D(2014, 1, 1))
        with django_assert_num_queries(4):
            departments_told()
