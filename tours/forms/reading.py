"""What a page showed to whoever acts on it, brought along unseen and compared as it arrives."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from dataclasses import asdict, fields
from typing import Any

from django import forms

from alliance_site.forms import over_type
from tours.services import Read

#: Their names, for the layout of a form.
READ = [field.name for field in fields(Read)]


Brought = int | None | Callable[[], int]  #: asked for as it is shown


class BringsAlong(forms.Form):
    moved = False  #: whether what stood on the page is another by now

    def __init__(self, *args: Any, brings: Mapping[str, Brought], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.brings = brings
        self.initial.update(brings)
        for name in brings:
            self.fields[name] = forms.IntegerField(required=False, widget=forms.HiddenInput)

    def brought(self, name: str) -> int:
        """After `is_valid`; 0 for whoever does not say what they read."""
        return int(self.cleaned_data[name] or 0)

    def move_on(self, told: Iterable[str]) -> None:
        """Keeps what was typed, to be sent once more by whoever has read what is shown now: of that alone
        which they were told."""
        self.moved = True
        for name in told:
            value = self.brings[name]
            value = value() if callable(value) else value
            over_type(self, name, "" if value is None else str(value))


class ReadForm(BringsAlong):
    def __init__(self, *args: Any, shown: Read, **kwargs: Any) -> None:
        super().__init__(*args, brings=asdict(shown), **kwargs)

    @property
    def read(self) -> Read:
        """After `is_valid`."""
        return Read(**{name: self.cleaned_data[name] for name in READ})
