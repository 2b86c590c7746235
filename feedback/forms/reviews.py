"""A review of promises: for each one a choice, together one answer.

It is a view and no verdict: that is given in the ledger of `tours`.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from django import forms
from django.forms.boundfield import BoundField, BoundWidget
from django.utils.translation import gettext_lazy

from feedback.models import Outlook, Owed, Reviews


class ReviewBoundField(BoundField):
    def rows(self) -> list[tuple[Owed, list[BoundWidget]]]:
        """Each promise with its radio buttons."""
        field, widget = self.field, self.field.widget
        assert isinstance(field, ReviewField)
        assert isinstance(widget, ReviewWidget)
        value = self.value()
        chosen = value if isinstance(value, list) else widget.decompress(value)
        return [
            (owed, self._radios(owed, radio, outlook))
            for owed, radio, outlook in zip(field.owed, widget.widgets, chosen, strict=True)
        ]

    def _radios(self, owed: Owed, widget: forms.Widget, outlook: str | None) -> list[BoundWidget]:
        attrs = self.build_widget_attrs({"id": f"{self.auto_id}_{owed.pk}"}, widget)
        options = widget.subwidgets(f"{self.html_name}_{owed.pk}", outlook or "", attrs)
        return [BoundWidget(widget, option, self.form.renderer) for option in options]


class ReviewWidget(forms.MultiWidget):
    def __init__(self, owed: Sequence[Owed]) -> None:
        self.owed = owed
        super().__init__({str(one.pk): forms.RadioSelect(choices=Outlook.choices) for one in owed})

    def decompress(self, value: Reviews | None) -> list[str]:
        chosen = value or Reviews()
        return [chosen.get(one.pk, "") for one in self.owed]


class ReviewField(forms.MultiValueField):
    """Its value has every promise that it asks about; those without a choice have an empty one."""

    bound_field_class = ReviewBoundField

    def __init__(self, *, owed: Sequence[Owed], **kw: Any) -> None:
        self.owed = owed
        wrong = {"invalid_choice": gettext_lazy("Choose one of these.")}
        outlooks = [
            forms.ChoiceField(choices=Outlook.choices, required=False, error_messages=wrong) for _ in owed
        ]
        super().__init__(outlooks, widget=ReviewWidget(owed), required=False, require_all_fields=False, **kw)

    def compress(self, data_list: list[str]) -> Reviews:
        given = data_list or [""] * len(self.owed)
        return Reviews({one.pk: outlook for one, outlook in zip(self.owed, given, strict=True)})
