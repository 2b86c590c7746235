"""Marks, choices and words, put together by hand: the same as the framework's own tags would say."""

from __future__ import annotations

import re

import pytest
from django import forms
from django.template import engines

from alliance_site.forms import WordsField
from feedback.forms.checkins import ChoiceField, ScaleField
from feedback.templatetags import sheets

HOSTILE = "\"><b>&'\u202e😀</p>"
PLAIN = """
<fieldset class="scale mb-3" id="{{ field.auto_id }}" tabindex="-1"{% if field.aria_describedby %} aria-describedby="{{ field.aria_describedby }}"{% endif %}>
  <legend>{{ field.label }}</legend>
  <div class="scale-marks">
    {% for radio in field %}
      <div>{{ radio.tag }}<label for="{{ radio.id_for_label }}">{{ radio.choice_label }}{% if forloop.first %}<span class="visually-hidden">: {{ field.field.low }}</span>{% elif forloop.last %}<span class="visually-hidden">: {{ field.field.high }}</span>{% endif %}</label></div>
    {% endfor %}
  </div>
  <div class="scale-ends" aria-hidden="true"><span>{{ field.field.low }}</span><span>{{ field.field.high }}</span></div>
  {% if field.errors %}<div class="invalid-feedback d-block" id="{{ field.auto_id }}_error">{{ field.errors|join:" " }}</div>{% endif %}
  <p class="who-sees" id="{{ field.auto_id }}_helptext">{{ field.help_text }}</p>
</fieldset>
"""  # noqa: E501


CHOICE = """
<fieldset class="choice mb-3" id="{{ field.auto_id }}" tabindex="-1"{% if field.aria_describedby %} aria-describedby="{{ field.aria_describedby }}"{% endif %}>
  <legend>{{ field.label }}</legend>
  {% for radio in field %}
    <div class="form-check">{{ radio.tag }}<label class="form-check-label" for="{{ radio.id_for_label }}">{{ radio.choice_label }}</label></div>
  {% endfor %}
  {% if field.errors %}<div class="invalid-feedback d-block" id="{{ field.auto_id }}_error">{{ field.errors|join:" " }}</div>{% endif %}
  <p class="who-sees" id="{{ field.auto_id }}_helptext">{{ field.help_text }}</p>
</fieldset>
"""  # noqa: E501
WORDS = """{% load crispy_forms_field %}
<div class="mb-3">
  <label class="form-label" for="{{ field.id_for_label }}">{{ field.label }}</label>
  {% if field.errors %}{% crispy_field field 'class' 'form-control is-invalid' %}{% else %}{% crispy_field field 'class' 'form-control' %}{% endif %}
  {% if field.errors %}<div class="invalid-feedback" id="{{ field.auto_id }}_error">{{ field.errors|join:" " }}</div>{% endif %}
  <p class="who-sees" id="{{ field.auto_id }}_helptext">{{ field.help_text }}</p>
</div>
"""  # noqa: E501


class Marks(forms.Form):
    prefix = "m"

    mark = ScaleField(label=f"How? {HOSTILE}", help_text=HOSTILE, low=f"not {HOSTILE}", high="very")


def plain(html: str) -> str:
    return re.sub(r"\s+(?=<)", "", html).strip()


@pytest.mark.parametrize(
    "given",
    [{}, {"initial": {"mark": 3}}, *({"data": {"m-mark": mark}} for mark in ("1", "5", "", "9", HOSTILE))],
    ids=str,
)
@pytest.mark.parametrize("attrs", [{}, {"class": "x", "data-n": 3, "disabled": True}], ids=str)
@pytest.mark.parametrize(
    "more", [{}, {"required": False}, {"help_text": ""}, {"low": "", "high": ""}], ids=str
)
def test_it_says_what_a_template_would(given, attrs, more):
    form = Marks(**given)
    form.fields["mark"].widget.attrs.update(attrs)
    vars(form.fields["mark"]).update(more)
    ours = sheets.scale(form["mark"])
    theirs = engines["django"].from_string(PLAIN).render({"field": form["mark"]})
    assert plain(ours) == plain(theirs)


class Other(forms.Form):
    choice = ChoiceField(label=HOSTILE, help_text=HOSTILE, offered={"a": f"A {HOSTILE}", "b": "B"})
    words = WordsField(label=HOSTILE, help_text=HOSTILE, max_length=40)

    use_required_attribute = False


@pytest.mark.parametrize(("name", "template"), [("choice", CHOICE), ("words", WORDS)])
@pytest.mark.parametrize(
    "given",
    [{}, {"initial": {"choice": "b", "words": HOSTILE}}, {"data": {"choice": "c", "words": "x" * 41}}],
)
@pytest.mark.parametrize("more", [{}, {"disabled": True}, {"help_text": ""}], ids=str)
def test_so_do_a_choice_and_words(name, template, given, more):
    ours, theirs = Other(**given), Other(**given)
    for form in (ours, theirs):
        vars(form.fields[name]).update(more)
    said = getattr(sheets, name)(ours[name])
    assert plain(said) == plain(engines["django"].from_string(template).render({"field": theirs[name]}))
