"""What is due is planned once, whatever fails, races or is late."""

from __future__ import annotations

import re
from datetime import UTC, datetime, timedelta

import pytest
from django.conf import settings
from django.db import connection
from django.db.models import DateField, F, Value
from django.test.utils import CaptureQueriesContext

from alliance_site.outbox import planning
from alliance_site.outbox.facts import DECLINED, DONE, OVERTAKEN, TOO_LATE, UNKNOWN, look_again
from alliance_site.outbox.models import Heartbeat, Message
from alliance_site.outbox.occasions import About, Occasion, as_text, occasions, recipients
from alliance_site.outbox.planning import plan, plan_occasion
from people.days import local_day
from people.models import Employment, Person
from people.recipients import LEFT, NO_ADDRESS
from tests.factories import (
    DAY,
    NOW,
    make_hook,
    make_person,
)
from tests.racing import at_once

ALL = settings.OUTBOX_OCCASIONS


def everybody(now, about):
    return [
        Person.objects.filter(about.under("pk")).annotate(
            recipient_id=F("pk"),
            about=as_text("pk"),
            due_on=Value(DAY, DateField()),
            step=Value(0),
        )
    ]


def on_their_day(now, about):
    [rows] = everybody(now, about)
    return [rows.filter(due_on__lte=local_day(now))]


def in_words(dues):
    return [{"path": f"/people/{due.about}/"} for due in dues]


GREETING = Occasion("tests.greeting", "Greeting", "tests/news", due=everybody, context=in_words)
DAILY = Occasion("tests.daily", "Daily", "tests/news", due=on_their_day, context=in_words)
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
    assert sum(at_once(*[lambda: plan(NOW)] * 2)) == Message.objects.count() == 6


def test_one_that_fails_does_not_stop_the_others_and_shows(cast, settings, caplog):
    settings.OUTBOX_PREPARE = ["tests.outbox.test_planning.fails"]
    settings.OUTBOX_OCCASIONS = ["tests.outbox.test_planning.BROKEN", *settings.OUTBOX_OCCASIONS]
    assert plan(NOW) == 6
    assert not Heartbeat.objects.filter(name="plan").exists()
    assert "planning tests.broken failed" in caplog.text
    assert "preparing with tests.outbox.test_planning.fails failed" in caplog.text


def test_after_a_day_without_planning_all_goes_as_one_but_not_because_one_kept_failing(cast, settings):
    greeting, link = settings.OUTBOX_OCCASIONS
    settings.OUTBOX_OCCASIONS = ["tests.outbox.test_planning.BROKEN", link]
    for hours in (0, 20, 40):
        plan(NOW + timedelta(hours=hours))
    settings.OUTBOX_OCCASIONS = ["tests.outbox.test_planning.BROKEN", greeting]
    assert plan(NOW + timedelta(hours=60)) == 6
    assert not Message.objects.filter(late=True).exists()
    make_person("New Comer")
    assert plan(NOW + timedelta(hours=85)) == 1
    assert Message.objects.get(late=True).recipient.name == "New Comer"


def fails(now: datetime) -> None:
    raise RuntimeError("as tests will have it")


def test_what_must_be_prepared_is_prepared_first(cast, settings):
    settings.OUTBOX_PREPARE = ["tests.outbox.test_planning.somebody_joins"]
    assert plan(NOW) == 7


def somebody_joins(now: datetime) -> None:
    make_person("New Comer")


@pytest.mark.parametrize("people", [20, 60])
def test_a_chunk_takes_few_statements_however_many_chunks_there_are(db, monkeypatch, people):
    monkeypatch.setattr(planning, "CHUNK", 10)
    Person.objects.bulk_create(Person(name=f"P{n}", email=f"p{n}@example.com") for n in range(people))
    with CaptureQueriesContext(connection) as statements:
        assert plan_occasion(GREETING, NOW) == people
    # What is due, once; then who they are, the messages, and how many of these were new.
    assert len(statements) == 1 + 3 * people // 10


def test_a_thousand_messages_more_take_no_more_than_five_statements(db):
    taken = []
    for _ in range(2):
        Person.objects.bulk_create(Person(name=f"P{n}") for n in range(1000))
        Message.objects.all().delete()
        with CaptureQueriesContext(connection) as statements:
            plan_occasion(GREETING, NOW)
        taken.append(len(statements))
    assert Message.objects.count() == 2000
    assert taken[1] - taken[0] <= 5


def test_what_is_due_is_fetched_by_the_chunk_however_much_it_is(db, monkeypatch):
    monkeypatch.setattr(planning, "CHUNK", 10)
    Person.objects.bulk_create(Person(name=f"P{n}") for n in range(35))
    fetched, cursor = [], connection.chunked_cursor

    def watched():
        found = cursor()
        fetch = found.fetchmany
        found.fetchmany = lambda size: fetched.append(len(rows := fetch(size))) or rows
        return found

    monkeypatch.setattr(connection, "chunked_cursor", watched)
    assert len(list(planning.unplanned(GREETING, NOW))) == 35
    assert max(fetched) == 10
    assert sum(fetched) == 35


#: Of these there are ever more, while what is due today stays as little as it was.
EVER_MORE = {
    "feedback_checkin",
    "feedback_sheet",
    "outbox_message",
    "tours_comment",
    "tours_ledgerentry",
    "tours_nextstep",
    "tours_parting",
    "tours_promise",
    "tours_signature",
    "tours_terms",
}


def test_an_index_finds_what_is_due_among_all_that_ever_was(db, settings):
    """Postgres would rather not read a whole table here; where no index leads to what is asked, it must."""
    settings.OUTBOX_OCCASIONS, read = ALL, set()
    with connection.cursor() as cursor:
        cursor.execute("SET LOCAL enable_seqscan = off")
        for occasion in occasions().values():
            for rows in occasion.due(NOW, About()) if occasion.due else []:
                statement, params = rows.values_list("pk").query.sql_with_params()
                cursor.execute(f"EXPLAIN {statement}", params)
                plan = "\n".join(line for (line,) in cursor.fetchall())
                read |= {(occasion.key, table) for table in re.findall(r"Seq Scan on (\w+)", plan)}
    assert {(key, table) for key, table in read if table in EVER_MORE} == set()


def test_no_more_than_a_chunk_is_looked_at_before_it_is_put_there(db, monkeypatch):
    """So that memory stays flat, whatever the number."""
    seen, insert = [], planning.insert
    monkeypatch.setattr(planning, "CHUNK", 10)
    monkeypatch.setattr(planning, "insert", lambda messages: seen.append(len(messages)) or insert(messages))
    Person.objects.bulk_create(Person(name=f"P{n}", email=f"p{n}@example.com") for n in range(35))
    plan_occasion(GREETING, NOW)
    assert seen == [10, 10, 10, 5]


def test_what_is_planned_anew_after_a_restore_has_the_number_that_it_went_by(cast, settings):
    make_hook(cast.heidi, occasions=[GREETING.key])
    assert plan(NOW) == 12
    before = set(Message.objects.values_list("pk", flat=True))
    Message.objects.all().delete()
    assert plan(NOW + timedelta(hours=9)) == 12
    assert set(Message.objects.values_list("pk", flat=True)) == before
    Message.objects.all().delete()
    settings.SECRET_KEY = "another company's"  # or whoever reads a log could try what letters were about
    plan(NOW)
    assert before.isdisjoint(Message.objects.values_list("pk", flat=True))


def test_what_another_has_planned_meanwhile_is_not_counted_twice(cast):
    dues = [due for due, _again in planning.unplanned(GREETING, NOW)]
    assert plan_occasion(GREETING, NOW) == 6
    assert planning.insert(planning.messages_for(GREETING, dues, NOW, ())) == 0


def test_an_occasion_that_is_gone_for_a_week_silences_its_messages(cast, settings):
    plan(NOW)
    settings.OUTBOX_OCCASIONS = []
    week = NOW + timedelta(days=7)
    assert judged(Message.objects.first(), week).silenced == ""
    assert judged(Message.objects.first(), week + timedelta(seconds=1)).silenced == UNKNOWN


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


class TestSomebodyWhoIsReachedAgain:
    """What was silenced for want of an address, or because they had left, which was a slip."""

    SILENCED = Message.State.SILENCED

    @pytest.fixture
    def greeted(self, cast) -> Message:
        plan(NOW)
        return Message.objects.get(recipient=cast.alice)

    @staticmethod
    def bar(message: Message, reason: str) -> None:
        if reason == LEFT:
            left = {"left_on": NOW.date() - timedelta(days=1), "ending": "resignation"}
            Employment.objects.filter(person=message.recipient_id).update(**left)
        else:
            Person.objects.filter(pk=message.recipient_id).update(email=None)
        verdict = judged(message, NOW).silenced
        assert verdict == reason
        state = Message.State.SILENCED
        Message.objects.filter(pk=message.pk).update(state=state, reason=verdict, text="", html="")

    @staticmethod
    def reach(message: Message) -> None:
        Employment.objects.filter(person=message.recipient_id).update(left_on=None, ending=None)
        Person.objects.filter(pk=message.recipient_id).update(email="alice.ames@example.com")

    @pytest.mark.parametrize("reason", [LEFT, NO_ADDRESS])
    def test_it_is_planned_anew_once_they_can_be_reached_and_not_before(self, greeted, reason):
        self.bar(greeted, reason)
        assert plan(NOW) == 0
        assert Message.objects.get(recipient=greeted.recipient_id).state == self.SILENCED
        self.reach(greeted)
        assert (plan(NOW), plan(NOW)) == (1, 0)
        again = Message.objects.get(recipient=greeted.recipient_id)
        assert (again.state, again.reason, again.pk) == ("waiting", "", greeted.pk)
        assert "News for Alice Ames" in again.subject
        assert judged(again, NOW).silenced == ""

    def test_what_is_due_no_more_stays_as_it_was(self, greeted, settings):
        self.bar(greeted, NO_ADDRESS)
        self.reach(greeted)
        settings.OUTBOX_OCCASIONS = ["tests.outbox.test_planning.LINK"]
        assert plan(NOW) == 0
        assert Message.objects.get(recipient=greeted.recipient_id).state == self.SILENCED

    def test_what_was_sent_before_they_were_barred_is_not_sent_again(self, greeted):
        Message.objects.update(state=Message.State.SENT)
        Person.objects.filter(pk=greeted.recipient_id).update(email=None)
        plan(NOW)
        self.reach(greeted)
        assert plan(NOW) == 0

    def test_planning_that_dies_on_the_way_loses_nothing(self, greeted, monkeypatch):
        self.bar(greeted, NO_ADDRESS)
        self.reach(greeted)
        with monkeypatch.context() as dying:
            dying.setattr(planning, "insert", fails)
            assert plan(NOW) == 0
        assert (plan(NOW), plan(NOW)) == (1, 0)
        assert Message.objects.get(recipient=greeted.recipient_id).state == "waiting"

    @pytest.mark.django_db(transaction=True)
    def test_of_two_planners_the_slower_takes_nothing_back(self, cast, greeted, monkeypatch):
        self.bar(greeted, NO_ADDRESS)
        self.reach(greeted)
        slow = planning.make_way

        def overtaken(*found) -> None:
            monkeypatch.setattr(planning, "make_way", slow)
            assert plan(NOW) == 1
            Message.objects.filter(recipient=cast.alice).update(state=Message.State.SENT)
            slow(*found)

        monkeypatch.setattr(planning, "make_way", overtaken)
        assert plan(NOW) == 0
        assert Message.objects.get(recipient=cast.alice).state == "sent"


class TestATimeZoneThatChanges:
    """Between planning and sending: the right day by the newer clock, once."""

    @pytest.fixture(autouse=True)
    def _daily(self, settings):
        settings.OUTBOX_OCCASIONS = ["tests.outbox.test_planning.DAILY"]

    @staticmethod
    def move_to(person: Person, zone: str) -> None:
        Person.objects.filter(pk=person.pk).update(time_zone=zone)

    @staticmethod
    def silence(message: Message, reason: str) -> None:
        Message.objects.filter(pk=message.pk).update(state=Message.State.SILENCED, reason=reason, text="")

    def test_where_the_day_has_not_come_yet_it_is_said_again_once_it_has(self, db):
        person = make_person(time_zone="Pacific/Auckland")
        there = datetime(2026, 3, 15, 20, tzinfo=UTC)  # the 16th, 9:00, in Auckland
        assert plan(there) == 1
        self.move_to(person, "Pacific/Honolulu")
        message = Message.objects.get()
        assert judged(message, there).silenced == DONE
        self.silence(message, DONE)
        assert plan(there) == 0
        here = datetime(2026, 3, 16, 19, tzinfo=UTC)  # the 16th, 9:00, in Honolulu
        assert (plan(here), plan(here)) == (1, 0)
        [again] = Message.objects.all()
        assert (again.state, again.send_after, judged(again, here).silenced) == ("waiting", here, "")

    def test_what_was_sent_is_not_sent_again(self, db):
        person = make_person(time_zone="Pacific/Auckland")
        plan(datetime(2026, 3, 15, 20, tzinfo=UTC))
        Message.objects.update(state=Message.State.SENT)
        self.move_to(person, "Pacific/Honolulu")
        assert plan(datetime(2026, 3, 16, 19, tzinfo=UTC)) == 0

    def test_it_keeps_to_the_newer_clocks_night(self, db):
        person = make_person(time_zone="Pacific/Honolulu")
        plan(datetime(2026, 3, 16, 19, tzinfo=UTC))
        self.move_to(person, "Pacific/Auckland")
        now = datetime(2026, 3, 17, 7, tzinfo=UTC)  # 20:00 in Auckland
        assert judged(Message.objects.get(), now).wait_until == datetime(2026, 3, 17, 18, tzinfo=UTC)

    @pytest.mark.parametrize("reason", [OVERTAKEN, DECLINED])
    def test_what_was_silenced_for_another_reason_stays_so(self, db, reason):
        make_person()
        plan(NOW)
        self.silence(Message.objects.get(), reason)
        assert plan(NOW) == 0
