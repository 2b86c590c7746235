"""The new day of a check-in, and what kind of one is asked for."""

from __future__ import annotations

from datetime import date
from typing import Any

from django import forms
from django.http import QueryDict
from django.utils.formats import date_format
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from alliance_site.forms import DateInput, InOurVoice, SavedOver, fields_only
from feedback.models import Kind
from people.models import Person
from tours.models import Tour

KINDS = [
    (Kind.REGULAR.value, gettext_lazy("A regular check-in: how the tour goes")),
    (Kind.CAREER.value, gettext_lazy("A career check-in: which role lies ahead")),
    (Kind.NEXT_TOUR.value, gettext_lazy("What comes next: what each of you wants after this tour")),
]


class MoveForm(InOurVoice, SavedOver, forms.Form):
    seen_in = "seen"

    day = forms.DateField(label=gettext_lazy("New day"), widget=DateInput())
    seen = forms.DateField(widget=forms.HiddenInput)

    def __init__(self, data: QueryDict | None = None, *, due_on: date, first: date, last: date) -> None:
        super().__init__(data, initial={"day": due_on, "seen": due_on.isoformat()})
        self.first, self.last = first, last
        self.fields["day"].widget.attrs |= {"min": first.isoformat(), "max": last.isoformat()}
        self.fields["day"].help_text = _("From today to %(last)s.") % {"last": date_format(last)}
        self.helper = fields_only("seen", "day")

    def clean(self) -> dict[str, Any]:
        data = self.cleaned_data
        day, seen = data.get("day"), data.get("seen")
        if day and not self.first <= day <= self.last:
            self.add_error(
                "day", _("Choose a day from today to %(last)s.") % {"last": date_format(self.last)}
            )
        elif day and day == seen:
            self.add_error("day", _("It is due on that day already."))
        return data


class AskForm(InOurVoice, forms.Form):
    kind = forms.ChoiceField(
        label=gettext_lazy("What it is about"),
        choices=KINDS,
        widget=forms.RadioSelect,
        initial=Kind.REGULAR.value,
    )

    def __init__(
        self, data: QueryDict | None = None, *, tours: list[Tour], person: Person, chosen: str = ""
    ) -> None:
        super().__init__(data, initial={"in_tour": chosen})
        self.tours = {str(tour.pk): tour for tour in tours}
        names = [(pk, _named(tour, person)) for pk, tour in self.tours.items()]
        self.fields["in_tour"] = forms.ChoiceField(label=_("In which tour"), choices=names)
        self.helper = fields_only("in_tour", "kind")

    @property
    def tour(self) -> Tour:
        """After `is_valid`."""
        return self.tours[self.cleaned_data["in_tour"]]


def _named(tour: Tour, person: Person) -> str:
    side = tour.side_of(person)
    other = tour.party(side.other).name if side else ""
    return _("%(type)s tour with %(name)s") % {"type": tour.get_type_display(), "name": other}
