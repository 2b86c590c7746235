"""What may be typed about a tour, and how the fields lie on the page."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date
from typing import Any

from crispy_forms.layout import Div
from django import forms
from django.utils.formats import date_format
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from alliance_site.forms import DateInput, WordsField, fields_only, over_type
from people.models import Person
from tours.models import Promise, Side, Terms, Tour

FIRST_DAY, LAST_DAY = date(1900, 1, 1), date(2199, 12, 31)


def sensible(day: date) -> None:
    """A slip of the keyboard, such as the year 20 or 20260, breaks whatever counts on from it."""
    if not FIRST_DAY <= day <= LAST_DAY:
        days = {"first": date_format(FIRST_DAY), "last": date_format(LAST_DAY)}
        raise forms.ValidationError(_("Choose a day from %(first)s to %(last)s.") % days)


def sayable(words: str) -> bool:
    """Whether there is a word in it: blanks that cannot be seen do not say what anybody gains."""
    return any(map(str.isalnum, words))


class NewTourForm(forms.Form):
    employee = forms.TypedChoiceField(label=gettext_lazy("Whose tour"))
    type = forms.ChoiceField(
        label=gettext_lazy("What kind of tour"),
        widget=forms.RadioSelect,
        choices=[
            (
                Tour.Type.TRANSFORMATIONAL,
                gettext_lazy("Transformational: one mission that changes the career and the company"),
            ),
            (
                Tour.Type.ROTATIONAL,
                gettext_lazy("Rotational: a set programme to learn the work and find the right fit"),
            ),
            (
                Tour.Type.FOUNDATIONAL,
                gettext_lazy("Foundational: open-ended, for somebody whose work is here to stay"),
            ),
        ],
        help_text=gettext_lazy("The kind suggests how long; it never limits it."),
    )

    def __init__(self, *args: Any, people: Mapping[Person, str], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        employee = self.fields["employee"]
        by_key = {str(person.pk): person for person in people}
        employee.choices = [(person.pk, words) for person, words in people.items()]  # type: ignore[attr-defined]
        employee.coerce = by_key.__getitem__  # type: ignore[attr-defined]
        self.helper = fields_only("employee", "type")


#: The fields of words, in the order of the page: an amendment says first why.
WORDS = ("reason", "mission", "company_gain", "employee_gain", "values")
WRITTEN = (*WORDS, "starts_on", "ends_on", "review_on", "rhythm")


class TermsForm(forms.ModelForm):  # type: ignore[type-arg]
    """The words of a version. What a draft may still lack, a proposal may not: pass `whole=True`."""

    revision = forms.IntegerField(widget=forms.HiddenInput)

    class Meta:
        model = Terms
        fields = WRITTEN
        field_classes = dict.fromkeys(WORDS, WordsField)
        widgets = {"starts_on": DateInput(), "ends_on": DateInput(), "review_on": DateInput()}

    def __init__(self, *args: Any, today: date, whole: bool = False, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.today = today
        self.whole = whole
        self.open_ended = self.instance.tour.type == Tour.Type.FOUNDATIONAL
        name = self.instance.employee.get_short_name()
        self.fields["employee_gain"].label = _("What %(name)s gains") % {"name": name}
        self._explain(name)
        self.initial["revision"] = self.instance.revision
        dates = ["starts_on", "review_on" if self.open_ended else "ends_on"]
        del self.fields["ends_on" if self.open_ended else "review_on"]
        for field in dates:
            self.fields[field].validators.append(sensible)
        if self.instance.tour.in_force is None:
            del self.fields["reason"]
        words = [field for field in WORDS if field in self.fields]
        for field in words:
            self.fields[field].widget.attrs["rows"] = 4
        self.helper = fields_only("revision", *words, Div(*dates, "rhythm", css_class="side-by-side"))

    def _explain(self, name: str) -> None:
        helps = {
            "mission": _("One objective, and how both will know that it is reached."),
            "company_gain": _("The result that success brings the company: what is different afterwards?"),
            "employee_gain": _(
                "What %(name)s will have afterwards: skills, exposure, results, by a date. "
                "“Valuable experience” says nothing."
            )
            % {"name": name},
            "values": _("What both of you care about in this work, and where each wants to get to."),
            "reason": _("What has changed since you signed. The terms in force stay until both sign these."),
        }
        for field, text in helps.items():
            self.fields[field].help_text = text

    def _words(self, field: str, missing: str) -> str:
        words: str = self.cleaned_data[field]
        if self.whole and not sayable(words):
            raise forms.ValidationError(missing)
        return words

    def move_to(self, revision: int) -> None:
        """Keeps what was typed, to be saved over that revision next time."""
        over_type(self, "revision", str(revision))

    def clean_mission(self) -> str:
        return self._words("mission", _("Say what the mission is."))

    def clean_reason(self) -> str:
        return self._words("reason", _("Say why the terms should change."))

    def clean_company_gain(self) -> str:
        return self._words("company_gain", _("Say what the company gains. A tour is for both sides."))

    def clean_employee_gain(self) -> str:
        name = self.instance.employee.get_short_name()
        return self._words(
            "employee_gain", _("Say what %(name)s gains. A tour is for both sides.") % {"name": name}
        )

    def clean(self) -> dict[str, Any]:
        data: dict[str, Any] = super().clean() or self.cleaned_data
        field = "review_on" if self.open_ended else "ends_on"
        start, end = data.get("starts_on"), data.get(field)
        if self.whole and not end and field not in self.errors:
            self.add_error(field, _("Give a date."))
        if end and start and end <= start:
            self.add_error(
                field, _("This must be after the start on %(start)s.") % {"start": date_format(start)}
            )
        elif end and end <= self.today:
            self.add_error(field, _("This day has passed already. Choose one to come."))
        return data


class PromiseForm(forms.ModelForm):  # type: ignore[type-arg]
    class Meta:
        model = Promise
        fields = ("owed_by", "what", "due_on", "known_by")
        field_classes = {"what": WordsField}
        widgets = {"due_on": DateInput(), "what": forms.Textarea(attrs={"rows": 2})}

    def __init__(self, *args: Any, terms: Terms, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["owed_by"].choices = [  # type: ignore[attr-defined]
            ("", _("Choose a side")),
            (Side.MANAGER, _("The company (%(name)s)") % {"name": terms.manager.name}),
            (Side.EMPLOYEE, terms.employee.name),
        ]
        self.fields["due_on"].validators.append(sensible)
        self.fields["known_by"].help_text = _(
            "For example: a published talk, a signed plan, a number in the report."
        )
        self.helper = fields_only(
            "id", "what", Div("owed_by", "due_on", "known_by", css_class="side-by-side"), "DELETE"
        )


class BasePromiseFormSet(forms.BaseInlineFormSet):  # type: ignore[type-arg]
    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, form_kwargs={"terms": kwargs["instance"]}, **kwargs)

    def add_fields(self, form: Any, index: int | None) -> None:
        super().add_fields(form, index)
        form.fields["DELETE"].label = _("Leave this promise out")
        if not form.instance.pk:
            del form.fields["DELETE"]
            form.helper.layout.fields.remove("DELETE")


MAX_PROMISES = 20
# Django would lay out a thousand forms more, to tell whoever asks for so many that they are too many.
PromiseFormSet = forms.inlineformset_factory(
    Terms,
    Promise,
    form=PromiseForm,
    formset=BasePromiseFormSet,
    extra=1,
    max_num=MAX_PROMISES,
    validate_max=True,
    absolute_max=MAX_PROMISES + 1,
)


class WordsForm(forms.Form):
    """A few sentences to the other side."""

    words = WordsField(widget=forms.Textarea(attrs={"rows": 5}))

    def __init__(self, *args: Any, label: str, help_text: str, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["words"].label = label
        self.fields["words"].help_text = help_text
        self.fields["words"].error_messages["required"] = _("Say it in a sentence or two.")
        self.helper = fields_only("words")
