"""What may be typed about programmes and their giving, and how the fields lie on the page."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import date
from typing import Any

from crispy_forms.layout import Div
from django import forms
from django.forms.models import model_to_dict
from django.utils.formats import date_format
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from alliance_site.forms import DateInput, InOurVoice, SavedOver, WordsField, fields_only
from people.forms import PeopleFilter, somebody
from people.models import Import, Person, PersonQuerySet
from tours.forms.promises import called
from tours.forms.terms import sayable, sensible
from tours.giving.copying import last_day
from tours.models import Pledge, Programme, Revision, Side, Terms
from tours.placeholders import faults
from tours.policy import MOST_PROMISES
from tours.services.programmes import PLEDGED

RECENT = 50  #: imports offered as cohorts


def well_braced(text: str) -> None:
    if wrong := list(faults(text)):
        raise forms.ValidationError(wrong)


class ProgrammeForm(InOurVoice, SavedOver, forms.ModelForm):  # type: ignore[type-arg]
    """The words of the next revision. `base` is the number of the one they were written over."""

    seen_in = "base"

    base = forms.IntegerField(widget=forms.HiddenInput, min_value=0)

    class Meta:
        model = Revision
        fields = Revision.WRITTEN
        field_classes = dict.fromkeys(Terms.TEXTS, WordsField)
        help_texts = {
            "name": gettext_lazy("The name people will know it by, for example “Graduates”."),
            "mission": gettext_lazy("One objective, and how both will know that it is reached."),
            "company_gain": gettext_lazy("What is different for the company afterwards?"),
            "employee_gain": gettext_lazy(
                "Skills, results and people to work with, each by a date: what they take away from it."
            ),
            "values": gettext_lazy("What both of them care about in this work."),
            "months": gettext_lazy("Each person's tour ends this long after it starts."),
        }

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.initial["base"] = self.instance.number or 0
        for name in Terms.TEXTS:
            self.fields[name].validators.append(well_braced)
            self.fields[name].widget.attrs["rows"] = 4
            self.fields[name].widget.attrs["aria-describedby"] = f"id_{name}_helptext placeholders"
        self.fields["months"].validators = list(Revision._meta.get_field("months").validators)
        side_by_side = Div("months", "rhythm", css_class="side-by-side")
        self.helper = fields_only("base", "name", *Terms.TEXTS, side_by_side)

    def clean(self) -> dict[str, Any]:
        data: dict[str, Any] = super().clean() or self.cleaned_data
        for name in ("name", "mission", "company_gain", "employee_gain"):
            if name in data and not sayable(data[name]):
                self.add_error(name, _("Say it in words."))
        return data


class PledgeForm(InOurVoice, forms.ModelForm):  # type: ignore[type-arg]
    class Meta:
        model = Pledge
        fields = PLEDGED
        field_classes = {"what": WordsField}
        widgets = {"what": forms.Textarea(attrs={"rows": 2})}

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["owed_by"].choices = [  # type: ignore[attr-defined]
            ("", _("Choose a side")),
            (Side.MANAGER, _("The company, through the manager")),
            (Side.EMPLOYEE, _("The employee")),
        ]
        for name in ("what", "known_by"):
            self.fields[name].validators.append(well_braced)
        numbers = Div("owed_by", "due_after", "due_unit", "known_by", css_class="side-by-side")
        self.helper = fields_only("what", numbers, "DELETE")


class BasePledgeFormSet(forms.BaseFormSet):  # type: ignore[type-arg]
    months: int | None = None  #: of the programme; set before this is asked whether it is valid

    def add_fields(self, form: Any, index: int | None) -> None:
        super().add_fields(form, index)
        form.fields["DELETE"].label = _("Leave this promise out")
        if index is None or index >= self.initial_form_count():
            form.fields["DELETE"].widget = forms.HiddenInput()

    def clean(self) -> None:
        for form in self.forms:
            after, unit = (form.cleaned_data.get(name) for name in ("due_after", "due_unit"))
            if after is None or self.months is None:
                continue
            if after > self.months * (31 if unit == Pledge.Unit.DAYS else 1):
                form.add_error("due_after", _("This is after the tour has ended."))

    @property
    def wrong(self) -> list[tuple[str, forms.BaseForm]]:
        return [(called(form["what"].value()), form) for form in self.forms if form.errors]

    def pledges(self) -> list[Pledge]:
        """Those that are left in, in the order of the page; not saved."""
        written = (form for form in self.forms if form.cleaned_data and not form.cleaned_data.get("DELETE"))
        return [Pledge(**{name: form.cleaned_data[name] for name in PLEDGED}) for form in written]


PledgeFormSet = forms.formset_factory(
    PledgeForm,
    formset=BasePledgeFormSet,
    extra=1,
    can_delete=True,
    max_num=MOST_PROMISES,
    validate_max=True,
    absolute_max=MOST_PROMISES + 1,
)


def pledge_forms(data: Any, pledges: Iterable[Pledge]) -> BasePledgeFormSet:
    initial = [model_to_dict(pledge, fields=PLEDGED) for pledge in pledges]
    formset = PledgeFormSet(data, initial=initial, prefix="pledge")
    assert isinstance(formset, BasePledgeFormSet)
    return formset


class ExampleForm(forms.Form):
    """For whom a preview is made out."""

    example = forms.CharField(
        label=gettext_lazy("How it would read for"),
        max_length=254,
        required=False,
        help_text=gettext_lazy("Name, e-mail address or employee number. Empty: for yourself."),
    )

    def __init__(self, *args: Any, among: PersonQuerySet, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.among = among
        self.helper = fields_only("example")

    def clean_example(self) -> Person | None:
        told = " ".join(self.cleaned_data["example"].split())
        return somebody(told, self.among) if told else None


def _cohorts() -> list[tuple[str, str]]:
    """Imports that brought somebody in, the newest first."""
    runs = Import.objects.filter(created__gt=0)[:RECENT]
    words = _("%(day)s: %(count)s new in %(file)s")
    brought = [
        (str(run.pk), words % {"day": date_format(run.at), "count": run.created, "file": run.file})
        for run in runs
    ]
    return [("", _("any import")), *brought]


class CandidateFilter(PeopleFilter):
    """Who might get a programme. Kept in the address, so that the list can be turned and come back to."""

    hired_from = forms.DateField(label=gettext_lazy("Hired from"), required=False, widget=DateInput())
    hired_to = forms.DateField(label=gettext_lazy("Hired to"), required=False, widget=DateInput())
    cohort = forms.ChoiceField(label=gettext_lazy("Came with the import"), required=False, choices=_cohorts)
    free = forms.BooleanField(label=gettext_lazy("Only people with no tour now or to come"), required=False)

    def __init__(self, *args: Any, for_hr: bool, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        del self.fields["show"]
        fields = ["q", "department", "hired_from", "hired_to"]
        if for_hr:
            fields.append("cohort")
        else:
            del self.fields["cohort"]
        self.helper = fields_only(Div(*fields, css_class="side-by-side"), "free")


class GiveForm(InOurVoice, forms.Form):
    """To those ticked or to all who match; asked once more before it happens, under the same `key`."""

    TICKED, ALL = "ticked", "all"

    starts_on = forms.DateField(label=gettext_lazy("First day of each tour"), widget=DateInput())
    whom = forms.ChoiceField(choices=[(TICKED, TICKED), (ALL, ALL)], required=False)
    people = forms.ModelMultipleChoiceField(Person.objects.none(), required=False)
    key = forms.UUIDField(required=False)
    count = forms.IntegerField(required=False)  #: how many were confirmed
    read = forms.IntegerField(required=False)  #: the revision that was

    def __init__(
        self, *args: Any, programme: Programme, found: PersonQuerySet, today: date, **kwargs: Any
    ) -> None:
        super().__init__(*args, **kwargs)
        self.initial["starts_on"] = today
        self.found, self.months, self.today = found, programme.newest.months, today
        self.fields["people"].queryset = found  # type: ignore[attr-defined]
        self.fields["starts_on"].validators.append(sensible)
        self.helper = fields_only("starts_on")

    def clean_starts_on(self) -> date:
        day: date = self.cleaned_data["starts_on"]
        if last_day(day, self.months) <= self.today:
            raise forms.ValidationError(_("A tour that begins then would be over already."))
        return day

    def clean(self) -> dict[str, Any]:
        data = self.cleaned_data
        if data.get("whom") != self.ALL and not data.get("people") and "people" not in self.errors:
            self.add_error("people", _("Tick somebody, or give it to all who match."))
        return data

    @property
    def chosen(self) -> list[int]:
        """The keys of those who are to get it."""
        if self.cleaned_data["whom"] == self.ALL:
            return list(self.found.values_list("pk", flat=True))
        return [person.pk for person in self.cleaned_data["people"]]
