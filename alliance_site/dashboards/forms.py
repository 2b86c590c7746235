"""What HR may ask of the dashboards."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import date
from difflib import get_close_matches
from typing import Any

from django import forms
from django.db.models import QuerySet
from django.utils.formats import date_format
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from alliance_site.forms import DateInput, InOurVoice, fields_only
from feedback.figures.quarters import Quarter
from feedback.figures.reading import in_general
from feedback.models import Kind, Question
from people.days import ONE_DAY, add_months
from people.departments import Departments, Node, by_todays_name
from people.measures.periods import EARLIEST, Period, months_before
from people.measures.whom import Service
from people.models import Department
from people.prepared import prepared
from tours.models import Side, Tour

MOST_TO_CHOOSE = 100  #: departments in a list; with more, one types the name

PRESETS = {
    "last_12_months": gettext_lazy("Last twelve whole months"),
    "this_year": gettext_lazy("This year"),
    "last_year": gettext_lazy("Last year"),
}


def preset(name: str, today: date) -> Period:
    if name == "this_year":
        return Period(date(today.year, 1, 1), today)
    if name == "last_year":
        return Period(date(today.year - 1, 1, 1), date(today.year - 1, 12, 31))
    return Period(months_before(today, 13) + ONE_DAY, months_before(today, 1))


def of_type() -> forms.ChoiceField:
    choices = [("", gettext_lazy("All types")), *Tour.Type.choices]
    return forms.ChoiceField(label=gettext_lazy("Type of tour"), choices=choices, required=False)


class DepartmentForm(InOurVoice, forms.Form):
    """Of whom: a department by its name, chosen from a list where that is not too long. An address that was
    kept may say what one was called before: it is of the same, and says so."""

    department = forms.CharField(label=gettext_lazy("Department"), required=False)

    def __init__(self, asked: Mapping[str, str]) -> None:
        self.departments = Departments()
        asked, self.formerly = by_todays_name(asked, self.departments)
        super().__init__(asked)
        names = self.names()
        if len(names) <= MOST_TO_CHOOSE:
            choices = [("", _("The whole company")), *((name, name) for name in names)]
            self.fields["department"].widget = forms.Select(choices=choices)
        else:
            self.fields["department"].widget.attrs["placeholder"] = _("The whole company")
        self.helper = fields_only("department")

    def names(self) -> list[str]:
        """From the tree where it is read anyway; else of so many that it is clear that they are too many."""
        if self.data.get("department"):
            return [node.name for node in self.departments.by_key.values()]
        return [found["name"] for found in _first_names()]

    def clean_department(self) -> Node | None:
        name = self.cleaned_data["department"].strip()
        found = self.departments.called_today(name) if name else None
        if name and found is None:
            none = _("There is no department called “%s”.") % name
            raise forms.ValidationError(" ".join([none, *self._alike(name)]))
        return found

    def _alike(self, name: str) -> list[str]:
        """Which ones may be meant, in a sentence."""
        names = {node.name.casefold(): node.name for node in self.departments.by_key.values()}
        found = [names[each] for each in get_close_matches(name.casefold(), names)]
        return [_("Similar names: %s.") % _(", ").join(found)] if found else []


@prepared
def _first_names() -> QuerySet[Department, Any]:
    return Department.objects.values("name")[: MOST_TO_CHOOSE + 1]


#: How long somebody had been employed on the day in question, in years of 365 days.
SERVICES = {
    "under_1": (gettext_lazy("Under a year"), Service(0, 365)),
    "1_to_2": (gettext_lazy("One to two years"), Service(365, 730)),
    "2_to_5": (gettext_lazy("Two to five years"), Service(730, 1825)),
    "5_on": (gettext_lazy("Five years and more"), Service(1825)),
}


DAYS = {"from", "to", "period"}
HIDDEN = ("period", "shown")


class PeriodForm(DepartmentForm):
    """Which days, and of whom: all in the address, so that it can be kept and sent.

    A department stands for those below it as well.
    """

    period = forms.ChoiceField(choices=PRESETS.items(), required=False, widget=forms.HiddenInput)
    shown = forms.CharField(required=False, widget=forms.HiddenInput)  #: which days it had when it was
    service = forms.ChoiceField(
        label=gettext_lazy("Length of service"),
        choices=[("", gettext_lazy("Any")), *((name, label) for name, (label, _days) in SERVICES.items())],
        required=False,
    )
    type = of_type()
    asks: Sequence[str] = ("service",)  #: beside days and department
    followed = False  #: from their first day, whenever that was
    #: In every address.
    KEPT: Sequence[str] = ("from", "to", "period", "department", "service", "type", "sort", "by")

    def __init__(self, asked: Mapping[str, str], *, today: date) -> None:
        super().__init__(self._days(asked, today))
        self.asked = asked
        self.today = today
        self.fields["from"] = forms.DateField(label=_("From"), widget=DateInput())
        self.fields["to"] = forms.DateField(label=_("To"), widget=DateInput())
        for name in {"service", "type"} - {*self.asks}:
            self.fields[name].widget = forms.HiddenInput()
        self.order_fields(["from", "to", "department", "service", "type"])
        self.helper = fields_only("from", "to", "department", "service", "type", *HIDDEN)

    def hide_days(self) -> None:
        """Where they narrow nothing; for the way back they are kept."""
        for name in ("from", "to"):
            self.fields[name].widget = forms.HiddenInput()

    def clean_service(self) -> Service:
        name = self.cleaned_data["service"]
        return SERVICES[name][1] if name else Service()

    @property
    def kept(self) -> dict[str, str]:
        """What every address says: of a named period its name alone, so that it moves, and no mistake."""
        left_out = {"from", "to"} if self.data["period"] else {"period"}
        if DAYS & {*self.errors}:
            left_out = DAYS
        names = [name for name in self.KEPT if name not in left_out | {*self.errors}]
        return {name: self.asked[name] for name in names if self.asked.get(name)}

    @property
    def chosen(self) -> bool:
        """Whether the address asks for anything here, be it by mistake."""
        return any(map(self.asked.get, ("from", "to", "period", "department", *self.asks, "alone")))

    @staticmethod
    def _days(asked: Mapping[str, str], today: date) -> dict[str, str]:
        """The days asked for, or those of a named period; typed days win, unless they were `shown` of it."""
        typed = f"{asked.get('from', '')}_{asked.get('to', '')}"
        named = asked.get("period") or ("last_12_months" if typed == "_" else "")
        if typed not in ("_", asked.get("shown")) or not named:
            return {**asked, "period": "", "shown": ""}
        days = preset(named, today)
        first, last = days.first.isoformat(), days.last.isoformat()
        return {**asked, "period": named, "from": first, "to": last, "shown": f"{first}_{last}"}

    def clean(self) -> dict[str, Any]:
        data = self.cleaned_data
        first, last = data.get("from"), data.get("to")
        if first and first < EARLIEST:
            self.add_error("from", _("Choose a day from 1900 on."))
        elif first and last and first > last:
            self.add_error("to", _("The period must not end before it begins."))
        elif last and last > self.today:
            self.add_error("to", _("This day is still to come: figures go up to today at the latest."))
        return data


class ToursForm(PeriodForm):
    """For figures of tours, of which the type can be chosen too."""

    asks: Sequence[str] = ("service", "type")


class StayingForm(ToursForm):
    """For whoever is followed from their first day: only up to when is asked. The first day of a period is
    kept for the other pages; for none, or one after the last, which nobody could see here, it is a year."""

    followed = True

    def __init__(self, asked: Mapping[str, str], *, today: date) -> None:
        if asked.get("by") in ("year", "department"):
            self.asks = PeriodForm.asks  # no type narrows those curves
        first, last = asked.get("from", ""), asked.get("to", "")
        if last and not "" < first <= last:
            asked = {**asked, "from": _year_before(last)}
        super().__init__(asked, today=today)
        self.fields["from"].widget = forms.HiddenInput()
        self.fields["to"].label = _("Followed up to")


def _year_before(last: str) -> str:
    """The first day of the year that ends so; what is no day is refused by the field itself."""
    try:
        return add_months(date.fromisoformat(last) + ONE_DAY, -12).isoformat()
    except (ValueError, OverflowError):
        return last


class ListForm(PeriodForm):
    """For the list behind a number, which may be of a department by itself."""

    alone = forms.BooleanField(label=gettext_lazy("Without the departments below it"), required=False)
    KEPT = (*PeriodForm.KEPT, "alone")

    def __init__(self, asked: Mapping[str, str], *, today: date) -> None:
        super().__init__(asked, today=today)
        self.helper = fields_only("from", "to", "department", "service", "type", "alone", *HIDDEN)


class TourListForm(ListForm):
    """For a list of tours or of what takes place in them."""

    asks = ("service", "type")


class TeamForm(PeriodForm):
    """For a manager's own team."""

    asks: Sequence[str] = ("type",)
    KEPT = ("from", "to", "period", "type")

    def __init__(self, asked: Mapping[str, str], *, today: date) -> None:
        names = (*self.KEPT, "shown")
        super().__init__({name: asked[name] for name in names if name in asked}, today=today)
        self.fields["department"].widget = forms.HiddenInput()

    def names(self) -> list[str]:
        return []


class TeamPeopleForm(TeamForm):
    """For a list of people, who are of no type of tour."""

    asks = ()


class OpinionsForm(DepartmentForm):
    """Which question, when, and of whom; unless said, the first question in the newest quarter."""

    type = of_type()

    def __init__(
        self, asked: Mapping[str, str], *, quarters: Sequence[Quarter], questions: Sequence[Question]
    ) -> None:
        self.quarters = {quarter.first.isoformat(): quarter for quarter in quarters}
        self.questions = {str(question.pk): question for question in questions}
        first = {"quarter": next(iter(self.quarters), ""), "question": next(iter(self.questions), "")}
        super().__init__({**first, **{name: value for name, value in asked.items() if value}})
        choices = [(key, words(quarter)) for key, quarter in self.quarters.items()]
        self.fields["quarter"] = forms.ChoiceField(label=_("Quarter"), choices=choices)
        self.fields["question"] = forms.ChoiceField(label=_("Question"), choices=self._by_kind())
        self.order_fields(["question", "quarter", "department", "type"])
        self.helper = fields_only("question", "quarter", "department", "type")

    def _by_kind(self) -> list[tuple[str, list[tuple[str, str]]]]:
        asked: dict[str, list[tuple[str, str]]] = {}
        for key, question in self.questions.items():
            kind = str(Kind(question.question_set.kind).label)
            asked.setdefault(kind, []).append((key, in_general(question, Side.EMPLOYEE)))
        return list(asked.items())

    def clean_quarter(self) -> Quarter:
        return self.quarters[self.cleaned_data["quarter"]]

    def clean_question(self) -> Question:
        return self.questions[self.cleaned_data["question"]]


def words(quarter: Quarter) -> str:
    return _("%(first)s – %(last)s") % {
        "first": date_format(quarter.first, "YEAR_MONTH_FORMAT"),
        "last": date_format(quarter.last, "YEAR_MONTH_FORMAT"),
    }
