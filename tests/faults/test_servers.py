"""Whatever becomes of Redis and Postgres."""

from __future__ import annotations

import time
from contextlib import suppress

import psutil
import pytest
from django.db import OperationalError, connection
from django.test import Client
from django.urls import reverse

from tests.factories import make_line, make_person, make_proposed_tour
from tests.faults.ground import (
    drained,
    make_letters,
    noon_somewhere,
    open_letters,
    processes_of,
    slow,
    wait_until,
)

WITHIN = 60.0  #: seconds after which letters must leave again
AWAY = 600.0  #: seconds
FROZEN = 70.0


@pytest.fixture
def patient(ground, settings):
    """Beat and a worker, both with the clock of production, and a page that needs Redis as little as they."""
    settings.CACHES = {"default": {**settings.CACHES["default"], "LOCATION": ground.redis.url}}
    ground.beat()
    ground.worker()
    make_letters(1)
    wait_until(drained, nudging=False)
    return ground


def people_save() -> None:
    """Signs in, opens and saves as people do; no page fails, and none keeps anybody waiting."""
    alice, bob = (make_person(time_zone=noon_somewhere()) for _ in range(2))
    make_line(alice, bob)
    tour = make_proposed_tour(alice, bob)
    client, failed = Client(raise_request_exception=False), []
    client.post(reverse("sign_in"), {"username": alice.email, "password": "wrong"})
    client.force_login(alice)
    terms = tour.versions.get()
    for method, url, data in [
        ("get", reverse("home"), {}),
        ("get", terms.get_absolute_url(), {}),
        ("post", reverse("terms_comment", args=[tour.pk, terms.number]), {"words": "And the spring?"}),
        ("post", reverse("password_forgotten"), {"email": bob.email}),
    ]:
        begun = time.monotonic()
        status = getattr(client, method)(url, data).status_code
        if status >= 500 or time.monotonic() - begun > 10:
            failed.append((url, status))
    assert not failed, failed


@pytest.mark.long
def test_redis_is_killed_and_comes_back_empty(patient, fault):
    patient.office.usual["DOT"] = slow("250 taken", 0.02)
    make_letters(600)
    told = fault("Redis kill -9, then emptied")
    wait_until(lambda: len(patient.office.taken) > 100, nudging=False)
    for process in processes_of(patient.redis.folder, "redis"):
        process.kill()
    people_save()
    patient.redis.start()
    make_letters(10)
    back = wait_until(drained, WITHIN, nudging=False)
    told.judge(remark=f"all out {back:.0f} s after")


@pytest.mark.long
def test_redis_is_gone_while_people_save(patient, fault):
    told = fault("Redis gone for 10 minutes")
    for process in processes_of(patient.redis.folder, "redis"):
        process.kill()
    until = time.monotonic() + AWAY
    make_letters(50)
    while time.monotonic() < until:
        people_save()
        time.sleep(AWAY / 20)
    patient.redis.start()
    back = wait_until(drained, WITHIN, nudging=False)
    told.judge(remark=f"all out {back:.0f} s after")


@pytest.mark.long
def test_redis_freezes(patient, fault):
    told = fault("Redis frozen for 70 s")
    frozen = processes_of(patient.redis.folder, "redis")
    for process in frozen:
        process.suspend()
    make_letters(50)
    until = time.monotonic() + FROZEN
    people_save()
    time.sleep(max(0.0, until - time.monotonic()))
    for process in frozen:
        process.resume()
    back = wait_until(drained, WITHIN, nudging=False)
    told.judge(remark=f"all out {back:.0f} s after")


def test_postgres_is_killed(ground, fault):
    ground.office.usual["DOT"] = slow("250 taken", 0.02)
    make_letters(150)
    told = fault("Postgres kill -9 in mid-drain")
    ground.worker()
    wait_until(lambda: len(ground.office.taken) > 40)
    connection.close()
    postmaster = int((ground.postgres.folder / "postmaster.pid").read_text().split()[0])
    for process in processes_of(ground.postgres.folder, "postgres"):
        if process.pid == postmaster:
            process.suspend()  # so that it begins none, and mends nothing, while they die
            for each in (*process.children(), process):
                with suppress(psutil.NoSuchProcess):  # it had come to its end by itself
                    each.kill()
    with pytest.raises(OperationalError):
        open_letters()
    connection.close()
    ground.postgres.start()  # as the launcher or systemd does
    wait_until(_answers, nudging=False)
    wait_until(drained)
    told.judge(in_the_air=2)


def _answers() -> bool:
    """Of a pooler it takes a moment, for it has connections from before."""
    try:
        open_letters()
    except OperationalError:
        connection.close()
        return False
    return True
