"""Posting: part of the caller's transaction, once, in the recipient's language."""

import pytest

from alliance_site.outbox.models import Message
from alliance_site.outbox.services import post
from tests.factories import DAY, NOW
from tests.outbox.conftest import NEWS

pytestmark = pytest.mark.usefixtures("words")


def say(person, **kw) -> bool:
    kw = {"about": "x1", "due_on": DAY, "context": {"path": "/x/", "word": "It's <b>"}, "now": NOW, **kw}
    return post(person, NEWS, **kw)


def test_it_is_said_once(cast):
    assert say(cast.alice)
    assert not say(cast.alice)
    assert say(cast.alice, step=1)
    assert say(cast.bob)
    assert Message.objects.count() == 3


def test_the_words_are_rendered_when_posted(cast):
    cast.alice.name = "Alice O'Hara\nBcc: eve@example.com"
    cast.alice.save(update_fields=["name"])
    say(cast.alice)
    message = Message.objects.get()
    assert message.subject == "News for Alice O'Hara Bcc: eve@example.com"
    assert "\n\nIt's <b>\n\nGo:\nhttps://alliance.example/x/\n\n" in message.text
    assert "&lt;b&gt;" in message.html
