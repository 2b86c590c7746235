"""On which day a check-in is due: one on which both can, whatever the calendar and their absences say."""

from __future__ import annotations

import random
from datetime import UTC, date, datetime, time, timedelta

import pytest
from django.db import IntegrityError, connection
from django.test.utils import CaptureQueriesContext

from feedback.models import Kind
from feedback.planning import plan_checkins
from people.models import Absence
from tests.factories import (
    make_absence,
    make_amended_tour,
    make_early_end,
    make_person,
    make_policy,
    make_sheet,
    make_signed_tour,
)
from tours import holidays
from tours.models import Side, Tour

pytestmark = pytest.mark.django_db
SIGNED = datetime(2026, 1, 5, 9, 0, tzinfo=UTC)
START, END = date(2026, 1, 5), date(2026, 12, 31)
DAY = timedelta(days=1)
IDLE = 3  # statements: which tours changed, which questions are the newest, and whom they are due


def moment(day: date) -> datetime:
    return datetime.combine(day, time(9), UTC)


def tour_of(**terms) -> Tour:
    span = {"starts_on": START, "ends_on": END, "rhythm": 3}
    return make_signed_tour(make_person(), make_person(), **{"signed_at": SIGNED, **span, **terms})


def planned(tour: Tour, now: datetime = SIGNED, kind: Kind = Kind.REGULAR) -> list[date]:
    plan_checkins(now)
    return list(tour.checkins.filter(kind=kind).values_list("due_on", flat=True))


def calendar(code: str, **kw) -> None:
    make_policy(make_person(), holds_from=START, holiday_calendar=code, **kw)


# ── Against plain Python ────────────────────────────────────────────────────


class Oracle:
    """The same rules once more, day by day and with no thought of speed."""

    def __init__(self, tour: Tour, code: str, career: int) -> None:
        assert tour.in_force
        assert tour.ends_on
        self.start, self.end, self.rhythm = tour.in_force.starts_on, tour.ends_on, tour.in_force.rhythm
        self.career, self.off = career, set(holidays.taken(code, 2025, 2040))
        for away in Absence.objects.filter(person__in=[tour.employee, tour.manager]):
            self.off |= {away.since + n * DAY for n in range((away.until - away.since).days + 1)}

    def after(self, months: int) -> date:
        year, month = divmod(self.start.year * 12 + self.start.month - 1 + months, 12)
        for day in range(self.start.day, 0, -1):
            try:
                return date(year, month + 1, day)
            except ValueError:
                continue
        raise AssertionError

    def can(self, day: date) -> bool:
        return day.weekday() < 5 and day not in self.off

    def due(self, months: int, kind: Kind) -> list[date]:
        found, n = [], 1
        while self.after(n * months) <= self.end:
            day, following = self.after(n * months), self.after((n + 1) * months)
            if kind is Kind.CAREER and n * months % self.rhythm == 0:
                day += 7 * DAY
            tries = [day + k * DAY for k in range((min(following - DAY, self.end) - day).days + 1)]
            if following > self.end:
                earliest = self.after((n - 1) * months) + DAY
                tries += [day - k * DAY for k in range(1, (day - earliest).days + 1)]
            first = next((each for each in tries if self.can(each)), None)
            if first and first >= SIGNED.date() and day <= self.end:
                found.append(first)
            n += 1
        return sorted(found)


@pytest.mark.parametrize("rhythm", [1, 2, 3, 6])
@pytest.mark.parametrize(
    "starts_on", [date(2026, 1, 31), date(2026, 2, 28), date(2026, 8, 29), date(2026, 12, 5)]
)
def test_the_plan_agrees_with_plain_python(rhythm, starts_on):
    """Without a calendar and absences, and with both, as chance has them."""
    rng = random.Random(f"{rhythm} {starts_on}")
    ends_on = date(2030, 6, 30)
    plain = tour_of(starts_on=starts_on, ends_on=ends_on, rhythm=rhythm)
    for kind, months in ((Kind.REGULAR, rhythm), (Kind.CAREER, 12)):
        assert planned(plain, kind=kind) == Oracle(plain, "", 12).due(months, kind)
    code, career = rng.choice(["DE-BY", "US", "JP", "SA"]), rng.choice([5, 9, 12, 24])
    calendar(code, career_months=career)
    tours = [tour_of(starts_on=starts_on, ends_on=ends_on, rhythm=rhythm) for _ in range(5)]
    for tour in tours:
        for side in Side:
            first = starts_on
            for _ in range(6):
                first += rng.randint(1, 200) * DAY
                last = first + rng.choice([0, 4, 14, 30, 200]) * DAY
                make_absence(tour.party(side), first, last)
                first = last + DAY
    for tour in [plain, *tours]:
        oracle = Oracle(tour, code, career)
        assert planned(tour) == oracle.due(rhythm, Kind.REGULAR)
        assert planned(tour, kind=Kind.CAREER) == oracle.due(career, Kind.CAREER)


# ── Public holidays ─────────────────────────────────────────────────────────


def test_nothing_is_due_on_a_public_holiday_of_the_calendar_that_hr_has_chosen():
    # 6 April 2026 is Easter Monday; 5 October is none, 5 July a Sunday.
    tour = tour_of()
    assert planned(tour) == [date(2026, 4, 6), date(2026, 7, 6), date(2026, 10, 5)]
    before = set(tour.checkins.values_list("pk", flat=True))
    calendar("DE-BY")
    assert planned(tour) == [date(2026, 4, 7), date(2026, 7, 6), date(2026, 10, 5)]
    assert set(tour.checkins.values_list("pk", flat=True)) == before  # the same ones, moved
    moved = tour.checkins.get(due_on=date(2026, 4, 7))
    assert (moved.opens_on, moved.lapses_on) == (date(2026, 3, 31), date(2026, 4, 21))
    calendar("")
    assert planned(tour) == [date(2026, 4, 6), date(2026, 7, 6), date(2026, 10, 5)]


def test_a_region_has_holidays_of_its_own():
    terms = {"starts_on": date(2026, 1, 6), "ends_on": date(2027, 1, 10), "rhythm": 6}
    calendar("DE")
    assert planned(tour_of(**terms))[-1] == date(2027, 1, 6)
    calendar("DE-BY")
    assert planned(tour_of(**terms))[-1] == date(2027, 1, 7)


def test_a_calendar_chosen_for_later_counts_from_its_day_on():
    tour = tour_of()
    make_policy(make_person(), holds_from=date(2026, 2, 1), holiday_calendar="DE")
    assert planned(tour)[0] == date(2026, 4, 6)
    assert planned(tour, moment(date(2026, 2, 1)))[0] == date(2026, 4, 7)


def test_what_comes_next_and_the_close_out_keep_to_working_days_too():
    tour = tour_of(ends_on=date(2026, 12, 26))  # a Saturday and a holiday, after another
    calendar("DE")
    assert planned(tour, kind=Kind.CLOSE_OUT) == [date(2026, 12, 24)]
    asked = tour.checkins.get(kind=Kind.NEXT_TOUR)
    assert asked.lapses_on == date(2026, 12, 26)
    make_absence(tour.employee, asked.due_on, asked.due_on + 3 * DAY)
    assert planned(tour, kind=Kind.NEXT_TOUR)[0] > asked.due_on + 3 * DAY


# ── Absences ────────────────────────────────────────────────────────────────


@pytest.mark.parametrize("side", Side)
def test_an_absence_of_either_side_moves_it_to_the_next_day_on_which_both_can(side):
    tour = tour_of()
    plan_checkins(SIGNED)
    make_absence(tour.party(side), date(2026, 4, 1), date(2026, 4, 17))
    make_absence(tour.party(side.other), date(2026, 4, 20), date(2026, 4, 20))
    assert planned(tour)[0] == date(2026, 4, 21)


def test_a_removed_absence_brings_it_back():
    tour = tour_of()
    away = make_absence(tour.manager, date(2026, 4, 1), date(2026, 4, 17))
    assert planned(tour)[0] == date(2026, 4, 20)
    away.delete()
    assert planned(tour)[0] == date(2026, 4, 6)


def test_an_absence_to_the_end_leaves_the_last_working_day_before():
    tour = tour_of(ends_on=date(2026, 10, 20))
    make_absence(tour.employee, date(2026, 10, 3), date(2026, 12, 31))
    assert planned(tour) == [date(2026, 4, 6), date(2026, 7, 6), date(2026, 10, 2)]


def test_where_both_can_on_no_day_before_the_next_one_that_does_the_work_of_both():
    tour = tour_of(rhythm=1)
    make_absence(tour.employee, date(2026, 3, 1), date(2026, 5, 17))
    assert planned(tour)[:3] == [date(2026, 2, 5), date(2026, 5, 18), date(2026, 6, 5)]


def test_what_is_begun_stays_as_it_is_and_so_does_what_has_lapsed():
    tour = tour_of()
    plan_checkins(SIGNED)
    make_sheet(tour.checkins.get(due_on=date(2026, 7, 6)), Side.EMPLOYEE)
    make_absence(tour.manager, date(2026, 4, 1), date(2026, 7, 31))
    now = moment(date(2026, 5, 1))  # the one of April has lapsed
    assert planned(tour, now) == [date(2026, 4, 6), date(2026, 7, 6), date(2026, 10, 5)]


def test_nothing_moves_into_the_past():
    tour = tour_of()
    away = make_absence(tour.manager, date(2026, 4, 1), date(2026, 4, 17))
    plan_checkins(SIGNED)
    away.delete()
    assert planned(tour, moment(date(2026, 4, 18)))[0] == date(2026, 4, 20)


@pytest.mark.parametrize("drafted", [False, True])
def test_what_is_open_keeps_its_day_so_that_none_tells_of_a_draft(drafted):
    tour = tour_of()
    plan_checkins(SIGNED)
    asked = tour.checkins.get(due_on=date(2026, 4, 6))
    if drafted:
        make_sheet(asked, Side.EMPLOYEE)
    make_absence(tour.manager, date(2026, 4, 1), date(2026, 4, 17))
    assert planned(tour, moment(asked.opens_on)) == [date(2026, 4, 6), date(2026, 7, 6), date(2026, 10, 5)]


def test_an_absence_long_over_is_forgotten_and_changes_nothing():
    tour = tour_of()
    make_absence(tour.manager, date(2026, 4, 1), date(2026, 4, 17))
    before = planned(tour)
    assert planned(tour, moment(date(2026, 8, 30))) == before


def test_an_absence_of_somebody_else_is_none_of_this_tour(django_assert_num_queries):
    tour_of()
    plan_checkins(SIGNED)
    make_absence(make_person(), date(2026, 4, 1), date(2026, 4, 17))
    with django_assert_num_queries(IDLE):
        plan_checkins(SIGNED)


def test_an_idle_minute_takes_no_statement_more_with_a_calendar_and_absences(django_assert_num_queries):
    tour = tour_of()
    calendar("DE-BY")
    make_absence(tour.manager, date(2026, 4, 1), date(2026, 4, 17))
    plan_checkins(SIGNED)
    with django_assert_num_queries(IDLE):
        plan_checkins(SIGNED)


def test_as_many_statements_for_many_tours_that_move_as_for_one():
    calendar("DE-BY")

    def statements(tours: int) -> int:
        made = [tour_of() for _ in range(tours)]
        before = {tour: planned(tour) for tour in made}
        for tour in made:
            make_absence(tour.employee, date(2026, 4, 1), date(2026, 4, 17))
        with CaptureQueriesContext(connection) as queries:
            plan_checkins(SIGNED)
        assert {tour for tour in made if planned(tour) != before[tour]} == set(made), "each of them moved"
        return len(queries)

    assert statements(1) == statements(20)


# ── Career check-ins ────────────────────────────────────────────────────────


def test_a_career_check_in_comes_once_a_year_a_week_after_the_regular_one():
    tour = tour_of(ends_on=date(2029, 1, 31))
    found = planned(tour, kind=Kind.CAREER)
    assert found == [date(2027, 1, 12), date(2028, 1, 12), date(2029, 1, 12)]
    first = tour.checkins.filter(kind=Kind.CAREER).first()
    assert (first.opens_on, first.lapses_on) == (date(2027, 1, 5), date(2027, 1, 26))


def test_hr_chooses_after_how_many_months_and_what_nobody_has_begun_follows():
    tour = tour_of(ends_on=date(2027, 12, 31), rhythm=6)
    plan_checkins(SIGNED)
    calendar("", career_months=9)  # of a rhythm of six, every second falls on a regular one
    assert planned(tour, kind=Kind.CAREER) == [date(2026, 10, 5), date(2027, 7, 12)]


def test_of_a_tour_that_runs_for_years_no_career_check_in_of_the_past_is_made_up():
    tour = tour_of(starts_on=date(2023, 1, 9), ends_on=date(2028, 1, 31))
    assert planned(tour, kind=Kind.CAREER) == [date(2026, 1, 16), date(2027, 1, 18), date(2028, 1, 17)]


def test_an_early_end_and_other_terms_take_a_career_check_in_along():
    ended, amended = (tour_of(ends_on=date(2028, 1, 31)) for _ in range(2))
    plan_checkins(SIGNED)
    make_early_end(ended, date(2026, 12, 1))
    make_amended_tour(amended, starts_on=date(2026, 3, 2), ends_on=date(2028, 1, 31), rhythm=3)
    now = moment(date(2026, 3, 17))
    assert planned(ended, now, kind=Kind.CAREER) == []
    assert planned(amended, now, kind=Kind.CAREER) == [date(2027, 3, 9)]


def test_no_slot_is_planned_twice():
    """By the database's own rule; see also the race in `test_services.py`."""
    tour = tour_of()
    plan_checkins(SIGNED)
    row = tour.checkins.filter(kind=Kind.REGULAR).first()
    row.pk = None
    with pytest.raises(IntegrityError, match="checkin_slot_once"):
        row.save(force_insert=True)
