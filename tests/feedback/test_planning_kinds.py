"""When both are asked about the next tour and about the end of this one: each once, as the terms have it."""

from __future__ import annotations

from datetime import UTC, date, datetime, time, timedelta
from hashlib import sha256

import pytest

from feedback import planning, services
from feedback.models import CheckIn, Kind, Plan
from feedback.planning import RULES, plan_checkins
from people.models import Employment
from tests.factories import (
    make_amended_tour,
    make_early_end,
    make_person,
    make_revealed_checkin,
    make_sheet,
    make_signed_tour,
)
from tours.models import Side, Tour

pytestmark = pytest.mark.django_db
SIGNED = datetime(2026, 1, 5, 9, 0, tzinfo=UTC)
START, END = date(2026, 1, 5), date(2027, 12, 31)
TALK_ON = END - timedelta(days=180)  # Sunday, 4 July 2027


def moment(day: date) -> datetime:
    return datetime.combine(day, time(9), UTC)


def tour_of(*, signed_at: datetime = SIGNED, **terms) -> Tour:
    span = {"starts_on": START, "ends_on": END}
    tour = make_signed_tour(make_person(), make_person(), signed_at=signed_at, **span | terms)
    plan_checkins(signed_at)
    return tour


def amended(tour: Tour, on: date, **terms) -> Tour:
    """With newer terms, signed by both that day, and planned from."""
    make_amended_tour(tour, terms.pop("manager", None), **terms)
    plan_checkins(moment(on))
    return tour


def days(tour: Tour, kind: Kind) -> list[tuple[date, date, date]]:
    return list(tour.checkins.filter(kind=kind).values_list("opens_on", "due_on", "lapses_on"))


class TestTheNextTour:
    def test_it_opens_with_the_window_is_due_in_30_days_and_lapses_at_the_end(self):
        tour = tour_of()
        assert days(tour, Kind.NEXT_TOUR) == [(TALK_ON, date(2027, 8, 3), END)]
        checkin = tour.checkins.get(kind=Kind.NEXT_TOUR)
        assert set(checkin.question_set.questions.values_list("key", flat=True)) == {
            "wanted",
            "role",
            "carry_on",
            "stay",
        }

    def test_it_is_never_due_at_a_weekend(self):
        tour = tour_of(ends_on=END - timedelta(days=3))
        assert days(tour, Kind.NEXT_TOUR)[0][1] == date(2027, 8, 2)  # 31 July is a Saturday

    def test_in_a_short_tour_it_is_due_a_week_before_the_end(self):
        tour = tour_of(ends_on=START + timedelta(days=25))  # Friday, 30 January
        opens, due, lapses = days(tour, Kind.NEXT_TOUR)[0]
        assert (opens, due, lapses) == (START, date(2026, 1, 23), date(2026, 1, 30))

    def test_in_the_shortest_tour_it_is_due_within_it(self):
        tour = tour_of(starts_on=date(2026, 1, 9), ends_on=date(2026, 1, 11))  # Friday to Sunday
        assert days(tour, Kind.NEXT_TOUR) == [(date(2026, 1, 9), date(2026, 1, 9), date(2026, 1, 11))]

    def test_signed_within_the_window_it_opens_with_the_signature(self):
        signed = moment(date(2027, 11, 1))
        tour = tour_of(signed_at=signed)
        assert days(tour, Kind.NEXT_TOUR) == [(date(2027, 11, 1), date(2027, 12, 1), END)]

    def test_a_foundational_one_is_asked_before_its_review(self):
        review = date(2027, 12, 31)
        tour = tour_of(type=Tour.Type.FOUNDATIONAL, ends_on=None, review_on=review)
        assert days(tour, Kind.NEXT_TOUR) == [(TALK_ON, date(2027, 8, 3), review)]

    def test_a_later_end_moves_it(self):
        tour = tour_of()
        later = END + timedelta(days=365)
        amended(tour, date(2026, 6, 1), starts_on=START, ends_on=later)
        assert [(d[0], d[2]) for d in days(tour, Kind.NEXT_TOUR)] == [(later - timedelta(days=180), later)]

    def test_what_somebody_has_handed_in_stays_and_stands_for_the_one_that_would_come_soon_after(self):
        tour = tour_of()
        make_sheet(tour.checkins.get(kind=Kind.NEXT_TOUR), Side.EMPLOYEE, submitted_at=SIGNED)
        before = days(tour, Kind.NEXT_TOUR)
        amended(tour, date(2027, 8, 1), starts_on=START, ends_on=END + timedelta(days=20))
        assert days(tour, Kind.NEXT_TOUR) == before

    def test_an_extension_by_a_year_asks_once_more_a_year_later(self):
        tour = tour_of()
        asked = tour.checkins.get(kind=Kind.NEXT_TOUR)
        make_sheet(asked, Side.EMPLOYEE, submitted_at=SIGNED)
        later = END + timedelta(days=365)
        amended(tour, date(2027, 8, 1), starts_on=START, ends_on=later)
        assert [d[0] for d in days(tour, Kind.NEXT_TOUR)] == [TALK_ON, later - timedelta(days=180)]

    @pytest.mark.parametrize("kind", [Kind.NEXT_TOUR, Kind.CLOSE_OUT])
    def test_while_it_is_open_a_later_end_takes_it_along_and_does_not_tell_whether_there_is_a_draft(
        self, kind
    ):
        found = []
        for drafted in (False, True):
            tour = tour_of()
            before = tour.checkins.get(kind=kind)
            if drafted:
                make_sheet(before, Side.EMPLOYEE, text="Half a thought")
            amended(tour, END - timedelta(days=10), starts_on=START, ends_on=END + timedelta(days=365))
            assert tour.checkins.get(kind=kind).pk == before.pk
            found.append(days(tour, kind))
        assert found[0] == found[1]
        assert found[0][0][1] > END

    def test_what_a_later_end_took_along_is_open_still_and_follows_the_next_one_too(self):
        tour = tour_of()
        before = tour.checkins.get(kind=Kind.NEXT_TOUR)
        make_sheet(before, Side.EMPLOYEE, text="Half a thought")
        for day, years in ((END - timedelta(days=10), 1), (END + timedelta(days=30), 2)):
            amended(tour, day, starts_on=START, ends_on=END + timedelta(days=365 * years))
            assert tour.checkins.get(kind=Kind.NEXT_TOUR).opens_on == before.opens_on
        last = tour.checkins.get(kind=Kind.NEXT_TOUR)
        assert (last.pk, last.slot) == (before.pk, END + timedelta(days=730))

    @pytest.mark.parametrize("kind", [Kind.NEXT_TOUR, Kind.CLOSE_OUT])
    def test_so_does_one_that_was_asked_for_after_all(self, kind):
        tour = tour_of()
        first, day = tour.checkins.get(kind=kind), END - timedelta(days=10)
        assert services.skip(first, actor=tour.manager, reason="Not now.", now=moment(day))
        skipped = CheckIn.objects.read_by(tour.employee, day).get(pk=first.pk)
        again = services.ask_anew(skipped, actor=tour.employee, now=moment(day))
        plan_checkins(moment(day))
        assert tour.checkins.get(kind=kind, skipped_at=None).due_on == again.due_on
        for years in (1, 2):
            later = END + timedelta(days=365 * years)
            amended(tour, day, starts_on=START, ends_on=later)
            taken = tour.checkins.get(kind=kind, skipped_at=None)
            assert (taken.pk, taken.slot, taken.asked_by) == (again.pk, later, None)

    def test_an_end_about_which_was_asked_before_takes_nothing_along(self):
        """One is skipped, and the end moves out and back again: each slot is once in a tour."""
        tour = tour_of()
        first = tour.checkins.get(kind=Kind.NEXT_TOUR)
        CheckIn.objects.filter(pk=first.pk).update(
            skipped_at=SIGNED, skipped_by=Side.MANAGER, skipped_reason="Not now."
        )
        amended(tour, END - timedelta(days=140), starts_on=START, ends_on=END + timedelta(days=60))
        second = tour.checkins.get(kind=Kind.NEXT_TOUR, skipped_at=None)
        amended(tour, END - timedelta(days=100), starts_on=START, ends_on=END)
        second.refresh_from_db()
        assert (first.slot, second.slot) == (END, END + timedelta(days=60))

    def test_once_answered_it_is_not_asked_again(self):
        tour = tour_of()
        asked = tour.checkins.get(kind=Kind.NEXT_TOUR)
        asked.delete()
        make_revealed_checkin(tour, asked.due_on, kind=Kind.NEXT_TOUR)
        Plan.objects.all().delete()
        plan_checkins(moment(date(2027, 9, 1)))
        assert len(days(tour, Kind.NEXT_TOUR)) == 1

    def test_an_early_end_that_is_said_that_day_takes_it_away(self):
        tour, last = tour_of(), date(2027, 6, 30)
        make_early_end(tour, last, at=moment(last))
        plan_checkins(moment(last))
        assert days(tour, Kind.NEXT_TOUR) == []

    def test_one_that_is_said_ahead_opens_it_at_once(self):
        tour, said = tour_of(), date(2027, 3, 1)
        make_early_end(tour, date(2027, 6, 30), at=moment(said))
        plan_checkins(moment(said))
        assert days(tour, Kind.NEXT_TOUR) == [(said, date(2027, 3, 31), date(2027, 6, 30))]

    @pytest.mark.parametrize("review_on", [date(2027, 2, 1), date(2027, 4, 1)])
    def test_of_an_open_ended_one_it_lapses_then_too_and_not_by_the_review(self, review_on):
        tour = tour_of(type="foundational", ends_on=None, review_on=review_on)
        said, last = date(2027, 3, 1), date(2027, 8, 25)
        make_early_end(tour, last, at=moment(said))
        plan_checkins(moment(said))
        open_ones = [row for row in days(tour, Kind.NEXT_TOUR) if row[2] >= said]
        assert [(opens <= said, lapses) for opens, _due, lapses in open_ones] == [(True, last)]
        if review_on < said:
            assert open_ones == [(said, date(2027, 3, 31), last)]

    def test_who_is_known_to_leave_before_is_not_asked(self):
        tour = tour_of()
        Employment.objects.filter(person=tour.employee).update(
            left_on=date(2027, 9, 30), ending="resignation"
        )
        plan_checkins(moment(date(2027, 7, 1)))
        assert days(tour, Kind.NEXT_TOUR) == []

    def test_nor_is_who_leaves_what_is_open_ended_for_it_ends_with_that(self):
        tour = tour_of(type="foundational", ends_on=None, review_on=END)
        assert [lapses for _opens, _due, lapses in days(tour, Kind.NEXT_TOUR)] == [END]
        Employment.objects.filter(person=tour.employee).update(
            left_on=END + timedelta(days=16), ending="resignation"
        )
        plan_checkins(moment(date(2027, 7, 1)))
        assert days(tour, Kind.NEXT_TOUR) == []
        for later, ending in ((17, "end_of_contract"), (800, "retirement")):
            left_on = END + timedelta(days=later)
            Employment.objects.filter(person=tour.employee).update(left_on=left_on, ending=ending)
            plan_checkins(moment(date(2027, 7, 1)))
            assert [lapses for _opens, _due, lapses in days(tour, Kind.NEXT_TOUR)] == [END]

    @pytest.mark.parametrize(("later", "asked"), [(-30, 0), (-1, 0), (0, 1)])
    def test_a_contract_that_runs_out_before_the_review_leaves_nobody_to_talk_to(self, later, asked):
        tour = tour_of(type=Tour.Type.FOUNDATIONAL, ends_on=None, review_on=END)
        Employment.objects.filter(person=tour.employee).update(
            left_on=END + timedelta(days=later), ending="end_of_contract"
        )
        plan_checkins(moment(date(2027, 6, 1)))
        assert len(days(tour, Kind.NEXT_TOUR)) == asked

    def test_of_what_is_open_ended_another_kind_of_leaving_alone_takes_it_away_or_brings_it(self):
        tour = tour_of(type=Tour.Type.FOUNDATIONAL, ends_on=None, review_on=END)
        spells = Employment.objects.filter(person=tour.employee)
        for ending, asked in (("resignation", 0), ("end_of_contract", 1), ("retirement", 0)):
            spells.update(left_on=END + timedelta(days=17), ending=ending)
            plan_checkins(moment(date(2027, 6, 1)))
            assert len(days(tour, Kind.NEXT_TOUR)) == asked

    @pytest.mark.parametrize("drafted", [None, *Side])
    def test_a_new_manager_is_asked_for_themselves_where_it_is_open_with_the_old_one(self, drafted):
        tour, new = tour_of(), make_person()
        old, asked = tour.manager, tour.checkins.get(kind=Kind.NEXT_TOUR)
        if drafted:
            make_sheet(asked, drafted)
        amended(tour, date(2027, 8, 1), starts_on=START, ends_on=END, manager=new)
        plan_checkins(moment(date(2027, 8, 2)))
        assert [row.manager for row in tour.checkins.filter(kind=Kind.NEXT_TOUR).order_by("pk")] == [old, new]
        assert tour.checkins.get(pk=asked.pk).manager == old

    def test_a_new_manager_takes_it_over_unless_somebody_has_begun(self):
        new = make_person()
        for begun in (False, True):
            tour = tour_of()
            old = tour.manager
            if begun:
                make_sheet(tour.checkins.get(kind=Kind.NEXT_TOUR), Side.EMPLOYEE)
            amended(tour, date(2026, 6, 1), starts_on=START, ends_on=END, manager=new)
            assert tour.checkins.get(kind=Kind.NEXT_TOUR).manager == (old if begun else new)


class TestTheCloseOut:
    def test_it_opens_two_weeks_before_the_last_day_and_has_30_days_of_grace(self):
        opens, lapses = END - timedelta(days=14), END + timedelta(days=30)
        assert days(tour_of(), Kind.CLOSE_OUT) == [(opens, END, lapses)]

    def test_where_the_last_day_is_at_a_weekend_it_is_due_on_the_friday_before(self):
        sunday = date(2027, 12, 26)
        opens, due, lapses = days(tour_of(ends_on=sunday), Kind.CLOSE_OUT)[0]
        assert (opens, due) == (sunday - timedelta(days=14), sunday - timedelta(days=2))
        assert lapses == sunday + timedelta(days=30)

    def test_a_tour_of_a_week_is_not_closed_before_it_begins(self):
        start = date(2026, 3, 2)
        tour = tour_of(starts_on=start, ends_on=start + timedelta(days=6))
        assert days(tour, Kind.CLOSE_OUT)[0][:2] == (start, start + timedelta(days=4))  # the Friday

    def test_after_an_early_end_it_opens_that_day_and_is_due_two_weeks_later(self):
        tour, last = tour_of(), date(2026, 8, 12)
        make_early_end(tour, last)
        plan_checkins(moment(last))
        due = last + timedelta(days=14)
        assert days(tour, Kind.CLOSE_OUT) == [(last, due, due + timedelta(days=30))]

    def test_who_leaves_with_an_early_end_can_answer_before(self):
        tour, last = tour_of(), date(2026, 8, 12)
        Employment.objects.filter(person=tour.employee).update(left_on=last, ending="resignation")
        make_early_end(tour, last)
        plan_checkins(moment(date(2026, 8, 3)))
        assert days(tour, Kind.CLOSE_OUT)[0][:2] == (last - timedelta(days=14), last)

    def test_a_foundational_one_without_an_end_has_none_until_it_ends_early(self):
        tour = tour_of(type=Tour.Type.FOUNDATIONAL, ends_on=None, review_on=END)
        assert days(tour, Kind.CLOSE_OUT) == []
        make_early_end(tour, date(2026, 8, 12))
        plan_checkins(moment(date(2026, 8, 12)))
        assert len(days(tour, Kind.CLOSE_OUT)) == 1

    def test_a_tour_that_ended_before_it_began_has_nothing_to_close(self):
        tour = tour_of(starts_on=date(2026, 9, 1))
        make_early_end(tour, date(2026, 8, 1))
        plan_checkins(moment(date(2026, 8, 1)))
        assert days(tour, Kind.CLOSE_OUT) == []

    def test_a_later_end_moves_it_and_what_is_handed_in_stays(self):
        later = END + timedelta(days=90)
        for given in (False, True):
            tour = tour_of()
            if given:
                make_sheet(tour.checkins.get(kind=Kind.CLOSE_OUT), Side.MANAGER, submitted_at=SIGNED)
            amended(tour, END - timedelta(days=10), starts_on=START, ends_on=later)
            assert [d[1] for d in days(tour, Kind.CLOSE_OUT)] == ([END, later] if given else [later])

    def test_a_missed_month_of_planning_loses_none(self):
        tour = make_signed_tour(
            make_person(), make_person(), signed_at=SIGNED, starts_on=START, ends_on=date(2026, 6, 30)
        )
        plan_checkins(moment(date(2026, 7, 20)))
        assert days(tour, Kind.CLOSE_OUT)[0][1] == date(2026, 6, 30)
        assert days(tour, Kind.NEXT_TOUR) == days(tour, Kind.REGULAR) == []

    def test_a_tour_long_over_has_none(self):
        tour = tour_of(ends_on=date(2026, 6, 30), signed_at=moment(date(2026, 9, 1)))
        assert not tour.checkins.exists()

    def test_one_that_lapsed_unanswered_stays_as_history(self):
        tour = tour_of(ends_on=date(2026, 6, 30))
        Plan.objects.update(rules=RULES - 1)
        plan_checkins(moment(date(2027, 1, 1)))
        assert len(days(tour, Kind.CLOSE_OUT)) == 1


def test_planning_again_changes_nothing_and_newer_rules_plan_every_tour_anew():
    tour = tour_of()
    before = set(CheckIn.objects.values_list())
    for day in (START, TALK_ON, END):
        plan_checkins(moment(day))
        assert set(CheckIn.objects.values_list()) == before
    tour.checkins.exclude(kind=Kind.REGULAR).delete()
    Plan.objects.update(rules=1)  # as the first release left it
    plan_checkins(SIGNED)
    assert {kind for (kind,) in CheckIn.objects.values_list("kind")} == set(Kind)


def test_whoever_changes_the_rules_raises_their_number():
    """Or tours already planned keep what the rules before made of them. Then write down the new pair here."""
    words = " ".join(f"{planning.CHANGED} {planning.APPLIED} {planning.LENGTHS}".split())
    assert (RULES, sha256(words.encode()).hexdigest()[:12]) == (7, "d36dd8e9a7e9")
