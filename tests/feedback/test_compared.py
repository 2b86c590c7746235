"""Promises, gaps and reviews, put together by hand: the same as the templates said that they came from."""

from __future__ import annotations

from datetime import date

import pytest
from django import forms
from django.template import engines
from django.utils.html import escape

from feedback.forms.reviews import ReviewField
from feedback.measures.gaps import Gap
from feedback.models import CheckIn, Outlook, Owed, Question
from feedback.reading import TICKS, Compared, Reviewed, Row
from feedback.templatetags import answers, sheets
from people.models import Person
from tests.feedback.test_scales import HOSTILE, plain
from tours.models import Promise, Side

DUE = date(2026, 5, 4)
PROMISES = """{% load i18n %}
<fieldset class="reviews mb-3" id="{{ field.auto_id }}" tabindex="-1"{% if field.aria_describedby %} aria-describedby="{{ field.aria_describedby }}"{% endif %}>
  <legend>{{ field.label }}</legend>
  {% for owed, radios in field.rows %}
    <fieldset class="review">
      <legend><span dir="auto">{{ owed.what }}</span> <span class="quiet">{% blocktranslate trimmed with day=owed.due_on %}by {{ day }}{% endblocktranslate %}</span></legend>
      {% for radio in radios %}<div class="form-check"><input class="form-check-input" type="radio" name="{{ radio.data.name }}" value="{{ radio.data.value }}" id="{{ radio.id_for_label }}"{% if radio.data.selected %} checked{% endif %}{% if field.field.disabled %} disabled{% endif %}><label class="form-check-label" for="{{ radio.id_for_label }}">{{ radio.choice_label }}</label></div>{% endfor %}
    </fieldset>
  {% empty %}<p class="quiet">{% translate "Nothing is owed by the terms in force that has not been settled." %}</p>{% endfor %}
  {% if field.errors %}<div class="invalid-feedback d-block" id="{{ field.auto_id }}_error">{{ field.errors|join:" " }}</div>{% endif %}
  <p class="who-sees" id="{{ field.auto_id }}_helptext">{{ field.help_text }}</p>
</fieldset>
"""  # noqa: E501
GAP = """
<li class="gap{% if item.gap.is_wide %} gap-wide{% endif %}">
  <h3>{{ item.wording }}</h3>
  <svg viewBox="0 0 280 34" aria-hidden="true" focusable="false">
    <line class="gap-axis" x1="20" y1="17" x2="260" y2="17" />
    {% for x in ticks %}<circle class="gap-tick" cx="{{ x }}" cy="17" r="2" />{% endfor %}
    {% if item.gap.size %}<line class="gap-between" x1="{{ item.employee_x }}" y1="17" x2="{{ item.manager_x }}" y2="17" />{% endif %}
    <circle class="gap-employee" cx="{{ item.employee_x }}" cy="17" r="{% if item.gap.size %}8{% else %}12{% endif %}" />
    <rect class="gap-manager" x="{{ item.manager_x|add:'-7' }}" y="10" width="14" height="14" rx="1" />
  </svg>
  <p class="scale-ends" aria-hidden="true"><span>{{ item.low }}</span><span>{{ item.high }}</span></p>
  <p class="gap-words">{{ item.sentence }}</p>
</li>
"""  # noqa: E501
REVIEWS = """{% load i18n %}
{% for item in reviews %}
  <div class="voice{% if item.person == checkin.employee %} voice-employee{% endif %}">
    <p class="voice-name">{{ item.person.name }}</p>
    <h3>{{ item.wording }}</h3>
    <ul class="promises">{% for promise, outlook in item.lines %}
      <li><span dir="auto">{{ promise.what }}</span> <span class="by">{% blocktranslate trimmed with day=promise.due_on %}by {{ day }}{% endblocktranslate %} · <span class="tag {% if outlook == 'on_track' %}tag-active{% elif outlook == 'at_risk' %}tag-wait{% elif outlook == 'not_kept' %}tag-bad{% else %}tag-done{% endif %}">{{ outlook.label }}</span></span></li>
    {% endfor %}</ul>
  </div>
{% endfor %}
"""  # noqa: E501


def said(template: str, **context: object) -> str:
    return plain(engines["django"].from_string(template).render(context))


class Sheet(forms.Form):
    prefix = "m"

    def __init__(self, owed: list[Owed], *args, **more) -> None:
        super().__init__(*args)
        self.fields["stand"] = ReviewField(owed=owed, label=HOSTILE, **{"help_text": HOSTILE, **more})


@pytest.mark.parametrize("number", [0, 2])
@pytest.mark.parametrize("data", [None, {}, {"m-stand_1": "at_risk"}, {"m-stand_1": HOSTILE}], ids=str)
@pytest.mark.parametrize("more", [{}, {"disabled": True}, {"help_text": ""}], ids=str)
def test_a_review_of_promises_says_what_its_template_would(number, data, more):
    owed = [Owed(pk, f"{pk} {HOSTILE}", DUE) for pk in range(1, number + 1)]
    field = Sheet(owed, data, **more)["stand"]
    assert plain(sheets.SAID[Question.AnswerKind.PROMISES](field)) == said(PROMISES, field=field)


@pytest.mark.parametrize("marks", [(3, 3), (1, 5), (4, 3)])
def test_a_gap_says_what_its_template_would(marks):
    gap = Gap(Question(), dict(zip(Side, marks, strict=True)))
    item = Compared(HOSTILE, f"low {HOSTILE}", "high", gap, f"So {HOSTILE}")
    assert plain(answers.gaps_of([item])) == said(GAP, item=item, ticks=TICKS)


@pytest.mark.parametrize("outlook", Outlook)
def test_what_each_side_sees_of_the_promises_says_what_its_template_would(outlook):
    alice, bob = Person(pk=1, name=HOSTILE), Person(pk=2, name="Bob")
    promise = Promise(what=HOSTILE, due_on=DUE)
    reviews = [Reviewed(person, f"How? {HOSTILE}", [(promise, outlook)] * 2) for person in (alice, bob)]
    checkin = CheckIn(employee=alice)
    assert plain(answers.reviews_of(reviews, checkin)) == said(REVIEWS, reviews=reviews, checkin=checkin)


def test_what_each_said_is_marked_up_by_nothing_that_they_wrote():
    person = Person(pk=1, name=HOSTILE)
    said = answers.voices_of([Row(person, HOSTILE, f"One {HOSTILE}\nTwo")], CheckIn(employee=person))
    assert said.count(escape(HOSTILE)) == 3
    assert "<b>" not in said
    assert "<br>Two" in said
