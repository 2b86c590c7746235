"""Which check-ins should exist, by the terms in force and the clock."""

from datetime import UTC, date, datetime, timedelta

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.utils.module_loading import import_string

from feedback.models import CheckIn, Kind, QuestionSet
from feedback.planning import plan_checkins
from feedback.questions import SHIPPED
from tests.factories import (
    make_checkin,
    make_early_end,
    make_person,
    make_policy,
    make_proposed_tour,
    make_revealed_checkin,
    make_sheet,
    make_signed_tour,
    make_terms,
    make_tour,
)
from tours.models import Side, Signature, Terms, Tour

pytestmark = pytest.mark.django_db
SIGNED = datetime(2026, 1, 5, 9, 0, tzinfo=UTC)


def tour_of(**terms) -> Tour:
    return make_signed_tour(make_person(), make_person(), **{"signed_at": SIGNED, **terms})


def sign_newer(tour: Tour, signed_at: datetime, **terms) -> Terms:
    """A newer version of the terms, signed by both."""
    newer = make_terms(tour, **terms)
    for side in Side:
        Signature.objects.create(terms=newer, side=side, signer=newer.party(side), signed_at=signed_at)
    Tour.objects.filter(pk=tour.pk).update(in_force=newer, manager=newer.manager)
    tour.refresh_from_db()
    return newer


def regular(tour: Tour):
    return tour.checkins.filter(kind=Kind.REGULAR)


def due(tour: Tour) -> list[date]:
    return list(regular(tour).values_list("due_on", flat=True))


def planned(now: datetime = SIGNED, **terms) -> list[date]:
    tour = tour_of(**terms)
    plan_checkins(now)
    return due(tour)


def test_a_quarterly_rhythm_from_the_start_to_the_end():
    days = planned(starts_on=date(2026, 2, 2), ends_on=date(2027, 2, 2), rhythm=3)
    # 2 May 2026 is a Saturday, 2 August a Sunday; 2 February 2027 is the last day itself.
    assert days == [date(2026, 5, 4), date(2026, 8, 3), date(2026, 11, 2), date(2027, 2, 2)]


def test_month_ends_do_not_drift():
    days = planned(starts_on=date(2026, 1, 30), ends_on=date(2026, 8, 1), rhythm=1)
    # 28 February is a Saturday and 30 May too; from each of them the next month's 30th comes again.
    assert days == [
        date(2026, 3, 2),
        date(2026, 3, 30),
        date(2026, 4, 30),
        date(2026, 6, 1),
        date(2026, 6, 30),
        date(2026, 7, 30),
    ]


@pytest.mark.parametrize(
    ("starts_on", "first"),
    [
        (date(2028, 1, 31), date(2028, 2, 29)),
        (date(2027, 1, 31), date(2027, 3, 1)),  # 28 February 2027 is a Sunday
        (date(2028, 2, 29), date(2028, 3, 29)),
    ],
)
def test_the_29th_of_february(starts_on, first):
    assert planned(starts_on=starts_on, ends_on=date(2028, 12, 31), rhythm=1)[0] == first


def test_a_day_moved_past_the_end_goes_back_to_the_last_working_day():
    assert planned(starts_on=date(2026, 2, 2), ends_on=date(2026, 5, 3), rhythm=3) == [date(2026, 5, 1)]


def test_an_open_ended_tour_is_planned_a_year_ahead_and_rolls_on():
    tour = tour_of(starts_on=date(2026, 1, 12), ends_on=None, review_on=date(2030, 1, 1), rhythm=6)
    plan_checkins(SIGNED)
    assert due(tour) == [date(2026, 7, 13)]
    plan_checkins(SIGNED + timedelta(days=30))
    assert due(tour) == [date(2026, 7, 13), date(2027, 1, 12)]


def test_it_opens_before_and_lapses_after_the_day_it_is_due():
    tour = tour_of(starts_on=date(2026, 2, 2), ends_on=date(2026, 6, 2), rhythm=3)
    plan_checkins(SIGNED)
    checkin = regular(tour).get()
    assert checkin.due_on - checkin.opens_on == timedelta(days=7)
    assert checkin.lapses_on - checkin.due_on == timedelta(days=14)
    assert (checkin.employee, checkin.manager) == (tour.employee, tour.manager)
    assert checkin.question_set.questions.count() == 9
    assert checkin.slot == date(2026, 5, 2)


def test_hr_chooses_how_long_but_not_for_check_ins_that_are_planned_already():
    dates = {"starts_on": date(2026, 2, 2), "ends_on": date(2026, 6, 2), "rhythm": 3}
    before = tour_of(**dates)
    plan_checkins(SIGNED)
    make_policy(make_person(), holds_from=SIGNED.date(), checkin_opens_before=20, checkin_lapses_after=40)
    after = tour_of(**dates)
    plan_checkins(SIGNED)
    spans = [
        (c.due_on - c.opens_on, c.lapses_on - c.due_on) for c in (regular(before).get(), regular(after).get())
    ]
    assert spans == [(timedelta(days=7), timedelta(days=14)), (timedelta(days=20), timedelta(days=40))]


def test_what_was_due_before_the_signature_is_not_asked_for():
    days = planned(
        starts_on=date(2025, 1, 6), ends_on=date(2026, 4, 30), rhythm=3
    )  # due on 6 January, too: the day after
    assert days == [date(2026, 1, 6), date(2026, 4, 6)]


def test_a_missed_month_of_planning_loses_nothing():
    late = SIGNED + timedelta(days=40)
    days = planned(now=late, starts_on=date(2026, 1, 12), ends_on=date(2026, 4, 30), rhythm=1)
    assert days == [date(2026, 2, 12), date(2026, 3, 12), date(2026, 4, 13)]


def test_drafts_proposals_and_tours_long_over_have_none():
    tours = [
        make_tour(make_person(), make_person()),
        make_proposed_tour(make_person(), make_person()),
        tour_of(
            starts_on=date(2020, 1, 1), ends_on=date(2021, 1, 1), signed_at=SIGNED - timedelta(days=3000)
        ),
    ]
    plan_checkins(SIGNED)
    assert not CheckIn.objects.filter(tour__in=tours).exists()


def test_planning_again_changes_nothing():
    tour_of(starts_on=date(2026, 2, 2), ends_on=date(2028, 2, 2), rhythm=1)
    plan_checkins(SIGNED)
    before = list(CheckIn.objects.values_list())
    plan_checkins(SIGNED)
    plan_checkins(SIGNED + timedelta(days=200))
    assert list(CheckIn.objects.values_list()) == before
    assert QuestionSet.objects.count() == len(SHIPPED)


def test_an_amended_rhythm_replaces_what_nobody_has_begun():
    tour = tour_of(starts_on=date(2026, 1, 5), ends_on=date(2026, 12, 31), rhythm=1)
    plan_checkins(SIGNED)
    lapsed, begun = regular(tour).get(due_on=date(2026, 2, 5)), regular(tour).get(due_on=date(2026, 3, 5))
    make_sheet(begun, Side.EMPLOYEE)
    now = datetime(2026, 3, 4, 9, 0, tzinfo=UTC)
    sign_newer(tour, now, starts_on=date(2026, 1, 5), ends_on=date(2026, 12, 31), rhythm=6)
    plan_checkins(now)
    # Of the old plan: the one that has lapsed is history, the one begun may be finished.
    assert due(tour) == [lapsed.due_on, begun.due_on, date(2026, 7, 6)]


def test_an_extended_end_adds_and_keeps():
    tour = tour_of(starts_on=date(2026, 1, 5), ends_on=date(2026, 8, 1), rhythm=3)
    plan_checkins(SIGNED)
    kept = set(regular(tour).values_list("pk", flat=True))
    now = datetime(2026, 3, 4, 9, 0, tzinfo=UTC)
    sign_newer(tour, now, starts_on=date(2026, 1, 5), ends_on=date(2026, 11, 1), rhythm=3)
    plan_checkins(now)
    assert due(tour) == [date(2026, 4, 6), date(2026, 7, 6), date(2026, 10, 5)]
    assert kept < set(regular(tour).values_list("pk", flat=True))


def test_an_early_end_removes_what_comes_after_it_and_has_not_opened():
    tour = tour_of(starts_on=date(2026, 1, 5), ends_on=date(2026, 12, 31), rhythm=1)
    plan_checkins(SIGNED)
    make_early_end(tour, date(2026, 3, 31))
    plan_checkins(datetime(2026, 4, 1, tzinfo=UTC))
    assert due(tour) == [date(2026, 2, 5), date(2026, 3, 5), date(2026, 4, 6)]


def test_a_skipped_one_stays_skipped():
    tour = tour_of(starts_on=date(2026, 1, 5), ends_on=date(2026, 4, 30), rhythm=3)
    plan_checkins(SIGNED)
    regular(tour).update(skipped_at=SIGNED, skipped_by=Side.MANAGER, skipped_reason="Away")
    plan_checkins(SIGNED)
    assert regular(tour).get().skipped_at


def test_nobody_who_leaves_has_check_ins_after_the_last_day():
    tour = tour_of(starts_on=date(2026, 1, 5), ends_on=date(2026, 12, 31), rhythm=1)
    plan_checkins(SIGNED)
    tour.employee.employments.update(left_on=date(2026, 3, 31), ending="resignation")
    plan_checkins(SIGNED)
    assert due(tour) == [date(2026, 2, 5), date(2026, 3, 5)]


def test_a_new_manager_takes_over_what_nobody_has_begun():
    tour = tour_of(starts_on=date(2026, 1, 5), ends_on=date(2026, 12, 31), rhythm=3)
    plan_checkins(SIGNED)
    old, new = tour.manager, make_person()
    begun = regular(tour).order_by("due_on")[1]
    make_sheet(begun, Side.EMPLOYEE)
    revealed = make_revealed_checkin(tour, date(2026, 3, 2))
    lapsed = make_checkin(tour, date(2026, 2, 2))
    tour.manager = new
    now = datetime(2026, 4, 2, 9, 0, tzinfo=UTC)
    sign_newer(tour, now, starts_on=date(2026, 1, 5), ends_on=date(2026, 12, 31), rhythm=3)
    plan_checkins(now)
    assert {c.due_on: c.manager for c in regular(tour).all()} == {
        lapsed.due_on: old,
        revealed.due_on: old,
        date(2026, 4, 6): new,
        begun.due_on: old,
        date(2026, 10, 5): new,
    }


def test_a_few_statements_whatever_the_number_of_tours():
    def statements() -> int:
        with CaptureQueriesContext(
            connection,
        ) as queries:
            plan_checkins(SIGNED)
        return len(queries)

    tour_of(starts_on=date(2026, 1, 5), ends_on=date(2026, 12, 31))
    plan_checkins(SIGNED)
    assert statements() == 3  # an idle minute
    few, many = 5, 50
    for _ in range(few):
        tour_of(starts_on=date(2026, 1, 5), ends_on=date(2026, 12, 31))
    with_few = statements()
    for _ in range(many - few):
        tour_of(starts_on=date(2026, 1, 5), ends_on=date(2026, 12, 31))
    assert statements() == with_few <= 12
    assert CheckIn.objects.count() == (1 + many) * 5


def test_the_outbox_prepares_it(settings):
    tour = tour_of(starts_on=date(2026, 1, 5), ends_on=date(2026, 12, 31))
    for path in settings.OUTBOX_PREPARE:
        import_string(path)(SIGNED)
    assert regular(tour).exists()
