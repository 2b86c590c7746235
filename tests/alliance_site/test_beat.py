"""The clock of the ticks, when the machine's own is put right."""

from datetime import timedelta

import pytest
import time_machine
from celery import current_app
from django.conf import settings
from django.utils import timezone

from alliance_site.beat import Clock
from tests.factories import NOW


@pytest.fixture
def clock(monkeypatch):
    """Notes what it sends, and sends nothing; anew as after a restart."""
    sent = []
    monkeypatch.setattr(Clock, "apply_async", lambda self, entry, **_: sent.append(self.reserve(entry).name))
    return Clock(current_app), sent


def go_on(clock: Clock, traveller, minutes: int) -> None:
    for _second in range(minutes * 60 // 10):
        traveller.shift(10)
        while clock.tick() == 0:
            pass


def test_it_is_the_one_that_ticks():
    assert current_app.conf.beat_scheduler == "alliance_site.beat:Clock"


@pytest.mark.parametrize("ahead", [timedelta(0), timedelta(hours=2)])
def test_everything_ticks_on_after_the_clock_was_put_back(clock, ahead):
    with time_machine.travel(NOW + ahead, tick=False) as traveller:
        ticking = Clock(current_app)
        sent = clock[1]
        go_on(ticking, traveller, 2)
        assert set(sent) == {"plan", "deliver", "give", "figures"}
        traveller.shift(-ahead)
        sent.clear()
        go_on(ticking, traveller, 11)
        assert set(sent) == set(settings.CELERY_BEAT_SCHEDULE)
        assert 9 <= sent.count("plan") <= 12
        assert timezone.now() == NOW + timedelta(minutes=13)
