"""Retention against oracles: a few lines of plain Python, and `lifelines` for survival."""

from __future__ import annotations

from dataclasses import dataclass, replace
from datetime import date, timedelta

import pytest
from django.db import transaction
from hypothesis import HealthCheck, Phase, given, settings
from hypothesis import strategies as st
from lifelines import KaplanMeierFitter

from people.measures import counts, figures, survival, trend
from people.measures.counts import Counts
from people.measures.periods import Period, month_end
from people.measures.rates import RATES, retention_rate, turnover_rate
from people.measures.survival import NOBODY, Ends, kaplan_meier
from people.models import Department, Employment, Person, Position
from tests.factories import make_employment, make_person, make_position

D = date
TODAY = D(2026, 3, 16)
YEAR = Period(D(2015, 1, 1), D(2015, 12, 31))
day = timedelta(days=1)


@dataclass(frozen=True)
class Spell:
    """An employment, and the departments in it: from which day on, which."""

    person: int
    hired: date
    left: date | None
    resigned: bool
    places: tuple[tuple[date, str], ...]

    def there(self, on: date) -> bool:
        """At the close of a day."""
        return self.hired <= on and (self.left is None or self.left > on)

    def left_within(self, days: int) -> bool:
        return self.left is not None and (self.left - self.hired).days <= days

    def place(self, on: date) -> str | None:
        return next((name for since, name in reversed(self.places) if since <= on), None)


@st.composite
def companies(draw: st.DrawFn) -> list[Spell]:
    spells = []
    for person in range(draw(st.integers(0, 7))):
        start = D(2013, 6, 1) + timedelta(days=draw(st.integers(0, 900)))
        for _again in range(draw(st.integers(1, 2))):
            length = draw(st.sampled_from([0, 1, 30, 89, 90, 91, 200, 364, 365, 366, 500, 5000]))
            left = None if length == 5000 else start + timedelta(days=length)
            moves = sorted({0, *draw(st.lists(st.integers(0, min(length, 700)), max_size=2))})
            places = tuple((start + n * day, draw(st.sampled_from(["A", "B"]))) for n in moves)
            spells.append(Spell(person, start, left, draw(st.booleans()), places))
            if left is None:
                break
            start = left + timedelta(days=draw(st.sampled_from([1, 2, 60, 400])))
    return spells


@st.composite
def periods(draw: st.DrawFn) -> Period:
    first = D(2014, 1, 1) + timedelta(days=draw(st.integers(0, 800)))
    edges = st.sampled_from([0, 1, 27, 30, 89, 364, 365, 730])
    return draw(st.sampled_from([YEAR, Period(first, first + timedelta(days=draw(edges)))]))


def build(spells: list[Spell]) -> None:
    departments = {name: Department.objects.create(name=name) for name in "AB"}
    people = {n: Person(name=f"Person {n}", email=f"p{n}@example.com") for n in {s.person for s in spells}}
    Person.objects.bulk_create(people.values())
    Employment.objects.bulk_create(
        Employment(
            person=people[s.person],
            hired_on=s.hired,
            left_on=s.left,
            ending=("resignation" if s.resigned else "dismissal") if s.left else None,
        )
        for s in spells
    )
    Position.objects.bulk_create(
        Position(person=people[s.person], department=departments[name], since=since, until=until)
        for s in spells
        for (since, name), until in zip(
            s.places, [*(later - day for later, _name in s.places[1:]), s.left], strict=True
        )
    )


def expected(spells: list[Spell], p: Period, place: str | None) -> Counts:
    """The formulas once more, person by person; for one department, or with None for the company."""

    def here(s: Spell, on: date) -> bool:
        return place is None or s.place(on) == place

    def heads(on: date) -> list[Spell]:
        return [s for s in spells if s.there(on) and here(s, on)]

    eve, before = p.first - day, p.last - timedelta(days=365)
    joiners = [s for s in spells if p.first <= s.hired <= p.last and here(s, s.hired)]
    leavers = [s for s in spells if s.left and p.first <= s.left <= p.last and here(s, s.left)]
    still = {s.person for s in spells if s.there(p.last)}
    points = [eve]
    for n in range((p.last - p.first).days + 1):
        on = p.first + n * day
        if on == month_end(on) or on == p.last:
            points.append(on)
    moves = [
        (s.place(since - day), s.place(since))
        for s in spells
        for since, _name in s.places
        if s.hired < since and p.first <= since <= p.last and s.place(since - day) != s.place(since)
    ]
    return Counts(
        points=len(points),
        point_sum=sum(len(heads(on)) for on in points),
        opening=len(heads(eve)),
        joiners=len(joiners),
        leavers=len(leavers),
        closing=len(heads(p.last)),
        resignations=sum(s.resigned for s in leavers),
        regret_unsaid=len(leavers),
        retained=sum(s.person in still for s in heads(eve)),
        a_year_before=len(heads(before)),
        with_a_year=sum((p.last - s.hired).days >= 365 for s in heads(p.last)),
        boomerangs=sum(any(o.person == s.person and o.hired < s.hired for o in spells) for s in joiners),
        observed_90_days=len(joiners),
        left_within_90_days=sum(s.left_within(90) for s in joiners),
        observed_1_year=len(joiners),
        left_within_1_year=sum(s.left_within(365) for s in joiners),
        position_changes=sum(place in (None, to) for _from, to in moves),
        transfers_in=sum(place == to for _from, to in moves),
        transfers_out=sum(place == of for of, _to in moves),
    )


def on_random_companies(test):
    return given(companies(), periods())(
        settings(
            max_examples=25,
            deadline=None,
            derandomize=True,
            phases=[Phase.generate],
            suppress_health_check=[HealthCheck.function_scoped_fixture, HealthCheck.too_slow],
        )(test)
    )


@on_random_companies
def test_counts_are_those_of_plain_python(db, spells, period):
    with transaction.atomic():
        build(spells)
        assert counts.of_company([period], TODAY) == [expected(spells, period, None)]
        parts = counts.by_department(period, TODAY)
        for place in "AB":
            wanted = expected(spells, period, place)
            assert parts.get(place, Counts(points=wanted.points)) == (
                Counts(points=wanted.points) if wanted.is_empty else wanted
            )
            department = Department.objects.get(name=place).pk
            assert counts.of_department(department, [YEAR, period], TODAY)[1] == wanted
        transaction.set_rollback(True)


@on_random_companies
def test_survival_is_that_of_lifelines(db, spells, period):
    with transaction.atomic():
        build(spells)
        hired = [s for s in spells if s.hired <= period.last]
        curves = survival.curves(period.last, ["A"])
        assert_as_lifelines(curves[None], hired, period.last)
        into = [s for s in hired if s.place(s.hired) == "A"]
        assert_as_lifelines(curves.get("A", NOBODY), into, period.last)
        transaction.set_rollback(True)


def assert_as_lifelines(curve: survival.Survival, hired: list[Spell], on: date) -> None:
    assert curve.employments == len(hired)
    if not hired:
        assert not curve.steps
        return
    gone = [bool(s.left and s.left <= on) for s in hired]
    lasted = [(min(s.left or on, on) - s.hired).days for s in hired]
    oracle = KaplanMeierFitter(alpha=0.05).fit(lasted, gone)
    table = oracle.event_table[oracle.event_table.observed > 0]
    assert [(s.days, s.at_risk, s.left) for s in curve.steps] == [
        (int(days), int(row.at_risk), int(row.observed)) for days, row in table.iterrows()
    ]
    for step in curve.steps:
        assert step.survival == pytest.approx(oracle.survival_function_.loc[step.days].iloc[0])
        if step.survival:
            assert (step.low, step.high) == pytest.approx(tuple(oracle.confidence_interval_.loc[step.days]))
        else:
            assert (step.low, step.high) == (None, None)
    shares = oracle.survival_function_.iloc[:, 0].round(9)  # its own median misses an exact half
    assert curve.median_days == next((days for days, share in shares.items() if share <= 0.5), None)
    for year in curve.yearly():
        assert year.survival == pytest.approx(oracle.predict(year.years * 365))
        assert year.at_risk == sum(days >= year.years * 365 for days in lasted)


@on_random_companies
def test_the_trend_is_that_of_each_month_by_itself(db, spells, period):
    with transaction.atomic():
        build(spells)
        for place in (None, "A"):
            months = (
                trend.of_department(Department.objects.get(name=place).pk, period.last, months=5)
                if place
                else trend.of_company(period.last, months=5)
            )
            assert len(months) == 5
            assert months[-1].end <= period.last < month_end(months[-1].end + day)
            for month in months:
                first = (month.end + day).replace(year=month.end.year - (month.end.month != 12))
                year = expected(spells, Period(first, month.end), place)
                assert month.headcount == year.closing
                assert month.turnover.value == (turnover_rate(year).value if year.opening else None)
        transaction.set_rollback(True)


@on_random_companies
def test_headcounts_add_up(db, spells, period):
    with transaction.atomic():
        build(spells)
        (total,) = counts.of_company([period], TODAY)
        parts = counts.by_department(period, TODAY)
        assert total.opening + total.joiners - total.leavers == total.closing
        for c in parts.values():
            assert c.opening + c.joiners + c.transfers_in - c.leavers - c.transfers_out == c.closing
        assert total.less(list(parts.values())).is_empty
        transaction.set_rollback(True)


def company(*people: tuple[date, date | None]) -> list[Person]:
    return [make_person(hired_on=hired, left_on=left) for hired, left in people]


def of_year(period: Period = YEAR, today: date = TODAY) -> Counts:
    return counts.of_company([period], today)[0]


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
    rows = figures.of_company(YEAR, TODAY, by_department=True)["departments"]
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


def test_regretted_turnover_is_unknown_while_nobody_said(db):
    person, _other = company((D(2014, 1, 1), D(2015, 3, 31)), (D(2014, 1, 1), None))
    assert RATES["regretted_turnover"](of_year()).value is None
    person.employments.update(regretted=False)
    assert RATES["regretted_turnover"](of_year()).value == 0
    person.employments.update(regretted=True)
    c = of_year()
    assert RATES["regretted_turnover"](c).value == turnover_rate(c).value


def test_nothing_is_known_of_an_empty_company_and_each_figure_says_why(db):
    found = figures.of_company(YEAR, TODAY, by_department=True)
    undefined = {name for name, value in found.items() if value is None}
    assert undefined == set(found["undefined"]) == {*RATES, "median_tenure_days"}
    assert all(found["undefined"].values())
    assert (found["opening_headcount"], found["average_headcount"], found["departments"]) == (0, 0, [])
    assert found["tenure_survival"] == []


def test_before_the_company_existed_nothing_is_known_either(db):
    company((D(2014, 1, 1), None))
    found = figures.of_company(Period(D(1999, 1, 1), D(1999, 12, 31)), TODAY)
    assert found["turnover_rate"] is None
    assert found["undefined"]["stability_index"]


def test_a_beginning_within_the_period_is_noted(db):
    company((D(2015, 7, 1), None))
    assert figures.of_company(YEAR, TODAY)["notes"]


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
    last = kaplan_meier([Ends(10, 1, 1), Ends(20, 1, 1)]).steps[-1]
    assert (last.survival, last.low, last.high) == (0, None, None)


@pytest.mark.parametrize(
    ("period", "earlier"),
    [
        (YEAR, Period(D(2014, 1, 1), D(2014, 12, 31))),
        (Period(D(2025, 2, 1), D(2025, 2, 28)), Period(D(2024, 2, 1), D(2024, 2, 29))),
        (Period(D(2024, 2, 29), D(2024, 2, 29)), Period(D(2023, 2, 28), D(2023, 2, 28))),
        (Period(D(2024, 3, 1), D(2025, 2, 28)), Period(D(2023, 3, 1), D(2024, 2, 29))),
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
            figures.of_company(YEAR, TODAY, by_department=True)
