"""Which earlier check-ins a new manager may read."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

from django import forms
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from feedback.models import CheckIn
from people.models import Person


class ReleaseForm(forms.Form):
    checkins = forms.TypedMultipleChoiceField(
        coerce=int,
        widget=forms.CheckboxSelectMultiple,
        error_messages={
            "required": gettext_lazy("Choose at least one."),
            "invalid_choice": gettext_lazy("One of these can no longer be released. Look again."),
        },
    )

    everything = forms.BooleanField(required=False)
    to = forms.IntegerField(required=False)  #: to whom the page said that it would be released

    use_required_attribute = False

    def __init__(
        self,
        *args: Any,
        offered: Iterable[tuple[CheckIn, str]],
        reader: Person | None,
        label: str,
        **kw: Any,
    ) -> None:
        super().__init__(*args, **kw)
        self.reader = reader
        field = self.fields["checkins"]
        assert isinstance(field, forms.TypedMultipleChoiceField)
        self.offered = [(checkin.pk, words) for checkin, words in offered]
        field.label, field.choices = label, self.offered

    def clean(self) -> dict[str, Any]:
        """Whoever releases everything need not have chosen each."""
        cleaned = super().clean() or {}
        if cleaned.get("everything"):
            cleaned["checkins"] = [pk for pk, _words in self.offered]
            self.errors.pop("checkins", None)
        if self.reader is None or cleaned.get("to") != self.reader.pk:
            raise forms.ValidationError(_("Your manager has changed in the meantime. Check who it is now."))
        return cleaned
