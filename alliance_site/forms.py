"""What the forms of all rooms share."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Any

from crispy_forms.helper import FormHelper
from crispy_forms.layout import Layout
from django import forms
from django.forms.renderers import TemplatesSetting
from django.http import HttpRequest, QueryDict
from django.utils.safestring import SafeString
from django.utils.translation import gettext_lazy

from alliance_site.tags import each_filled, escaped, filled

LONGEST = 4000  #: characters in one written text


def fields_only(*layout: Any) -> FormHelper:
    """The page brings the form tag, the token and the buttons."""
    helper = FormHelper()
    helper.form_tag = False
    helper.disable_csrf = True
    helper.include_media = False  # no field of ours brings files along
    helper.layout = Layout(*layout)
    return helper


def kept_as(what: str, *about: object) -> str:
    """Under which name the browser's window keeps what is typed into a form until it has arrived. A form that
    is sent once says what makes the next of its kind another: by the same name it would come back there."""
    return " ".join(map(str, (what, *about)))


def over_type(form: forms.BaseForm, field: str, value: str) -> None:
    """What was typed into a bound form stays, but for this one field, before it is shown once more.

    So whoever was told that somebody else saved meanwhile saves over that with their next click.
    """
    assert isinstance(form.data, QueryDict), "only what was posted has been typed"
    data = form.data.copy()
    data[field] = value
    form.data = data


class SavedOver(forms.BaseForm):
    """What is typed into it was written over something that another window may have saved anew meanwhile."""

    seen_in = "basis"  #: the field, unseen, that brings along what that was

    @property
    def version(self) -> int:
        """What it was written over, where that has a number; after `is_valid`."""
        return int(self.cleaned_data[self.seen_in])

    def move_to(self, now: object) -> None:
        """Keeps what was typed, to be saved over that next time."""
        over_type(self, self.add_prefix(self.seen_in), str(now))


#: Templates of Django's that are one tag, but include one another for it up to four deep.
INPUTS = {
    f"django/forms/widgets/{kind}.html"
    for kind in ("checkbox", "date", "email", "hidden", "number", "password", "text", "radio_option")
}
TEXTAREA, SELECT = "django/forms/widgets/textarea.html", "django/forms/widgets/select.html"


class Renderer(TemplatesSetting):
    """Puts together here what those templates would: a page of a check-in has twenty such tags, and a list of
    departments a hundred options."""

    def render(self, template_name: str, context: dict[str, Any], request: HttpRequest | None = None) -> str:
        widget = context.get("widget", {})
        if template_name in INPUTS and not widget.get("wrap_label"):
            return _input(widget)
        if template_name == TEXTAREA:
            return _textarea(widget)
        if template_name == SELECT:
            return _select(widget)
        return super().render(template_name, context, request)


def _input(widget: Mapping[str, Any]) -> SafeString:
    value = {} if widget["value"] is None else {"value": str(widget["value"])}
    attributes = {"type": widget["type"], "name": widget["name"], **value, **widget["attrs"]}
    return filled("<input{}>", said_of(attributes))


def _textarea(widget: Mapping[str, Any]) -> SafeString:
    attributes = {"name": widget["name"], **widget["attrs"]}
    return filled("<textarea{}>\n{}</textarea>", said_of(attributes), widget["value"] or "")


def _select(widget: Mapping[str, Any]) -> SafeString:
    groups = SafeString("".join(_options(name, options) for name, options, _n in widget["optgroups"]))
    attributes = {"name": widget["name"], **widget["attrs"]}
    return filled("<select{}>{}\n</select>", said_of(attributes), groups)


def _options(group: Any, options: Iterable[Mapping[str, Any]]) -> SafeString:
    each = each_filled(
        "",
        '\n  <option value="{}"{}>{}</option>\n',
        ((str(option["value"]), said_of(option["attrs"]), option["label"]) for option in options),
    )
    return filled('\n  <optgroup label="{}">{}\n  </optgroup>', group, each) if group else each


def said_of(attributes: Mapping[str, Any]) -> SafeString:
    """In the order given, as Django's own template says them; its `flatatt` sorts them. Names are our own."""
    said = (
        f" {name}" if value is True else f' {name}="{escaped(value)}"'
        for name, value in attributes.items()
        if value is not False
    )
    return SafeString("".join(said))


class DateInput(forms.DateInput):
    """The browser's own calendar, which wants ISO dates whatever the language."""

    input_type = "date"

    def __init__(self) -> None:
        super().__init__(format="%Y-%m-%d")


class WordsField(forms.CharField):
    """Several lines of plain words, counted as a browser counts them."""

    widget = forms.Textarea(attrs={"rows": 4})

    def __init__(self, *, max_length: int | None = None, **kw: Any) -> None:
        super().__init__(max_length=max_length or LONGEST, **kw)
        self.error_messages["max_length"] = gettext_lazy(
            "This is %(show_value)d characters long; %(limit_value)d fit."
        )
        # A browser would cut off what is pasted without a word; we say how much too long it is.
        self.widget.attrs.pop("maxlength", None)
        self.widget.attrs.setdefault("dir", "auto")

    def to_python(self, value: Any) -> str:
        # NUL is nothing a person types; Postgres has no place for it.
        words = str(super().to_python(value) or "").replace("\r\n", "\n").replace("\x00", "")
        return words.strip()


#: What a field says where nobody gave it words of its own, by its kind: the first that fits.
SAID = (
    (WordsField, {"required": gettext_lazy("Say it in a sentence or two.")}),
    (forms.DateField, {"required": gettext_lazy("Give a date."), "invalid": gettext_lazy("Give a date.")}),
    ((forms.ChoiceField, forms.ModelChoiceField), {"required": gettext_lazy("Choose one of these.")}),
    (
        forms.IntegerField,
        {
            "required": gettext_lazy("Give a number."),
            "invalid": gettext_lazy("Give a whole number."),
            "min_value": gettext_lazy("Enter %(limit_value)s or more."),
            "max_value": gettext_lazy("Enter %(limit_value)s or less."),
        },
    ),
    (forms.Field, {"required": gettext_lazy("Fill this in.")}),
)


class InOurVoice(forms.BaseForm):
    """Says what is wrong in our words, not in the framework's; a field's own words come first."""

    def full_clean(self) -> None:
        for field in self.fields.values():
            theirs = forms.Field.default_error_messages | type(field).default_error_messages
            ours = next(words for kind, words in SAID if isinstance(field, kind))
            for code, words in ours.items():
                if field.error_messages.get(code) == theirs.get(code):
                    field.error_messages[code] = words
        super().full_clean()
