"""What a page showed to whoever acts on it, brought along unseen and compared as it arrives."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import asdict, fields
from typing import Any

from django import forms

from alliance_site.forms import over_type
from tours.services import Read

#: Their names, for the layout of a form.
READ = [field.name for field in fields(Read)]


class BringsAlong(forms.Form):
    moved = False  #: whether what stood on the page is another by now

    def __init__(self, *args: Any, brings: dict[str, int | None], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.brings = brings
        self.initial.update(brings)
        for name in brings:
            self.fields[name] = forms.IntegerField(required=False, widget=forms.HiddenInput)

    def move_on(self, told: Iterable[str]) -> None:
        """Keeps what was typed, to be sent once more by whoever has read what is shown now: of that alone
        which they were told."""
        self.moved = True
        for name in told:
            value = self.brings[name]
            over_type(self, name, "" if value is None else str(value))


class ReadForm(BringsAlong):
    def __init__(self, *args: Any, shown: Read, **kwargs: Any) -> None:
        super().__init__(*args, brings=asdict(shown), **kwargs)

    @property
    def read(self) -> Read:
        """After `is_valid`."""
        return Read(**{name: self.cleaned_data[name] for name in READ})
