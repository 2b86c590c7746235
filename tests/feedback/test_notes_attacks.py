"""Private notes under attack: for everybody but their author they do not exist."""

from __future__ import annotations

import re
from uuid import uuid4

import pytest
from django.db import connection
from django.urls import reverse

from feedback.models import Note
from tests.factories import (
    make_note,
    make_revealed_checkin,
    make_signed_tour,
)
from tests.feedback.conftest import TODAY
from tests.feedback.test_notes import typed, url
from tests.refusing import refused

DAY = TODAY.date()
JSON = {"Accept": "application/json"}
WORDS = "An offer from Platypus Ltd."


@pytest.mark.usefixtures("today")
class TestAttacks:
    """That everybody else's pages are the same without one is in `test_hidden_from_others.py`."""

    def test_a_strangers_guess_looks_like_one_that_is_there(self, cast, as_, tour):
        note = make_note(cast.alice, tour)
        client = as_(cast.bob)
        pages = [client.get(reverse("note", args=[pk])).text for pk in (note.pk, uuid4())]
        plain = {re.sub(r'value="\w{64}"', "", page) for page in pages}
        assert len(plain) == 1

    def test_no_history_no_log_and_no_other_table_has_it(self, cast, as_, tour, checkin, caplog):
        caplog.set_level("DEBUG")
        for about in (tour, checkin):
            as_(cast.alice).post(url(about), typed(WORDS))
        note = Note.objects.first()
        as_(cast.alice).post(url(note), typed(f"{WORDS} More.", note.state))
        said = [record.getMessage() for record in caplog.records if record.name != "django.db.backends"]
        assert not any("Platypus" in line for line in said)
        with connection.cursor() as cursor:
            for table in connection.introspection.table_names(cursor):
                if table != "feedback_note":
                    cursor.execute(f'SELECT count(*) FROM "{table}" t WHERE t::text LIKE %s', ["%Platypus%"])
                    assert cursor.fetchone() == (0,), table
            cursor.execute(
                "SELECT count(*) FROM information_schema.tables WHERE table_name LIKE '%%noteevent'"
            )
            assert cursor.fetchone() == (0,)

    def test_the_title_of_the_page_says_nothing(self, cast, as_, tour):
        note = make_note(cast.alice, tour, WORDS)
        head = as_(cast.alice).get(url(note)).text.split("</head>")[0]
        assert "Platypus" not in head


def test_the_database_knows_whose_they_can_be(cast, tour, checkin):
    for about in (tour, checkin):
        for who in (cast.carol, cast.heidi, cast.mallory):
            refused(lambda about=about, who=who: make_note(who, about))
    refused(lambda: make_note(cast.dan, checkin))
    make_note(cast.dan, tour)  # who has managed her may have something to remember
    note = make_note(cast.alice, tour)
    row = Note.objects.filter(pk=note.pk)
    refused(lambda: row.update(author=cast.bob))
    refused(lambda: row.update(tour=make_signed_tour(cast.alice, cast.bob)))
    refused(lambda: row.update(words=" \n"))
    refused(lambda: row.update(words="x" * 4001))
    refused(lambda: make_note(cast.alice, tour))
    elsewhere = {"tour": make_signed_tour(cast.alice, cast.bob), "checkin": checkin, "of_tour": False}
    refused(lambda: Note.objects.create(author=cast.alice, words="x", saved_at=TODAY, **elsewhere))


def test_what_is_kept_in_the_window_comes_back_to_its_author_alone(cast, as_, tour):
    """Two who share a window, and an address: the session of the one ended, and the other signs in."""
    checkin = make_revealed_checkin(tour, DAY)
    kept = re.compile(r'data-keep="([^"]+)"')
    for address in (checkin.get_absolute_url(), url(tour)):
        alices, bobs = (set(kept.findall(as_(who).get(address).text)) for who in (cast.alice, cast.bob))
        assert alices
        assert not alices & bobs
