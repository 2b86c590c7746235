"""What HR may choose for the whole company, and how the fields lie on the page."""

from __future__ import annotations

from datetime import date
from typing import Any
from unicodedata import category

from crispy_forms.layout import Div, Fieldset
from django import forms
from django.core.exceptions import ValidationError
from django.forms.models import model_to_dict
from django.http import QueryDict
from django.utils.text import capfirst
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from alliance_site.forms import DateInput, InOurVoice, WordsField, fields_only, over_type
from tours import holidays
from tours.forms import sayable, sensible
from tours.models import Policy
from tours.models.policy import OURS, TYPES
from tours.policy import FIGURE_FLOOR

WORDS = ("non_binding", "no_dismissal", "mission", "values")
LETTERS = Policy.GROUPS[-1][1]
FEET = tuple(name for name in LETTERS if name.startswith("mail_foot"))
OPENINGS = tuple(name for name in LETTERS if name not in FEET)
FIELDS = [name for _title, names in Policy.GROUPS for name in names]
HELPS = {
    "months_rotational": gettext_lazy("The length is a suggestion, never a limit."),
    "checkin_opens_before": gettext_lazy("From then on both sides can answer."),
    "checkin_lapses_after": gettext_lazy("It can still be completed then, and counts as late."),
    "career_months": gettext_lazy(
        "About the role that lies ahead; counted from the start of each tour. A change moves "
        "those that have not opened."
    ),
    "holiday_calendar": gettext_lazy(
        "Check-ins that have not opened move off these days, in running tours too. Once a "
        "country is chosen and saved, its regions are offered."
    ),
    "expectation_answer_days": gettext_lazy(
        "The role that somebody expects next: backed, possible or not planned."
    ),
    "first_conversation_days": gettext_lazy("What somebody asks for before they act on an offer."),
    "handover_days": gettext_lazy("After somebody else has begun to manage the employee."),
    "undecided_days": gettext_lazy(
        "From then on the two of the tour, the managers above them and HR see that nothing is decided about"
        " the next one."
    ),
    "above_days": gettext_lazy(
        "Terms unsigned, a tour not taken over, nothing agreed near the end: those concerned "
        "are reminded first."
    ),
    "hr_days": gettext_lazy("A letter on Mondays, with numbers only and a list behind each."),
    "figure_people": gettext_lazy(
        "Three or more. A lower number reveals nothing of earlier quarters: each keeps its own."
    ),
    "figures_by": gettext_lazy(
        "What comes first is shown wherever enough people answered; what comes second, where it can be."
    ),
    "mission": gettext_lazy("What the company is there for. Each tour's mission should serve it."),
    "values": gettext_lazy("Short, and few: employees look for where they overlap with their own."),
    "mail_foot_en": gettext_lazy("The company’s name and address, for example."),
} | dict.fromkeys(
    OPENINGS,
    gettext_lazy("Plain text. If this is left empty, letters in this language go without this line."),
)
MOST_VALUES, LONGEST_VALUE = 12, 200
UNREADABLE = ("Cc", "Cs", "Zl", "Zp")  #: kinds of characters


def one_line(words: str) -> None:
    """For what each letter carries."""
    if any(category(character) in UNREADABLE for character in words):
        raise ValidationError(_("There is a character in it that letters cannot show. Type it again."))
    if not sayable(words):
        raise ValidationError(_("Say it in words, or leave it empty."))


def few_lines(words: str) -> None:
    one_line(words.replace("\n", " "))


class PolicyForm(InOurVoice, forms.ModelForm):  # type: ignore[type-arg]
    """Starts from the newest policy, and makes the one after it."""

    based_on = forms.IntegerField(widget=forms.HiddenInput, min_value=0)

    class Meta:
        model = Policy
        fields = (*FIELDS, "holds_from")
        field_classes = dict.fromkeys((*WORDS, *FEET), WordsField)
        widgets = {"holds_from": DateInput()}

    def __init__(self, data: QueryDict | None, *, newest: Policy, today: date) -> None:
        planned = newest.pk and newest.holds_from > today
        initial = model_to_dict(newest, FIELDS) | {
            "based_on": newest.number,
            "holds_from": newest.holds_from if planned else today,
        }
        super().__init__(data, initial=initial)
        self.newest, self.today, self.planned = newest, today, planned
        typed = data.get("holiday_calendar") if data else None
        self.fields["holiday_calendar"] = forms.ChoiceField(
            choices=holidays.choices(newest.holiday_calendar if typed is None else typed), required=False
        )
        for name in FIELDS:
            self._explain(name)
        for name in LETTERS:
            self.fields[name].validators.append(few_lines if name in FEET else one_line)
            self.fields[name].widget.attrs["dir"] = "auto"
        self.fields["holds_from"].help_text = _(
            "It applies to what is proposed from that day on. What was proposed before stays as it is."
        )
        self.fields["holds_from"].validators.append(sensible)
        groups = [self._group(str(title), names) for title, names in Policy.GROUPS]
        self.helper = fields_only("based_on", *groups, Div("holds_from", css_class="narrow"))

    def _group(self, title: str, names: list[str]) -> Fieldset:
        if names[0] in WORDS:
            return Fieldset(title, *names)
        if names[0] in LETTERS:  # one line beside several: each as high as it is
            return Fieldset(title, Div(*names, css_class="side-by-side"))
        columns = "side-by-side side-by-side-even" + (" in-thirds" if len(names) == len(TYPES) else "")
        return Fieldset(title, Div(*names, css_class=columns))

    def _explain(self, name: str) -> None:
        field = self.fields[name]
        field.label = capfirst(Policy.label(name))
        field.help_text = HELPS.get(name, "")
        if name in OURS:
            field.widget.attrs["placeholder"] = str(OURS[name])
            field.help_text = _("In the company's own words. Left empty, it is Alliance's: “%(ours)s”") % {
                "ours": OURS[name]
            }
        elif isinstance(field, forms.IntegerField):
            field.widget.attrs["min"] = FIGURE_FLOOR if name == "figure_people" else 1
            field.validators = Policy.limits(name)  # the framework's own would let 0 pass at first

    def clean(self) -> dict[str, Any]:
        data: dict[str, Any] = super().clean() or self.cleaned_data
        leads = [days for type_ in TYPES if (days := data.get(f"lead_days_{type_}"))]
        if leads and (data.get("undecided_days") or 0) > min(leads):
            self.add_error("undecided_days", _("This cannot be longer than the talk about the next tour."))
        if not self.errors and not self.planned and not self.changed():
            raise forms.ValidationError(_("Nothing is changed yet."))
        return data

    def changed(self) -> list[str]:
        return [name for name in FIELDS if getattr(self.newest, name) != self.cleaned_data[name]]

    def clean_holds_from(self) -> date:
        day: date = self.cleaned_data["holds_from"]
        if day < self.today:
            raise forms.ValidationError(_("What held in the past stays as it was. Choose today or later."))
        return day

    def _words(self, name: str) -> str:
        words: str = self.cleaned_data[name]
        if words and not sayable(words):
            raise forms.ValidationError(_("Say it in words, or leave it empty."))
        return words

    def clean_non_binding(self) -> str:
        return self._words("non_binding")

    def clean_no_dismissal(self) -> str:
        return self._words("no_dismissal")

    def clean_mission(self) -> str:
        return self._words("mission")

    def clean_values(self) -> str:
        """One a line, without empty lines."""
        values = Policy(values=self._words("values")).value_list
        if len(values) > MOST_VALUES:
            told = _("These are %(found)s values; nobody remembers more than %(most)s.")
            raise forms.ValidationError(told % {"found": len(values), "most": MOST_VALUES})
        if any(len(value) > LONGEST_VALUE for value in values):
            told = _("One value is one short line, of %(most)s characters at most.")
            raise forms.ValidationError(told % {"most": LONGEST_VALUE})
        return "\n".join(values)

    def catch_up(self, base: Policy, newest: Policy) -> None:
        """Keeps what was typed, and takes over from `newest` what was left as it was in `base`."""
        untouched = [name for name in FIELDS if getattr(base, name) == self.cleaned_data[name]]
        for name in untouched:
            over_type(self, name, str(getattr(newest, name)))
        over_type(self, "based_on", str(newest.number))
