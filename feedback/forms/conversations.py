"""What may be typed about a first conversation."""

from __future__ import annotations

from datetime import date
from typing import Any

from django import forms
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from alliance_site.forms import fields_only
from feedback.access.conversations import at_address, people_to_ask, who_sees_conversation
from feedback.forms.expectations import SaidForm, with_line, words_field
from feedback.models import FirstConversation
from people.models import Person


class AskForm(SaidForm):
    """`chosen` is whoever was chosen by name or found by address; after `is_valid`."""

    chosen: Person

    whom = forms.ModelChoiceField(
        Person.objects.none(),
        label=gettext_lazy("With whom"),
        required=False,
        empty_label=gettext_lazy("Somebody else, by e-mail address"),
    )
    address = forms.CharField(
        label=gettext_lazy("Their e-mail address"),
        max_length=254,
        required=False,
        help_text=gettext_lazy("Of any colleague, if you have not chosen somebody above."),
        widget=forms.EmailInput,
    )

    def __init__(self, *args: Any, person: Person, today: date, **kw: Any) -> None:
        super().__init__(*args, **kw)
        self.person, self.today = person, today
        self.fields["whom"].queryset = people_to_ask(person, today)  # type: ignore[attr-defined]
        self.fields["words"] = words_field(
            _("What it is about, if you like"), who_sees_conversation(person), required=False
        )
        self.helper = fields_only("whom", "address", with_line("words"))

    def clean(self) -> dict[str, Any]:
        cleaned = super().clean()
        whom, address = cleaned.get("whom"), cleaned.get("address")
        if whom is None and address and "whom" not in self.errors:
            whom = at_address(address, self.person, self.today)
            if whom is None:
                self.add_error("address", _("Nobody else at work here has this address."))
        elif whom is None and not self.errors:
            self.add_error("whom", _("Choose somebody, or give an address."))
        if whom is not None:
            self.chosen = whom
        return cleaned


class AnswerForm(SaidForm):
    answer = forms.ChoiceField(
        label=gettext_lazy("Your answer"),
        widget=forms.RadioSelect,
        choices=FirstConversation.Answer.choices,
    )

    def __init__(self, *args: Any, person: Person, author: Person, **kw: Any) -> None:
        super().__init__(*args, **kw)
        line = who_sees_conversation(person, author)
        self.fields["words"] = words_field(_("When and where, or what else to say"), line, required=False)
        self.helper = fields_only("answer", with_line("words"))

    def clean(self) -> dict[str, Any]:
        cleaned = super().clean()
        accepted = cleaned.get("answer") == FirstConversation.Answer.ACCEPTED
        if accepted and not cleaned.get("words") and "words" not in self.errors:
            self.add_error("words", _("Propose when, in words: “Thursday after lunch, a walk by the river.”"))
        return cleaned
