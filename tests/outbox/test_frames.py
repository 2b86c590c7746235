"""What a letter says, it says in text and in HTML, in every language."""

from __future__ import annotations

import re
from datetime import timedelta
from html import unescape

import pytest
from django.conf import settings
from django.utils import translation

from alliance_site.dashboards.wordings import TURNS, example
from alliance_site.outbox.frames import PIECES, as_html, as_text, pieces
from alliance_site.outbox.letters import digest, write
from alliance_site.outbox.models import Message
from alliance_site.outbox.occasions import Recipient, occasions, recipients
from alliance_site.outbox.planning import plan
from people.models import Person
from tests.factories import DAY, NOW, make_message, make_policy, make_proposed_tour

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
                said = pieces(occasion.words, with_reader)
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


@pytest.mark.parametrize("language", LANGUAGES)
@pytest.mark.parametrize("companys", [{"opening": HOSTILE}, {"foot": f"{HOSTILE}\nHarbour 1"}])
def test_what_the_company_says_in_every_letter_is_no_markup_and_no_blank_to_fill(language, companys):
    [words] = companys.values()
    said = WRAPPED | {"sentence": "…", "opening": "", "foot": ""} | companys
    text, html = as_text(language, said), as_html(language, said)
    assert f"\n\n{words}" in text
    assert words in _read(html)
    assert "<b>" not in html


def test_it_opens_after_the_greeting_and_ends_below_all_else():
    said = WRAPPED | {"sentence": "Hello", "opening": "Ahoy.", "foot": "Wind Ltd\nHarbour 1"}
    assert "Hello A,\n\nAhoy.\n\nHello\n" in as_text("en", said)
    assert as_text("en", said).endswith("/s/\n\nWind Ltd\nHarbour 1\n")
    assert "Wind Ltd<br>Harbour 1</p>" in as_html("en", said)


def test_where_the_company_says_nothing_no_line_is_left_empty_for_it():
    said = WRAPPED | {"sentence": "Hello", "opening": "", "foot": ""}
    assert "Hello A,\n\nHello\n" in as_text("en", said)
    assert as_text("en", said).endswith(": /s/\n")
    assert '<p dir="auto"' not in as_html("en", said)


def test_hr_chooses_it_for_each_language_and_one_planned_for_later_is_not_said_yet(cast):
    make_policy(cast.heidi, mail_opening_de="Moin.", mail_foot_de="Wind GmbH", mail_opening_en="Ahoy.")
    make_policy(cast.heidi, mail_opening_de="Servus.", holds_from=DAY + timedelta(days=1))
    Person.objects.filter(pk=cast.alice.pk).update(language="de")
    found = recipients([cast.alice.pk, cast.bob.pk], NOW)
    context = example(DAY)
    german, english = (
        write(occasions()["people.password_reset"], found[person.pk], context).text
        for person in (cast.alice, cast.bob)
    )
    assert "\n\nMoin.\n\n" in german
    assert german.endswith("\n\nWind GmbH\n")
    assert "\n\nAhoy.\n\n" in english
    assert "Wind" not in english


def test_what_is_planned_opens_and_ends_so(cast, settings):
    make_policy(cast.heidi, mail_opening_en="Ahoy.", mail_foot_en="Wind Ltd")
    make_proposed_tour(cast.alice, cast.bob)
    settings.OUTBOX_PREPARE, settings.OUTBOX_OCCASIONS = [], ["tours.reminders.terms_waiting"]
    assert plan(NOW) == 1
    told = Message.objects.get()
    assert "\n\nAhoy.\n\n" in told.text
    assert "Wind Ltd</p>" in told.html


def test_a_morning_in_one_letter_opens_and_ends_so_too(cast):
    make_policy(cast.heidi, mail_opening_en="Ahoy.", mail_foot_en="Wind Ltd")
    messages = [make_message(cast.alice), make_message(cast.alice)]
    found = digest(messages, recipients([cast.alice.pk], NOW)[cast.alice.pk])
    assert (found.text.count("Ahoy."), found.text.count("Wind Ltd")) == (1, 1)


def test_it_is_asked_for_once_for_all_who_are_written_to_together_and_not_before(
    cast, django_assert_num_queries
):
    with django_assert_num_queries(1):
        found = recipients([cast.alice.pk, cast.bob.pk], NOW)
    with django_assert_num_queries(1):
        for reader in found.values():
            write(occasions()["people.password_reset"], reader, example(DAY))


@pytest.mark.parametrize(("language", "direction"), [("en", "ltr"), ("ar", "rtl")])
def test_a_letter_runs_in_the_direction_of_its_language(language, direction):
    html = as_html(language, WRAPPED | {"sentence": "…"})
    assert f'<html lang="{language}" dir="{direction}">' in html
