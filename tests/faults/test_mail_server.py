"""Whatever the mail server does."""

from __future__ import annotations

import time
from datetime import timedelta

import pytest
from django.utils import timezone

from alliance_site.outbox.models import Bounce, Message
from tests.faults.ground import make_letters, send_all, wait_until

State = Message.State
NUMBER = 40
NOBODY = "smtp://127.0.0.1:1"


@pytest.fixture(autouse=True)
def _impatient(ground, settings) -> None:
    ground.office.usual.clear()
    settings.EMAIL_URL = ground.office.url.replace("timeout=5", "timeout=0.3")
    make_letters(NUMBER)


def until_the_end() -> None:
    """Whatever was put off is tried again, and in time to be of use."""
    now = timezone.now()
    for run in range(7):
        send_all(now + run * timedelta(minutes=8))


def hang() -> str:
    time.sleep(0.5)
    return "250 too late"


@pytest.mark.long
@pytest.mark.parametrize("verb", ["RCPT", "DATA", "DOT"])
def test_it_refuses_for_now(ground, fault, verb):
    told = fault(f"SMTP: 451 at {verb}")
    ground.office.script[verb] = [*_fine(verb, 10), *["451 try later"] * 10]
    until_the_end()
    assert told.judge().sent == NUMBER


@pytest.mark.long
@pytest.mark.parametrize("verb", ["RCPT", "DOT"])
def test_it_refuses_for_good(ground, fault, verb):
    told = fault(f"SMTP: 550 at {verb}")
    ground.office.script[verb] = [*_fine(verb, 10), *["550 no such mailbox"] * 5]
    until_the_end()
    assert told.judge(remark="550 → failed").failed == 5
    assert Bounce.objects.exists() == (verb == "RCPT")


def test_it_hangs_up_after_the_dot(ground, fault):
    told = fault("SMTP: hangs up after the dot")
    ground.office.script["DOT"] = [*_fine("DOT", 10), *[None] * 5]
    until_the_end()
    assert told.judge(in_the_air=5, remark="after the dot → uncertain").uncertain == 5


@pytest.mark.long
def test_it_hangs_up_before(ground, fault):
    told = fault("SMTP: hangs up at RCPT")
    ground.office.script["RCPT"] = [*_fine("RCPT", 10), *[None] * 5]
    until_the_end()
    assert told.judge().sent == NUMBER


@pytest.mark.long
@pytest.mark.parametrize(("verb", "doubtful"), [("RCPT", 0), ("DOT", 2)])
def test_it_hangs(ground, fault, verb, doubtful):
    told = fault(f"SMTP: hangs at {verb}")
    ground.office.script[verb] = [*_fine(verb, 10), hang, hang]
    until_the_end()
    # What hung comes late, and not in the next test.
    wait_until(lambda: len(ground.office.taken) == NUMBER, nudging=False)
    assert told.judge(in_the_air=doubtful).uncertain == doubtful


@pytest.mark.long
def test_nobody_is_there_for_an_hour(ground, fault, settings):
    told, now, there = fault("SMTP: gone for an hour"), timezone.now(), settings.EMAIL_URL
    settings.EMAIL_URL = NOBODY
    for minute in range(58):
        assert send_all(now + timedelta(minutes=minute)) == 0
    settings.EMAIL_URL = there
    assert send_all(now + timedelta(minutes=59)) == NUMBER
    assert not Message.objects.filter(attempts__gt=1).exists()
    told.judge()


def _fine(verb: str, number: int) -> list[str]:
    return ["354 go on" if verb == "DATA" else "250 ok"] * number
