"""Letters come by day, on working days, from the hour that was chosen, whatever the clocks do."""

from __future__ import annotations

from datetime import UTC, date, datetime, time, timedelta
from zoneinfo import ZoneInfo

import pytest

from alliance_site.outbox.hours import days_off, letter_hour, waking_hour
from alliance_site.outbox.models import Message
from alliance_site.outbox.occasions import Recipient
from alliance_site.outbox.planning import plan
from tests.factories import NOW, make_absence, make_person, make_policy
from tests.outbox.test_planning import GREETING, LINK, judged

ZONES = ["UTC", "Europe/Berlin", "America/New_York", "Australia/Lord_Howe", "America/Sao_Paulo"]


def at(year: int, month: int, day: int, hour: int = 0, minute: int = 0) -> datetime:
    return datetime(year, month, day, hour, minute, tzinfo=UTC)


def recipient(zone: str = "UTC", **kw) -> Recipient:
    return Recipient("a@example.com", "A", "en", ZoneInfo(zone), **kw)


@pytest.mark.parametrize(
    ("zone", "now", "morning"),
    [
        ("UTC", at(2026, 3, 16, 7), None),
        ("UTC", at(2026, 3, 16, 6, 59), at(2026, 3, 16, 7)),
        ("UTC", at(2026, 3, 16, 19, 59), None),
        ("UTC", at(2026, 12, 31, 20), at(2027, 1, 1, 7)),
        ("UTC", at(2028, 2, 28, 23), at(2028, 2, 29, 7)),
        ("UTC", at(2028, 2, 29, 23), at(2028, 3, 1, 7)),
        ("Pacific/Honolulu", at(2026, 3, 16, 9), at(2026, 3, 16, 17)),
        ("Pacific/Auckland", at(2026, 3, 16, 9), at(2026, 3, 16, 18)),
        # From Friday evening to Monday morning, and so across both switches of daylight saving.
        ("UTC", at(2026, 3, 20, 20), at(2026, 3, 23, 7)),
        ("UTC", at(2026, 3, 21, 12), at(2026, 3, 23, 7)),
        ("Europe/Berlin", at(2026, 3, 27, 20), at(2026, 3, 30, 5)),
        ("Europe/Berlin", at(2026, 10, 23, 20), at(2026, 10, 26, 6)),
        ("America/New_York", at(2026, 3, 8, 6, 59), at(2026, 3, 9, 11)),
    ],
)
def test_letters_come_by_day_and_on_working_days(zone, now, morning):
    assert waking_hour(now, recipient(zone)) == (morning or now)


@pytest.mark.parametrize("zone", ZONES)
@pytest.mark.parametrize("hour", [7, 9, 19])
def test_no_hour_of_the_year_leads_into_a_night_or_a_weekend(zone, hour):
    to, moment = recipient(zone, letters_at=time(hour)), at(2028, 1, 1)
    while moment.year == 2028:
        found = waking_hour(moment, to)
        local = found.astimezone(to.zone)
        assert time(hour) <= local.time() < time(20)
        assert local.weekday() < 5
        assert found == moment or local.time() == time(hour)
        assert timedelta(0) <= found - moment < timedelta(days=4)
        moment += timedelta(hours=5)


def test_a_holiday_is_no_working_day():
    off = {date(2026, 4, 3), date(2026, 4, 6)}
    assert waking_hour(at(2026, 4, 3, 12), recipient(), off) == at(2026, 4, 7, 7)
    assert waking_hour(at(2026, 4, 2, 12), recipient(), off) == at(2026, 4, 2, 12)


def test_the_holidays_are_those_that_hr_has_chosen(cast, words, settings):
    settings.OUTBOX_PREPARE, settings.OUTBOX_OCCASIONS = [], ["tests.outbox.test_planning.GREETING"]
    assert not days_off(NOW)
    make_policy(cast.heidi, holiday_calendar="DE", holds_from=NOW.date())
    good_friday = at(2026, 4, 3, 9)
    assert {date(2026, 4, 3), date(2026, 4, 6)} <= set(days_off(good_friday))
    plan(good_friday)
    message = Message.objects.get(recipient=cast.alice)
    assert message.send_after == at(2026, 4, 7, 7)
    assert judged(message, good_friday).wait_until == at(2026, 4, 7, 7)


def test_letters_wait_for_the_hour_that_was_chosen():
    late = recipient(letters_at=time(10))
    assert waking_hour(at(2026, 3, 16, 9, 59), late) == at(2026, 3, 16, 10)
    assert waking_hour(at(2026, 3, 16, 15), late) == at(2026, 3, 16, 15)


def test_whoever_wants_all_in_one_gets_it_at_that_hour():
    digest = recipient(letters_at=time(10), one_digest=True)
    assert letter_hour(at(2026, 3, 16, 9), GREETING, digest, ()) == at(2026, 3, 16, 10)
    assert letter_hour(at(2026, 3, 16, 10), GREETING, digest, ()) == at(2026, 3, 16, 10)
    assert letter_hour(at(2026, 3, 16, 10, 1), GREETING, digest, ()) == at(2026, 3, 17, 10)
    assert letter_hour(at(2026, 3, 20, 15), GREETING, digest, ()) == at(2026, 3, 23, 10)
    assert letter_hour(at(2026, 3, 20, 15), LINK, digest, ()) == at(2026, 3, 20, 15)


def test_when_a_letter_waits_tells_nobody_that_its_recipient_is_away(db, words, settings):
    settings.OUTBOX_PREPARE, settings.OUTBOX_OCCASIONS = [], ["tests.outbox.test_planning.GREETING"]
    make_absence(make_person(), NOW.date(), NOW.date() + timedelta(days=9))
    plan(NOW)
    assert Message.objects.get().send_after == NOW


def test_where_nobody_is_to_be_spared_letters_come_at_any_time(settings):
    settings.OUTBOX_QUIET = False
    digest, sunday = recipient(one_digest=True), at(2026, 3, 22, 3)
    assert waking_hour(sunday, digest) == letter_hour(sunday, GREETING, digest, ()) == sunday
