"""What a page showed to whoever acts on it, brought along unseen and compared as it arrives."""

from __future__ import annotations

from dataclasses import asdict, fields
from typing import Any

from django import forms

from alliance_site.forms import over_type
from tours.services import Read

#: Their names, for the layout of a form.
READ = [field.name for field in fields(Read)]


class ReadForm(forms.Form):
    def __init__(self, *args: Any, shown: Read, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.shown = asdict(shown)
        self.initial.update(self.shown)
        for name in READ:
            self.fields[name] = forms.IntegerField(required=False, widget=forms.HiddenInput)

    @property
    def read(self) -> Read:
        """After `is_valid`."""
        return Read(**{name: self.cleaned_data[name] for name in READ})

    def move_on(self) -> None:
        """Keeps what was typed, to be sent once more by whoever has read what is shown now."""
        for name, value in self.shown.items():
            over_type(self, name, "" if value is None else str(value))
