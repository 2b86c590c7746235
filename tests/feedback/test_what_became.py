"""What becomes of a check-in when the tour goes another way, in words on its page and in letters no more.

One test for each change, over every state a check-in can be in.
"""

from __future__ import annotations

from collections.abc import Callable
from datetime import UTC, datetime, time, timedelta

import pytest

from alliance_site.dashboards.todo import todo
from alliance_site.outbox.facts import look_again
from alliance_site.outbox.models import Message
from alliance_site.outbox.occasions import recipients
from alliance_site.outbox.planning import plan_occasion
from feedback import services
from feedback.models import CheckIn, Kind
from feedback.planning import plan_checkins
from feedback.reminders import checkin_due, checkin_lapsed
from people.models import Employment
from tests.factories import (
    make_absence,
    make_amended_tour,
    make_early_end,
    make_line,
    make_return,
    make_sheet,
    make_signed_tour,
)
from tests.feedback.conftest import TODAY
from tours.models import Side, Tour

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("no_missing_words")]

DAY = TODAY.date()  # the day it is due
START = DAY - timedelta(days=92)  # three months earlier
TERMS = {"starts_on": START, "ends_on": DAY + timedelta(days=400), "rhythm": 3}
SIGNED = datetime.combine(START, time(9), UTC)
WEEK = timedelta(days=7)


@pytest.fixture
def tour(cast, today) -> Tour:
    tour = make_signed_tour(cast.alice, cast.bob, signed_at=SIGNED, **TERMS)
    plan_checkins(SIGNED)
    return tour


def current(tour: Tour) -> CheckIn:
    return tour.checkins.get(kind=Kind.REGULAR, due_on=DAY)


# ── The states ──────────────────────────────────────────────────────────────


def planned(tour: Tour) -> CheckIn:
    """The one after, which nobody can answer yet."""
    found = tour.checkins.filter(kind=Kind.REGULAR, due_on__gt=DAY).first()
    assert found
    return found


def opened(tour: Tour) -> CheckIn:
    return current(tour)


def drafted(tour: Tour) -> CheckIn:
    make_sheet(current(tour), Side.EMPLOYEE, text="Half a thought")
    return current(tour)


def handed_in(tour: Tour) -> CheckIn:
    make_sheet(current(tour), Side.EMPLOYEE, text="A whole thought", submitted_at=TODAY)
    return current(tour)


def moved(tour: Tour) -> CheckIn:
    row = current(tour)
    assert services.move(row, DAY + WEEK, seen=DAY, actor=tour.manager, now=TODAY)
    return tour.checkins.get(pk=row.pk)


def asked(tour: Tour) -> CheckIn:
    current(tour).delete()
    return services.ask_for(tour, Kind.REGULAR, actor=tour.employee, now=TODAY)


#: Who opens a page later must not learn from it whether the other had a draft: so what is open has one fate.
OPEN = [opened, moved, asked, drafted, handed_in]


def told(as_, person, checkin: CheckIn) -> str:
    reply = as_(person).get(checkin.get_absolute_url())
    return reply.context["came_of"] if reply.status_code == 200 else ""


def plan_letters(now: datetime) -> None:
    for occasion in (checkin_due, checkin_lapsed):
        plan_occasion(occasion, now)


def reminded(days: int = 0) -> set[str]:
    """Who gets a letter about a check-in at any time until then, beyond those already written."""
    Message.objects.all().delete()
    for n in sorted({0, days // 6, days // 2, days}):
        plan_letters(TODAY + timedelta(days=n))
    return set(Message.objects.values_list("recipient__name", flat=True))


def asks(person, on=DAY) -> bool:
    return any("check-in" in item.sentence for item in todo(person, on))


# ── The tour is ended early ─────────────────────────────────────────────────


def test_after_an_early_end_what_has_not_opened_is_gone_and_the_tour_says_so(cast, as_, tour):
    checkin = planned(tour)
    make_early_end(tour, DAY - timedelta(days=1))
    plan_checkins(TODAY)
    assert not CheckIn.objects.filter(pk=checkin.pk).exists()
    assert "do not take place" in as_(cast.alice).get(tour.along_url).text
    assert reminded(30) == set()
    assert not asks(cast.alice)


@pytest.mark.parametrize("state", OPEN)
def test_after_an_early_end_what_is_open_stays_and_says_that_nobody_is_reminded(cast, as_, tour, state):
    checkin = state(tour)
    make_early_end(tour, DAY - timedelta(days=1))
    plan_checkins(TODAY)
    for person in (cast.alice, cast.bob):
        assert "The tour ended early" in told(as_, person, checkin)
        assert not asks(person)
    written = state in (drafted, handed_in)
    assert ("thought" in as_(cast.alice).get(checkin.get_absolute_url()).text) == written
    assert "thought" not in as_(cast.bob).get(checkin.get_absolute_url()).text
    assert reminded(30) == set()


# ── Somebody leaves ─────────────────────────────────────────────────────────


@pytest.mark.parametrize("state", [planned, *OPEN])
@pytest.mark.parametrize("side", Side)
def test_when_one_has_left_the_other_reads_it_and_nobody_is_reminded(cast, as_, tour, state, side):
    checkin = state(tour)
    Employment.objects.filter(person=tour.party(side)).update(
        left_on=DAY - timedelta(days=1), ending="resignation"
    )
    plan_checkins(TODAY)
    if CheckIn.objects.filter(pk=checkin.pk).exists():
        name = tour.party(side).name
        assert f"{name} left the company" in told(as_, tour.party(side.other), checkin)
        assert name not in told(as_, tour.party(side), checkin)
    else:
        assert (state, side) == (planned, Side.EMPLOYEE)
    assert reminded(30) == set()
    assert not asks(tour.party(side.other))


@pytest.mark.parametrize("state", [planned, *OPEN])
def test_when_the_employee_has_left_and_come_back_both_read_it_and_nobody_is_asked(cast, as_, tour, state):
    """Under the same manager: it was over with the employment in which the tour began."""
    checkin = state(tour)
    make_return(cast.alice, left_on=DAY - timedelta(days=20), hired_on=DAY - timedelta(days=10))
    plan_checkins(TODAY)
    kept = CheckIn.objects.filter(pk=checkin.pk).exists()
    assert kept == (state is not planned)
    if kept:
        for person, said in ((cast.alice, "You left"), (cast.bob, "Alice Ames left")):
            assert told(as_, person, checkin).startswith(f"{said} the company.")
        page = as_(cast.alice).get(checkin.get_absolute_url())
        assert page.context["form"] is None
        assert not page.context["can_skip"]
    assert reminded(30) == set()
    for person in (cast.alice, cast.bob):
        for days in (0, 20):
            assert not asks(person, DAY + timedelta(days=days))


# ── The manager changes ─────────────────────────────────────────────────────


@pytest.mark.parametrize("state", [planned, *OPEN])
def test_while_a_tour_is_to_be_taken_over_its_check_ins_rest(cast, as_, tour, state):
    checkin = state(tour)
    cast.alice.reporting_lines.all().delete()
    make_line(cast.alice, cast.carol, since=DAY)
    plan_checkins(TODAY)
    for person in (cast.alice, cast.bob):
        assert "Somebody else manages Alice Ames by now" in told(as_, person, checkin)
        assert not asks(person)
    assert reminded(30) == set()


def test_a_new_manager_gets_what_has_not_opened(cast, as_, tour):
    checkin = planned(tour)
    assert services.move(checkin, checkin.due_on + WEEK, seen=checkin.due_on, actor=cast.bob, now=TODAY)
    cast.alice.reporting_lines.all().delete()
    make_line(cast.alice, cast.carol, since=DAY)
    make_amended_tour(tour, cast.carol, **TERMS)
    plan_checkins(TODAY)
    checkin.refresh_from_db()
    assert checkin.manager == cast.carol
    assert checkin.moved_by is None, "that was Bob, and not Carol"
    assert told(as_, cast.carol, checkin) == ""
    assert as_(cast.bob).get(checkin.get_absolute_url()).status_code == 404
    assert not asks(cast.bob)
    assert "Bob Brand" not in reminded(30)


@pytest.mark.parametrize("state", OPEN)
def test_what_is_open_stays_with_the_old_manager_and_the_new_one_gets_their_own(cast, as_, tour, state):
    checkin = state(tour)
    cast.alice.reporting_lines.all().delete()
    make_line(cast.alice, cast.carol, since=DAY)
    make_amended_tour(tour, cast.carol, **TERMS)
    plan_checkins(TODAY)
    for person in (cast.alice, cast.bob):
        assert "Somebody else has taken the tour over" in told(as_, person, checkin)
    assert not asks(cast.bob)
    assert as_(cast.carol).get(checkin.get_absolute_url()).status_code == 404
    own = tour.checkins.get(kind=Kind.REGULAR, due_on=DAY, manager=cast.carol)
    assert told(as_, cast.carol, own) == ""
    assert asks(cast.alice)
    assert "Bob Brand" not in reminded(30)


# ── The terms are amended ───────────────────────────────────────────────────


@pytest.mark.parametrize(("state", "stays"), [(planned, False), *((state, True) for state in OPEN)])
def test_newer_terms_take_along_only_what_they_gave_themselves(cast, as_, tour, state, stays):
    checkin = state(tour)
    tour.checkins.exclude(pk=checkin.pk).filter(kind=Kind.REGULAR, due_on__lte=DAY).delete()
    later = {**TERMS, "starts_on": START + timedelta(days=15)}
    make_amended_tour(tour, **later)
    plan_checkins(TODAY)
    assert CheckIn.objects.filter(pk=checkin.pk).exists() == stays
    if stays:
        assert told(as_, cast.alice, checkin) == ""


# ── Letters follow every change within one planning run ─────────────────────


def reveal(tour: Tour, checkin: CheckIn) -> None:
    for side in Side:
        services.hand_in(checkin, actor=tour.party(side), basis=0, answers={}, now=TODAY)


def move(days: int) -> Callable[[Tour, CheckIn], None]:
    def act(tour: Tour, checkin: CheckIn) -> None:
        to = DAY + timedelta(days=days)
        assert services.move(checkin, to, seen=checkin.due_on, actor=tour.manager, now=TODAY)

    return act


def leave(tour: Tour, checkin: CheckIn) -> None:
    Employment.objects.filter(person=tour.employee).update(
        left_on=DAY - timedelta(days=1), ending="resignation"
    )


def hand_over(tour: Tour, checkin: CheckIn) -> None:
    tour.employee.reporting_lines.all().delete()
    above = tour.manager.manager_on(DAY)
    assert above
    make_line(tour.employee, above, since=DAY)


def amend(tour: Tour, checkin: CheckIn) -> None:
    make_amended_tour(tour, None, **{**TERMS, "starts_on": START + timedelta(days=40)})


NOBODY: set[str] = set()
BOTH = {"Alice Ames", "Bob Brand"}

#: What happens to an open check-in that is due in three days, of whom a letter waits that it is open; and
#: who hears of it again in that very planning run.
CHANGES: dict[str, tuple[Callable[[Tour, CheckIn], object], set[str], set[str]]] = {
    "nothing": (lambda tour, row: None, BOTH, NOBODY),
    "handed in": (
        lambda tour, row: services.hand_in(row, actor=tour.manager, basis=0, answers={}, now=TODAY),
        {"Alice Ames"},
        NOBODY,
    ),
    "revealed": (reveal, NOBODY, NOBODY),
    "skipped": (
        lambda tour, row: services.skip(row, actor=tour.manager, reason="Away", now=TODAY),
        NOBODY,
        NOBODY,
    ),
    "moved earlier": (move(1), NOBODY, {"Alice Ames"}),
    "moved later": (move(5), NOBODY, {"Alice Ames"}),
    "moved far": (move(60), NOBODY, {"Alice Ames"}),
    "ended early": (lambda tour, row: make_early_end(tour, DAY - timedelta(days=1)), NOBODY, NOBODY),
    "handed over": (hand_over, NOBODY, NOBODY),
    "amended": (amend, BOTH, NOBODY),
    "left": (leave, NOBODY, NOBODY),
    "away": (
        lambda tour, row: make_absence(tour.employee, DAY, DAY + timedelta(days=40)),
        BOTH,
        NOBODY,
    ),
}


@pytest.mark.parametrize("change", CHANGES)
def test_letters_follow_every_change_within_one_planning_run(cast, today, change):
    begin = START + timedelta(days=3)
    tour = make_signed_tour(cast.alice, cast.bob, signed_at=SIGNED, **{**TERMS, "starts_on": begin})
    plan_checkins(SIGNED)
    row = tour.checkins.get(kind=Kind.REGULAR, due_on=DAY + timedelta(days=3))
    plan_occasion(checkin_due, TODAY)
    waiting = list(Message.objects.select_related("recipient"))
    assert {letter.recipient.name for letter in waiting} == BOTH
    act, still_true, heard = CHANGES[change]
    act(tour, row)
    plan_checkins(TODAY)
    plan_letters(TODAY)
    people = recipients({letter.recipient_id for letter in waiting}, TODAY)
    verdicts = look_again(waiting, people, TODAY)
    assert {m.recipient.name for m in waiting if not verdicts[m.pk].silenced} == still_true
    known = {letter.pk for letter in waiting}
    new = Message.objects.exclude(pk__in=known).select_related("recipient")
    assert {m.recipient.name for m in new} == heard
