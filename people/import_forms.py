"""What HR says of an export that is brought in by the browser."""

from __future__ import annotations

from collections.abc import Iterator
from collections.abc import Mapping as Asked
from datetime import date
from typing import Any

from crispy_forms.layout import Div, Fieldset
from django import forms
from django.utils.formats import number_format
from django.utils.functional import cached_property
from django.utils.html import format_html
from django.utils.text import Truncator
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from alliance_site.forms import DateInput, InOurVoice, fields_only
from people.forms import EVEN
from people.importing import endings
from people.importing.endings import Word
from people.importing.guessing import DATES
from people.importing.mapping import FIELDS, NAMED, NEEDS, ORDERS, REQUIRED, Mapping, fold
from people.importing.problems import Unreadable
from people.importing.table import MOST_BYTES, MOST_PEOPLE, Table, tabled
from people.models import Employment

MOST_TO_CHOOSE = 40  #: columns in a list; with more, one types the name
MEGABYTE = 1024 * 1024

LABELS = {
    "number": gettext_lazy("Employee number"),
    "name": gettext_lazy("Name"),
    "first_name": gettext_lazy("First name"),
    "last_name": gettext_lazy("Last name"),
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
    "language": gettext_lazy("Language"),
    "time_zone": gettext_lazy("Time zone"),
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
    """Which column of the file is what, how its days and names are written, and what it means by the words
    for how employments ended."""

    dates = forms.ChoiceField(label=gettext_lazy("Days are written"), choices=list(DATES.items()))
    names = forms.ChoiceField(label=gettext_lazy("Names are written"), choices=list(NAMES.items()))
    as_of = forms.DateField(
        label=gettext_lazy("Changes hold from"),
        widget=DateInput(),
        help_text=gettext_lazy("The day from which a changed department, title or manager counts."),
    )

    def __init__(self, asked: Asked[str, Any], table: Table) -> None:
        self.words, self.all_words = endings.said(table, asked)
        guessed = endings.known()
        meanings = {word.key: guessed.get(fold(word.text), "") for word in self.words}
        super().__init__(meanings | {name: asked[name] for name in asked})
        columns = list(dict.fromkeys(name.strip() for name in table[0] if name.strip()))
        for name in FIELDS:
            self.fields[name] = _column(name, columns)
        self.columns = columns
        types = [word for word in self.words if word.kind == "status"]
        for word in self.words:
            self.fields[word.key] = _meaning(word, by_type=bool(types and word.kind == "reason"))
        groups = [Div(*FIELDS, css_class=EVEN), Div("dates", "names", "as_of", css_class=EVEN)]
        self.helper = fields_only(*groups, *self._endings(types))

    def _endings(self, types: list[Word]) -> Iterator[Fieldset]:
        """The reasons folded where the types sort them. A legend is read as a template: keep a file out."""
        more = _("What the reasons for leaving mean, where they say more than the type of departure")
        alone = _("What the reasons for leaving mean")
        legends = {"status": _("What the types of departure mean"), "reason": more if types else alone}
        sort_all = types and all(self.data.get(word.key) for word in types)
        for kind, legend in legends.items():
            if keys := [word.key for word in self.words if word.kind == kind]:
                folded = {"template": "people/_folded.html"} if sort_all and kind == "reason" else {}
                yield Fieldset(legend, Div(*keys, css_class=EVEN), css_class="group", **folded)

    def clean(self) -> dict[str, Any]:
        data = self.cleaned_data
        for name, other in NEEDS.items():
            if data.get(name) and not data.get(other) and other not in self.errors:
                needed = _("This is needed where “%(label)s” is read.")
                self.add_error(other, needed % {"label": LABELS[name]})
        if bool(data.get("name")) == any(data.get(name) for name in NAMED) and "name" not in self.errors:
            needed = _("Choose either the name alone, or the first and the last name together.")
            self.add_error("name", needed)
        return data

    @cached_property
    def mapping(self) -> Mapping:
        """Of a valid form."""
        data = self.cleaned_data
        return Mapping(
            columns={name: data[name] for name in FIELDS if data[name]},
            delimiter=",",
            encoding="utf-8",
            empty=frozenset(),
            last_name_first=data["names"] == ORDERS[1],
            date_formats=tuple(dict.fromkeys((data["dates"], "%Y-%m-%d"))),  # as a workbook's days are told
            two_digit_years_from=1970,
            by_reason=self._meanings("reason"),
            by_status=self._meanings("status"),
        )

    def _meanings(self, kind: str) -> dict[str, str]:
        """As chosen; of what was not asked, as is known of it."""
        chosen = {fold(word.text): self.cleaned_data[word.key] for word in self.words if word.kind == kind}
        return {word: ending for word, ending in (endings.known() | chosen).items() if ending}

    @property
    def starts_from(self) -> date:
        as_of: date = self.cleaned_data["as_of"]
        return as_of


def _meaning(word: Word, *, by_type: bool) -> forms.Field:
    """What is left to the type of departure is said so, for that sorts what the reason does not."""
    label = format_html("<bdi>{}</bdi> ({})", Truncator(word.text).chars(60), word.people)
    nothing = ("", _("as the type of departure says") if by_type else _("not sorted"))
    return forms.ChoiceField(label=label, choices=[nothing, *Employment.Ending.choices], required=False)


def _column(name: str, columns: list[str]) -> forms.Field:
    required, label = name in REQUIRED, LABELS[name]
    if len(columns) <= MOST_TO_CHOOSE:
        nothing = ("", _("Choose a column") if required else _("not in the file"))
        choices = [nothing, *((column, column) for column in columns)]
        return forms.ChoiceField(label=label, choices=choices, required=required)
    typed = forms.TextInput(attrs={"list": "columns"})
    return forms.CharField(label=label, required=required, widget=typed, max_length=1000)
