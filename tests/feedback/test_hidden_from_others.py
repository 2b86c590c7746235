"""Without private notes and a first conversation and with them, everybody else's Alliance is the same to the
letter.

Every page is read by everybody else twice, and for both at once: that takes longer than all else about them.
"""

from __future__ import annotations

from datetime import timedelta

import pytest
from django.urls import reverse

from alliance_site.outbox.models import Message
from alliance_site.outbox.planning import plan
from feedback.models import FirstConversation, Note
from feedback.reminders import conversation_answered, conversation_asked
from tests.factories import make_conversation, make_person
from tests.feedback.conftest import TODAY
from tests.feedback.looking import OTHERS, seen_by, undone, urls_but
from tests.feedback.test_notes import typed
from tests.feedback.test_notes import url as note_at
from tests.world import make_world

PRIVATE = [conversation_asked, conversation_answered]
OWN = ("note", "note_delete", "first_conversation", "first_conversation_delete")
WORDS = "An offer from Platypus Ltd."


@pytest.mark.usefixtures("today")
def test_no_page_of_anybody_else_differs(cast, as_):
    world = make_world(cast)
    Note.objects.all().delete()
    FirstConversation.objects.all().delete()
    plan(TODAY)
    chosen = make_person("Frank Fell", email="frank@example.com")
    letters, planned = Message.objects.count(), world.tour.checkins.unsettled()[0]
    urls = [*urls_but(*OWN, world=world), planned.get_absolute_url()]
    urls += [f"{reverse('messages')}?occasion={occasion.key}" for occasion in PRIVATE]
    urls += [f"{reverse('messages')}?state={state}" for state in Message.State]
    others = {who: as_(world.person(who)) for who in OTHERS}
    with undone():
        before = seen_by(others, urls)

    alice = as_(cast.alice)
    for about in (world.tour, planned, world.revealed, world.handed, world.ending):
        assert alice.post(note_at(about), typed(WORDS)).status_code == 302
    plan(TODAY)
    assert Note.objects.count() == 5
    assert Message.objects.count() == letters
    yesterday = TODAY.date() - timedelta(days=1)
    row = make_conversation(cast.alice, chosen, words=WORDS, answer_by=yesterday)
    plan(TODAY)
    Message.objects.filter(about=str(row.pk)).update(state=Message.State.FAILED, reason="550 no Frank")
    assert Message.objects.count() > letters
    assert seen_by(others, urls) == before

    for client in others.values():
        assert client.post(reverse("notes"), {"q": "platypus"}).context["found"] == []
        for note in Note.objects.all():
            for name in ("note", "note_delete"):
                assert client.get(note_at(note, name), follow=True).status_code == 404
                assert client.post(note_at(note, name), typed("Mine.", note.state)).status_code == 404
        for name in ("first_conversation", "first_conversation_delete"):
            page = reverse(name, args=[row.pk])
            assert client.get(page, follow=True).status_code == 404
            assert client.post(page, {"answer": "accepted"}).status_code == 404
    assert set(Note.objects.values_list("words", flat=True)) == {WORDS}
