"""Whatever becomes of the replica that counts HR's figures."""

from __future__ import annotations

from collections.abc import Iterator

import pytest
from django.db import ProgrammingError, connections
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from alliance_site import replica
from people.models import Person
from tests.conftest import signed_in
from tests.factories import make_hr, make_person
from tests.faults.standby import Standby, following, stand_still

pytestmark = pytest.mark.processes
EXPORT = reverse("retention_export", args=["csv"])


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
    return signed_in(heidi)


def headcount(client: Client) -> str:
    found = client.get(reverse("retention")).context["figures"]
    return {figure.key: figure.value for figure in found}["closing_headcount"]


def asked_of_it() -> CaptureQueriesContext:
    return CaptureQueriesContext(connections[replica.REPLICA])


def test_it_counts_what_a_page_shows(hr):
    with asked_of_it() as asked:
        assert headcount(hr) == "4"
    assert any("people_tenure" in query["sql"] for query in asked)


def test_it_counts_what_is_in_a_file(hr):
    with asked_of_it() as asked:
        file = hr.get(EXPORT, {"table": "figures"}).text
    assert "\nClosing headcount,4," in file.replace("\r", "")
    assert any("people_tenure" in query["sql"] for query in asked)


def test_lists_of_people_are_read_where_they_are_written(hr):
    with asked_of_it() as asked:
        assert "Heidi Hoffmann" in hr.get(EXPORT, {"of": "closing"}).text
    assert not asked.captured_queries


def test_what_was_recorded_a_moment_ago_is_counted(hr):
    for many in ("5", "6", "7"):
        make_person()
        assert headcount(hr) == many


def test_who_may_see_it_is_read_where_it_is_written(hr):
    stand_still()
    Person.objects.get(name="Heidi Hoffmann").roles.all().delete()
    assert hr.get(reverse("retention")).status_code == 404


def test_one_that_is_behind_is_done_without_for_a_while(hr, caplog):
    stand_still()
    make_person()
    assert headcount(hr) == "5"
    assert "it is behind" in caplog.text
    with asked_of_it() as asked:
        assert headcount(hr) == "5"
    assert not asked.captured_queries


def test_one_that_is_away_is_done_without(hr, standby, caplog):
    standby.stop()
    make_person()
    assert headcount(hr) == "5"
    assert "The replica is not asked" in caplog.text


def test_a_database_that_follows_none_is_no_replica(hr, monkeypatch, caplog):
    monkeypatch.setitem(connections.settings, replica.REPLICA, connections.settings["default"])
    connections[replica.REPLICA].close()
    del connections[replica.REPLICA]
    assert replica.counted(replica.reads) == "default"
    assert "no replica" in caplog.text


def test_what_it_refuses_is_counted_anew(hr):
    asked = []

    def count():
        asked.append(replica.reads())
        if replica.reads() == replica.REPLICA:
            raise ProgrammingError("a column that has not come to it yet")
        return Person.objects.count()

    assert replica.counted(count) == 4
    assert asked == ["replica", "default"]
    assert replica.reads() == "default"


def test_nothing_is_written_to_it(hr):
    def count():
        found = Person.objects.get(name="Heidi Hoffmann")
        found.name = "Heidi Huber"
        found.save()
        return replica.reads(), make_person()

    read, made = replica.counted(count)
    assert read == "replica"
    assert {person.name for person in Person.objects.using("default")} >= {"Heidi Huber", made.name}
