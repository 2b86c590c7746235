"""What the forms of all rooms share."""

from __future__ import annotations

import pytest
from django import forms
from django.forms.renderers import TemplatesSetting
from django.utils.translation import gettext_lazy

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
    forms.Select(
        choices=[
            ("", "All"),
            (1234, gettext_lazy("From")),
            (MARKUP, MARKUP),
            (MARKUP, [(True, "Yes"), (2, 1234)]),
        ]
    ),
    forms.SelectMultiple(choices=[("", "All"), (DAY, "now")]),
    forms.Select(),
]


@pytest.mark.parametrize("widget", WIDGETS, ids=lambda widget: type(widget).__name__)
@pytest.mark.parametrize("value", [None, "", MARKUP, 1234, True, DAY], ids=str)
def test_a_field_is_put_together_as_by_its_template(widget, value):
    ours, theirs = (
        widget.render("x", value, ATTRIBUTES, renderer=renderer())
        for renderer in (Renderer, TemplatesSetting)
    )
    assert ours == theirs


def test_a_list_of_a_hundred_options_asks_for_no_template(monkeypatch):
    monkeypatch.delattr(TemplatesSetting, "get_template")
    choices = [(n, str(n)) for n in range(100)]
    assert forms.Select(choices=choices).render("x", 7, renderer=Renderer()).count("<option") == 100


@pytest.mark.parametrize("labelled", [True, False])
def test_so_is_what_can_be_chosen(labelled):
    radios = forms.RadioSelect(choices=[(1, "one"), (True, "yes"), (MARKUP, MARKUP)])
    for radio in radios.subwidgets("x", MARKUP, ATTRIBUTES):
        asked = radio["template_name"], {"widget": {**radio, "wrap_label": labelled}}
        assert Renderer().render(*asked) == TemplatesSetting().render(*asked)
