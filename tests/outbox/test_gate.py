"""Nothing goes while all is held, after a restore, or beyond what a minute may bring."""

from __future__ import annotations

from datetime import timedelta

import pytest
from django.core.management import call_command
from django.db import connection

from alliance_site.outbox import gate
from alliance_site.outbox.delivery import deliver
from alliance_site.outbox.models import Gate, Message
from tests.factories import NOW

State = Message.State


def test_held_by_hr_nothing_goes_until_released(cast, office, make_message):
    make_message(cast.alice)
    assert gate.hold(NOW, actor=cast.heidi, because="The server moves.")
    assert not gate.hold(NOW, actor=cast.carol)
    assert deliver(NOW) == 0
    assert (Gate.objects.get().held_by, Gate.objects.get().because) == (cast.heidi, "The server moves.")
    assert not gate.release(NOW - timedelta(seconds=1))  # another hold than the one that was seen
    assert gate.release(NOW)
    assert deliver(NOW) == 1


def test_it_sends_on_where_it_last_sent_from(cast, office, make_message):
    for _ in range(2):
        make_message(cast.alice)
        assert deliver(NOW) == 1
    assert Gate.objects.get().place.count("/") == 3


@pytest.mark.parametrize("part", range(4))
def test_another_cluster_timeline_database_or_table_holds_everything(cast, office, make_message, part):
    make_message(cast.alice)
    deliver(NOW)
    elsewhere = Gate.objects.get().place.split("/")
    elsewhere[part] += "0"
    Gate.objects.update(place="/".join(elsewhere))
    make_message(cast.alice)
    assert deliver(NOW) == 0
    held = Gate.objects.get()
    assert (held.held_at, held.held_by, held.because) == (NOW, None, gate.RESTORED)
    assert gate.release(NOW)
    assert deliver(NOW) == 1


def test_a_table_that_is_made_anew_is_another(cast, office, make_message):
    make_message(cast.alice)
    deliver(NOW)
    with connection.cursor() as cursor:
        cursor.execute("CREATE TABLE copy (LIKE outbox_message INCLUDING ALL)")
        cursor.execute("ALTER TABLE outbox_message RENAME TO before")
        cursor.execute("ALTER TABLE copy RENAME TO outbox_message")
    assert not gate.is_open(NOW)


def test_whoever_puts_back_a_disk_can_hold_everything(db, capsys):
    call_command("hold_messages")
    assert not gate.is_open(NOW)
    assert "waits for HR" in capsys.readouterr().out


def test_a_minute_has_a_limit(cast, office, make_message, settings):
    settings.OUTBOX_PER_MINUTE = 20
    for _ in range(10):
        make_message(cast.alice)
    sent = deliver(NOW, budget=timedelta(seconds=0.3))
    assert sent == 2  # a tenth at once; the rest as the minute goes by
    with connection.cursor() as cursor:
        cursor.execute("UPDATE outbox_pace SET at = at - interval '10 s'")
    assert deliver(NOW, budget=timedelta(seconds=0.3)) == 2
    assert Message.objects.filter(state=State.WAITING).count() == 6
