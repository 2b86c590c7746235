"""Which earlier check-ins a new manager may read."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

from django import forms
from django.utils.translation import gettext_lazy

from feedback.models import CheckIn


class ReleaseForm(forms.Form):
    checkins = forms.TypedMultipleChoiceField(
        coerce=int,
        widget=forms.CheckboxSelectMultiple,
        error_messages={
            "required": gettext_lazy("Choose at least one."),
            "invalid_choice": gettext_lazy("One of these can no longer be released. Look again."),
        },
    )

    use_required_attribute = False

    def __init__(self, *args: Any, offered: Iterable[tuple[CheckIn, str]], label: str, **kw: Any) -> None:
        super().__init__(*args, **kw)
        field = self.fields["checkins"]
        assert isinstance(field, forms.TypedMultipleChoiceField)
        field.label, field.choices = label, [(checkin.pk, words) for checkin, words in offered]
