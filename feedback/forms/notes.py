"""What somebody writes down for themselves, and what they look for in it."""

from __future__ import annotations

from typing import Any
from uuid import UUID

from django import forms
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from alliance_site.forms import SavedOver, WordsField, fields_only
from feedback.access.notes import who_sees_note
from feedback.forms.expectations import with_line
from feedback.limits import TEXT_LIMIT
from feedback.models import Note


class NoteForm(SavedOver, forms.Form):
    """`state` is what of the note was changed: none, where there was no note yet."""

    prefix = "note"

    basis = forms.UUIDField(required=False, widget=forms.HiddenInput)

    def __init__(self, data: Any = None, *, note: Note | None = None) -> None:
        super().__init__(data)
        self.fields["words"] = WordsField(
            max_length=TEXT_LIMIT, required=False, label=_("For yourself"), help_text=who_sees_note()
        )
        self.initial = {"basis": note.state, "words": note.words} if note else {}
        self.helper = fields_only("basis", with_line("words"))

    def clean(self) -> dict[str, Any]:
        """A post without the field is no wish to delete what it holds."""
        if self.add_prefix("words") not in self.data:
            raise forms.ValidationError(_("Something is missing. Load this page again."))
        return super().clean() or {}

    @property
    def state(self) -> UUID | None:
        found: UUID | None = self.cleaned_data["basis"]
        return found


class SearchForm(forms.Form):
    """Posted, so that what one looks for stands in no address and in no server's log."""

    q = forms.CharField(label=gettext_lazy("Words, or parts of words"), max_length=200, required=False)

    def clean_q(self) -> str:
        found: str = self.cleaned_data["q"]
        return found
