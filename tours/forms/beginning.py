"""Whose tour, and of which kind."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Any

from crispy_forms.layout import Field
from django import forms
from django.utils.translation import gettext_lazy

from alliance_site.forms import InOurVoice, fields_only
from people.models import Person
from tours.guidance.types import Guide

TYPE_CARDS = Field("type", template="tours/_type.html")


class TypeForm(InOurVoice, forms.Form):
    """The kind alone, by the questions that lead to it."""

    type = forms.ChoiceField(
        label=gettext_lazy("Which of these fits best?"),
        widget=forms.RadioSelect,
        error_messages={"required": gettext_lazy("Choose the one that fits best.")},
    )

    use_required_attribute = False

    def __init__(self, *args: Any, guides: Iterable[Guide], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["type"].choices = [(guide.type, guide) for guide in guides]  # type: ignore[attr-defined]
        self.helper = fields_only(TYPE_CARDS)


class NewTourForm(TypeForm):
    employee = forms.TypedChoiceField(
        label=gettext_lazy("Whose tour"),
        error_messages={
            "invalid_choice": gettext_lazy(
                "You cannot define a tour with this person as of today. Choose somebody else."
            )
        },
    )

    field_order = ("employee", "type")

    def __init__(self, *args: Any, people: Mapping[Person, str], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        employee = self.fields["employee"]
        by_key = {str(person.pk): person for person in people}
        employee.choices = [(person.pk, words) for person, words in people.items()]  # type: ignore[attr-defined]
        employee.coerce = by_key.__getitem__  # type: ignore[attr-defined]
        self.helper = fields_only("employee", TYPE_CARDS)
