"""Workers that are asked to stop, a database that was restored, and every task twice."""

from __future__ import annotations

import subprocess
import threading
import time
from datetime import timedelta

import pytest
from django.db import connection
from django.utils import timezone

from alliance_site.outbox import gate
from alliance_site.outbox.delivery import deliver
from alliance_site.outbox.models import Gate, Message
from alliance_site.outbox.planning import plan
from alliance_site.outbox.services import Verdict, settle_all
from people.models import Person
from tests.faults.ground import drained, make_letters, open_letters, send_all, slow, wait_until

State = Message.State


@pytest.mark.long
@pytest.mark.parametrize("how", ["ask_to_stop", "ask_all_to_stop"])
def test_workers_are_asked_to_stop_and_a_newer_version_starts(ground, fault, how):
    """What was in hand is put down for others: no lease runs out while anybody waits here. How long it took
    is in the table; thirty seconds are what systemd and containers give, on a machine that is not busy."""
    ground.office.usual["DOT"] = slow("250 taken", 0.02)
    make_letters(300)
    told = fault(f"SIGTERM in mid-drain ({'all' if 'all' in how else 'first'} processes)")
    old = ground.worker(OUTBOX_LEASE="600")
    wait_until(lambda: len(ground.office.taken) > 40)
    begun = time.monotonic()
    getattr(old, how)()
    ground.worker(OUTBOX_LEASE="600")
    wait_until(drained)
    took = time.monotonic() - begun
    old.process.wait(120)
    told.judge(in_the_air=0, remark=f"drained {took:.0f} s after")


@pytest.mark.long
def test_a_backup_taken_in_mid_drain_is_restored(ground, fault):
    """What went out after the backup would go again: so nothing goes."""
    make_letters(200)
    told = fault("restored from a backup of mid-drain")
    while not ground.office.taken:
        deliver(timezone.now(), budget=timedelta(seconds=0.1))
    before = len(ground.office.taken)
    assert 0 < before < 200
    programs, dump = ground.postgres.programs, ground.logs / "dump"
    url = ground.database_url
    subprocess.run([programs / "pg_dump", "--format=custom", f"--file={dump}", url], check=True)
    send_all(timezone.now())
    assert len(ground.office.taken) == 200
    connection.close()
    restore = [programs / "pg_restore", "--clean", "--if-exists", "--no-owner", f"--dbname={url}", dump]
    subprocess.run(restore, check=True, capture_output=True)
    ground.worker()
    wait_until(lambda: Gate.objects.get().held_at is not None)
    assert open_letters() == 200 - before
    assert Gate.objects.get().because == gate.RESTORED
    # HR looks at what the mail server has, and says which came: here, all of it.
    for verdict in (Verdict.HOLD, Verdict.ARRIVED):
        now, hr = timezone.now(), Person.objects.first()
        assert settle_all(Message.objects.all(), verdict, actor=hr, seen_at=now, now=now) == 200 - before
    assert gate.release(Gate.objects.get().held_at)
    make_letters(5, people=1, due_on=timezone.now().date() + timedelta(days=1))
    wait_until(drained)
    told.judge(remark="nothing went until HR said go")


def test_every_task_runs_twice_at_once(ground, fault):
    ground.office.usual["DOT"] = slow("250 taken", 0.002)
    make_letters(300)
    told, barrier = fault("every task twice at once"), threading.Barrier(4)

    def run(task) -> None:
        barrier.wait()
        task(timezone.now())
        connection.close()

    threads = [threading.Thread(target=run, args=[task]) for task in (plan, plan, deliver, deliver)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    send_all(timezone.now())
    told.judge()
