"""What came of the talk about the time after a tour, as one side records it."""

from __future__ import annotations

from typing import Any

from django import forms
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from alliance_site.forms import WordsField, fields_only
from tours.access import who_sees_next_step
from tours.forms.reading import BringsAlong
from tours.models import NextStep, Terms


class OutcomeForm(BringsAlong):
    """`seen` is the newest outcome that the page shows, 0 where that is none; `force` what is in force;
    `ended` whether one side has ended the tour early."""

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

    def __init__(
        self, *args: Any, newest: NextStep | None, force: Terms | None, ended: bool, **kw: Any
    ) -> None:
        brings: dict[str, int | None] = {
            "seen": newest.pk if newest else 0,
            "force": force.number if force else 0,
        }
        super().__init__(*args, brings=brings, **kw)
        said = _("Which mission, which role, by when; and who does what until then. It may stay empty.")
        self.fields["words"].help_text = f"{said} {who_sees_next_step()}"
        if ended:  # early, and so there is nothing left to extend
            outcome = self.fields["outcome"]
            assert isinstance(outcome, forms.ChoiceField)
            left = [each for each in NextStep.Outcome if each is not NextStep.Outcome.EXTENSION]
            outcome.choices = [(each.value, each.label) for each in left]
        self.helper = fields_only(*brings, "outcome", "words")

    def clean_seen(self) -> int:
        return self.brought("seen")

    def clean_force(self) -> int:
        return self.brought("force")
