"""Due on the right local day, said once and by day: whenever clocks are switched, and with a wrong one."""

from __future__ import annotations

from collections import defaultdict
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
STEPS = 42  #: from before a day begins anywhere on Earth, to the noon after the next two
OFF = timedelta(minutes=5)  #: by which the clock of one host is wrong
SWITCHES = {
    "Europe/Berlin": (date(2026, 3, 29), date(2026, 10, 25)),
    "America/New_York": (date(2026, 3, 8), date(2026, 11, 1)),
    "Australia/Lord_Howe": (date(2026, 4, 5), date(2026, 10, 4)),  # by half an hour
    "America/Santiago": (date(2026, 4, 5), date(2026, 9, 6)),  # at midnight, which one day has not
    "Africa/Casablanca": (date(2026, 2, 15), date(2026, 3, 22)),  # around Ramadan
}  # all of them Sundays
CASES = [(zone, day) for zone, days in SWITCHES.items() for day in days]


@pytest.fixture(autouse=True)
def _promises_only(ground, settings) -> None:
    ground.office.usual.clear()
    settings.OUTBOX_QUIET = True
    settings.OUTBOX_PREPARE = []
    settings.OUTBOX_OCCASIONS = ["tours.reminders.promise_due"]


def promise(zone: str, day: date) -> Tour:
    """That Alice owes on that day, where it is that day for her."""
    alice, bob = make_person(time_zone=zone), make_person()
    owed = [{"owed_by": Side.EMPLOYEE, "due_on": day}]
    span = {"starts_on": day - timedelta(days=100), "ends_on": day + timedelta(days=300)}
    return make_signed_tour(alice, bob, promises=owed, **span)


def walk(office, day: date, **at) -> dict[str, list[datetime]]:
    """From that day on, on two hosts of which one has a wrong clock; when letters came to each."""
    came: dict[str, list[datetime]] = defaultdict(list)
    seen = 0
    start = datetime.combine(day, time(0), UTC) - 15 * timedelta(hours=1)
    for tick in range(STEPS):
        now = start + tick * STEP
        for clock in (now, now - OFF if tick % 2 else now + OFF):
            plan(clock)
            deliver(clock)
            for letter in office.taken[seen:]:
                came[str(letter["To"])].append(now)
            seen = len(office.taken)
        if change := at.get(f"after_{tick}"):
            change()
    return came


def check(came: dict[str, list[datetime]], tour: Tour, zone: str, day: date) -> None:
    """It was due when that day had begun, and came once, in the morning of the first working day."""
    message = Message.objects.exclude(state=Message.State.SILENCED).get(recipient=tour.employee)
    assert message.created_at.astimezone(ZoneInfo(zone)).date() == message.due_on == day
    [moments] = [moments for to, moments in came.items() if str(tour.employee.email) in to]
    [moment] = [each.astimezone(ZoneInfo(zone)) for each in moments]
    weekend = max(0, day.isoweekday() - 5)  # 1 on a Saturday, 2 on a Sunday
    assert moment.date() == day + timedelta(days=weekend and 3 - weekend)
    assert time(7) <= (moment + OFF).time() <= time(10), moment


@pytest.mark.parametrize(("zone", "day"), CASES)
def test_the_clocks_are_put_on_or_back(ground, fault, zone, day):
    """One letter waits through the night in which they are, the other is due after it."""
    told, days = fault(f"clocks change on {day} in {zone}"), (day - timedelta(days=1), day)
    tours = [promise(zone, each) for each in days]
    came = walk(ground.office, days[0])
    for tour, each in zip(tours, days, strict=True):
        check(came, tour, zone, each)
    told.judge(remark="one clock 5 minutes off")


@pytest.mark.parametrize("day", [date(2028, 2, 29), date(2028, 12, 31)])
def test_a_leap_day_and_the_last_of_a_year(ground, fault, day):
    told, tour = fault(f"due on {day}"), promise("Asia/Kolkata", day)
    check(walk(ground.office, day), tour, "Asia/Kolkata", day)
    told.judge(remark="one clock 5 minutes off")


def test_a_zone_is_changed_in_between(ground, fault):
    """Planned in the night of Auckland, for its morning; by then Alice is in Los Angeles, a day behind."""
    day, zone = date(2026, 5, 12), "America/Los_Angeles"
    told, tour = fault("time zone changed in between"), promise("Pacific/Auckland", day)

    def move() -> None:
        assert Message.objects.get().state == Message.State.WAITING
        Person.objects.filter(pk=tour.employee_id).update(time_zone=zone)

    check(walk(ground.office, day, after_3=move), tour, zone, day)
    told.judge()
