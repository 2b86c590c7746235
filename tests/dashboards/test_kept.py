"""What takes long to count is kept for a while, and says as of when; what takes no time is not."""

from datetime import timedelta

import pytest
import time_machine
from django.core.cache import cache
from django.urls import reverse
from django.utils import timezone
from redis.exceptions import RedisError

from alliance_site.dashboards import for_hr, kept
from alliance_site.outbox.models import Heartbeat
from people.models import ReportingLine, Role

ALONE = "2 people have a manager and no tour"
COUNTED = "The counts for the whole company are from"


@pytest.fixture
def slow(monkeypatch):
    """As if all that is counted had taken a second at least."""
    monkeypatch.setattr(kept, "NOTICEABLE", 0)
    monkeypatch.setattr(kept, "TIMES_AS_LONG", 10_000)


@pytest.fixture
def home(cast, as_):
    client = as_(cast.heidi)
    return lambda: client.get(reverse("home")).content.decode()


def test_what_takes_no_time_is_counted_anew(home):
    assert ALONE in home()
    ReportingLine.objects.all().delete()
    page = home()
    assert ALONE not in page
    assert COUNTED not in page


def test_what_takes_long_stands_for_a_while_and_says_since_when(home, slow):
    assert COUNTED not in home()
    ReportingLine.objects.all().delete()
    page = home()
    assert ALONE in page
    assert COUNTED in page
    with time_machine.travel(timezone.now() + timedelta(days=1)):
        assert ALONE not in home(), "the numbers of another day are others"


def test_it_passes_away_by_itself(home, slow, monkeypatch):
    monkeypatch.setattr(kept, "LONGEST", 600)
    home()
    (key,) = cache._cache.get_client().keys("*kept*")
    assert 0 < cache._cache.get_client().ttl(key) <= 600


def test_another_release_does_not_take_these_numbers_for_its_own(home, slow, monkeypatch):
    """While it is installed both ask, and what each counts is in an order of its own."""
    home()
    monkeypatch.setattr(for_hr, "COMPANY", for_hr.COMPANY[::-1][:-1])
    page = home()
    assert ALONE in page
    assert COUNTED not in page


def test_letters_that_do_not_go_out_are_told_at_once(home, slow):
    home()
    Heartbeat.objects.create(name="plan", at=timezone.now() - timedelta(hours=1))
    assert "letters are not planned" in home()


def test_a_worker_that_never_ran_is_told_but_not_to_the_first_of_hr_at_once(home, cast):
    assert "letters are not planned" not in home()
    role = cast.heidi.roles.get()
    was = {"id": role.pk, "person": cast.heidi, "kind": role.kind, "since": role.since}
    with time_machine.travel(timezone.now() - for_hr.SILENCE):
        Role.pgh_event_model.objects.create(pgh_obj=role, pgh_label="insert", **was)
    assert "letters are not planned" in home()
    for name in ("plan", "deliver"):
        assert "letters are not planned" in home()
        Heartbeat.objects.create(name=name, at=timezone.now())
    assert "letters are not planned" not in home()
    Heartbeat.objects.filter(name="plan").update(
        at=timezone.now() + timedelta(hours=2)
    )  # the clock was ahead
    assert "letters are not planned" in home()


def test_it_is_one_statement_kept_or_not(cast, as_, slow, statements):
    counted, kept = (statements(as_(cast.heidi), reverse("home"), has=ALONE) for _time in range(2))
    assert len(counted) == len(kept)
    (all_,), (letters,) = ([sql for sql in asked if "outbox_heartbeat" in sql] for asked in (counted, kept))
    assert ("feedback_expectation" in all_, "feedback_expectation" in letters) == (True, False)


def test_what_is_a_part_of_something_else_is_counted_in_one_look_with_it(cast, as_, statements):
    asked = statements(as_(cast.heidi), reverse("home"), has=ALONE)
    [counted] = [sql for sql in asked if "outbox_heartbeat" in sql]
    assert counted.count('"talk_day" <= ') == 1


def test_without_redis_it_is_counted_each_time(home, slow, monkeypatch):
    def away(*_, **__):
        raise RedisError("away")

    home()
    monkeypatch.setattr(cache, "get", away)
    monkeypatch.setattr(cache, "set", away)
    ReportingLine.objects.all().delete()
    assert ALONE not in home()
