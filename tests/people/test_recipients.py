"""Who may be written to, in which language and by whose clock."""

from datetime import UTC, date, datetime, timedelta
from zoneinfo import ZoneInfo, available_timezones

import pytest
from django.db import DataError, IntegrityError, connection, transaction

from people.days import time_zones
from people.models import Person
from people.recipients import LEFT, NO_ADDRESS, recipients
from tests.factories import NOW, make_employment, make_person

TODAY = NOW.date()


def barred(person: Person, now: datetime = NOW) -> str:
    return recipients([person.pk], now)[person.pk].barred


def test_a_recipient_has_an_address_a_language_and_a_clock(db, settings):
    person = make_person(
        "Aroha Ngata", email="aroha@example.com", language="es", time_zone="Pacific/Auckland"
    )
    found = recipients([person.pk], NOW)[person.pk]
    assert (found.address, found.name, found.language) == ("aroha@example.com", "Aroha Ngata", "es")
    assert found.zone == ZoneInfo("Pacific/Auckland")
    assert found.barred == ""


def test_who_has_said_nothing_has_the_companys_language_and_clock(db, settings):
    settings.TIME_ZONE, settings.LANGUAGE_CODE = "Europe/Madrid", "es"
    found = recipients([make_person().pk], NOW).popitem()[1]
    assert (found.language, found.zone) == ("es", ZoneInfo("Europe/Madrid"))


def test_the_last_day_is_still_a_day(db):
    assert barred(make_person(left_on=TODAY)) == ""
    assert barred(make_person(left_on=TODAY - timedelta(days=1))) == LEFT


def test_the_last_day_ends_by_the_persons_own_clock(db):
    person = make_person(left_on=date(2026, 3, 16), time_zone="Pacific/Honolulu")
    assert barred(person, datetime(2026, 3, 17, 9, 59, tzinfo=UTC)) == ""
    assert barred(person, datetime(2026, 3, 17, 10, 0, tzinfo=UTC)) == LEFT


def test_who_came_back_is_here_again(db):
    person = make_person(left_on=date(2024, 1, 1))
    make_employment(person, date(2025, 1, 1))
    assert barred(person) == ""


def test_who_is_yet_to_begin_is_here(db):
    assert barred(make_person(hired_on=TODAY + timedelta(days=30))) == ""


def test_who_was_never_employed_has_not_left(db):
    assert barred(make_person(hired_on=None)) == ""


def test_who_has_no_address_cannot_be_written_to(db):
    assert barred(make_person(email=None)) == NO_ADDRESS


def test_many_take_one_query(db, django_assert_num_queries):
    people = [make_person() for _ in range(5)]
    with django_assert_num_queries(1):
        assert len(recipients([person.pk for person in people], NOW)) == 5


@pytest.mark.parametrize("zone", ["Mars/Olympus", "XYZ3", "' OR 1=1"])
def test_a_time_zone_that_does_not_exist_is_refused_by_the_database(db, zone):
    person = make_person()
    with pytest.raises((DataError, IntegrityError)), transaction.atomic():
        Person.objects.filter(pk=person.pk).update(time_zone=zone)


def test_every_time_zone_on_offer_is_known_to_python_and_to_the_database(db):
    offered = {name for name, _ in time_zones()}
    assert offered <= available_timezones()
    assert {name for name in offered if "/" not in name} <= {"UTC"}
    with connection.cursor() as cursor:
        cursor.execute("SELECT name FROM pg_timezone_names")
        assert offered <= {name for (name,) in cursor.fetchall()}
