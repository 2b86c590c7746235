"""One side's sheet, made from the questions it is asked; and the reason of a skip."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from datetime import date
from typing import Any

from crispy_forms.layout import Field
from django import forms
from django.http import QueryDict
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from alliance_site.forms import SavedOver, WordsField, fields_only
from feedback.access import who_sees_answers, who_sees_skip
from feedback.asking import asked
from feedback.forms.reviews import ReviewField
from feedback.limits import TEXT_LIMIT
from feedback.models import CheckIn, Chosen, Question, Reviews, Said, Sheet
from people.models import Person
from tours.models import Side

MARKS = [(mark, str(mark)) for mark in range(1, 6)]


class ScaleField(forms.TypedChoiceField):
    """A mark from 1 to 5, with a name at each end."""

    widget = forms.RadioSelect

    def __init__(self, *, low: str, high: str, **kw: Any) -> None:
        super().__init__(
            choices=MARKS,
            coerce=int,
            empty_value=None,
            error_messages={"invalid_choice": gettext_lazy("Choose a mark from 1 to 5.")},
            **kw,
        )
        self.low, self.high = low, high


class ChoiceField(forms.TypedChoiceField):
    """One of what the question offers."""

    widget = forms.RadioSelect

    def __init__(self, *, offered: Mapping[str, str], **kw: Any) -> None:
        super().__init__(
            choices=list(offered.items()),
            coerce=Chosen,
            empty_value=None,
            error_messages={"invalid_choice": gettext_lazy("Choose one of these.")},
            **kw,
        )


class QuestionsForm(forms.Form):
    """The questions as one side is asked them."""

    use_required_attribute = False

    def __init__(
        self,
        data: QueryDict | None = None,
        *,
        questions: Iterable[Question],
        checkin: CheckIn,
        person: Person,
        **kw: Any,
    ) -> None:
        super().__init__(data, **kw)
        side = checkin.side_of(person) or Side.EMPLOYEE
        self.asked = {f"answer-{question.key}": question for question in questions}
        kinds = {question.visibility for question in self.asked.values()}
        who_sees = {kind: who_sees_answers(person, checkin, kind) for kind in kinds}
        for name, question in self.asked.items():
            wording = question.wording(side, checkin)
            self.fields[name] = _field(question, wording, who_sees[question.visibility])


class SheetForm(SavedOver, QuestionsForm):
    """A draft may have holes and is kept as it is; handing in needs every mark and every choice."""

    SAVE, HAND_IN = "save", "hand_in"

    act = forms.ChoiceField(choices=[(SAVE, SAVE), (HAND_IN, HAND_IN)], widget=forms.HiddenInput)
    basis = forms.IntegerField(min_value=0, widget=forms.HiddenInput)

    may_save = False  #: what cannot be handed in lacks marks or choices alone

    def __init__(
        self,
        data: QueryDict | None = None,
        *,
        checkin: CheckIn,
        person: Person,
        on: date,
        given: Mapping[int, Said] | None = None,
        sheet: Sheet | None = None,
    ) -> None:
        questions = asked(checkin, checkin.side_of(person) or Side.EMPLOYEE, on)
        super().__init__(data, questions=questions, checkin=checkin, person=person)
        self.initial["basis"] = sheet.version if sheet else 0
        for name, question in self.asked.items():
            self.initial[name] = (given or {}).get(question.pk)

    def clean(self) -> dict[str, Any]:
        cleaned = super().clean() or {}
        if cleaned.get("act") == self.HAND_IN:
            self.may_save = not self.errors
            for name, question in self.asked.items():
                if name not in self.errors and (missing := _missing(question, cleaned.get(name))):
                    self.add_error(name, missing)
        return cleaned

    @property
    def hands_in(self) -> bool:
        return bool(self.data.get("act") == self.HAND_IN)

    @property
    def answers(self) -> dict[int, Said]:
        """By the question's key in the database; after `is_valid`."""
        return {question.pk: self.cleaned_data[name] for name, question in self.asked.items()}

    @property
    def wordings(self) -> dict[Question, str]:
        return {question: str(self.fields[name].label) for name, question in self.asked.items()}


def _missing(question: Question, said: Said) -> str:
    """What to say of a question that cannot be left open when handing in."""
    if question.is_scale and not said:
        return _("Choose a mark from 1 to 5.")
    if question.is_choice and not said:
        return _("Choose one of these.")
    if isinstance(said, Reviews) and not all(said.values()):
        return _("Choose one for each promise.")
    return ""


def _field(question: Question, wording: str, who_sees: str) -> forms.Field:
    if question.is_promises:
        return ReviewField(label=wording, help_text=who_sees, owed=question.owed)
    if question.is_scale:
        low, high = question.ends
        return ScaleField(label=wording, help_text=who_sees, required=False, low=low, high=high)
    if question.is_choice:
        return ChoiceField(label=wording, help_text=who_sees, required=False, offered=question.labels)
    return WordsField(max_length=TEXT_LIMIT, label=wording, help_text=who_sees, required=False)


class SkipForm(forms.Form):
    reason = WordsField(max_length=TEXT_LIMIT, label=gettext_lazy("Why"))

    use_required_attribute = False

    def __init__(self, *args: Any, checkin: CheckIn, person: Person, **kw: Any) -> None:
        super().__init__(*args, **kw)
        self.fields["reason"].help_text = who_sees_skip(person, checkin)
        self.fields["reason"].error_messages["required"] = _("Say why in a few words.")
        self.helper = fields_only(Field("reason", template="feedback/_text.html"))
