"""What HR may ask of the dashboards."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date
from typing import Any

from django import forms
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from alliance_site.forms import DateInput, InOurVoice, fields_only
from people.measures.periods import EARLIEST, ONE_DAY, Period, months_before
from people.models import Department

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


class PeriodForm(InOurVoice, forms.Form):
    """Which days, and of whom: all in the address, so that it can be kept and sent."""

    period = forms.ChoiceField(choices=PRESETS.items(), required=False, widget=forms.HiddenInput)
    department = forms.CharField(label=gettext_lazy("Department"), required=False)

    def __init__(self, asked: Mapping[str, str], *, today: date) -> None:
        super().__init__(self._days(asked, today))
        self.today = today
        self.fields["from"] = forms.DateField(label=_("From"), widget=DateInput())
        self.fields["to"] = forms.DateField(label=_("To"), widget=DateInput())
        self.order_fields(["from", "to", "department"])
        names = list(Department.objects.values_list("name", flat=True)[: MOST_TO_CHOOSE + 1])
        if len(names) <= MOST_TO_CHOOSE:
            choices = [("", _("The whole company")), *((name, name) for name in names)]
            self.fields["department"].widget = forms.Select(choices=choices)
        self.helper = fields_only("from", "to", "department")

    @staticmethod
    def _days(asked: Mapping[str, str], today: date) -> dict[str, str]:
        """The days asked for, or those of a named period; typed days win."""
        if asked.get("from") or asked.get("to"):
            return {**asked, "period": ""}
        period = asked.get("period") or "last_12_months"
        days = preset(period, today)
        return {**asked, "period": period, "from": days.first.isoformat(), "to": days.last.isoformat()}

    def clean_department(self) -> Department | None:
        name = self.cleaned_data["department"].strip()
        if not name:
            return None
        alike = list(Department.objects.filter(name__iexact=name))
        if not alike:
            raise forms.ValidationError(_("There is no department called “%s”.") % name)
        return next((department for department in alike if department.name == name), alike[0])

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
