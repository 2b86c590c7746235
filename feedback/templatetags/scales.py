"""`{% scale field %}`: a mark from 1 to 5. As loops in a template four were a third of the page's time."""

from __future__ import annotations

from typing import Any

from django import template
from django.forms import BoundField
from django.utils.html import format_html, format_html_join
from django.utils.safestring import SafeString

from alliance_site.forms import said_of
from feedback.forms.checkins import MARKS

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
RADIO = (
    '<div><input type="radio" name="{name}" value="{mark}"{own} id="{id}_{place}"{more}{checked}>'
    '<label for="{id}_{place}">{label}{end}</label></div>'
)
END = '<span class="visually-hidden">: {}</span>'
WRONG = '<div class="invalid-feedback d-block" id="{}_error">{}</div>'


@register.simple_tag
def scale(field: BoundField) -> SafeString:
    asked: Any = field.field
    described = field.aria_describedby
    errors = format_html_join(" ", "{}", ((error,) for error in field.errors))
    return format_html(
        SCALE,
        id=field.auto_id,
        described=said_of({"aria-describedby": described}) if described else "",
        label=field.label,
        radios=SafeString("\n    ".join(_radios(field))),
        low=asked.low,
        high=asked.high,
        wrong=format_html(WRONG, field.auto_id, errors) if field.errors else "",
        help=field.help_text,
    )


def _radios(field: BoundField) -> list[SafeString]:
    """As the widget would say them, one after the other."""
    asked: Any = field.field
    chosen, last = field.value(), len(MARKS) - 1
    ends = {0: format_html(END, asked.low), last: format_html(END, asked.high)}
    shared = {
        "name": field.html_name,
        "own": said_of(asked.widget.attrs),
        "id": field.auto_id,
        "more": said_of(field.build_widget_attrs({})),
    }
    return [
        format_html(
            RADIO,
            mark=mark,
            place=place,
            label=label,
            end=ends.get(place, ""),
            checked=" checked" if str(chosen) == label else "",
            **shared,
        )
        for place, (mark, label) in enumerate(MARKS)
    ]
