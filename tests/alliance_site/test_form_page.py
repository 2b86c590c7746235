"""What a page that is one form has from its frame, whatever it says of its own."""

from __future__ import annotations

from django import forms
from django.template import engines
from django.template.loader import render_to_string


def laid_out(blocks: str) -> str:
    page = engines["django"].from_string('{% extends "form_page.html" %}' + blocks)
    return page.render({"form": forms.Form(), "who_sees": "Read by you alone."})


def test_a_page_with_a_foot_of_its_own_still_says_who_reads_it():
    page = laid_out("{% block foot %}<p>Think twice.</p>{% endblock %}")
    foot, line = page.index("<p>Think twice.</p>"), page.index('<p class="who-sees">Read by you alone.</p>')
    assert foot < line < page.index('<div class="row-of-actions">')
    assert page.count("Read by you alone.") == 1


def test_under_which_name_a_window_keeps_words_is_read_from_nothing_but_the_key():
    kept = render_to_string("_keeps.html", {"key": "terms 7", "of": "the teams", "user": {"pk": 5}})
    assert 'data-keep="terms 7 5"' in kept
