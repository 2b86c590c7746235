"""Whatever becomes of the senders."""

from __future__ import annotations

from contextlib import suppress

import pytest

from alliance_site.outbox.models import Message
from tests.faults.dying import STEPS
from tests.faults.ground import LETTERS, drained, make_letters, slow, wait_until

State = Message.State

#: How many letters a death at that step leaves in doubt, and whether the mail server has them.
DOUBT = {"claim": (0, 0), "rcpt": (0, 0), "data_at": (1, 0), "data": (1, 1), "mark": (1, 1)}


LONG = [pytest.param(step, marks=[] if step == "mark" else pytest.mark.long) for step in STEPS]


@pytest.mark.parametrize("step", LONG)
def test_a_worker_that_is_killed_at_any_step(ground, fault, step):
    ground.office.usual.clear()
    make_letters(60)
    told = fault(f"SIGKILL after {step}")
    dying = ground.worker(senders=1, DIES_AT=f"{step}:{1 if step == 'claim' else 7}")
    wait_until(lambda: dying.process.poll() is not None)
    ground.worker(senders=1)
    wait_until(drained)
    doubtful, came = DOUBT[step]
    assert told.judge(in_the_air=1).uncertain == doubtful
    assert len(ground.office.taken) == 60 - doubtful + came


@pytest.mark.long
def test_whole_workers_killed_every_three_seconds(ground, fault):
    ground.office.usual["DOT"] = slow("250 taken", 0.03)
    make_letters(LETTERS)
    told, kills = fault("SIGKILL of whole workers every 3 s"), 0
    while not drained():
        worker, before = ground.worker(), len(ground.office.taken)
        wait_until(lambda n=before: len(ground.office.taken) > n or drained())
        with suppress(AssertionError):
            wait_until(drained, 3)
        kills += not drained()
        worker.kill()
    told.judge(in_the_air=2 * kills, remark=f"{kills} kills")
    assert kills


@pytest.mark.long
def test_a_sender_that_sleeps_past_its_lease(ground, fault):
    ground.office.usual["DOT"] = slow("250 taken", 0.02)
    make_letters(200)
    told, sleeper = fault("SIGSTOP of a sender past its lease"), ground.worker(senders=1)
    wait_until(lambda: len(ground.office.taken) > 20)
    sleeper.freeze()
    ground.worker(senders=1)
    wait_until(drained)
    sleeper.thaw()
    sleeper.ask_to_stop()  # it finishes what it thinks is in hand; only then is it known what it sent
    sleeper.process.wait(120)
    told.judge(in_the_air=1)
