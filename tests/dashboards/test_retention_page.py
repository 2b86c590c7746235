"""What takes long to count stands on HR's pages for a while: as of when, and only where it belongs."""

from __future__ import annotations

from datetime import date, timedelta
from math import inf

import pytest
import time_machine
from django.core.cache import cache
from django.test import Client
from redis.exceptions import RedisError

from alliance_site.dashboards import kept
from alliance_site.dashboards.models import MonthlyReport
from alliance_site.dashboards.retention import page as pages
from people.models import Employment, Role
from tests.factories import make_hr, make_signed_tour

PAGES = ("", "departments/", "staying/?by=type", "staying/?by=year", "staying/?by=department", "tours/")
ANEW = "Count anew"
AT_NINE, AT_FIVE_PAST = "Counted on 16 Mar 2026, 09:00", "Counted on 16 Mar 2026, 09:05"


@pytest.fixture(autouse=True)
def clock():
    with time_machine.travel("2026-03-16 09:00:00Z", tick=False) as clock:
        yield clock


@pytest.fixture
def slow(monkeypatch):
    """As if all that is counted had taken ten seconds and more."""
    monkeypatch.setattr(kept, "NOTICEABLE", 0)
    monkeypatch.setattr(kept, "TIMES_AS_LONG", kept.LONGEST * 1000)


@pytest.fixture(autouse=True)
def _a_tour(cast):
    make_signed_tour(cast.alice, cast.bob, starts_on=date(2025, 7, 1), ends_on=date(2026, 4, 30))


def read(reader: Client, page: str = "", **headers: str) -> str:
    reply = reader.get(f"/retention/{page}", headers=headers)
    assert reply.status_code == 200
    return reply.text


def figures(page: str) -> str:
    """All that stands below what can be asked, but for what is the reader's own."""
    return (
        page.split('class="filter', 1)[1]
        .split("</form>")[1]
        .split("<form")[0]
        .split('<p class="only-print')[0]
    )


def all_but_hr_leave() -> None:
    """So that whatever is counted from now on is otherwise."""
    Employment.objects.filter(person__roles=None).update(
        left_on=date(2026, 2, 1), ending=Employment.Ending.OTHER
    )


def test_what_takes_long_stands_for_a_while_and_says_since_when(cast, as_, slow, clock):
    heidi = as_(cast.heidi)
    before = {page: read(heidi, page) for page in PAGES}
    all_but_hr_leave()
    clock.shift(timedelta(minutes=5))
    for page, counted in before.items():
        assert AT_NINE in counted
        assert ANEW not in counted
        again = read(heidi, page)
        assert figures(again) == figures(counted) != ""
        assert AT_NINE in again
        assert ANEW in again


def test_what_takes_no_time_is_counted_anew(cast, as_, clock):
    heidi = as_(cast.heidi)
    before = read(heidi, "tours/")
    all_but_hr_leave()
    clock.shift(timedelta(minutes=5))
    again = read(heidi, "tours/")
    assert figures(again) != figures(before)
    assert AT_FIVE_PAST in again
    assert ANEW not in again


def test_it_is_counted_anew_for_whoever_asks_for_that_and_stands_for_all_then(cast, as_, slow, clock):
    heidi = as_(cast.heidi)
    asked = "tours/?period=last_year"
    before = read(heidi, asked)
    all_but_hr_leave()
    clock.shift(timedelta(minutes=5))
    assert 'href="?period=last_year&amp;anew=on"' in read(heidi, asked)
    reply = heidi.get(f"/retention/{asked}&anew=on")
    assert (reply.status_code, reply.url) == (302, f"/retention/{asked}")
    again = read(heidi, asked)
    assert AT_FIVE_PAST in again
    assert figures(again) != figures(before)
    assert "anew=on" not in figures(again)


def test_what_is_counted_anew_in_no_time_is_not_what_was_kept(cast, as_, slow, monkeypatch):
    heidi = as_(cast.heidi)
    before = read(heidi, "tours/")
    all_but_hr_leave()
    monkeypatch.setattr(kept, "NOTICEABLE", inf)
    again = heidi.get("/retention/tours/?anew=on", follow=True).text
    assert figures(again) != figures(before)
    assert ANEW not in again


def test_another_release_shows_nothing_that_this_one_has_put_together(cast, as_, slow, monkeypatch):
    heidi = as_(cast.heidi)
    read(heidi)
    assert ANEW in read(heidi)
    monkeypatch.setattr(pages, "_release", lambda: "the next")
    assert ANEW not in read(heidi)


def test_nothing_kept_stands_on_a_page_that_asks_for_something_else(cast, as_, slow, clock):
    """Another page, other days, another department, order, language, time zone or day."""
    heidi, asked = (
        as_(cast.heidi),
        [*PAGES, "?period=last_year", "?department=Sales", "departments/?sort=name"],
    )
    counted = {page: figures(read(heidi, page)) for page in asked}
    assert len({*counted.values()}) == len(asked)
    cache.clear()
    assert {page: figures(read(heidi, page)) for page in reversed(asked)} == counted
    cast.heidi.language = "de"
    cast.heidi.save(update_fields=["language"])
    german = read(heidi)
    assert "anew=on" not in german
    assert "The three years up to" in counted[""]
    assert "The three years up to" not in german
    assert "Die drei Jahre bis" in german
    cast.heidi.time_zone = "Asia/Tokyo"
    cast.heidi.save(update_fields=["time_zone"])
    assert "18:00" in read(heidi)
    clock.shift(timedelta(hours=10))
    assert "04:00" in read(heidi), "it is another day there, and other days are the last twelve months"


def test_it_is_of_all_in_hr_but_what_is_the_readers_own(cast, as_, slow):
    make_hr(cast.carol)
    MonthlyReport.objects.create(reader=cast.heidi, since=date(2026, 3, 1))
    assert "No longer send it" in read(as_(cast.heidi))
    other = read(as_(cast.carol))
    assert ANEW in other
    assert "Send it to me" in other
    assert "No longer send it" not in other


def test_whoever_is_in_hr_no_more_sees_nothing_of_what_is_kept(cast, as_, slow):
    heidi = as_(cast.heidi)
    read(heidi, "tours/")
    Role.objects.update(until=date(2026, 3, 15))
    assert heidi.get("/retention/tours/").status_code == 404
    assert as_(cast.bob).get("/retention/tours/").status_code == 404


def test_without_redis_it_is_counted_each_time(cast, as_, slow, monkeypatch):
    def away(*_, **__):
        raise RedisError("away")

    heidi = as_(cast.heidi)
    before = read(heidi, "tours/")
    monkeypatch.setattr(cache, "get", away)
    monkeypatch.setattr(cache, "set", away)
    all_but_hr_leave()
    assert figures(read(heidi, "tours/")) != figures(before)


def test_what_is_kept_asks_the_database_for_nothing_that_is_counted(cast, as_, slow, statements):
    heidi = as_(cast.heidi)
    for page in PAGES:
        counted, again = (statements(heidi, f"/retention/{page}", has="Counted on") for _time in range(2))
        assert len(again) < len(counted), page
        assert not [sql for sql in again if "tours_tour" in sql or "people_employment" in sql], page
