"""What came of the talk about the time after a tour, as one side records it."""

from __future__ import annotations

from typing import Any

from django import forms
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from alliance_site.forms import WordsField, fields_only, over_type
from tours.access import who_sees_next_step
from tours.models import NextStep


class OutcomeForm(forms.Form):
    """`seen` is the newest outcome that the page shows, 0 where that is none."""

    seen = forms.IntegerField(widget=forms.HiddenInput, required=False)
    outcome = forms.ChoiceField(
        choices=NextStep.Outcome.choices,
        widget=forms.RadioSelect,
        label=gettext_lazy("What you agreed on"),
        error_messages={
            "required": gettext_lazy("Choose one of these."),
            "invalid_choice": gettext_lazy("Choose one of these."),
        },
    )
    words = WordsField(required=False, label=gettext_lazy("In a few words"))

    use_required_attribute = False

    def __init__(self, *args: Any, newest: NextStep | None, **kw: Any) -> None:
        super().__init__(*args, **kw)
        self.newest = newest.pk if newest else 0
        self.initial["seen"] = self.newest
        said = _("Which mission, which role, by when; and who does what until then. It may stay empty.")
        self.fields["words"].help_text = f"{said} {who_sees_next_step()}"
        self.helper = fields_only("seen", "outcome", "words")

    def clean_seen(self) -> int:
        return int(self.cleaned_data["seen"] or 0)

    def refuse(self, why: str) -> None:
        """What was typed stays, to be recorded after all beside what the page shows by now."""
        self.add_error(None, why)
        over_type(self, "seen", str(self.newest))
