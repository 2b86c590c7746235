"""A few sentences to the other side."""

from __future__ import annotations

from typing import Any

from django import forms
from django.utils.translation import gettext as _

from alliance_site.forms import WordsField, fields_only
from tours.forms.reading import READ, ReadForm


class WordsForm(forms.Form):
    words = WordsField(widget=forms.Textarea(attrs={"rows": 5}))

    def __init__(self, *args: Any, label: str, help_text: str, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["words"].label = label
        self.fields["words"].help_text = help_text
        self.fields["words"].error_messages["required"] = _("Say it in a sentence or two.")
        self.helper = fields_only("words")


class WordsOnReadForm(ReadForm, WordsForm):
    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.helper = fields_only(*READ, "words")
