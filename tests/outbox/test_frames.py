"""What a letter says, it says in text and in HTML, in every language."""

from __future__ import annotations

import re
from html import unescape

import pytest
from django.conf import settings
from django.utils import translation

from alliance_site.dashboards.wordings import TURNS, example
from alliance_site.outbox.frames import PIECES, as_html, as_text, pieces
from alliance_site.outbox.letters import write
from alliance_site.outbox.occasions import Recipient, occasions
from tests.factories import DAY

LANGUAGES = [code for code, _name in settings.LANGUAGES]
HOSTILE = 'O\'Neill <b>"&" {{ path }} $link \u202eע\u00a0🙂'
WRAPPED = {"name": "A", "link": "/x/", "settings_link": "/s/", "button": "Go", "why": "So", "who_sees": "You"}


@pytest.mark.parametrize("language", LANGUAGES)
def test_every_letter_says_each_of_its_words_in_text_and_in_html(language):
    reader = Recipient("", HOSTILE, language, settings.TIME_ZONE)
    for occasion in occasions().values():
        for turn in TURNS[:6]:
            context = example(DAY) | turn
            words = write(occasion, reader, context)
            with_reader = context | {"recipient": reader, "site_url": settings.SITE_URL}
            with translation.override(language):
                said = pieces(occasion.template, with_reader)
            set_out = said.pop("sentence_in_html", "")
            assert set(said) == set(PIECES)
            assert all(said.values()), occasion.key
            in_html = said | ({"sentence": _read(set_out)} if set_out else {})
            for part, its in ((words.text, said), (_read(words.html), in_html)):
                assert [piece for piece in PIECES[1:] if its[piece] not in part] == []
                assert HOSTILE in part


def _read(html: str) -> str:
    """As one reads it, without its tags."""
    return unescape(re.sub(r"<[^>]+>", "", html.replace("<br>", "\n"))).strip()


def test_a_name_can_be_no_markup():
    html = as_html("en", WRAPPED | {"sentence": "Hello", "name": HOSTILE})
    assert "<b>" not in html
    assert "O&#x27;Neill &lt;b&gt;&quot;&amp;&quot; {{ path }} $link" in html


def test_a_list_stays_a_list():
    said = WRAPPED | {"sentence": "Two:\n\n– one\n– <two>"}
    assert "Two:\n\n– one\n– <two>" in as_text("en", said)
    assert "Two:<br><br>– one<br>– &lt;two&gt;" in as_html("en", said)


def test_what_is_said_in_html_alone_takes_the_place_of_the_sentence():
    said = WRAPPED | {"sentence": "plain", "sentence_in_html": "<em>set</em>"}
    assert "plain" in as_text("en", said)
    assert "<em>set</em>" in as_html("en", said)
    assert "plain" not in as_html("en", said)


@pytest.mark.parametrize(("language", "direction"), [("en", "ltr"), ("ar", "rtl")])
def test_a_letter_runs_in_the_direction_of_its_language(language, direction):
    html = as_html(language, WRAPPED | {"sentence": "…"})
    assert f'<html lang="{language}" dir="{direction}">' in html
