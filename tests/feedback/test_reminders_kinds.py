"""Who is reminded of what comes next and of the close-out, when, and no longer."""

from __future__ import annotations

from datetime import UTC, date, datetime, time, timedelta

import pytest
from django.utils.formats import date_format

from alliance_site.dashboards.todo import todo
from alliance_site.outbox.models import Message
from feedback.models import CheckIn, Kind
from feedback.planning import plan_checkins
from feedback.reminders import checkin_due, checkin_lapsed, close_out_due, next_tour_due
from people.models import Employment
from tests import reminding
from tests.factories import NOW, make_absence, make_amended_tour, make_early_end, make_sheet, make_signed_tour
from tours.models import Side, Tour

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("no_missing_words")]

END = date(2027, 12, 31)
TALK_ON = END - timedelta(days=180)


def moment(day: date) -> datetime:
    return datetime.combine(day, time(9), UTC)


@pytest.fixture
def tour(cast) -> Tour:
    tour = make_signed_tour(cast.alice, cast.bob, ends_on=END)
    plan_checkins(NOW)
    return tour


def planned(occasion, day: date) -> set[tuple[str, int]]:
    return reminding.planned(occasion, moment(day))


def test_both_hear_when_the_window_opens_when_the_answer_is_due_and_once_more(tour):
    due = tour.checkins.get(kind=Kind.NEXT_TOUR).due_on
    assert planned(next_tour_due, TALK_ON - timedelta(days=1)) == set()
    for step, day in enumerate((TALK_ON, due, due + timedelta(days=3))):
        assert planned(next_tour_due, day) == {("Alice", step), ("Bob", step)}
        assert planned(next_tour_due, day + timedelta(days=1)) == set()
    message = Message.objects.filter(recipient=tour.employee).order_by("step").first()
    assert message.subject == "What do you want after your tour with Bob Brand?"
    assert "runs until 31 Dec 2027" in message.text
    assert "Read by you until both have handed in" in message.text


def test_both_hear_when_the_window_opens_also_where_the_answer_is_due_long_after(cast, tour):
    asked = tour.checkins.get(kind=Kind.NEXT_TOUR)
    make_absence(cast.alice, asked.due_on, asked.due_on + timedelta(days=60))
    plan_checkins(NOW)
    asked.refresh_from_db()
    assert asked.due_on - TALK_ON > timedelta(days=80)
    assert planned(next_tour_due, TALK_ON) == {("Alice", 0), ("Bob", 0)}


def test_both_hear_of_the_close_out_before_the_last_day_on_it_and_once_after(tour):
    days = (END - timedelta(days=14), END, END + timedelta(days=3))
    assert planned(close_out_due, days[0] - timedelta(days=1)) == set()
    for step, day in enumerate(days):
        assert planned(close_out_due, day) == {("Alice", step), ("Bob", step)}
    assert planned(close_out_due, END + timedelta(days=31)) == set()


def test_who_has_handed_in_hears_no_more(tour):
    for kind, occasion, day in (
        (Kind.NEXT_TOUR, next_tour_due, TALK_ON),
        (Kind.CLOSE_OUT, close_out_due, END),
    ):
        make_sheet(tour.checkins.get(kind=kind), Side.MANAGER, choice="move", submitted_at=NOW)
        assert {name for name, _step in planned(occasion, day)} == {"Alice"}


def test_once_the_tour_is_extended_nothing_is_said_of_its_old_end_even_before_check_ins_are_planned(tour):
    make_amended_tour(tour, tour.manager, ends_on=END + timedelta(days=400))
    for occasion, day in ((next_tour_due, TALK_ON), (close_out_due, END), (checkin_due, TALK_ON)):
        assert planned(occasion, day) == set()
    plan_checkins(NOW)
    assert planned(next_tour_due, TALK_ON + timedelta(days=400)) == {("Alice", 0), ("Bob", 0)}


def test_what_comes_next_is_not_asked_once_it_is_signed(cast, tour):
    begins = END + timedelta(days=1)
    make_signed_tour(cast.alice, cast.bob, previous=tour, starts_on=begins, ends_on=date(2029, 12, 31))
    assert planned(next_tour_due, TALK_ON) == set()
    asked = [item.sentence for item in todo(cast.alice, TALK_ON)]
    assert "Say what you want after the tour with Bob Brand" not in asked


def test_after_an_early_end_only_the_close_out_is_reminded_of(cast, tour):
    last = TALK_ON + timedelta(days=10)
    make_sheet(tour.checkins.get(kind=Kind.NEXT_TOUR), Side.EMPLOYEE)
    make_early_end(tour, last)
    plan_checkins(moment(last))
    after = last + timedelta(days=2)
    assert planned(next_tour_due, after) == planned(checkin_due, after) == set()
    assert planned(close_out_due, after) == {("Alice", 0), ("Bob", 0)}
    assert [item.sentence for item in todo(cast.alice, after)] == [
        "Look back on the tour with Bob Brand: the close-out"
    ]


def test_what_is_asked_once_and_lapses_brings_no_letter_of_its_own(tour):
    CheckIn.objects.filter(kind=Kind.REGULAR).delete()
    assert planned(checkin_lapsed, END + timedelta(days=1)) == set()
    assert planned(checkin_lapsed, END + timedelta(days=31)) == set()


def test_nobody_is_reminded_once_one_of_the_two_has_left(cast, tour):
    Employment.objects.filter(person=cast.alice).update(left_on=END, ending="resignation")
    day = END + timedelta(days=1)
    assert planned(close_out_due, day) == set()
    assert todo(cast.bob, day) == []


def test_home_says_what_is_asked(cast, tour):
    assert "Say what you want after the tour with Bob Brand" in [
        item.sentence for item in todo(cast.alice, TALK_ON)
    ]
    assert "Say what you want after the tour with Alice Ames" in [
        item.sentence for item in todo(cast.bob, TALK_ON)
    ]


def test_a_close_out_is_answered_after_the_end_by_those_who_are_still_here(cast, tour):
    checkin = tour.checkins.get(kind=Kind.CLOSE_OUT)
    for days, may in ((1, True), (30, True), (200, True)):
        on = END + timedelta(days=days)
        row = CheckIn.objects.read_by(cast.alice, on).get(pk=checkin.pk)
        assert (row.reader_is_employed, row.state(on)) == (may, "open" if days <= 30 else "lapsed")


@pytest.mark.parametrize("left", [30, 0])
def test_home_goes_on_to_say_so_until_the_last_day_of_the_tour(cast, tour, left):
    day = END - timedelta(days=left)
    assert tour.checkins.get(kind=Kind.NEXT_TOUR).due_on <= day - timedelta(days=120)
    for who, other in ((cast.alice, cast.bob), (cast.bob, cast.alice)):
        asked = [item.sentence for item in todo(who, day)]
        assert f"Say what you want after the tour with {other.name}" in asked


@pytest.mark.parametrize(
    ("occasion", "kind"), [(next_tour_due, Kind.NEXT_TOUR), (close_out_due, Kind.CLOSE_OUT)]
)
def test_a_letter_that_goes_late_names_the_day_and_does_not_say_today(tour, occasion, kind):
    due = tour.checkins.get(kind=kind).due_on
    late = due + timedelta(days=2)  # before the third day, on which a letter of its own goes
    assert planned(occasion, late) == {("Alice", 1), ("Bob", 1)}
    for letter in Message.objects.all():
        assert f"is {date_format(due)}, and you have not handed in yet." in letter.text
        assert "today" not in (letter.subject + letter.text).lower()
