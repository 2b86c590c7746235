"""Another day for a check-in: who may choose it, up to when, and what goes along."""

from __future__ import annotations

from datetime import UTC, date, datetime, timedelta

import pytest
from django.urls import reverse
from icalendar import Calendar

from feedback import services
from feedback.models import CheckIn, Kind
from feedback.planning import plan_checkins
from tests.factories import (
    NOW,
    make_absence,
    make_amended_tour,
    make_checkin,
    make_early_end,
    make_revealed_checkin,
    make_sheet,
    make_signed_tour,
)
from tests.feedback.conftest import TODAY
from tests.racing import at_once, rounds
from tours import calendar
from tours.models import Side, Tour

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("no_missing_words")]

DUE = TODAY.date()
LATER = DUE + timedelta(days=10)


def url(checkin: CheckIn) -> str:
    return reverse("checkin_move", args=[checkin.pk])


def typed(day: date, seen: date = DUE) -> dict[str, str]:
    return {"day": day.isoformat(), "seen": seen.isoformat()}


def spans(checkin: CheckIn) -> tuple[date, date, date]:
    checkin.refresh_from_db()
    return checkin.opens_on, checkin.due_on, checkin.lapses_on


def move(checkin: CheckIn, to: date, actor=None, now: datetime = TODAY) -> bool:
    return services.move(checkin, to, seen=checkin.due_on, actor=actor or checkin.manager, now=now)


# ── What goes along ─────────────────────────────────────────────────────────


def test_either_side_moves_it_and_both_see_who_and_from_when(cast, as_, checkin):
    for mover, other, day, seen in ((cast.bob, cast.alice, LATER, DUE), (cast.alice, cast.bob, DUE, LATER)):
        page = as_(mover).post(url(checkin), typed(day, seen), follow=True).text
        assert "Both of you see it there" in page
        assert "You moved it here from" in page
        theirs = as_(other).get(checkin.get_absolute_url()).text
        assert f"{mover.name} moved it here from" in theirs
        assert f"{mover.name} moved it here from" in as_(other).get(reverse("checkins")).text
        assert "moved from" in as_(other).get(checkin.tour.along_url).text
        assert spans(checkin)[1] == day
    assert checkin.times_moved == 2


def test_what_is_planned_opens_and_lapses_as_many_days_before_and_after(checkin):
    planned = make_checkin(checkin.tour, DUE + timedelta(days=60))
    to = DUE + timedelta(days=40)
    assert move(planned, to)
    assert spans(planned) == (to - timedelta(days=7), to, to + timedelta(days=14))


def test_what_is_open_stays_open(checkin):
    opens = checkin.opens_on
    assert move(checkin, LATER)
    assert spans(checkin) == (opens, LATER, LATER + timedelta(days=14))


@pytest.mark.parametrize(("days", "late"), [(24, False), (25, True)])
def test_the_grace_goes_along_and_what_comes_after_it_is_late(checkin, days, late):
    assert move(checkin, LATER)  # by ten days, of a grace of fourteen
    for person in (checkin.employee, checkin.manager):
        now = TODAY + timedelta(days=days)
        services.hand_in(checkin, actor=person, basis=0, answers={}, now=now)
    checkin.refresh_from_db()
    assert (checkin.revealed_on, checkin.was_late) == (DUE + timedelta(days=days), late)


def test_a_draft_and_a_sheet_handed_in_stay_with_it(cast, as_, checkin):
    make_sheet(checkin, Side.EMPLOYEE, text="Half a thought")
    make_sheet(checkin, Side.MANAGER, text="Whole", submitted_at=NOW)
    assert move(checkin, LATER, cast.alice)
    assert "Half a thought" in as_(cast.alice).get(checkin.get_absolute_url()).text
    assert "You have handed in" in as_(cast.bob).get(checkin.get_absolute_url()).text


def test_whether_the_other_has_a_draft_shows_in_nothing(cast, as_, checkin):
    other = make_checkin(checkin.tour, DUE, kind=Kind.CAREER)
    make_sheet(checkin, Side.EMPLOYEE)
    assert move(checkin, LATER)
    assert move(other, LATER)
    assert spans(checkin) == spans(other)
    checkin.refresh_from_db()
    assert checkin.state(DUE) == other.state(DUE) == CheckIn.State.OPEN


def test_what_comes_once_in_a_tour_lapses_when_it_did(checkin):
    tour = checkin.tour
    asked = make_checkin(tour, LATER, kind=Kind.NEXT_TOUR, lapses_on=LATER + timedelta(days=50))
    assert move(asked, LATER + timedelta(days=20))
    assert spans(asked)[2] == LATER + timedelta(days=50)


def test_calendars_move_it_too(cast, checkin):
    def entry() -> tuple[date, int]:
        events = Calendar.from_ical(calendar.feed(cast.alice, DUE)).events
        return next((e.start, e.sequence) for e in events if "-checkin-regular-1@" in str(e["uid"]))

    make_checkin(checkin.tour, DUE + timedelta(days=5), slot=DUE + timedelta(days=5))
    CheckIn.objects.filter(pk=checkin.pk).update(slot=DUE)
    before = entry()
    move(checkin, LATER)  # past the second one, and still the first of the terms
    after = entry()
    assert (before[0], after[0]) == (DUE, LATER)
    assert after[1] > before[1]


# ── Who may, and until when ─────────────────────────────────────────────────


def test_nobody_but_the_two_sides(cast, as_, checkin):
    for person in (cast.carol, cast.dan, cast.heidi, cast.mallory):
        assert as_(person).get(url(checkin)).status_code == 404
        assert as_(person).post(url(checkin), typed(LATER)).status_code == 404
    assert spans(checkin)[1] == DUE


def test_not_before_today_and_not_beyond_the_tour(cast, as_, checkin):
    last = checkin.tour.ends_on
    for day in (DUE - timedelta(days=1), last + timedelta(days=1)):
        reply = as_(cast.bob).post(url(checkin), typed(day))
        assert (reply.status_code, "Choose a day from today to" in reply.text) == (400, True)
    for day, seen in ((last, DUE), (DUE, last)):
        assert as_(cast.bob).post(url(checkin), typed(day, seen)).status_code == 302


def test_in_an_open_ended_tour_a_year_ahead_at_most(cast, as_, today):
    tour = make_signed_tour(
        cast.alice, cast.bob, type=Tour.Type.FOUNDATIONAL, ends_on=None, review_on=date(2028, 3, 1)
    )
    checkin = make_checkin(tour, DUE)
    assert as_(cast.bob).post(url(checkin), typed(date(2027, 6, 16))).status_code == 400
    assert as_(cast.bob).post(url(checkin), typed(date(2027, 6, 15))).status_code == 302


def test_what_is_settled_or_lapsed_is_not_moved(cast, as_, checkin, today):
    revealed = make_revealed_checkin(checkin.tour, DUE - timedelta(days=30))
    lapsed = make_checkin(checkin.tour, DUE - timedelta(days=30), kind=Kind.CAREER)
    skipped = make_checkin(checkin.tour, DUE + timedelta(days=3))
    services.skip(skipped, actor=cast.alice, reason="Away", now=TODAY)
    for row in (revealed, lapsed, skipped):
        row.refresh_from_db()
        before = spans(row)
        reply = as_(cast.bob).post(url(row), typed(LATER, row.due_on), follow=True)
        assert "cannot be moved any more" in reply.text
        assert not move(row, LATER)
        assert spans(row) == before
        assert "Move this check-in" not in as_(cast.bob).get(row.get_absolute_url()).text


@pytest.mark.parametrize(
    "evil", ["", "x", "a\x00b", "<b>1</b>", "9" * 20_000, "\u202e2026-07-01", "0001-01-01"]
)
def test_what_is_no_day_is_refused(cast, as_, checkin, evil):
    for data in ({"day": evil, "seen": DUE.isoformat()}, {"day": LATER.isoformat(), "seen": evil}):
        reply = as_(cast.bob).post(url(checkin), data)
        assert reply.status_code in (400, 409)
        assert "<b>1</b>" not in reply.text
    assert spans(checkin)[1] == DUE


def test_the_day_it_has_is_no_other_day(cast, as_, checkin):
    assert "due on that day already" in as_(cast.bob).post(url(checkin), typed(DUE)).text
    assert checkin.moved_at is None


# ── Two at once ─────────────────────────────────────────────────────────────


def test_who_moves_over_a_newer_day_is_told_and_may_then_move_it_all_the_same(cast, as_, checkin):
    move(checkin, LATER)
    mine = DUE + timedelta(days=3)
    reply = as_(cast.alice).post(url(checkin), typed(mine))
    assert reply.status_code == 409
    assert "Not moved: meanwhile it is due on" in reply.text
    assert f'value="{mine.isoformat()}"' in reply.text
    assert f'value="{LATER.isoformat()}"' in reply.text
    assert as_(cast.alice).post(url(checkin), typed(mine, LATER)).status_code == 302
    assert spans(checkin)[1] == mine


def test_a_double_submit_moves_once(cast, as_, checkin):
    client = as_(cast.bob)
    for _ in range(2):
        assert client.post(url(checkin), typed(LATER)).status_code == 302
    checkin.refresh_from_db()
    assert checkin.times_moved == 1


@pytest.mark.django_db(transaction=True)
@rounds(3)
def test_of_two_who_move_at_once_one_does_and_no_reveal_is_lost(alice, bob):
    checkin = make_checkin(make_signed_tour(alice, bob), DUE)
    make_sheet(checkin, Side.MANAGER, text="In", submitted_at=NOW)
    results = at_once(
        lambda: move(checkin, LATER, alice),
        lambda: move(checkin, LATER + timedelta(days=1), bob),
        lambda: services.hand_in(checkin, actor=alice, basis=0, answers={}, now=TODAY),
    )
    assert results[2] is True
    assert sum(results[:2]) <= 1
    checkin.refresh_from_db()
    assert checkin.revealed_at == TODAY


def test_moving_takes_eight_queries(cast, as_, checkin, statements):
    client = as_(cast.bob)
    assert len(statements(client, url(checkin), has=DUE.isoformat())) <= 8
    assert len(statements(client, url(checkin), typed(LATER))) <= 8


# ── The planner ─────────────────────────────────────────────────────────────


class TestThePlanner:
    NOW = datetime(2026, 1, 5, 9, tzinfo=UTC)

    @pytest.fixture
    def tour(self, cast) -> Tour:
        tour = make_signed_tour(
            cast.alice,
            cast.bob,
            signed_at=self.NOW,
            starts_on=date(2026, 1, 5),
            ends_on=date(2026, 12, 31),
            rhythm=3,
        )
        plan_checkins(self.NOW)
        return tour

    def first(self, tour: Tour) -> CheckIn:
        return tour.checkins.filter(kind=Kind.REGULAR).order_by("slot")[0]

    def days(self, tour: Tour, now: datetime | None = None) -> list[date]:
        """After it was planned anew for some reason."""
        make_absence(tour.manager, date(2026, 1, 6) + timedelta(days=tour.manager.absences.count()))
        plan_checkins(now or self.NOW)
        return list(tour.checkins.filter(kind=Kind.REGULAR).values_list("due_on", flat=True))

    def test_neither_brings_the_old_day_back_nor_takes_the_new_one_away(self, tour):
        assert move(self.first(tour), date(2026, 5, 20), now=self.NOW)
        assert self.days(tour) == [date(2026, 5, 20), date(2026, 7, 6), date(2026, 10, 5)]

    def test_lets_an_absence_move_the_others_only(self, tour):
        move(self.first(tour), date(2026, 5, 20), now=self.NOW)
        make_absence(tour.employee, date(2026, 5, 18), date(2026, 7, 7))
        assert self.days(tour) == [date(2026, 5, 20), date(2026, 7, 8), date(2026, 10, 5)]

    def test_keeps_it_when_the_rhythm_changes_and_gives_it_to_a_new_manager(self, tour, cast):
        moved = self.first(tour)
        move(moved, date(2026, 5, 20), now=self.NOW)
        make_amended_tour(tour, cast.carol, starts_on=date(2026, 1, 5), ends_on=date(2026, 12, 31), rhythm=6)
        assert self.days(tour, NOW) == [date(2026, 5, 20), date(2026, 7, 6)]
        moved.refresh_from_db()
        assert moved.manager == cast.carol

    def test_lets_the_day_of_the_terms_count_where_the_tour_ends_before_the_other(self, tour):
        move(self.first(tour), date(2026, 5, 20), now=self.NOW)
        make_early_end(tour, date(2026, 4, 30))
        assert self.days(tour, datetime(2026, 3, 1, tzinfo=UTC)) == [date(2026, 4, 6)]

    def test_takes_it_away_where_both_days_are_past_the_end(self, tour):
        move(self.first(tour), date(2026, 5, 20), now=self.NOW)
        make_early_end(tour, date(2026, 3, 31))
        assert self.days(tour, datetime(2026, 3, 1, tzinfo=UTC)) == []

    def test_what_comes_next_that_was_moved_is_asked_once(self, tour):
        asked = tour.checkins.get(kind=Kind.NEXT_TOUR)
        move(asked, asked.due_on + timedelta(days=30), now=self.NOW)
        self.days(tour)
        assert tour.checkins.filter(kind=Kind.NEXT_TOUR).count() == 1

    def test_the_page_after_the_reveal_names_the_day_it_was_moved_to(self, cast, as_, checkin):
        revealed = make_revealed_checkin(checkin.tour, DUE - timedelta(days=3))
        skipped = make_checkin(checkin.tour, DUE + timedelta(days=1))
        services.skip(skipped, actor=cast.alice, reason="Away", now=TODAY)
        make_checkin(checkin.tour, DUE + timedelta(days=90))
        move(checkin, LATER)
        assert as_(cast.alice).get(revealed.get_absolute_url()).context["checkin"].next_due_on == LATER
