"""Looking for what is due takes a twelfth of the time at most, and what is due is planned all the same."""

from __future__ import annotations

import pytest
from django.core.cache import cache
from redis.exceptions import RedisError

from alliance_site.outbox import pace, tasks


@pytest.fixture
def looks(monkeypatch):
    """Each look, which takes as many seconds as `looks.seconds` says."""

    class Looks(list):
        seconds = 0.0

    made, clock = Looks(), [0.0]

    def plan(now):
        clock[0] += made.seconds
        made.append(now)

    monkeypatch.setattr(pace, "NOTICEABLE", 5)
    monkeypatch.setattr(tasks, "plan", plan)
    monkeypatch.setattr(tasks, "monotonic", lambda: clock[0])
    return made


def test_a_quick_look_is_followed_by_the_next_at_once(looks):
    looks.seconds = 4.9
    for _time in range(3):
        tasks.plan_messages()
    assert len(looks) == 3


@pytest.mark.parametrize(("seconds", "rest"), [(5.0, 60), (15.0, 180), (141.0, 240)])
def test_a_long_look_is_followed_by_a_rest_in_proportion(looks, seconds, rest):
    looks.seconds = seconds
    tasks.plan_messages()
    tasks.plan_messages()
    assert len(looks) == 1
    key = cache.make_key(pace._KEY)
    assert rest - 5 < cache._cache.get_client().ttl(key) <= rest
    cache.delete(pace._KEY)  # as Redis does when it is over
    tasks.plan_messages()
    assert len(looks) == 2


def test_a_look_that_fails_is_followed_by_no_rest(looks, monkeypatch):
    def fails(_now):
        raise ValueError("a mistake of ours")

    monkeypatch.setattr(tasks, "plan", fails)
    with pytest.raises(ValueError, match="a mistake"):
        tasks.plan_messages()
    assert not pace.rests()


def test_without_redis_every_tick_looks(looks, monkeypatch):
    def away(*_, **__):
        raise RedisError("away")

    looks.seconds = 60
    for name in ("get", "set"):
        monkeypatch.setattr(cache, name, away)
    tasks.plan_messages()
    tasks.plan_messages()
    assert len(looks) == 2
