"""The right local day, once, outside quiet hours: through every switch of the clock, and with a wrong one."""

from __future__ import annotations

from datetime import UTC, date, datetime, time, timedelta
from zoneinfo import ZoneInfo

import pytest

from alliance_site.outbox.delivery import deliver
from alliance_site.outbox.models import Message
from alliance_site.outbox.planning import plan
from people.models import Person
from tests.factories import make_person, make_signed_tour
from tours.models import Side, Tour

pytestmark = pytest.mark.long

STEP = timedelta(hours=2)
OFF = timedelta(minutes=5)  #: by which the clock of one host is wrong
SWITCHES = {
    "Europe/Berlin": (date(2026, 3, 29), date(2026, 10, 25)),
    "America/New_York": (date(2026, 3, 8), date(2026, 11, 1)),
    "Australia/Lord_Howe": (date(2026, 4, 5), date(2026, 10, 4)),  # by half an hour
    "America/Santiago": (date(2026, 4, 5), date(2026, 9, 6)),  # at midnight, which one day has not
    "Africa/Casablanca": (date(2026, 2, 15), date(2026, 3, 22)),  # around Ramadan
}
CASES = [(zone, day) for zone, days in SWITCHES.items() for day in days]


@pytest.fixture(autouse=True)
def _promises_only(ground, settings) -> None:
    ground.office.usual.clear()
    settings.OUTBOX_PREPARE = []
    settings.OUTBOX_OCCASIONS = ["tours.reminders.promise_due"]


def promise(zone: str, day: date) -> Tour:
    """That Alice owes on that day, where it is that day for her."""
    alice, bob = make_person(time_zone=zone), make_person()
    owed = [{"owed_by": Side.EMPLOYEE, "due_on": day}]
    span = {"starts_on": day - timedelta(days=100), "ends_on": day + timedelta(days=300)}
    return make_signed_tour(alice, bob, promises=owed, **span)


def walk(office, day: date, steps: int = 27, **at) -> list[datetime]:
    """Through that day anywhere on Earth, on two hosts of which one is wrong; when letters came."""
    came: list[datetime] = []
    start = datetime.combine(day, time(0), UTC) - 15 * timedelta(hours=1)
    for tick in range(steps):
        now = start + tick * STEP
        for clock in (now, now - OFF if tick % 2 else now + OFF):
            plan(clock)
            deliver(clock)
            came += [now] * (len(office.taken) - len(came))
        if change := at.get(f"after_{tick}"):
            change()
    return came


def check(came: list[datetime], zone: str, day: date) -> None:
    [moment] = [each.astimezone(ZoneInfo(zone)) for each in came]
    assert moment.date() == day
    assert time(7) <= (moment + OFF).time() <= time(20, 5), moment


@pytest.mark.parametrize(("zone", "day"), CASES)
def test_the_clocks_are_put_on_or_back(ground, fault, zone, day):
    told = fault(f"clocks change on {day} in {zone}")
    promise(zone, day)
    check(walk(ground.office, day), zone, day)
    told.judge(remark="one clock 5 minutes off")


@pytest.mark.parametrize("day", [date(2028, 2, 29), date(2028, 12, 31)])
def test_a_leap_day_and_the_last_of_a_year(ground, fault, day):
    told = fault(f"due on {day}")
    promise("Asia/Kolkata", day)
    check(walk(ground.office, day), "Asia/Kolkata", day)
    told.judge(remark="one clock 5 minutes off")


def test_a_zone_is_changed_in_between(ground, fault):
    """Planned in the night of Auckland, for its morning; by then Alice is in Los Angeles, a day behind."""
    day, zone = date(2026, 5, 12), "America/Los_Angeles"
    told, tour = fault("time zone changed in between"), promise("Pacific/Auckland", day)

    def move() -> None:
        assert Message.objects.get().state == Message.State.WAITING
        Person.objects.filter(pk=tour.employee_id).update(time_zone=zone)

    check(walk(ground.office, day, steps=30, after_3=move), zone, day)
    told.judge()
