"""What may be typed about what both agree on: the shared summary, actions, and a promise made of one."""

from __future__ import annotations

from datetime import date
from typing import Any

from crispy_forms.layout import Div
from django import forms
from django.utils.formats import date_format
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from alliance_site.forms import DateInput, InOurVoice, SavedOver, WordsField, fields_only
from feedback.access import who_sees_revealed
from feedback.forms.expectations import SAY_WHY, SaidForm, with_line, words_field
from feedback.limits import ACTION_LIMIT, TEXT_LIMIT
from feedback.models import Action, CheckIn, Summary
from people.models import Person
from tours.forms import READ, ReadForm, sayable, sensible
from tours.models import Side, Tour
from tours.policy import KNOWN_BY_LIMIT
from tours.services import NewPromise

SAY_WHAT = gettext_lazy("Say what is to be done.")


class SummaryForm(InOurVoice, SavedOver, forms.Form):
    """May be emptied; `version` is the number that was written on, nought where there was nothing yet."""

    prefix = "summary"

    basis = forms.IntegerField(min_value=0, max_value=2**31 - 1, widget=forms.HiddenInput)

    def __init__(
        self, data: Any = None, *, checkin: CheckIn, person: Person, newest: Summary | None = None
    ) -> None:
        super().__init__(data)
        line = who_sees_revealed(person, checkin)
        self.fields["words"] = WordsField(
            max_length=TEXT_LIMIT, required=False, label=_("Shared summary"), help_text=line
        )
        self.initial = {"basis": newest.number if newest else 0, "words": newest.words if newest else ""}
        self.helper = fields_only("basis", with_line("words"))


class ActionForm(InOurVoice, forms.Form):
    prefix = "action"
    use_required_attribute = False

    def __init__(self, data: Any = None, *, checkin: CheckIn, person: Person, today: date) -> None:
        super().__init__(data)
        self.today = today
        self.fields["what"] = WordsField(
            max_length=ACTION_LIMIT,
            label=_("What"),
            help_text=who_sees_revealed(person, checkin),
            error_messages={"required": SAY_WHAT},
            widget=forms.Textarea(attrs={"rows": 2}),
        )
        self.fields["owner"] = forms.ChoiceField(
            label=_("Who does it"),
            choices=[(side.value, checkin.party(side).name) for side in Side],
            error_messages={"required": _("Choose one of the two.")},
        )
        self.fields["due_on"] = forms.DateField(
            label=_("By when, if there is a day"), required=False, widget=DateInput(), validators=[sensible]
        )
        self.initial = {"owner": checkin.side_of(person)}
        self.helper = fields_only(with_line("what"), Div("owner", "due_on", css_class="side-by-side"))

    def clean_what(self) -> str:
        return said(self.cleaned_data["what"])

    def clean_due_on(self) -> date | None:
        return not_past(self.cleaned_data["due_on"], self.today)


def said(words: str) -> str:
    if not sayable(words):
        raise forms.ValidationError(SAY_WHAT)
    return words


def not_past(day: date | None, today: date) -> date | None:
    if day and day < today:
        raise forms.ValidationError(_("This day has passed already. Choose one to come."))
    return day


class DropForm(SaidForm):
    def __init__(self, *args: Any, who_sees: str, **kw: Any) -> None:
        super().__init__(*args, **kw)
        self.fields["why"] = words_field(_("Why it is no longer wanted"), who_sees)
        self.helper = fields_only(with_line("why"))


class PromiseForm(SaidForm, ReadForm):
    """One promise more in the terms: filled in from an action, or freely."""

    def __init__(
        self, *args: Any, tour: Tour, manager: Person, today: date, action: Action | None, **kw: Any
    ) -> None:
        super().__init__(*args, **kw)
        self.today = today
        company = _("The company, through %(name)s") % {"name": manager.name}
        owing = [(Side.MANAGER.value, company), (Side.EMPLOYEE.value, tour.employee.name)]
        self.fields["owed_by"] = forms.ChoiceField(
            label=_("Who owes it"), widget=forms.RadioSelect, choices=owing
        )
        self.fields["what"] = WordsField(
            label=_("What"), error_messages={"required": SAY_WHAT}, widget=forms.Textarea(attrs={"rows": 3})
        )
        self.fields["due_on"] = forms.DateField(label=_("By when"), widget=DateInput(), validators=[sensible])
        self.fields["known_by"] = WordsField(
            max_length=KNOWN_BY_LIMIT,
            required=False,
            label=_("How both will know"),
            widget=forms.Textarea(attrs={"rows": 2}),
        )
        self.fields["words"] = WordsField(
            label=_("Why this change"),
            help_text=_("It stands above the new version."),
            error_messages={"required": SAY_WHY},
            widget=forms.Textarea(attrs={"rows": 2}),
        )
        self.initial.update(_from_action(action) if action else {})
        self.helper = fields_only(
            *READ, "owed_by", "what", Div("due_on", "known_by", css_class="side-by-side"), "words"
        )

    def clean_what(self) -> str:
        return said(self.cleaned_data["what"])

    def clean_due_on(self) -> date | None:
        return not_past(self.cleaned_data["due_on"], self.today)

    @property
    def promise(self) -> NewPromise:
        """After `is_valid`."""
        given = self.cleaned_data
        return NewPromise(Side(given["owed_by"]), given["what"], given["due_on"], given["known_by"])


def _from_action(action: Action) -> dict[str, object]:
    words = _("We agreed on it in the check-in of %(day)s.") % {"day": date_format(action.checkin.due_on)}
    return {"owed_by": action.owner, "what": action.what, "due_on": action.due_on, "words": words}
