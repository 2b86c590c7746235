"""`{% questions_of form %}`: each question of a sheet as its kind is answered; and `{% words field %}`, which
other forms ask for in the same way.

As templates, one after the other, they were half of the page's time.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator
from typing import Any

from django import template
from django.forms import BoundField
from django.utils.safestring import SafeString
from django.utils.translation import gettext as _

from alliance_site.forms import said_of
from alliance_site.tags import each_filled, escaped, filled
from feedback.forms.checkins import MARKS, QuestionsForm
from feedback.models import Question
from people.days import written

register = template.Library()

SCALE = """<fieldset class="scale mb-3" id="{id}" tabindex="-1"{described}>
  <legend>{label}</legend>
  <div class="scale-marks">
    {radios}
  </div>
  <div class="scale-ends" aria-hidden="true"><span>{low}</span><span>{high}</span></div>
  {wrong}
  <p class="who-sees" id="{id}_helptext">{help}</p>
</fieldset>
"""
MARK = (
    '<div><input type="radio" name="{name}" value="{mark}"{own} id="{id}_{place}"{more}{checked}>'
    '<label for="{id}_{place}">{mark}{end}</label></div>'
)
END = '<span class="visually-hidden">: {}</span>'
WRONG = '<div class="invalid-feedback{}" id="{}_error">{}</div>'
CHOICE = """<fieldset class="{kind} mb-3" id="{id}" tabindex="-1"{described}>
  <legend>{label}</legend>
  {choices}
  {wrong}
  <p class="who-sees" id="{id}_helptext">{help}</p>
</fieldset>
"""
CHOSEN = '<div class="form-check">{}<label class="form-check-label" for="{}">{}</label></div>'
OUTLOOK = (
    '<div class="form-check"><input class="form-check-input" type="radio" name="{}" value="{}" id="{}"{}{}>'
    '<label class="form-check-label" for="{}">{}</label></div>'
)
PROMISE = """<fieldset class="review">
  <legend><span dir="auto">{}</span> <span class="quiet">{}</span></legend>
  {}
</fieldset>"""
NOTHING = '<p class="quiet">{}</p>'
WORDS = """<div class="mb-3">
  <label class="form-label" for="{id}">{label}</label>
  {typed}
  {wrong}
  <p class="who-sees" id="{id}_helptext">{help}</p>
</div>
"""


@register.simple_tag
def questions_of(form: QuestionsForm) -> SafeString:
    return SafeString("".join(SAID[asked.answer_kind](form[name]) for name, asked in form.asked.items()))


@register.simple_tag
def words(field: BoundField) -> SafeString:
    wrong = " is-invalid" if field.errors else ""
    typed = field.as_widget(attrs={"class": f"textarea form-control{wrong}"})
    return filled(WORDS, typed=typed, **_said(field))


def scale(field: BoundField) -> SafeString:
    asked: Any = field.field
    marks = SafeString("\n    ".join(_marks(field)))
    return filled(SCALE, radios=marks, low=asked.low, high=asked.high, **_described(field))


def _marks(field: BoundField) -> Iterator[str]:
    """As the widget would say them, one after the other."""
    asked: Any = field.field
    chosen, last = str(field.value()), len(MARKS) - 1
    ends = {0: filled(END, asked.low), last: filled(END, asked.high)}
    # All that is put in below is escaped already, or a number.
    shared = {
        "name": escaped(field.html_name),
        "own": said_of(asked.widget.attrs),
        "id": escaped(field.auto_id),
        "more": said_of(field.build_widget_attrs({})),
    }
    for place, (mark, label) in enumerate(MARKS):
        checked = " checked" if chosen == label else ""
        yield MARK.format(mark=mark, place=place, end=ends.get(place, ""), checked=checked, **shared)


def choice(field: BoundField) -> SafeString:
    radios: Any = iter(field)
    rows = ((radio.tag(), radio.id_for_label, radio.choice_label) for radio in radios)
    choices = each_filled("\n  ", CHOSEN, rows)
    return filled(CHOICE, kind="choice", choices=choices, **_described(field))


def _promises(field: Any) -> SafeString:
    rows = (
        (owed.what, _("by %(day)s") % {"day": written(owed.due_on)}, _outlooks(field, radios))
        for owed, radios in field.rows()
    )
    promises = each_filled("\n  ", PROMISE, rows)
    nothing = _("Nothing is owed by the terms in force that has not been settled.")
    choices = promises or filled(NOTHING, nothing)
    return filled(CHOICE, kind="reviews", choices=choices, **_described(field))


def _outlooks(field: Any, radios: Iterable[Any]) -> SafeString:
    disabled = " disabled" if field.field.disabled else ""
    rows = (
        (
            radio.data["name"],
            radio.data["value"],
            radio.id_for_label,
            SafeString(" checked" if radio.data["selected"] else ""),
            SafeString(disabled),
            radio.id_for_label,
            radio.choice_label,
        )
        for radio in radios
    )
    return each_filled("", OUTLOOK, rows)


def _described(field: BoundField) -> dict[str, object]:
    """A group of fields, by what is said beneath it."""
    by = field.aria_describedby
    described = said_of({"aria-describedby": by}) if by else ""
    return {"described": described, **_said(field, " d-block")}


def _said(field: BoundField, shown: str = "") -> dict[str, object]:
    """What is said of any field; what is wrong is `shown`, unless it stands right behind what is wrong."""
    errors = each_filled(" ", "{}", ((error,) for error in field.errors)) if field.errors else ""
    return {
        "id": field.auto_id,
        "label": field.label,
        "wrong": filled(WRONG, shown, field.auto_id, errors) if errors else "",
        "help": field.help_text,
    }


SAID: dict[str, Callable[[BoundField], SafeString]] = {
    Question.AnswerKind.SCALE: scale,
    Question.AnswerKind.CHOICE: choice,
    Question.AnswerKind.TEXT: words,
    Question.AnswerKind.PROMISES: _promises,
}
