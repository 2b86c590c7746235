"""What the forms of all rooms share."""

from __future__ import annotations

import pytest
from django import forms
from django.forms.renderers import TemplatesSetting

from alliance_site.forms import DateInput, Renderer
from tests.factories import DAY

MARKUP = "\"><b>&'\u202e😀</textarea>"
ATTRIBUTES = {"id": "id_x", "required": True, "disabled": False, "data-n": 3, "lang": None, "title": MARKUP}
WIDGETS = [
    forms.CheckboxInput(),
    forms.EmailInput(),
    forms.HiddenInput(),
    forms.NumberInput(),
    forms.PasswordInput(),
    forms.TextInput(),
    forms.Textarea({"rows": 4, "dir": "auto"}),
    DateInput(),
]


@pytest.mark.parametrize("widget", WIDGETS, ids=lambda widget: type(widget).__name__)
@pytest.mark.parametrize("value", [None, "", MARKUP, 1234, True, DAY], ids=str)
def test_a_field_is_put_together_as_by_its_template(widget, value):
    ours, theirs = (
        widget.render("x", value, ATTRIBUTES, renderer=renderer())
        for renderer in (Renderer, TemplatesSetting)
    )
    assert ours == theirs


@pytest.mark.parametrize("labelled", [True, False])
def test_so_is_what_can_be_chosen(labelled):
    radios = forms.RadioSelect(choices=[(1, "one"), (True, "yes"), (MARKUP, MARKUP)])
    for radio in radios.subwidgets("x", MARKUP, ATTRIBUTES):
        asked = radio["template_name"], {"widget": {**radio, "wrap_label": labelled}}
        assert Renderer().render(*asked) == TemplatesSetting().render(*asked)
