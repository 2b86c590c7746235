"""Posting: part of the caller's transaction, once, in the recipient's language."""

import pytest

from alliance_site.outbox.models import Message
from alliance_site.outbox.occasions import Occasion
from alliance_site.outbox.services import post
from tests.factories import DAY, NOW

HELLO = Occasion(key="tests.hello", title="Hello", template="tests/hello", any_hour=True)


@pytest.fixture(autouse=True)
def _words(settings, tmp_path):
    folder = tmp_path / "emails" / "tests"
    folder.mkdir(parents=True)
    (folder / "hello.subject.txt").write_text(
        "{% autoescape off %}Hello, {{ recipient.name }}{% endautoescape %}"
    )
    (folder / "hello.txt").write_text("{% autoescape off %}{{ word }}: {{ link }}{% endautoescape %}")
    (folder / "hello.html").write_text("<p>{{ word }}: <a href='{{ link }}'>go</a></p>")
    settings.TEMPLATES = [{**settings.TEMPLATES[0], "DIRS": [tmp_path]}]
    settings.SITE_URL = "https://alliance.example"


def say(person, **kw) -> bool:
    kw = {"about": "x1", "due_on": DAY, "context": {"path": "/x/", "word": "It's <b>"}, "now": NOW, **kw}
    return post(person, HELLO, **kw)


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
    assert message.subject == "Hello, Alice O'Hara Bcc: eve@example.com"
    assert message.text == "It's <b>: https://alliance.example/x/\n"
    assert "&lt;b&gt;" in message.html
