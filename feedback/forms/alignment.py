"""Three people one admires, three qualities of each, and the value of the company that each may meet."""

from __future__ import annotations

import re
from typing import Any

from crispy_forms.layout import Div, Fieldset
from django import forms
from django.utils.translation import gettext as _

from alliance_site.forms import SavedOver, fields_only
from feedback.access.alignment import who_sees_draft
from feedback.forms.expectations import SaidForm, with_line, words_field
from feedback.models import Alignment
from feedback.models.alignment import ADMIRED, QUALITIES
from feedback.services.alignment import Said


class AlignmentForm(SavedOver, SaidForm):
    """Holes are fine: it is kept as it is typed. Field names begin with "answer-", as the script wants."""

    basis = forms.IntegerField(min_value=0, max_value=2**31 - 1, widget=forms.HiddenInput)

    def __init__(self, *args: Any, row: Alignment | None, values: list[str], **kw: Any) -> None:
        super().__init__(*args, **kw)
        row = row or Alignment()
        self.initial["basis"] = row.version if row.pk else 0
        # A mark stays to be seen when the company has published other values since.
        self.values = values + [value for value in dict.fromkeys(row.meets) if value and value not in values]
        groups = [self._person(row, n) for n in range(ADMIRED)]
        words = words_field(_("What you make of it"), who_sees_draft(), required=False)
        self._add("answer-words", row.words, words)
        self.helper = fields_only("basis", *groups, with_line("answer-words"))

    def _person(self, row: Alignment, n: int) -> Fieldset:
        name = f"answer-admired-{n}"
        self._add(name, row.admired[n], _short(_("Who")))
        lines = []
        for at in range(n * QUALITIES, (n + 1) * QUALITIES):
            quality, meets = f"answer-quality-{at}", f"answer-meets-{at}"
            label = _("Quality %(number)s") % {"number": at % QUALITIES + 1}
            self._add(quality, row.qualities[at], _short(label))
            both = [quality]
            if self.values:
                self._add(meets, row.meets[at], self._meets(row.qualities[at], row.meets[at]))
                both.append(meets)
            lines.append(Div(*both, css_class="side-by-side"))
        ordinals = (_("The first person you admire"), _("The second"), _("The third"))
        return Fieldset(ordinals[n], name, *lines)

    def _meets(self, quality: str, marked: str) -> forms.ChoiceField:
        choices = [("", _("none of them")), *((value, value) for value in self.values)]
        same = next((value for value in self.values if _says_the_same(quality, value)), "")
        hint = _("The company says so too: “%(value)s”.") % {"value": same} if same and not marked else ""
        return forms.ChoiceField(label=_("Meets the value"), choices=choices, required=False, help_text=hint)

    def _add(self, name: str, value: str, field: forms.Field) -> None:
        self.fields[name] = field
        self.initial[name] = value

    @property
    def said(self) -> Said:
        """After `is_valid`."""
        given = self.cleaned_data
        nine = range(ADMIRED * QUALITIES)
        return Said(
            [given[f"answer-admired-{n}"] for n in range(ADMIRED)],
            [given[f"answer-quality-{n}"] for n in nine],
            [given.get(f"answer-meets-{n}", "") for n in nine],
            given["answer-words"],
        )


def _short(label: str) -> forms.CharField:
    return forms.CharField(label=label, max_length=100, required=False)


def _says_the_same(quality: str, value: str) -> bool:
    """All words of the one are in the other: “courage” and “Courage to say no”."""
    ours, theirs = (set(re.findall(r"\w+", words.casefold())) for words in (quality, value))
    return bool(ours and theirs) and (ours <= theirs or theirs <= ours)


class ShareForm(forms.Form):
    """With whom and which version the page said that it would be."""

    to = forms.IntegerField(min_value=1, max_value=2**63 - 1)
    basis = forms.IntegerField(min_value=0, max_value=2**31 - 1)


class OverlapForm(SaidForm):
    def __init__(self, *args: Any, who_sees: str, **kw: Any) -> None:
        super().__init__(*args, **kw)
        self.fields["words"] = words_field(_("Where you see the overlap, and where not"), who_sees)
        self.helper = fields_only(with_line("words"))
