"""A few sentences to the other side."""

from __future__ import annotations

from typing import Any

from django import forms
from django.utils.translation import gettext as _

from alliance_site.forms import WordsField, fields_only, over_type
from tours.models import Terms
from tours.services import Read


class WordsForm(forms.Form):
    words = WordsField(widget=forms.Textarea(attrs={"rows": 5}))

    def __init__(self, *args: Any, label: str, help_text: str, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["words"].label = label
        self.fields["words"].help_text = help_text
        self.fields["words"].error_messages["required"] = _("Say it in a sentence or two.")
        self.helper = fields_only("words")


class ReaffirmForm(WordsForm):
    """Signs what its page showed: `to` and `policy` say in whose name, and under which policy, that was."""

    to = forms.IntegerField(required=False, widget=forms.HiddenInput)
    policy = forms.IntegerField(required=False, widget=forms.HiddenInput)

    def __init__(self, *args: Any, shown: Terms, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.initial = {"to": shown.manager_id, "policy": shown.policy_id}
        self.helper = fields_only("to", "policy", "words")

    @property
    def read(self) -> Read:
        return Read(self.cleaned_data["to"], self.cleaned_data["policy"])

    def move_on(self) -> None:
        """Keeps the words, to be sent once more by whoever has read what is shown now."""
        for name, value in self.initial.items():
            over_type(self, name, str(value or ""))
