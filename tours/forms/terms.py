"""The words of a version."""

from __future__ import annotations

from datetime import date
from typing import Any

from crispy_forms.layout import Div
from django import forms
from django.utils.formats import date_format
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from alliance_site.forms import DateInput, InOurVoice, SavedOver, WordsField, fields_only
from tours.guidance.types import suggestion
from tours.models import Policy, Terms, Tour

FIRST_DAY, LAST_DAY = date(1900, 1, 1), date(2199, 12, 31)
NOT_TO_COME = gettext_lazy("Choose a day after today.")


def sensible(day: date) -> None:
    """A slip of the keyboard, such as the year 20 or 20260, breaks whatever counts on from it."""
    if not FIRST_DAY <= day <= LAST_DAY:
        days = {"first": date_format(FIRST_DAY), "last": date_format(LAST_DAY)}
        raise forms.ValidationError(_("Choose a day from %(first)s to %(last)s.") % days)


def sayable(words: str) -> bool:
    """Whether there is a word in it: blanks that cannot be seen do not say what anybody gains."""
    return any(map(str.isalnum, words))


#: The fields of words, in the order of the page: an amendment says first why.
WORDS = ("reason", *Terms.TEXTS)


class TermsForm(InOurVoice, SavedOver, forms.ModelForm):  # type: ignore[type-arg]
    """What a draft may still lack, a proposal may not: pass `whole=True`."""

    seen_in = "revision"

    revision = forms.IntegerField(widget=forms.HiddenInput)

    class Meta:
        model = Terms
        fields = (*WORDS, *Terms.DAYS, "rhythm")
        field_classes = dict.fromkeys(WORDS, WordsField)
        widgets = {"starts_on": DateInput(), "ends_on": DateInput(), "review_on": DateInput()}

    def __init__(self, *args: Any, today: date, whole: bool = False, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.today = today
        self.whole = whole
        self.last_field = "review_on" if self.instance.tour.type == Tour.Type.FOUNDATIONAL else "ends_on"
        self.dates = ["starts_on", *self._ends()]
        self._explain()
        self.initial["revision"] = self.instance.revision
        for field in {"ends_on", "review_on"} - set(self.dates):
            del self.fields[field]
        for field in self.dates:
            self.fields[field].validators.append(sensible)
        self._keep_first_day()
        if self.instance.tour.in_force is None:
            del self.fields["reason"]
        self.helper = fields_only(Div(*self.dates, "rhythm", css_class="side-by-side"))

    def _ends(self) -> list[str]:
        """A tour begins open-ended, or does not; once it is agreed on, both can give it a last day, too."""
        if self.last_field == "ends_on" or self.instance.tour.in_force is None:
            return [self.last_field]
        self.fields["ends_on"].help_text = _(
            "If both of you want the tour to end: the last day, in place of a review."
        )
        return ["ends_on", "review_on"]

    def _keep_first_day(self) -> None:
        """Of a tour that has begun, also in a draft that was written before it did."""
        if began := self.instance.tour.began(self.today):
            self.initial["starts_on"] = began
            self.fields["starts_on"].disabled = True
            self.fields["starts_on"].help_text = _("The tour has begun, so its first day stays.")

    @property
    def words(self) -> list[str]:
        return [field for field in WORDS if field in self.fields]

    def _explain(self) -> None:
        gain, what = self._employee_gain()
        self.fields["employee_gain"].label = gain
        helps = {
            "employee_gain": what,
            "mission": _("One objective, and how both will know that it is reached."),
            "company_gain": _("The result that success brings the company: what is different afterwards?"),
            "values": _("What both of you care about in this work, and where each wants to get to."),
            "reason": _("What has changed since you signed. The terms in force stay until both sign these."),
        }
        for field, text in helps.items():
            self.fields[field].help_text = text

    def _employee_gain(self) -> tuple[str, str]:
        """What the field is called, and what belongs into it, in words for whoever writes."""
        if self.instance.is_own_draft:
            return _("What you gain"), _(
                "What you will be able to do or show afterwards, and by when. "
                "“Valuable experience” says nothing."
            )
        name = {"name": self.instance.employee.get_short_name()}
        what = _(
            "What %(name)s will be able to do or show afterwards, and by when. "
            "“Valuable experience” says nothing."
        )
        return _("What %(name)s gains") % name, what % name

    def suggest(self, policy: Policy) -> None:
        """Says at the last day how long the company suggests; also where its field was asked for already."""
        suggested = suggestion(policy, self.instance.tour.type)
        self.fields[self.last_field].help_text = self[self.last_field].help_text = suggested

    def _words(self, field: str, missing: str) -> str:
        words: str = self.cleaned_data[field]
        if self.whole and not sayable(words):
            raise forms.ValidationError(missing)
        return words

    def hold_back(self) -> list[str]:
        """Leaves what is wrong as it was saved, so that the rest can be kept; names the fields."""
        wrong = set(self.errors)
        if not wrong.isdisjoint(self.dates):
            wrong |= set(self.dates)  # the one is right or wrong in view of the other
        for name in wrong & set(self.initial):
            setattr(self.instance, name, self.initial[name])
        return [str(self.fields[name].label) for name in self.fields if name in self.errors]

    def clean_mission(self) -> str:
        return self._words("mission", _("Say what the mission is."))

    def clean_reason(self) -> str:
        return self._words("reason", _("Say why the terms should change."))

    def clean_company_gain(self) -> str:
        return self._words("company_gain", _("Say what the company gains. A tour is for both sides."))

    def clean_employee_gain(self) -> str:
        missing = _("Say what %(name)s gains. A tour is for both sides.")
        missing %= {"name": self.instance.employee.get_short_name()}
        if self.instance.is_own_draft:
            missing = _("Say what you gain. A tour is for both sides.")
        return self._words("employee_gain", missing)

    def clean(self) -> dict[str, Any]:
        data: dict[str, Any] = super().clean() or self.cleaned_data
        start, ends = data.get("starts_on"), self.dates[1:]
        given, *needless = [*filter(data.get, ends), None]
        data |= dict.fromkeys(filter(None, needless))  # what has a last day is not reviewed on another
        if given is None:
            if self.whole and self.errors.keys().isdisjoint(ends):
                self.add_error(self.last_field, _("Give a date."))
        elif start and data[given] <= start:
            after = _("This must be after the start on %(start)s.") % {"start": date_format(start)}
            self.add_error(given, after)
        elif data[given] <= self.today:
            self.add_error(given, NOT_TO_COME)
        return data

    def _get_validation_exclusions(self) -> set[str]:
        """All: the fields have looked at each value, and `clean` at what the database would refuse. The
        model would ask the database first, at every save."""
        return {field.name for field in Terms._meta.fields}
