"""A mail server, and messages about nothing: an occasion that needs no room."""

from __future__ import annotations

from collections.abc import Iterator

import pytest

from alliance_site.outbox.models import Message
from alliance_site.outbox.occasions import Occasion
from tests.factories import DAY, NOW
from tests.outbox.post_office import PostOffice, post_office

NEWS = Occasion(key="tests.news", title="News", template="tests/news", any_hour=True)
SECRET = Occasion(key="tests.secret", title="Secret", template="tests/news", any_hour=True, private=True)
DAYTIME = Occasion(key="tests.daytime", title="By day", template="tests/news")


@pytest.fixture
def office(settings) -> Iterator[PostOffice]:
    with post_office() as office:
        settings.EMAIL_URL = office.url
        settings.OUTBOX_OCCASIONS = ["tests.outbox.conftest.NEWS"]
        yield office


@pytest.fixture
def make_message():
    def make(recipient, **kw) -> Message:
        about = str(Message.objects.count())
        words = {"subject": "News", "text": f"News {about}\n", "html": f"<p>News {about}</p>"}
        fields = {"occasion": NEWS.key, "about": about, "due_on": DAY, "language": "en", **words}
        fields |= {"created_at": NOW, "send_after": NOW, **kw}
        return Message.objects.create(recipient=recipient, **fields)

    return make


@pytest.fixture
def words(settings, tmp_path) -> None:
    """Templates for what is said in tests."""
    folder = tmp_path / "emails" / "tests"
    folder.mkdir(parents=True)
    (folder / "news.txt").write_text(
        "{% block subject %}News for {{ recipient.name }}{% endblock %}"
        "{% block sentence %}{{ word }}{% endblock %}{% block button %}Go{% endblock %}"
        "{% block why %}You asked.{% endblock %}{% block who_sees %}You.{% endblock %}"
    )
    mine = settings.TEMPLATES[0]
    settings.TEMPLATES = [{**mine, "DIRS": [tmp_path, *mine["DIRS"]]}]
    settings.SITE_URL = "https://alliance.example"
