"""What may be said about a promise."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from django import forms
from django.utils.translation import gettext as _

from alliance_site.forms import WordsField, fields_only
from tours.forms import BringsAlong, WordsForm, sayable


class SeenForm(BringsAlong):
    """Brings along what the page showed as the newest that was said of the promise."""

    def __init__(self, *args: Any, seen: Callable[[], int], **kwargs: Any) -> None:
        super().__init__(*args, brings={"seen": seen}, **kwargs)

    @property
    def said(self) -> tuple[Any, ...]:
        """After `is_valid`, in the order of `services.ledger`."""
        return (self.cleaned_data["words"],)


class SayForm(SeenForm, WordsForm):
    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.helper = fields_only("seen", "words")


class AnswerForm(SeenForm):
    """Yes or no, with a word; no wants to be explained."""

    answer = forms.ChoiceField(widget=forms.RadioSelect)
    words = WordsField(required=False)

    def __init__(
        self, *args: Any, label: str, choices: tuple[str, ...], help_text: str, missing: str, **kwargs: Any
    ) -> None:
        super().__init__(*args, **kwargs)
        self.missing = missing
        answer, words = self.fields["answer"], self.fields["words"]
        answer.label = label
        answer.choices = list(zip(("yes", "no"), choices, strict=False))  # type: ignore[attr-defined]
        answer.error_messages["required"] = _("Choose one of the two.")
        words.label = _("Why, in a few words")
        words.help_text = help_text
        self.helper = fields_only("seen", "answer", "words")

    @property
    def said(self) -> tuple[Any, ...]:
        return (self.cleaned_data["answer"] == "yes", *super().said)

    def clean(self) -> dict[str, Any]:
        data: dict[str, Any] = super().clean() or self.cleaned_data
        if data.get("answer") == "no" and "words" not in self.errors and not sayable(data.get("words", "")):
            self.add_error("words", self.missing)
        return data


def verdict_form(data: Any, seen: Callable[[], int], too_early: str) -> AnswerForm:
    """`too_early` says why it cannot be called not kept yet, if so."""
    either = _("If it was not kept, say what was missing. If it was, a word of thanks is welcome.")
    form = AnswerForm(
        data,
        seen=seen,
        label=_("Was it kept?"),
        choices=(_("Kept"),) if too_early else (_("Kept"), _("Not kept")),
        help_text=_("A word of thanks is welcome.") if too_early else either,
        missing=_("Say what was missing."),
    )
    answer = form.fields["answer"]
    answer.help_text = too_early
    answer.error_messages["invalid_choice"] = too_early or _("Choose one of the two.")
    return form


def drop_form(data: Any, seen: Callable[[], int]) -> AnswerForm:
    return AnswerForm(
        data,
        seen=seen,
        label=_("Do you agree to drop it?"),
        choices=(_("Yes, nobody owes it any more"), _("No, it is still owed")),
        help_text=_("If you do not agree, say why."),
        missing=_("Say why it is still owed."),
    )
