"""HR holds everything and lets it go, says how doubts end, and sees how much went and what came back."""

from __future__ import annotations

import re
from datetime import date, timedelta

import pytest
from django.core.cache import cache
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import override
from redis.exceptions import RedisError

from alliance_site.dashboards.volume import Day, over_days
from alliance_site.outbox import bounces, gate
from alliance_site.outbox.models import Gate, Hook, Message
from tests.factories import make_hook, make_message, make_person
from tests.sending import asked_once

State = Message.State
HOSTILE = "<script>\u202e🙂 " * 30


@pytest.fixture
def hr(cast, as_):
    return as_(cast.heidi)


def test_all_is_held_and_let_go(cast, hr):
    make_message(cast.alice, state=State.WAITING)
    assert "1 letter should be on its way by now" in hr.get(reverse("home")).text
    asked = hr.get(reverse("sending_hold")).text
    assert "1 letter that should go now waits from then on" in asked
    assert Gate.objects.filter(held_at__isnull=False).count() == 0
    hr.post(reverse("sending_hold"), {"because": "<b>The server</b> moves."})
    page = hr.get(reverse("sending")).text
    assert "Held by Heidi Hart" in page
    assert "&lt;b&gt;The server&lt;/b&gt; moves." in page
    assert "All letters are held since" in hr.get(reverse("messages")).text
    home = hr.get(reverse("home")).text
    assert "Say when letters may go again" in home
    assert "on its way by now" not in home
    since = Gate.objects.get().held_at
    assert f'value="{timezone.localtime(since).isoformat()}"' in page
    hr.post(reverse("sending_release"), {"since": timezone.localtime(since).isoformat()})
    assert Gate.objects.get().held_at is None


@pytest.mark.parametrize("since", ["", "now", "2020-01-01T00:00:00+00:00", "0001-01-01T00:00:00+2359"])
def test_a_hold_that_nobody_has_seen_is_not_released(cast, hr, since):
    gate.hold(timezone.now(), actor=cast.heidi)
    page = hr.post(reverse("sending_release"), {"since": since}, follow=True).text
    assert "changed in the meantime" in page
    assert Gate.objects.get().held_at


def test_a_restored_database_says_so(hr):
    gate.hold(timezone.now(), actor=None, because=gate.RESTORED)
    assert "restored from a backup" in hr.get(reverse("sending")).text


@pytest.mark.parametrize(("language", "day"), [("en", "3 Nov"), ("de", "3. Nov"), ("es", "3 de nov")])
def test_days_below_the_chart_are_written_as_the_language_writes_them(language, day):
    with override(language):
        chart = over_days([Day(date(2026, 11, 3), sent=1, silenced=0, open=0, troubled=0)] * 2)
        assert chart
        assert chart.across[0].label == day


def rule(minutes: str, verdict: str, *, seen: tuple[str, str]) -> dict[str, str]:
    typed = {"doubt_minutes": minutes, "doubt_verdict": verdict}
    return typed | {"seen_minutes": seen[0], "seen_verdict": seen[1]}


def test_doubts_end_by_rule_or_never(hr):
    hr.post(reverse("sending_doubts"), rule("30", "again", seen=("", "arrived")))
    assert (Gate.objects.get().doubt_minutes, Gate.objects.get().doubt_verdict) == (30, "again")
    for wrong in ("4", "soon", "99999999999"):
        answer = hr.post(reverse("sending_doubts"), rule(wrong, "again", seen=("30", "again")))
        assert answer.status_code == 400
    hr.post(reverse("sending_doubts"), rule("", "arrived", seen=("30", "again")))
    assert Gate.objects.get().doubt_minutes is None


def test_the_second_of_two_who_change_the_rule_is_told_what_the_first_did(hr):
    """What was chosen stays, and saved again it counts."""
    url, nobodys = reverse("sending_doubts"), ("", "arrived")
    hr.post(url, rule("60", "again", seen=nobodys))
    answer = hr.post(url, rule("20", "arrived", seen=nobodys))
    assert answer.status_code == 400
    assert "settled after 60 minutes, by sending again" in answer.text
    assert Gate.objects.get().doubt_minutes == 60
    fields = dict(re.findall(r'name="(seen_\w+|doubt_minutes)" value="(\w*)"', answer.text))
    assert fields == {"doubt_minutes": "20", "seen_minutes": "60", "seen_verdict": "again"}
    assert hr.post(url, rule("20", "arrived", seen=("60", "again"))).status_code == 302
    assert Gate.objects.get().doubt_minutes == 20


def test_a_mail_server_that_does_not_take_letters_is_told_at_once_in_its_own_words(cast, hr):
    assert "tried again" not in hr.get(reverse("sending")).text
    for _ in range(2):
        make_message(cast.alice, state=State.WAITING, reason="[Errno 111] Connection <refused>")
    make_message(cast.bob, state=State.WAITING)
    make_message(cast.bob, state=State.FAILED, reason="550 no such mailbox")
    page = hr.get(reverse("sending")).text
    assert "are tried again: 2. The most frequent reasons:" in page
    assert "<li>2 · <bdi>[Errno 111] Connection &lt;refused&gt;</bdi>" in page
    assert "550" not in page


def test_letters_that_wait_each_for_a_reason_of_its_own_are_counted_all_the_same_and_the_chat_is_none(
    cast, hr
):
    for n in (*range(8), 7):
        make_message(cast.alice, state=State.WAITING, reason=f"451 try later, number {n}")
    reason, channel = "404 no such channel", make_hook(cast.heidi)
    make_message(cast.alice, state=State.WAITING, reason=reason, channel=channel)
    page = hr.get(reverse("sending")).text
    assert "are tried again: 9. The most frequent reasons:" in page
    assert [n for n in range(8) if f"number {n}<" in page] == [0, 1, 2, 3, 7]
    assert "<li>2 · <bdi>451 try later, number 7</bdi>" in page
    assert "For other reasons: 3" in page
    assert "no such channel" not in page


def test_a_redis_that_does_not_answer_is_told_at_once(cast, hr, monkeypatch):
    assert "Redis does not answer" not in hr.get(reverse("sending")).text

    def away(*_args, **_kw):
        raise RedisError("away")

    monkeypatch.setattr(cache, "get", away)
    assert "Redis does not answer" in hr.get(reverse("sending")).text


def test_it_shows_what_went_and_what_came_back(cast, hr, django_assert_max_num_queries):
    now = timezone.now()
    for number in (3, 6):
        for _ in range(number):
            make_message(cast.alice, state=State.SENT, created_at=now)
        with django_assert_max_num_queries(7):
            page = hr.get(reverse("sending")).text
    make_message(cast.alice, created_at=now - timedelta(days=40))
    assert "Planned in these 30 days: 9. Sent of them: 9." in page
    bounces.note(cast.alice.pk, cast.alice.email, "550 no such mailbox", now)
    bounces.note(make_person().pk, "before@example.com", "550 gone", now)
    page = hr.get(reverse("sending")).text
    assert "550 no such mailbox" in page
    assert "550 gone" not in page
    cast.alice.employments.update(left_on=now.date() - timedelta(days=2), ending="resignation")
    assert "550 no such mailbox" not in hr.get(reverse("sending")).text, "nobody writes to who has left"


def test_an_address_that_takes_letters_again_is_off_the_list(cast, hr):
    """As when a mail server refused everybody for an hour."""
    then, now = timezone.now() - timedelta(hours=1), timezone.now()
    bounces.note(cast.alice.pk, cast.alice.email, "550 relay not permitted", then)
    for kw in (
        {"settled_at": then - timedelta(days=1), "went_to": [cast.alice.email]},
        {"settled_at": now, "went_to": [cast.alice.email, "before@example.com"]},
    ):
        make_message(cast.alice, state=State.SENT, **kw)
        assert "550 relay not permitted" in hr.get(reverse("sending")).text
    make_message(
        cast.alice, state=State.SENT, settled_at=now, went_to=["before@example.com", cast.alice.email]
    )
    assert "550 relay not permitted" not in hr.get(reverse("sending")).text


@pytest.mark.parametrize("name", ["alice", "bob", "carol"])
def test_nobody_else_holds_anything(cast, as_, name):
    client = as_(getattr(cast, name))
    for page in ("sending_hold", "sending_release", "sending_doubts", "chat"):
        assert client.post(reverse(page), {"because": "x"}).status_code == 404
    assert not Gate.objects.filter(held_at__isnull=False).exists()


CHANNEL = {"name": "People", "kind": "teams", "url": "https://chat.example.com/hooks/s3cret"}


def test_a_channel_is_added_and_its_address_not_shown_again(cast, hr):
    hr.post(reverse("chat"), CHANNEL | {"occasions": ["tours.tour_ends"]})
    page = hr.get(reverse("chat")).text
    assert "chat.example.com" in page
    assert "s3cret" not in page
    assert asked_once(page, "End it")
    hook = Hook.objects.get()
    assert (hook.made_by, hook.occasions) == (cast.heidi, ["tours.tour_ends"])
    hr.post(reverse("chat_end", args=[hook.pk]))
    assert "chat.example.com" not in hr.get(reverse("chat")).text


@pytest.mark.parametrize(
    "wrong",
    [
        {"url": "http://chat.example.com/"},
        {"url": "https://u:p@chat.example.com/"},
        {"occasions": ["feedback.conversation_asked"]},  # private
        {"occasions": ["people.password_reset"]},
        {"occasions": []},
        {"name": HOSTILE * 10},
        {"kind": "irc"},
    ],
)
def test_what_makes_no_channel_is_refused(hr, wrong):
    answer = hr.post(reverse("chat"), CHANNEL | {"occasions": ["tours.tour_ends"]} | wrong)
    assert answer.status_code == 400
    assert not Hook.objects.exists()


def test_a_letter_in_the_chat_is_listed_as_such(cast, hr):
    make_message(cast.alice, channel=make_hook(cast.heidi, name=HOSTILE[:80]))
    page = hr.get(reverse("messages")).text
    assert "in the chat: &lt;script&gt;" in page
