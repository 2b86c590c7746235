"""HR sees of every letter where it stands, and of none what it says."""

from __future__ import annotations

import re
from datetime import timedelta
from uuid import uuid4

import pytest
from django.urls import reverse
from django.utils import timezone

from alliance_site.outbox import gate
from alliance_site.outbox.models import Heartbeat, Message
from alliance_site.outbox.smtp import NO_CONVERSATION
from people.models import Access, Person
from tests.factories import DAY, make_person, make_signed_tour

State = Message.State


@pytest.fixture
def make_message():
    def make(recipient, **kw) -> Message:
        now = timezone.now()
        n = Message.objects.count()
        words = {"subject": f"Subject {n}", "text": "Platypus\n", "html": "<p>Platypus</p>"}
        fields = {"occasion": "tours.tour_ends", "about": str(n), "due_on": DAY, "language": "en", **words}
        fields |= {"created_at": now, "send_after": now, **kw}
        return Message.objects.create(recipient=recipient, **fields)

    return make


@pytest.fixture
def hr(cast, as_):
    return as_(cast.heidi)


def settle_all(client, verdict, **filters):
    """What the page asks, and then yes."""
    url = reverse("messages_settle", query={**filters, "verdict": verdict})
    assert url.replace("&", "&amp;") in client.get(reverse("messages", query=filters)).text
    page = client.get(url)
    return page, client.post(url, {"since": re.search(r'name="since" value="(.+?)"', page.text)[1]})


def test_all_that_failed_is_sent_again_in_one_statement(
    cast, hr, make_message, django_assert_max_num_queries
):
    for _ in range(60):
        make_message(cast.alice, state=State.FAILED, reason="550 relay not permitted", attempts=1)
    other = make_message(cast.alice, state=State.FAILED, occasion="tours.terms_waiting")
    filters = {"state": "failed", "occasion": "tours.tour_ends"}
    with django_assert_max_num_queries(16):
        page, answer = settle_all(hr, "again", **filters)
    assert "60 letters go out again" in page.text
    assert answer["Location"] == reverse("messages", query=filters)
    told = hr.get(answer["Location"]).text
    assert ("Done, for 60 letters." in told, "What is still listed" in told) == (True, False)
    waiting = Message.objects.filter(state=State.WAITING, attempts=0, reason="", settled_by=cast.heidi)
    assert (waiting.count(), Message.objects.filter(state=State.FAILED).get()) == (60, other)


def test_what_lost_its_words_is_written_anew_and_what_cannot_be_stays(cast, hr, make_message):
    tour = make_signed_tour(cast.alice, cast.bob)
    back = make_message(cast.alice, state=State.FAILED, text="", html="", about=f"{tour.pk}")
    lost = make_message(cast.alice, state=State.FAILED, text="", html="", occasion="people.password_reset")
    page, answer = settle_all(hr, "again", state="failed")
    assert "1 letter goes out again." in page.text
    assert "1 letter stays as it is: its words are forgotten." in page.text
    told = hr.get(answer["Location"]).text
    assert ("Done, for 1 letter." in told, "What is still listed" in told) == (True, False)
    assert Message.objects.get(state=State.WAITING) == back
    assert Message.objects.get(state=State.FAILED) == lost
    page, _answer = settle_all(hr, "again", state="failed")
    assert ("No letter is left" in page.text, "btn-primary" in page.text) == (True, False)


def test_what_has_failed_since_the_page_asked_is_not_meant(cast, hr, make_message):
    old, now = timezone.now() - timedelta(hours=1), timezone.now()
    seen, new = (make_message(cast.alice, state=State.FAILED, settled_at=at) for at in (old, now))
    url = reverse("messages_settle", query={"state": "failed", "verdict": "again"})
    hr.post(url, {"since": (now - timedelta(minutes=1)).isoformat()})
    assert set(Message.objects.filter(state=State.WAITING)) == {seen}
    for since in ("", "now"):
        assert hr.post(url, {"since": since}).status_code == 200
    assert Message.objects.get(state=State.FAILED) == new


def test_after_a_restore_what_arrived_is_held_and_noted_so(cast, hr, make_message):
    for _ in range(3):
        make_message(cast.alice)
    settle_all(hr, "hold", state="waiting")
    settle_all(hr, "arrived", state="held")
    assert set(Message.objects.values_list("state", "text")) == {(State.SENT, "")}
    assert hr.get(reverse("messages")).text.count("Somebody in HR noted it as arrived.") == 3


def test_by_what_number_the_provider_knows_a_letter_is_told_where_one_has_to_look(cast, hr, make_message):
    held = make_message(cast.alice)
    doubtful = make_message(cast.alice, state=State.UNCERTAIN, letter=uuid4())
    page = hr.get(reverse("messages")).text
    assert f"&lt;{doubtful.letter}@localhost&gt;" in page
    assert f"{held.pk}@" not in page
    gate.hold(timezone.now(), actor=None, because=gate.RESTORED)
    assert f"&lt;{held.pk}@localhost&gt;" in hr.get(reverse("messages")).text


def test_what_no_filter_and_no_state_can_have_is_done_to_nobody(cast, hr, make_message):
    make_message(cast.alice, state=State.SENT)
    for query in (
        {"state": "sent", "verdict": "again"},
        {"verdict": "hold"},
        {"state": "x"},
        {"person": "\0"},
    ):
        url = reverse("messages_settle", query=query)
        for method in (hr.get, hr.post):
            assert method(url, {}, follow=True).redirect_chain
    assert Message.objects.get().state == State.SENT


def test_whose_letters_are_counted_for_it_can_read_that_too(cast, hr, make_message):
    make_message(cast.alice, state=State.FAILED)
    hr.get(reverse("messages_settle", query={"state": "failed", "verdict": "again", "person": "alice"}))
    assert Access.objects.get().person == cast.alice


@pytest.mark.parametrize("name", ["alice", "bob", "carol", "mallory"])
def test_nobody_else_knows_of_the_page(cast, as_, make_message, name):
    message = make_message(cast.alice, state=State.FAILED)
    client = as_(getattr(cast, name))
    assert client.get(reverse("messages")).status_code == 404
    settle = reverse("message_settle", args=[message.pk])
    assert client.post(settle, {"verdict": "again"}).status_code == 404
    message.refresh_from_db()
    assert message.state == State.FAILED


def test_it_shows_subject_recipient_state_and_reason_but_no_word_of_the_letter(cast, hr, make_message):
    make_message(cast.alice, state=State.FAILED, reason="550 no such <mailbox>")
    page = hr.get(reverse("messages")).text
    for words in ("Subject 0", "Alice Ames", "alice@example.com", "Failed", "550 no such &lt;mailbox&gt;"):
        assert words in page
    assert "Platypus" not in page


def test_who_is_looked_for_by_name_can_read_that_somebody_looked(cast, hr, make_message, as_, statements):
    """A letter about a check-in goes to whoever has not answered, so that it is there tells who that is."""
    for recipient in (cast.alice, cast.alice, cast.bob, cast.heidi):
        make_message(recipient, occasion="feedback.checkin_due")
    hr.get(reverse("messages"))
    hr.get(reverse("messages"), {"person": "nobody of that name"})
    assert not Access.objects.exists()
    looks = Access.objects.order_by("person__name").values_list("viewer", "person__name", "what")
    for words, found in [
        ("alice@", ["Alice Ames"]),
        ("example.com", sorted(p.name for p in (cast.alice, cast.bob, cast.carol, cast.dan, cast.mallory))),
        ("heidi", []),
        ("mallory", [cast.mallory.name]),
    ]:
        Access.objects.all().delete()
        url = reverse("messages", query={"person": words})
        assert len(statements(hr, url, has=words)) <= 7  # with the note that is written
        assert list(looks.all()) == [(cast.heidi.pk, name, "letters") for name in found]
    hr.get(reverse("messages"), {"person": "alice", "day": "no day"})  # so that all are shown
    assert looks.count() == 1
    hr.get(reverse("messages"), {"person": "alice"})
    assert cast.heidi.name in as_(cast.alice).get(reverse("access_log")).text


def test_the_filters_are_in_the_address(cast, hr, make_message):
    make_message(cast.alice, state=State.SENT)
    make_message(cast.alice, state=State.SILENCED)
    make_message(cast.alice, state=State.SENT, occasion="tours.terms_waiting")
    page = hr.get(reverse("messages"), {"state": "sent", "occasion": "tours.tour_ends"}).text
    assert "Subject 0" in page
    assert "Subject 1" not in page
    assert "Subject 2" not in page


def test_a_person_and_a_day_are_filters_too(cast, hr, make_message):
    make_message(cast.alice)
    make_message(cast.bob)
    make_message(cast.alice, created_at=timezone.now() - timedelta(days=1))
    page = hr.get(reverse("messages"), {"person": "ALICE@", "day": timezone.now().date().isoformat()}).text
    assert "Subject 0" in page
    assert "Subject 1" not in page
    assert "Subject 2" not in page
    for day in ("0001-01-01", "9999-12-31"):
        assert "No message matches" in hr.get(reverse("messages"), {"day": day}).text
    hostile = "<b>\u202e\x00'%_" * 1000
    assert hr.get(reverse("messages"), {"person": hostile, "day": "yesterday"}).status_code == 400


def test_a_waiting_letter_is_held_and_released(cast, hr, make_message):
    message = make_message(cast.alice)
    for verdict, state in (("hold", State.HELD), ("release", State.WAITING)):
        assert f'value="{verdict}"' in hr.get(reverse("messages")).text
        hr.post(reverse("message_settle", args=[message.pk]), {"verdict": verdict})
        message.refresh_from_db()
        assert message.state == state


def test_a_filter_that_does_not_exist_is_said_to(hr):
    response = hr.get(reverse("messages"), {"state": "lost"})
    assert response.status_code == 400
    assert "lost is not one of the available choices" in response.text


def test_fifty_are_on_a_page(cast, hr, make_message):
    for _ in range(51):
        make_message(cast.alice)
    first, second = (hr.get(reverse("messages"), {"page": n}).text for n in (1, 2))
    assert first.count('<span dir="auto">Subject ') == 50
    assert second.count('<span dir="auto">Subject ') == 1


def test_more_messages_take_no_more_queries(hr, make_message, statements):
    for count in (10, 20):
        for _ in range(count):
            message = make_message(make_person())
        assert len(statements(hr, reverse("messages"), has=message.recipient.name)) == 5


def test_a_failed_letter_is_sent_again(cast, hr, make_message):
    message = make_message(cast.alice, state=State.FAILED, reason="550", attempts=1)
    response = hr.post(
        reverse("message_settle", args=[message.pk], query={"state": "failed"}), {"verdict": "again"}
    )
    assert response["Location"] == "/messages/?state=failed"
    message.refresh_from_db()
    assert (message.state, message.attempts, message.settled_by) == (State.WAITING, 0, cast.heidi)


def test_an_uncertain_letter_is_noted_as_arrived(cast, hr, make_message):
    message = make_message(cast.alice, state=State.UNCERTAIN)
    assert "It arrived" in hr.get(reverse("messages")).text
    hr.post(reverse("message_settle", args=[message.pk]), {"verdict": "arrived"})
    message.refresh_from_db()
    assert message.state == State.SENT


def test_a_second_click_changes_nothing_and_says_so(cast, hr, make_message):
    message = make_message(cast.alice, state=State.UNCERTAIN)
    settle = reverse("message_settle", args=[message.pk])
    hr.post(settle, {"verdict": "arrived"})
    page = hr.post(settle, {"verdict": "again"}, follow=True).text
    assert "settled in the meantime" in page
    message.refresh_from_db()
    assert message.state == State.SENT


def test_a_second_click_means_the_doubt_that_was_seen_and_no_later_one(cast, hr, make_message):
    """Sent again after the first click, and in doubt again, before the second."""
    first, later = timezone.now() - timedelta(hours=1), timezone.now()
    message = make_message(cast.alice, state=State.UNCERTAIN, settled_at=first)
    seen = timezone.localtime(first).isoformat()
    assert f'name="since" value="{seen}"' in hr.get(reverse("messages")).text
    Message.objects.update(settled_at=later)
    settle = reverse("message_settle", args=[message.pk])
    for stale in (seen, ""):
        page = hr.post(settle, {"verdict": "again", "since": stale}, follow=True).text
        assert "settled in the meantime" in page
    hr.post(settle, {"verdict": "again", "since": timezone.localtime(later).isoformat()})
    message.refresh_from_db()
    assert message.state == State.WAITING


@pytest.mark.parametrize("verdict", ["", "lost"])
def test_an_answer_that_is_none_is_refused(cast, hr, make_message, verdict):
    message = make_message(cast.alice, state=State.UNCERTAIN)
    response = hr.post(reverse("message_settle", args=[message.pk]), {"verdict": verdict})
    assert response.status_code == 400


def test_a_silence_of_ten_minutes_is_said(hr):
    now = timezone.now()
    assert hr.get(reverse("messages")).text.count("note-warn") == 2
    for name in ("plan", "deliver"):
        Heartbeat.objects.create(name=name, at=now - timedelta(minutes=9))
    assert "note-warn" not in hr.get(reverse("messages")).text
    Heartbeat.objects.filter(name="deliver").update(at=now - timedelta(minutes=11))
    page = hr.get(reverse("messages")).text
    assert "Letters are not going out" in page
    assert "Reminders are not being planned" not in page
    Heartbeat.objects.update(at=now + timedelta(hours=2))  # the clock was ahead, and is put right
    assert hr.get(reverse("messages")).text.count("note-warn") == 2


def test_an_empty_outbox_says_what_will_come(hr):
    assert "No message yet" in hr.get(reverse("messages")).text


@pytest.mark.parametrize("day", ["9999-12-31", "0001-01-01"])
def test_a_day_that_no_clock_reaches_has_no_letters(cast, as_, make_message, day):
    make_message(cast.alice)
    cast.heidi.time_zone = "Pacific/Kiritimati"
    cast.heidi.save(update_fields=["time_zone"])
    answer = as_(cast.heidi).get(reverse("messages"), {"day": day})
    assert (answer.status_code, answer.context["page"].paginator.count) == (200, 0)


def test_what_came_back_and_cannot_be_written_again_is_not_sent_empty(cast, hr, make_message):
    message = make_message(cast.alice, occasion="people.password_reset", state=State.FAILED, text="", html="")
    answer = hr.post(reverse("message_settle", args=[message.pk]), {"verdict": "again"}, follow=True)
    assert "settled in the meantime, or its words are forgotten" in answer.text
    message.refresh_from_db()
    assert message.state == State.FAILED


@pytest.mark.parametrize(
    ("reason", "told"),
    [
        (
            "The mail server could not be reached. [Errno 111] Connection refused",
            "Der Mailserver war nicht zu erreichen. [Errno 111] Connection refused",
        ),
        (
            f"{NO_CONVERSATION} no AUTH",
            "Der Mailserver war zu erreichen, aber es kam kein Gespräch mit ihm zustande. no AUTH",
        ),
        ("The e-mail address cannot be used.", "Die E-Mail-Adresse lässt sich nicht verwenden."),
        ("550 No such user", "550 No such user"),
    ],
)
def test_why_a_letter_waits_is_a_sentence_with_the_words_of_the_machine_behind_it(
    cast, as_, make_message, reason, told
):
    Person.objects.filter(pk=cast.heidi.pk).update(language="de")
    make_message(cast.alice, state=State.WAITING, reason=reason)
    assert f">{told}<" in as_(cast.heidi).get(reverse("messages")).text
