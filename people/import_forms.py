"""What HR says of an export that is brought in by the browser."""

from __future__ import annotations

from collections.abc import Mapping as Asked
from datetime import date
from typing import Any

from crispy_forms.layout import Div
from django import forms
from django.utils.formats import number_format
from django.utils.functional import cached_property
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from alliance_site.forms import DateInput, InOurVoice, fields_only
from people.forms import EVEN
from people.importing.guessing import DATES
from people.importing.mapping import FIELDS, NEEDS, ORDERS, REQUIRED, Mapping, fold
from people.importing.problems import Unreadable
from people.importing.table import MOST_BYTES, MOST_PEOPLE, Table, tabled
from people.models import Employment

MOST_TO_CHOOSE = 40  #: columns in a list; with more, one types the name
MEGABYTE = 1024 * 1024

LABELS = {
    "number": gettext_lazy("Employee number"),
    "name": gettext_lazy("Name"),
    "email": gettext_lazy("E-mail address"),
    "hired_on": gettext_lazy("First day employed"),
    "left_on": gettext_lazy("Last day employed"),
    "reason": gettext_lazy("Reason for leaving"),
    "status": gettext_lazy("Type of departure"),
    "department": gettext_lazy("Department"),
    "department_above": gettext_lazy("Department above that"),
    "title": gettext_lazy("Job title"),
    "manager_number": gettext_lazy("Manager's employee number"),
    "manager_name": gettext_lazy("Manager's name"),
}
NAMES = {
    ORDERS[0]: gettext_lazy("as they are to stand here"),
    ORDERS[1]: gettext_lazy("last name, first name"),
}


class UploadForm(InOurVoice, forms.Form):
    """`cleaned_data["table"]` is what is in the file."""

    file = forms.FileField(
        label=gettext_lazy("File"),
        max_length=255,
        widget=forms.FileInput(attrs={"accept": ".csv,.txt,.xlsx"}),
        error_messages={
            "required": gettext_lazy("Choose a file."),
            "empty": gettext_lazy("The file is empty."),
        },
    )

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        told = _("CSV or XLSX, its first line the names of the columns; up to %(most)s people.")
        self.fields["file"].help_text = told % {"most": number_format(MOST_PEOPLE, force_grouping=True)}
        self.helper = fields_only("file")

    def clean_file(self) -> Any:
        file = self.cleaned_data["file"]
        if file.size > MOST_BYTES:
            too_large = _("This file is larger than %(most)s MB: have it imported on the server.")
            raise forms.ValidationError(too_large % {"most": MOST_BYTES // MEGABYTE})
        try:
            self.cleaned_data["table"] = tabled(file.read())
        except Unreadable as error:
            raise forms.ValidationError(error.sentences()) from None
        return file


class ColumnsForm(InOurVoice, forms.Form):
    """Which column of the file is what, and how its days and names are written."""

    dates = forms.ChoiceField(label=gettext_lazy("Days are written"), choices=list(DATES.items()))
    names = forms.ChoiceField(label=gettext_lazy("Names are written"), choices=list(NAMES.items()))
    as_of = forms.DateField(
        label=gettext_lazy("Changes hold from"),
        widget=DateInput(),
        help_text=gettext_lazy("The day from which a changed department, title or manager counts."),
    )

    def __init__(self, asked: Asked[str, Any], table: Table) -> None:
        super().__init__(asked)
        columns = list(dict.fromkeys(name.strip() for name in table[0] if name.strip()))
        for name in FIELDS:
            self.fields[name] = _column(name, columns)
        self.columns = columns
        self.helper = fields_only(
            Div(*FIELDS, css_class=EVEN), Div("dates", "names", "as_of", css_class=EVEN)
        )

    def clean(self) -> dict[str, Any]:
        data = self.cleaned_data
        for name, other in NEEDS.items():
            if data.get(name) and not data.get(other) and other not in self.errors:
                needed = _("This is needed where “%(label)s” is read.")
                self.add_error(other, needed % {"label": LABELS[name]})
        return data

    @cached_property
    def mapping(self) -> Mapping:
        """Of a valid form. How an employment ended is looked for by our own words."""
        data = self.cleaned_data
        endings = {
            fold(str(told)): value for value, label in Employment.Ending.choices for told in (value, label)
        }
        endings |= {told.replace("_", " "): value for told, value in endings.items()}
        return Mapping(
            columns={name: data[name] for name in FIELDS if data[name]},
            delimiter=",",
            encoding="utf-8",
            empty=frozenset(),
            last_name_first=data["names"] == ORDERS[1],
            date_formats=tuple(dict.fromkeys((data["dates"], "%Y-%m-%d"))),  # as a workbook's days are told
            two_digit_years_from=1970,
            by_reason=endings,
            by_status=endings,
        )

    @property
    def starts_from(self) -> date:
        as_of: date = self.cleaned_data["as_of"]
        return as_of


def _column(name: str, columns: list[str]) -> forms.Field:
    required, label = name in REQUIRED, LABELS[name]
    if len(columns) <= MOST_TO_CHOOSE:
        nothing = ("", _("Choose a column") if required else _("not in the file"))
        choices = [nothing, *((column, column) for column in columns)]
        return forms.ChoiceField(label=label, choices=choices, required=required)
    typed = forms.TextInput(attrs={"list": "columns"})
    return forms.CharField(label=label, required=required, widget=typed, max_length=1000)
