"""What is due is planned once, whatever fails, races or is late."""

from __future__ import annotations

import threading
from datetime import UTC, datetime, timedelta
from zoneinfo import ZoneInfo

import pytest
from django.db import connection
from django.db.models import CharField, DateField, F, Value
from django.db.models.functions import Cast

from alliance_site.outbox.facts import DONE, TOO_LATE, UNKNOWN, look_again
from alliance_site.outbox.models import Heartbeat, Message
from alliance_site.outbox.occasions import Occasion, Recipient, recipients
from alliance_site.outbox.planning import plan, plan_occasion, waking_hour
from people.models import Person
from tests.factories import DAY, NOW, make_person


def everybody(now, about):
    rows = Person.objects.all() if about is None else Person.objects.filter(pk__in=about)
    return [
        rows.annotate(
            recipient_id=F("pk"),
            about=Cast("pk", CharField()),
            due_on=Value(DAY, DateField()),
            step=Value(0),
        )
    ]


def in_words(dues):
    return [{"path": f"/people/{due.about}/"} for due in dues]


GREETING = Occasion("tests.greeting", "Greeting", "tests/news", due=everybody, context=in_words)
BROKEN = Occasion("tests.broken", "Broken", "tests/there_is_none", due=everybody, context=in_words)
LINK = Occasion("tests.link", "Link", "tests/news", any_hour=True, lasts=timedelta(hours=1))


@pytest.fixture(autouse=True)
def _occasions(settings, words):
    settings.OUTBOX_PREPARE = []
    settings.OUTBOX_OCCASIONS = [f"tests.outbox.test_planning.{name}" for name in ("GREETING", "LINK")]


def judged(message: Message, now: datetime):
    return look_again([message], recipients([message.recipient_id], now), now)[message.pk]


def test_everybody_is_planned_once(cast):
    assert plan(NOW) == 6
    assert plan(NOW) == 0
    assert plan(NOW + timedelta(days=3)) == 0
    assert Heartbeat.objects.get(name="plan").at == NOW + timedelta(days=3)


@pytest.mark.django_db(transaction=True)
def test_two_planners_at_once_plan_each_once(cast):
    start, planned = threading.Barrier(2), []

    def run() -> None:
        start.wait()
        planned.append(plan(NOW))
        connection.close()

    threads = [threading.Thread(target=run) for _ in range(2)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert sum(planned) == Message.objects.count() == 6


def test_one_that_fails_does_not_stop_the_others_and_shows(cast, settings, caplog):
    settings.OUTBOX_PREPARE = ["tests.outbox.test_planning.fails"]
    settings.OUTBOX_OCCASIONS = ["tests.outbox.test_planning.BROKEN", *settings.OUTBOX_OCCASIONS]
    assert plan(NOW) == 6
    assert not Heartbeat.objects.exists()
    assert "planning tests.broken failed" in caplog.text
    assert "preparing with tests.outbox.test_planning.fails failed" in caplog.text


def fails(now: datetime) -> None:
    raise RuntimeError("as tests will have it")


def test_what_must_be_prepared_is_prepared_first(cast, settings):
    settings.OUTBOX_PREPARE = ["tests.outbox.test_planning.somebody_joins"]
    assert plan(NOW) == 7


def somebody_joins(now: datetime) -> None:
    make_person("New Comer")


def test_a_thousand_take_few_statements(db, django_assert_max_num_queries):
    Person.objects.bulk_create(Person(name=f"P{n}", email=f"p{n}@example.com") for n in range(1000))
    with django_assert_max_num_queries(5):
        assert plan_occasion(GREETING, NOW) == 1000


def test_an_occasion_that_is_gone_silences_its_messages(cast, settings):
    plan(NOW)
    settings.OUTBOX_OCCASIONS = []
    assert judged(Message.objects.first(), NOW).silenced == UNKNOWN


def test_a_message_whose_reason_is_gone_is_silenced(cast):
    plan(NOW)
    message = Message.objects.get(recipient=cast.alice)
    assert judged(message, NOW).silenced == ""
    message.due_on = DAY - timedelta(days=1)
    assert judged(message, NOW).silenced == DONE


def test_what_is_of_no_use_any_more_is_not_sent(cast, make_message):
    message = make_message(cast.alice, occasion=LINK.key)
    assert judged(message, NOW + timedelta(hours=1)).silenced == ""
    assert judged(message, NOW + timedelta(hours=1, seconds=1)).silenced == TOO_LATE


def test_a_message_that_comes_late_still_waits_for_the_morning(cast):
    plan(NOW)
    message = Message.objects.get(recipient=cast.alice)
    evening = NOW.replace(hour=20)
    assert judged(message, evening).wait_until == evening + timedelta(hours=11)
    assert judged(message, evening - timedelta(seconds=1)).wait_until is None


def test_what_somebody_asked_for_comes_at_any_hour(cast, make_message):
    message = make_message(cast.alice, occasion=LINK.key, created_at=NOW.replace(hour=3))
    assert judged(message, NOW.replace(hour=3)).wait_until is None


@pytest.mark.parametrize(
    ("zone", "now", "morning"),
    [
        ("UTC", datetime(2026, 3, 16, 7, tzinfo=UTC), None),
        ("UTC", datetime(2026, 3, 16, 6, 59, tzinfo=UTC), datetime(2026, 3, 16, 7, tzinfo=UTC)),
        ("UTC", datetime(2026, 3, 16, 19, 59, tzinfo=UTC), None),
        ("UTC", datetime(2026, 12, 31, 20, tzinfo=UTC), datetime(2027, 1, 1, 7, tzinfo=UTC)),
        ("UTC", datetime(2028, 2, 28, 23, tzinfo=UTC), datetime(2028, 2, 29, 7, tzinfo=UTC)),
        ("Pacific/Honolulu", datetime(2026, 3, 16, 9, tzinfo=UTC), datetime(2026, 3, 16, 17, tzinfo=UTC)),
        ("Pacific/Auckland", datetime(2026, 3, 16, 9, tzinfo=UTC), datetime(2026, 3, 16, 18, tzinfo=UTC)),
        # The nights on which the clocks change are 23 and 25 hours' part of a day.
        ("Europe/Berlin", datetime(2026, 3, 28, 21, tzinfo=UTC), datetime(2026, 3, 29, 5, tzinfo=UTC)),
        ("Europe/Berlin", datetime(2026, 10, 24, 21, tzinfo=UTC), datetime(2026, 10, 25, 6, tzinfo=UTC)),
    ],
)
def test_letters_come_by_day(zone, now, morning):
    recipient = Recipient("a@example.com", "A", "en", ZoneInfo(zone))
    assert waking_hour(now, recipient) == (morning or now)
