"""What may be typed about a version on the table, and about a tour that runs."""

from __future__ import annotations

from datetime import date
from typing import Any

from django import forms
from django.utils.formats import date_format
from django.utils.translation import gettext as _

from alliance_site.forms import DateInput, InOurVoice, WordsField, fields_only
from tours.forms.reading import READ, ReadForm
from tours.forms.terms import sayable
from tours.forms.words import WordsForm
from tours.models import Comment, Terms


class RemarkForm(WordsForm):
    """A few sentences about one part of a version, or about the whole."""

    part = forms.ChoiceField(choices=Comment.Part, required=False)

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["part"].label = _("About")
        self.helper = fields_only("part", "words")


class ExtendForm(InOurVoice, ReadForm):
    """A later end, or a later day of review, and why."""

    until = forms.DateField(widget=DateInput())
    reason = WordsField(widget=forms.Textarea(attrs={"rows": 5}))

    def __init__(self, *args: Any, terms: Terms, earliest: date, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["until"].label = _("New last day") if terms.ends_on else _("New day of review")
        _limit(self.fields["until"], earliest, date(2199, 12, 31))
        self.fields["reason"].label = _("Why longer")
        self.fields["reason"].help_text = _("What is there still to do, or to learn?")
        self.fields["reason"].error_messages["required"] = _("Say it in a sentence or two.")
        self.helper = fields_only(*READ, "until", "reason")


class PartingForm(InOurVoice, forms.Form):
    """One side's words on an early end."""

    reason = WordsField(widget=forms.Textarea(attrs={"rows": 5}))
    learnt = WordsField(widget=forms.Textarea(attrs={"rows": 5}), required=False)

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["reason"].label = _("Why it ends early, as you see it")
        self.fields["reason"].error_messages["required"] = _("Say it in a sentence or two.")
        self.fields["learnt"].label = _("What was learnt")
        self.fields["learnt"].help_text = _("What you would do in the same way again, and what not.")
        self.helper = fields_only("reason", "learnt")

    def clean_reason(self) -> str:
        words: str = self.cleaned_data["reason"]
        if not sayable(words):
            raise forms.ValidationError(_("Say it in a sentence or two."))
        return words


class EndEarlyForm(PartingForm, ReadForm):
    ended_on = forms.DateField(widget=DateInput())

    def __init__(self, *args: Any, limits: tuple[date, date], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["ended_on"].label = _("Last day of the tour")
        _limit(self.fields["ended_on"], *limits)
        self.helper = fields_only(*READ, "ended_on", "reason", "learnt")


def _limit(field: forms.Field, first: date, last: date) -> None:
    """The browser's calendar shows these days alone; what is typed otherwise is refused with the reason."""
    field.widget.attrs |= {"min": first.isoformat(), "max": last.isoformat()}

    def within(day: date) -> None:
        if not first <= day <= last:
            days = {"first": date_format(first), "last": date_format(last)}
            raise forms.ValidationError(_("Choose a day from %(first)s to %(last)s.") % days)

    field.validators.append(within)


class VersionsForm(forms.Form):
    """Which two versions to lay side by side; filled in from the address."""

    def __init__(self, *args: Any, versions: list[Terms], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        by_number = {str(terms.number): terms for terms in versions}
        choices = [(number, _("Version %(number)s") % {"number": number}) for number in by_number]
        for name, label in (("from", _("From")), ("to", _("To"))):
            self.fields[name] = forms.TypedChoiceField(
                label=label, choices=choices, coerce=by_number.__getitem__
            )
        self.helper = fields_only("from", "to")
