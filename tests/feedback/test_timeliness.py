"""Whether check-ins take place in time, against the same counted in plain Python."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, timedelta
from random import Random

import pytest

from feedback.measures.timeliness import due, in_time, on_time, on_time_of_others
from feedback.models import CheckIn, Kind
from people.measures.periods import Period
from people.measures.whom import Whom
from people.models import Department, Person
from people.services import end_employment
from tests.factories import (
    DAY,
    NOW,
    make_checkin,
    make_early_end,
    make_line,
    make_next_step,
    make_person,
    make_revealed_checkin,
    make_signed_tour,
)
from tours.measures.asked import ALL, Asked
from tours.models import Tour

PERIOD = Period(DAY - timedelta(days=90), DAY)
LATER = DAY + timedelta(days=60)  #: every grace is over


def days(number: int) -> timedelta:
    return timedelta(days=number)


@pytest.fixture
def tour(cast) -> Tour:
    return make_signed_tour(cast.alice, cast.bob, starts_on=DAY - days(200), ends_on=DAY + days(400))


def numbers(asked: Asked = ALL, today: date = LATER) -> tuple[float, float]:
    found = on_time(PERIOD, today, asked)
    return found.part, found.whole


@pytest.mark.parametrize(("late", "counted"), [(0, (1, 1)), (14, (1, 1)), (15, (0, 1)), (40, (0, 1))])
def test_the_last_day_of_grace_is_still_in_time_and_late_stays_late(tour, late, counted):
    make_revealed_checkin(tour, DAY, revealed_at=NOW + days(late))
    assert numbers() == counted


@pytest.mark.parametrize(("due_on", "whole"), [(-91, 0), (-90, 1), (0, 1), (1, 0)])
def test_both_ends_of_the_period_count(tour, due_on, whole):
    make_checkin(tour, DAY + days(due_on))
    assert numbers() == (0, whole)


def test_what_still_has_time_is_not_counted_and_neither_is_what_was_skipped(tour):
    make_checkin(tour, DAY)
    assert numbers(today=DAY + days(14)) == (0, 0)
    assert on_time(PERIOD, DAY).value is None
    assert numbers(today=DAY + days(15)) == (0, 1)
    CheckIn.objects.update(skipped_at=NOW, skipped_by="manager", skipped_reason="On holiday.")
    assert numbers() == (0, 0)


def test_what_could_not_be_had_any_more_is_nobodys_lapse(cast, tour):
    make_checkin(tour, DAY)
    make_revealed_checkin(tour, DAY - days(30), revealed_at=NOW - days(30))
    assert numbers() == (1, 2)
    end_employment(cast.bob, last_day=DAY + days(13), ending="resignation")
    assert numbers() == (1, 1)


def test_nor_is_that_of_a_tour_that_was_over(tour):
    make_checkin(tour, DAY)
    make_early_end(tour, DAY + days(13))
    assert numbers() == (0, 0)


@pytest.mark.parametrize(("said", "whole"), [(14, 0), (15, 1)])
def test_but_what_had_lapsed_before_anybody_said_so_stays_missed(tour, said, whole):
    make_checkin(tour, DAY)
    make_early_end(tour, DAY + days(13), at=NOW + days(said))
    assert numbers() == (0, whole)


@pytest.mark.parametrize(
    ("outcome", "said", "whole"), [("extension", 14, 1), ("extension", 15, 0), ("part_well", 14, 0)]
)
def test_an_extension_is_no_decision_once_it_was_said_that_the_tour_ends_early(tour, outcome, said, whole):
    """By the last day of grace: what is said later makes a past month no worse."""
    make_checkin(tour, DAY, kind=Kind.NEXT_TOUR)
    make_next_step(tour, outcome, confirmed_at=NOW - days(3))
    assert numbers() == (0, 0)
    make_early_end(tour, DAY + days(30), at=NOW + days(said))
    assert numbers() == (0, whole)


def test_nor_is_what_both_took_back_by_then(tour):
    make_checkin(tour, DAY, kind=Kind.NEXT_TOUR)
    make_next_step(tour, confirmed_at=NOW - days(3))
    assert numbers() == (0, 0)
    make_next_step(tour, "undecided", confirmed_at=NOW)
    assert numbers() == (0, 1)


def test_it_is_of_those_asked_about(cast, tour):
    make_checkin(tour, DAY)
    for name, whole in (("Engineering", 1), ("Sales", 0)):
        department = Department.objects.get(name=name).pk
        assert numbers(Asked(Whom.of([department]))) == (0, whole)
    assert numbers(Asked(type="rotational")) == (0, 0)
    assert numbers(Asked(Whom(below=(cast.carol.pk, DAY)))) == (0, 1)
    assert numbers(Asked(Whom(below=(cast.mallory.pk, DAY)))) == (0, 0)


@dataclass(frozen=True)
class Fate:
    """What becomes of a check-in and its tour: days after the check-in was due, or nothing."""

    kind: str
    had: int | None
    ended: int | None  #: early, by a side
    said: int  #: if it ends early: when that was said
    managed_by_another: int | None
    decided: int | None  #: what comes next
    outcome: str  #: and what that is
    reopened: int | None  #: when both agreed instead that it is undecided
    signed: int | None  #: the tour that comes next

    @classmethod
    def drawn(cls, rng: Random) -> Fate:
        def maybe(likely: float) -> int | None:
            return rng.choice([-3, 0, 13, 14, 15, 40]) if rng.random() < likely else None

        had, ended, another, decided, signed = map(maybe, (0.3, 0.3, 0.2, 0.4, 0.2))
        said = rng.choice([-3, 14, 15])
        outcome = rng.choice(["new_tour", "extension", "extension", "undecided"])
        reopened = None if decided is None or rng.random() < 0.7 else decided + rng.choice([0, 1, 20])
        if rng.random() < 0.3:  # where it matters what was decided
            ends, at = rng.choice([14, 15, 40]), rng.choice([-3, 14])
            return cls(Kind.NEXT_TOUR, None, ends, said, None, at, outcome, reopened and at + 1, None)
        kind = rng.choice(Kind.values)
        return cls(kind, had, ended, said, another, decided, outcome, reopened, signed)

    @property
    def is_due(self) -> bool:
        """It was had, or asked for up to the last day of its grace."""
        if self.had is not None:
            return True
        if self.kind == Kind.CLOSE_OUT:
            return True
        if self.ended is not None and self.ended < 14 and self.said <= 14:
            return False
        if self.managed_by_another is not None and self.managed_by_another <= 14:
            return False
        signed = self.signed is not None and self.signed <= 14
        return self.kind != Kind.NEXT_TOUR or not (signed or self.is_decided)

    @property
    def is_decided(self) -> bool:
        """By then both had agreed on something that could come still."""
        in_vain = self.outcome == "extension" and self.ended is not None and self.said <= 14
        agreed = self.decided is not None and self.decided <= 14 and self.outcome != "undecided"
        return agreed and not in_vain and (self.reopened is None or self.reopened > 14)

    def make(self, boss: Person, heir: Person, due_on: date) -> CheckIn:
        """Of a tour of its own, with the boss."""
        person = make_person()
        changed = None if self.managed_by_another is None else due_on + days(self.managed_by_another)
        make_line(person, boss, until=changed and changed - days(1))
        if changed:
            make_line(person, heir, since=changed)
        runs = {"starts_on": DAY - days(200), "ends_on": DAY + days(400)}
        tour = make_signed_tour(person, boss, **runs)
        at = NOW + (due_on - DAY)
        if self.signed is not None:
            after = {"starts_on": runs["ends_on"] + days(1), "ends_on": runs["ends_on"] + days(300)}
            make_signed_tour(person, boss, **after, signed_at=at + days(self.signed))
        if self.decided is not None:
            make_next_step(tour, self.outcome, confirmed_at=at + days(self.decided))
        if self.reopened is not None:
            make_next_step(tour, "undecided", confirmed_at=at + days(self.reopened))
        if self.ended is not None:
            make_early_end(tour, due_on + days(self.ended), at=at + days(self.said))
        if self.had is None:
            return make_checkin(tour, due_on, kind=self.kind)
        return make_revealed_checkin(tour, due_on, kind=self.kind, revealed_at=at + days(self.had))


@pytest.mark.parametrize("seed", range(3))
def test_it_is_of_what_was_had_and_of_what_was_asked_for_to_the_end(db, seed):
    rng, boss, heir = Random(seed), make_person(), make_person()
    today = DAY + days(20)
    made = {}
    for _n in range(30):
        fate = Fate.drawn(rng)
        made[fate.make(boss, heir, DAY - days(rng.randint(-8, 95)))] = fate
    judged = {
        checkin: fate
        for checkin, fate in made.items()
        if PERIOD.first <= checkin.due_on <= PERIOD.last and checkin.lapses_on < today and fate.is_due
    }
    timely = {checkin for checkin, fate in judged.items() if fate.had is not None and fate.had <= 14}
    assert set(due(PERIOD, today)) == set(judged)
    assert set(in_time(PERIOD, today)) == timely
    assert numbers(today=today) == (len(timely), len(judged))
    assert {checkin for checkin in judged if checkin.revealed_on and not checkin.was_late} == timely
    half_a_year = Period(date(2025, 10, 1), date(2026, 3, 31))
    for least in (1, 5, 20):
        quarters = [
            [fate for checkin, fate in made.items() if fate.is_due and first <= checkin.lapses_on <= last]
            for first, last in (
                (half_a_year.first, date(2025, 12, 31)),
                (date(2026, 1, 1), half_a_year.last),
            )
        ]
        shown = [fate for quarter in quarters if len(quarter) >= least for fate in quarter]
        found = on_time_of_others(half_a_year, LATER, ALL.whom, heir.pk, least)
        had = sum(fate.had is not None and fate.had <= 14 for fate in shown)
        assert (found.part, found.whole) == (had, len(shown))


class TestOfOthers:
    """For whoever may know of check-ins as counts alone."""

    QUARTER = Period(date(2026, 1, 1), date(2026, 3, 31))

    @pytest.fixture(autouse=True)
    def _two_people(self, cast, tour):
        other = make_signed_tour(make_person(), cast.bob, starts_on=DAY - days(200), type="rotational")
        for each in (tour, other):
            make_checkin(each, DAY)

    def count(self, cast, period: Period, least: int = 2, today: date = LATER, reader: str = "carol"):
        return on_time_of_others(period, today, ALL.whom, getattr(cast, reader).pk, least).whole

    def test_they_are_of_several_people_and_the_readers_own_are_not_among_them(self, cast):
        assert self.count(cast, self.QUARTER) == 2
        assert self.count(cast, self.QUARTER, least=3) == 0
        assert self.count(cast, self.QUARTER, reader="bob") == 0

    @pytest.mark.parametrize(("earlier", "shorter", "whole"), [(0, 0, 2), (80, 0, 2), (-1, 0, 0), (0, 1, 0)])
    def test_of_a_quarter_that_is_not_whole_there_are_none(self, cast, earlier, shorter, whole):
        period = Period(self.QUARTER.first - days(earlier), self.QUARTER.last - days(shorter))
        assert self.count(cast, period) == whole

    def test_a_quarter_that_is_shown_takes_in_nobody_whose_time_ends_later(self, cast):
        """A talk about the next tour has time until the last day of this one."""
        another = make_signed_tour(make_person(), cast.bob, starts_on=DAY - days(200))
        talk = make_checkin(another, DAY, kind=Kind.NEXT_TOUR, lapses_on=date(2026, 7, 15))
        third = Period(date(2026, 7, 1), date(2026, 9, 30))
        for today in (LATER, talk.lapses_on, talk.lapses_on + days(1), date(2026, 12, 1)):
            assert self.count(cast, self.QUARTER, today=today) == 2
            assert self.count(cast, third, today=today, least=1) == (today.month == 12)

    @pytest.mark.parametrize(("after", "whole"), [(31, 0), (32, 2)])
    def test_nobody_can_watch_a_quarter_come_to_its_end(self, cast, after, whole):
        assert self.count(cast, self.QUARTER, today=self.QUARTER.last + days(after)) == whole
