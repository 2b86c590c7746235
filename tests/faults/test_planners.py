"""Whoever plans, however late, and whatever changes between planning and sending."""

from __future__ import annotations

import threading
from collections import Counter
from datetime import timedelta

import pytest
from django.db import connection
from django.test import Client
from django.urls import reverse
from django.utils import timezone

from alliance_site.outbox.models import Heartbeat, Message
from alliance_site.outbox.planning import plan
from people.models import Employment, ReportingLine
from tests.factories import make_amended_tour, make_hr, make_line, make_person, make_signed_tour
from tests.faults.ground import drained, make_tours, send_all, wait_until
from tours.models import Tour

pytestmark = pytest.mark.long

State = Message.State
LINE = "Have the worker, its clock and the mail server looked at"
LETTERS_EACH = 4  #: of a tour: to each side that it ends, and that what comes next is asked


def test_two_planners_race(ground, fault):
    ground.office.usual.clear()
    make_tours(20)
    told, barrier = fault("two planners, forced to race"), threading.Barrier(2)

    def run() -> None:
        barrier.wait()
        plan(timezone.now())
        connection.close()

    threads = [threading.Thread(target=run) for _ in range(2)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    send_all(timezone.now())
    row = told.judge(remark="one row a key")
    assert row.messages == row.sent == 20 * LETTERS_EACH


def test_two_beats(ground, fault):
    make_tours(20)
    told = fault("two beats")
    for _ in range(2):
        ground.beat()
    ground.worker()
    expected = 20 * LETTERS_EACH
    wait_until(lambda: Message.objects.count() >= expected and drained(), 120, nudging=False)
    assert told.judge(remark="one row a key").messages == expected


def test_every_beat_is_dead(ground, fault):
    """Nothing is planned, and HR's front page says so within ten minutes."""
    told, now = fault("every beat dead"), timezone.now()
    make_hr(heidi := make_person())
    plan(now)
    send_all(now)
    client = Client()
    client.force_login(heidi)
    Heartbeat.objects.update(at=now - timedelta(minutes=9))
    assert LINE not in client.get(reverse("home")).text
    Heartbeat.objects.filter(name="plan").update(at=now - timedelta(minutes=10))
    assert LINE in client.get(reverse("home")).text
    told.judge(remark="health line after 10 minutes")
    assert set(Heartbeat.objects.values_list("name", flat=True)) == {"plan", "deliver", "tried"}


def test_three_days_of_outage(ground, fault):
    """A thousand letters are due when planning comes back: one to each person, with everything in it."""
    ground.office.usual.clear()
    now = timezone.now()
    plan(now - timedelta(days=3))
    make_tours(250)
    told = fault("three days' outage, 1,000 due")
    plan(now)
    send_all(now)
    letters = Counter(letter["To"] for letter in ground.office.taken)
    assert set(letters.values()) == {1}
    assert Message.objects.values("recipient", "occasion", "about").distinct().count() == 1000
    assert told.judge(remark=f"{len(letters)} letters, one a person").sent == 1000


class TestBetweenPlanningAndSending:
    """Each of these makes what was planned wrong; nothing of it is said."""

    @pytest.fixture
    def tour(self, ground) -> Tour:
        ground.office.usual.clear()
        [tour] = make_tours(1)
        plan(timezone.now())
        assert Message.objects.filter(state=State.WAITING).count() == LETTERS_EACH
        return tour

    def the_end(self, ground, fault, what: str) -> list[str]:
        send_all(timezone.now())
        told = fault(f"{what} between planning and sending")
        told.judge(remark="0 wrong")
        return [str(letter["To"]) for letter in ground.office.taken]

    def test_the_person_is_gone(self, ground, fault, tour):
        yesterday = timezone.now().date() - timedelta(days=2)
        Employment.objects.filter(person=tour.employee).update(left_on=yesterday, ending="resignation")
        heard = self.the_end(ground, fault, "person gone")
        assert not any(tour.employee.email in to for to in heard)
        gone = Message.objects.filter(recipient=tour.employee)
        assert set(gone.values_list("state", flat=True)) == {State.SILENCED}

    def test_it_is_extended(self, ground, fault, tour):
        today = timezone.now().date()
        span = {"starts_on": tour.in_force.starts_on, "ends_on": today + timedelta(days=900)}
        make_amended_tour(tour, tour.manager, **span)
        assert self.the_end(ground, fault, "extended") == []

    def test_the_next_one_is_signed(self, ground, fault, tour):
        ends_on = tour.in_force.ends_on
        span = {"starts_on": ends_on + timedelta(days=1), "ends_on": ends_on + timedelta(days=400)}
        make_signed_tour(tour.employee, tour.manager, previous=tour, **span)
        assert self.the_end(ground, fault, "next tour signed") == []

    def test_it_is_handed_over(self, ground, fault, tour):
        today, carol = timezone.now().date(), make_person(time_zone=tour.manager.time_zone)
        ReportingLine.objects.filter(person=tour.employee).delete()
        make_line(tour.employee, carol, since=today - timedelta(days=1))
        heard = self.the_end(ground, fault, "handed over")
        assert not any(tour.manager.email in to for to in heard)
