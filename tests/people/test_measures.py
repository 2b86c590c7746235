"""Retention against oracles: a few lines of plain Python, and `lifelines` for survival."""

from __future__ import annotations

from dataclasses import dataclass, replace
from datetime import date, timedelta

import pytest
from django.db import transaction
from hypothesis import given
from hypothesis import strategies as st
from lifelines import KaplanMeierFitter

from people import uniting
from people.measures import behind, counts, survival, trend
from people.measures.counts import Counts
from people.measures.periods import Period, month_end
from people.measures.rates import RATES, resignation_rate, turnover_rate
from people.measures.survival import NOBODY
from people.measures.whom import EVERYBODY, Service, Whom
from people.models import Department, Employment, Person, Position
from tests.hypotheses import quietly

D = date
TODAY = D(2026, 3, 16)
YEAR = Period(D(2015, 1, 1), D(2015, 12, 31))
day = timedelta(days=1)
KEYS = {"A": 1_000_001, "B": 1_000_002}  #: the departments', so that nobody needs to ask for them


@dataclass(frozen=True)
class Spell:
    """A contract, or several without a day between, and the departments in it: from which day on, which; None
    is none."""

    person: int
    hired: date
    left: date | None
    ending: str
    regretted: bool | None
    places: tuple[tuple[date, str | None], ...]

    def there(self, on: date) -> bool:
        """At the close of a day."""
        return self.hired <= on and (self.left is None or self.left > on)

    def left_within(self, days: int) -> bool:
        return self.left is not None and (self.left - self.hired).days <= days

    def place(self, on: date) -> str | None:
        return next((name for since, name in reversed(self.places) if since <= on), None)

    def moves(self, p: Period) -> list[date]:
        """The days of the period on which they are elsewhere than the day before."""
        days = [since for since, _name in self.places if self.hired < since and p.first <= since <= p.last]
        return [since for since in days if self.place(since - day) != self.place(since)]

    def changes(self, p: Period) -> list[date]:
        """Those of them on which a position begins that is another than the last one before, however long ago
        that ended."""
        days = [on for on in self.moves(p) if self.place(on)]
        return [on for on in days if self.held(on) not in (None, self.place(on))]

    def held(self, before: date) -> str | None:
        """The last position that began before that day."""
        return next((name for since, name in reversed(self.places) if name and since < before), None)


ENDINGS = st.sampled_from(["resignation", "dismissal", "other"])
#: Around its two ends, and as long before the last as counts for a year of service or for being old enough.
EDGES = [YEAR.last - n * day for n in (0, 90, 275, 364, 365, 366)]
STARTS = st.sampled_from(EDGES) | st.integers(0, 900).map(lambda n: D(2013, 6, 1) + n * day)


@st.composite
def companies(draw: st.DrawFn) -> list[Spell]:
    spells = []
    for person in range(draw(st.integers(0, 7))):
        start = draw(STARTS)
        for _again in range(draw(st.integers(1, 3))):
            length = draw(st.sampled_from([0, 1, 30, 89, 90, 91, 200, 364, 365, 366, 500, 5000]))
            left = None if length == 5000 else start + timedelta(days=length)
            moves = draw(st.lists(st.integers(0, 700) | st.sampled_from([90, 365, 366]), max_size=2))
            moves = sorted({0, *(n for n in moves if n <= length)})
            places = tuple((start + n * day, draw(st.sampled_from(["A", "B", None]))) for n in moves)
            regretted = draw(st.sampled_from([None, True, False]))
            spells.append(Spell(person, start, left, draw(ENDINGS), regretted, places))
            if left is None:
                break
            start = left + timedelta(days=draw(st.sampled_from([1, 1, 2, 60, 400])))
    return spells


@st.composite
def periods(draw: st.DrawFn) -> Period:
    first = D(2014, 1, 1) + timedelta(days=draw(st.integers(0, 800)))
    edges = st.sampled_from([0, 1, 27, 30, 89, 364, 365, 730])
    return draw(st.sampled_from([YEAR, Period(first, first + timedelta(days=draw(edges)))]))


def unbroken(contracts: list[Spell]) -> list[Spell]:
    """Without a day between they are one spell, which ended as the last of them."""
    spells: list[Spell] = []
    for each in contracts:
        last = spells[-1] if spells else None
        if last and last.person == each.person and last.left == each.hired - day:
            spells[-1] = replace(each, hired=last.hired, places=last.places + each.places)
        else:
            spells.append(each)
    return spells


def build(spells: list[Spell]) -> None:
    """Each a contract."""
    departments = {name: Department(pk=key, name=name) for name, key in KEYS.items()}
    Department.objects.bulk_create(departments.values())
    people = {n: Person(name=f"Person {n}", email=f"p{n}@example.com") for n in {s.person for s in spells}}
    Person.objects.bulk_create(people.values())
    Employment.objects.bulk_create(
        Employment(
            person=people[s.person],
            hired_on=s.hired,
            left_on=s.left,
            ending=s.ending if s.left else None,
            regretted=s.regretted if s.left else None,
        )
        for s in spells
    )
    Position.objects.bulk_create(
        Position(person=people[s.person], department=departments[name], since=since, until=until)
        for s in spells
        for (since, name), until in zip(
            s.places, [*(later - day for later, _name in s.places[1:]), s.left], strict=True
        )
        if name
    )


@dataclass(frozen=True)
class Among:
    """Whom the oracle counts: in departments of these names, None being all; with a length of service."""

    names: str | None = None
    service: Service = EVERYBODY.service

    def has(self, s: Spell, on: date) -> bool:
        return self.served(s, on) and not self.away(s.place(on))

    def served(self, s: Spell, on: date) -> bool:
        days = (on - s.hired).days
        return self.service.least <= days and (self.service.below is None or days < self.service.below)

    def moved(self, s: Spell, on: date, *, away: bool) -> bool:
        """On that day out of them, or into them; with the length of service of the day itself, either way."""
        was, is_ = self.away(s.place(on - day)), self.away(s.place(on))
        return self.served(s, on) and was != is_ and is_ == away

    def away(self, place: str | None) -> bool:
        return self.names is not None and (place or "-") not in self.names

    def whom(self) -> Whom:
        return Whom.of(None if self.names is None else [KEYS[name] for name in self.names], self.service)


SERVICES = (Service(), Service(below=365), Service(90, 366), Service(365))
AMONG = [Among(names, service) for names in (None, "A", "AB") for service in SERVICES]


def expected(
    spells: list[Spell], p: Period, place: str | None, among: Among | None = None, today: date = TODAY
) -> Counts:
    """The formulas once more, person by person; for one department, or with None for the company."""
    spells = unbroken(spells)
    among = among or Among(place)
    here = among.has

    def heads(on: date) -> list[Spell]:
        return [s for s in spells if s.there(on) and here(s, on)]

    def old_enough(days: int) -> list[Spell]:
        return [s for s in joiners if s.hired + days * day <= today]

    eve, before = p.first - day, p.last - timedelta(days=365)
    joiners = [s for s in spells if p.first <= s.hired <= p.last and here(s, s.hired)]
    leavers = [s for s in spells if s.left and p.first <= s.left <= p.last and here(s, s.left)]
    still = {s.person for s in spells if s.there(p.last)}
    moves = [(s, on) for s in spells for on in s.moves(p)]
    return Counts(
        points=len(points(p)),
        point_sum=sum(len(heads(on)) for on in points(p)),
        opening=len(heads(eve)),
        joiners=len(joiners),
        leavers=len(leavers),
        closing=len(heads(p.last)),
        resignations=sum(s.ending == "resignation" for s in leavers),
        unsorted_leavers=sum(s.ending == "other" for s in leavers),
        regretted_leavers=sum(s.regretted is True for s in leavers),
        regret_unsaid=sum(s.regretted is None for s in leavers),
        retained=sum(s.person in still for s in heads(eve)),
        a_year_before=len(heads(before)),
        with_a_year=sum((p.last - s.hired).days >= 365 for s in heads(p.last)),
        boomerangs=sum(any(o.person == s.person and o.hired < s.hired for o in spells) for s in joiners),
        observed_90_days=len(old_enough(90)),
        left_within_90_days=sum(s.left_within(90) for s in old_enough(90)),
        observed_1_year=len(old_enough(365)),
        left_within_1_year=sum(s.left_within(365) for s in old_enough(365)),
        position_changes=sum(here(s, on) for s in spells for on in s.changes(p)),
        transfers_in=sum(among.moved(s, on, away=False) for s, on in moves),
        transfers_out=sum(among.moved(s, on, away=True) for s, on in moves),
    )


def points(p: Period) -> list[date]:
    days = [p.first + n * day for n in range((p.last - p.first).days + 1)]
    return [p.first - day, *(on for on in days if on in (month_end(on), p.last))]


on_random_companies = quietly(given(companies(), periods()))


@quietly(given(companies(), periods(), st.sampled_from([0, 90, 365, 4000])))
def test_counts_are_those_of_plain_python(db, spells, period, later):
    today = period.last + later * day  # nobody is old enough at once
    with transaction.atomic():
        build(spells)
        assert counts.of_company([period], today) == [expected(spells, period, None, today=today)]
        for place in "AB":
            wanted = expected(spells, period, place, today=today)
            assert counts.of_departments([KEYS[place]], [YEAR, period], today)[1] == wanted
        transaction.set_rollback(True)


@on_random_companies
def test_counts_of_departments_looked_at_as_one_and_of_lengths_of_service_are_too(db, spells, period):
    with transaction.atomic():
        build(spells)
        for among in AMONG:
            assert counts.of(among.whom(), [period], TODAY) == [expected(spells, period, None, among)], among
        transaction.set_rollback(True)


@on_random_companies
def test_the_people_behind_a_count_are_as_many(db, spells, period):
    with transaction.atomic():
        build(spells)
        for among in AMONG:
            wanted = expected(spells, period, None, among)
            for name in behind.NAMES:
                found = behind.employments(name, among.whom(), period, TODAY)
                assert len(found) == getattr(wanted, name), (name, among)
        transaction.set_rollback(True)


@on_random_companies
def test_survival_is_that_of_lifelines(db, spells, period):
    with transaction.atomic():
        build(spells)
        hired = [s for s in unbroken(spells) if s.hired <= period.last]
        curves = survival.curves(period.last, ["A"])
        assert_as_lifelines(curves[None], hired, period.last)
        into = [s for s in hired if s.place(s.hired) == "A"]
        assert_as_lifelines(curves.get("A", NOBODY), into, period.last)
        elsewhere = [s for s in hired if s.place(s.hired) == "B"]
        parts = (
            {"both": (KEYS["B"], KEYS["A"]), "none": ()} if len(hired) % 2 else {k: (KEYS[k],) for k in "BA"}
        )
        everybody, of_parts = survival.curves_of_parts(period.last, parts)
        assert_as_lifelines(everybody, hired, period.last)
        for name, whose in {"both": into + elsewhere, "A": into, "B": elsewhere}.items():
            assert_as_lifelines(of_parts.get(name, NOBODY), whose if name in parts else [], period.last)
        made_since = survival.curves_of_parts(period.last, {"A": (KEYS["A"],)})[1]
        assert_as_lifelines(made_since.get("A", NOBODY), into, period.last)
        here = survival.curves_of_parts(period.last, {}, Among("A").whom())
        assert here[1] == {}
        assert_as_lifelines(here[0], into, period.last)
        years = survival.curves_by_year(period.last, 3, Among("A").whom())
        assert_as_lifelines(years[None], into, period.last)
        for year in range(period.last.year - 2, period.last.year + 1):
            hired_then = [s for s in into if s.hired.year == year]
            assert_as_lifelines(years.get(year, NOBODY), hired_then, period.last)
        transaction.set_rollback(True)


def assert_as_lifelines(curve: survival.Survival, hired: list[Spell], on: date) -> None:
    assert_drawn(curve, [(s.hired, s.left) for s in hired], on)


def assert_drawn(curve: survival.Survival, followed: list[tuple[date, date | None]], on: date) -> None:
    """As lifelines would draw it, of whoever is followed from one day to another or without an end."""
    assert curve.employments == len(followed)
    if not followed:
        assert not curve.steps
        return
    gone = [bool(left and left <= on) for _since, left in followed]
    lasted = [(min(left or on, on) - since).days for since, left in followed]
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
        for among in AMONG[::3]:
            months = trend.of(among.whom(), period.last, months=5)
            assert len(months) == 5
            assert months[-1].end <= period.last < month_end(months[-1].end + day)
            for month in months:
                first = (month.end + day).replace(year=month.end.year - (month.end.month != 12))
                year = expected(spells, Period(first, month.end), None, among)
                assert month.headcount == year.closing
                assert month.turnover.value == (turnover_rate(year).value if year.opening else None)
                assert month.turnover.reason == ("" if year.opening else trend.NOBODY_A_YEAR_EARLIER)
                sorted_ = not year.leavers or year.unsorted_leavers < year.leavers
                known = month.turnover.value is not None and sorted_
                assert month.resignations.value == (resignation_rate(year).value if known else None)
        transaction.set_rollback(True)


@on_random_companies
def test_what_is_over_an_average_is_only_told_of_those_who_were_there_when_the_period_began(spells, period):
    """Divided once more, by the heads at the close of each day that counts."""
    parts = {
        "turnover_rate": "leavers",
        "resignation_rate": "resignations",
        "regretted_turnover": "regretted_leavers",
        "internal_mobility_rate": "position_changes",
    }
    for among in AMONG:
        heads = [sum(s.there(on) and among.has(s, on) for s in unbroken(spells)) for on in points(period)]
        counted = expected(spells, period, None, among)  # as the database counts, as was seen above
        for name, part in parts.items():
            unsaid = {
                "regretted_turnover": counted.regret_unsaid,
                "resignation_rate": counted.unsorted_leavers,
            }.get(name, 0)
            known = heads[0] and not (unsaid and unsaid == counted.leavers)
            rate = getattr(counted, part) * len(heads) / sum(heads) if known else None
            found = RATES[name](counted).value
            assert found == (rate if rate is None else pytest.approx(rate)), (name, among)


@on_random_companies
def test_what_departments_account_for_is_told_apart_and_the_rest_is_of_who_is_in_none(db, spells, period):
    """Whatever the length of service; and a department is empty where there is nothing to tell of it."""
    with transaction.atomic():
        build(spells)
        for among in AMONG[: len(SERVICES)]:
            parts = counts.by_department(period, TODAY, service=among.service)
            for place in "AB":
                wanted = expected(spells, period, None, replace(among, names=place))
                found = parts.get(place, Counts(points=wanted.points))
                assert found == wanted, (place, among)
                before = replace(Counts(points=wanted.points), a_year_before=wanted.a_year_before)
                assert found.is_empty == (wanted == before), (place, among)
            (total,) = counts.of(among.whom(), [period], TODAY)
            rest = total.less(list(parts.values()))
            nowhere = expected(spells, period, None, replace(among, names="-"))
            moved = nowhere.transfers_in - nowhere.transfers_out
            assert rest == replace(nowhere, transfers_in=max(moved, 0), transfers_out=max(-moved, 0)), among
            (both,) = counts.of(replace(among, names="AB").whom(), [period], TODAY)
            assert net(both) == sum(map(net, parts.values())) == -moved, among
        transaction.set_rollback(True)


def net(c: Counts) -> int:
    return c.transfers_in - c.transfers_out


@on_random_companies
def test_headcounts_add_up(db, spells, period):
    with transaction.atomic():
        build(spells)
        (total,) = counts.of_company([period], TODAY)
        assert total.opening + total.joiners - total.leavers == total.closing
        for c in counts.by_department(period, TODAY).values():
            assert c.opening + c.joiners + net(c) - c.leavers == c.closing
        transaction.set_rollback(True)


ONE = [among for among in AMONG if among.names != "AB"]


def all_told(period: Period) -> list[object]:
    """Of departments, month by month, of how long people stay, and how long each list is."""
    lists = [
        len(behind.employments(name, among.whom(), period, TODAY))
        for among in ONE[::3]
        for name in behind.NAMES
    ]
    return [
        counts.by_department(period, TODAY),
        [trend.of(among.whom(), period.last, months=5) for among in ONE[::3]],
        survival.curves(period.last, ["A"]),
        survival.curves_by_year(period.last, 3, Among("A").whom()),
        lists,
    ]


@on_random_companies
def test_departments_that_were_united_count_as_if_they_had_been_one_all_along(db, spells, period):
    """Who went from one to the other with the same title has not moved; and no day of anybody changes."""
    as_one = [replace(s, places=tuple((since, name and "A") for since, name in s.places)) for s in spells]
    with transaction.atomic():
        build(as_one)
        wanted_of_all = all_told(period)
        transaction.set_rollback(True)
    with transaction.atomic():
        build(spells)
        days = [*Position.objects.order_by("pk").values_list("pk", "since", "until")]
        uniting.unite(KEYS["B"], KEYS["A"])
        assert [*Position.objects.order_by("pk").values_list("pk", "since", "until")] == days
        for among in ONE:
            wanted = expected(as_one, period, None, among)
            assert counts.of(among.whom(), [period], TODAY) == [wanted], among
        assert all_told(period) == wanted_of_all
        transaction.set_rollback(True)
