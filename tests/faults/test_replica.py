"""Whatever becomes of the replica that counts HR's figures."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import timedelta

import pytest
from django.db import OperationalError
from django.test import Client
from django.urls import reverse
from django.utils import timezone

from people import replica
from people.models import Person
from tests.conftest import signed_in
from tests.factories import make_hr, make_person
from tests.faults.standby import Standby, catch_up, following, stand_still

pytestmark = pytest.mark.processes


@pytest.fixture
def standby(ground) -> Iterator[Standby]:
    with following(ground) as found:
        yield found


@pytest.fixture
def hr(standby) -> Client:
    """Whose company has four people."""
    heidi = make_person(name="Heidi Hoffmann")
    make_hr(heidi)
    for _ in range(3):
        make_person()
    catch_up()
    return signed_in(heidi)


def headcount(client: Client) -> str:
    found = client.get(reverse("retention")).context["figures"]
    return {figure.key: figure.value for figure in found}["closing_headcount"]


def test_the_replica_counts_and_says_up_to_when(hr):
    assert headcount(hr) == "4"
    stand_still()
    make_person()
    assert headcount(hr) == "4"


def test_a_file_is_counted_by_it_too(hr):
    stand_still()
    make_person()
    file = hr.get(reverse("retention_export", args=["csv"]), {"table": "figures"}).text
    assert "\nClosing headcount,4," in file.replace("\r", "")


def test_who_may_see_it_is_read_where_it_is_written(hr):
    stand_still()
    Person.objects.get(name="Heidi Hoffmann").roles.all().delete()
    assert hr.get(reverse("retention")).status_code == 404


def test_one_that_is_far_behind_is_not_asked(hr, monkeypatch, caplog):
    stand_still()
    make_person()
    monkeypatch.setattr(replica, "BEHIND", timedelta(0))
    assert headcount(hr) == "5"
    assert "has come to" in caplog.text


def test_one_that_is_away_is_done_without(hr, standby, caplog):
    standby.stop()
    make_person()
    assert headcount(hr) == "5"
    assert "does not answer" in caplog.text


def test_what_it_gives_up_is_counted_anew(hr, caplog):
    asked = []

    def count(at):
        asked.append(replica.reads())
        if replica.reads() == replica.REPLICA:
            raise OperationalError("canceling statement due to conflict with recovery")
        return Person.objects.count()

    assert replica.counted(count, timezone.now()) == 4
    assert asked == ["replica", "default"]
    assert replica.reads() == "default"


def test_nothing_is_written_to_it(hr):
    def count(at):
        found = Person.objects.get(name="Heidi Hoffmann")
        found.name = "Heidi Huber"
        found.save()
        return make_person()

    made = replica.counted(count, timezone.now())
    assert {person.name for person in Person.objects.using("default")} >= {"Heidi Huber", made.name}
